/* R6: why an obligation stands as it does, and why the two criteria differ. */
#include "conclude_int.h"

static bool has_parts(enum obligation o)
{
    return o != OBLIGATION_COMMUNICATING && o != OBLIGATION_RECOVERY_CELL;
}

/* The reasons that unclear outcomes are: bit 1 << outcome each. */
static reason_set unclear_reasons(unsigned outcomes)
{
    return (outcomes & OUTCOME_BIT(OUTCOME_TIMED_OUT) ? REASON_BIT(REASON_TIMEOUT) : 0) |
           (outcomes & OUTCOME_BIT(OUTCOME_EMPTY) ? REASON_BIT(REASON_EMPTY_STATUS) : 0) |
           (outcomes & OUTCOME_BIT(OUTCOME_UNRECOGNISED) ? REASON_BIT(REASON_UNRECOGNISED_STATUS) : 0) |
           (outcomes & OUTCOME_BIT(OUTCOME_AWAITING) ? REASON_BIT(REASON_AWAITING_RESPONSE) : 0);
}

static bool after_change(const struct judgement *j, instant at)
{
    return j->first_cos_at != INSTANT_NONE && at >= j->first_cos_at;
}

/* ---- What misled the criteria in force, and what cleared the Device ---- */

static bool is_of_request(const struct inquiry *q, const struct mark *m, const struct attempt *a)
{
    return m->ref.kind == EVIDENCE_REQUEST && &q->records->requests[m->ref.index] == a->counted;
}

/* Whether the success is one of those that cover a Network Operator cell. */
static bool covers_cell(const struct inquiry *q, unsigned line, const struct part *p, const struct attempt *a)
{
    for (const struct mark *m = line_last(&q->lines, line); m != NULL && outweighs(p, m->key);
         m = line_before(&q->lines, m))
        if (m->weight == WEIGHT_DONE && is_of_request(q, m, a))
            return true;
    return false;
}

/* Whether a success did something to a part that is met: covers it, or accounts for the proof of it. */
static bool did_part(const struct inquiry *q, enum obligation o, unsigned i, const struct part *p,
                     const struct attempt *a)
{
    if (o != OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)
        return p->command != NULL && is_of_request(q, p->command, a);
    if (p->seen == PART_PROVED && p->command == NULL)
        return attempt_made(a) <= p->since &&
               attempt_may_place_operator(q, a, &(struct cell_kind){p->key_usage, p->cell_usage});
    return covers_cell(q, TOLD_OPERATOR + i, p, a) || covers_cell(q, UNTOLD_OPERATOR + i, p, a);
}

/* R6: a success that legacy does not count, by why. */
static reason_set uncounted(const struct inquiry *q, enum obligation o, const struct judgement *j,
                            const struct attempt *a)
{
    reason_set found = 0;

    if (!legacy_counts_sender(q->ctx, j, o, a->user))
        found |= REASON_BIT(after_change(j, a->requested_at) ? REASON_CHANGE_OF_SUPPLIER : REASON_OTHER_PARTY);
    if (a->srv != obligation_facts(o)->legacy_srv)
        found |= REASON_BIT(REASON_HANDOVER_6_21);
    if (a->requested_at < q->commissioned_at)
        found |= REASON_BIT(REASON_EARLY_REQUEST);
    return found;
}

/* The parts of an obligation that some success did, of which some legacy does not count, and the reasons for that. */
struct doing {
    unsigned done;     /* bit 1 << part */
    unsigned outcomes; /* of all its requests: bit 1 << outcome */
    reason_set why;
};

static struct doing look_at_requests(const struct inquiry *q, enum obligation o, const struct finding *f,
                                     const struct judgement *j)
{
    struct parts parts = f->parts;
    struct doing d = {0};

    if (!obligation_facts(o)->cells && !f->implied)
        find_doers(q, o, &parts);

    for (size_t i = 0; i < q->attempt_count; i++) {
        const struct attempt *a = &q->attempts[i];
        unsigned did = 0;

        if (!attempt_is_for(q, a, o) || !a->in_force)
            continue;
        d.outcomes |= OUTCOME_BIT(a->outcome);
        if (a->outcome != OUTCOME_SUCCEEDED)
            continue;
        for (unsigned k = 0; k < parts.count && !f->implied; k++)
            did |= (unsigned)did_part(q, o, k, &parts.part[k], a) << k;
        d.done |= did;
        if (did != 0)
            d.why |= uncounted(q, o, j, a);
    }
    return d;
}

/* R6: of an obligation of L1 to L3 that legacy missed. */
static reason_set why_missed(const struct inquiry *q, enum obligation o, const struct finding *f,
                             const struct judgement *j)
{
    const struct doing d = look_at_requests(q, o, f, j);
    reason_set misled = (unclear_reasons(d.outcomes) & ~REASON_BIT(REASON_AWAITING_RESPONSE)) | d.why;
    reason_set cleared = f->implied ? REASON_BIT(REASON_IMPLIED) : d.why != 0 ? REASON_BIT(REASON_REQUEST_EVIDENCE) : 0;

    if (f->exempt)
        misled |= REASON_BIT(REASON_NO_NOT_IN_REPOSITORY);
    for (unsigned i = 0; i < f->parts.count && !f->implied; i++) {
        const struct part *p = &f->parts.part[i];

        if (d.done >> i & 1)
            continue;
        cleared |= REASON_BIT(REASON_CERTIFICATE_EVIDENCE);
        if (p->seen == PART_PROVED && after_change(j, p->since))
            misled |= REASON_BIT(REASON_CHANGE_OF_SUPPLIER);
    }
    return (misled != 0 ? misled : REASON_BIT(REASON_NOT_LOGGED)) | cleared;
}

static reason_set reasons_of_met(const struct inquiry *q, enum obligation o, const struct finding *f,
                                 const struct judgement *j)
{
    if (j->obligations[o].legacy_met)
        return (f->implied ? REASON_BIT(REASON_IMPLIED) : 0) |
               (f->exempt ? REASON_BIT(REASON_NO_NOT_IN_REPOSITORY) : 0);
    if (!obligation_applies(q, o)) /* by criteria of one's own: nothing was shown */
        return 0;
    switch (o) {
    case OBLIGATION_COMMUNICATING:
        return REASON_BIT(REASON_DSP_CHECK) | REASON_BIT(REASON_COMMS_EVIDENCE);
    case OBLIGATION_RECOVERY_CELL:
        return REASON_BIT(REASON_DSP_CHECK) | REASON_BIT(REASON_RECOVERY_EVIDENCE);
    default:
        return why_missed(q, o, f, j);
    }
}

/* ---- What fails ---- */

/* Two looks of one instant may disprove a cell in different ways. */
static reason_set operator_cell_reasons(const struct inquiry *q, const struct mark *look)
{
    reason_set found = 0;

    for (const struct mark *m = look; looks_at_once(m, look); m = line_before(&q->lines, m))
        found |= REASON_BIT(network_operator_cell_reason(q, m));
    return found;
}

/* The reason of the look that last disproved a part. */
static reason_set seen_wrong(const struct inquiry *q, enum obligation o, const struct part *p)
{
    if (p->met || p->seen != PART_DISPROVED)
        return 0;
    if (o == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS)
        return operator_cell_reasons(q, p->look);
    return REASON_BIT(o == OBLIGATION_SUPPLIER_CREDENTIALS ? REASON_SUPPLIER_CERT_WRONG
                                                           : REASON_DEVICE_CERT_NOT_REPLACED);
}

static reason_set last_seen_wrong(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    reason_set found = 0;

    for (unsigned i = 0; i < f->parts.count; i++)
        found |= seen_wrong(q, o, &f->parts.part[i]);
    return found;
}

/* Of the parts that fail; those in doubt have no say. */
static reason_set reasons_of_failure(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    reason_set found = 0;

    if (!has_parts(o))
        return REASON_BIT(o == OBLIGATION_COMMUNICATING ? REASON_NOT_COMMUNICATING : REASON_RECOVERY_CELL_WRONG);
    for (unsigned i = 0; i < f->parts.count; i++) {
        const struct standpoint *s = &f->at[i];

        if (f->parts.part[i].met)
            continue;
        if (s->state == STATE_NOT_ATTEMPTED)
            found |= REASON_BIT(REASON_NOT_ATTEMPTED);
        if (s->state != STATE_NOT_MET)
            continue;
        found |= seen_wrong(q, o, &f->parts.part[i]) |
                 (s->refusals & OUTCOME_BIT(OUTCOME_FAILED) ? REASON_BIT(REASON_DEVICE_FAILURE) : 0) |
                 (s->refusals & OUTCOME_BIT(OUTCOME_REJECTED) ? REASON_BIT(REASON_REJECTED) : 0);
    }
    return found;
}

/* ---- CONTRADICTED (R4.0) ---- */

/* Whether the cell holds what a success claimed of which it is not known what it placed: the certificate of who was
 * registered then. */
static bool holds_as_claimed(const struct inquiry *q, const struct attempt *a, enum party_role role,
                             const struct part *p)
{
    const struct tenure then = tenure_at(&q->tenures, attempt_answered(a));
    const struct entity holder = directory_entity(q->ctx->directory, p->look->subject);

    return holder.role == role &&
           party_equal(holder.party, role == ROLE_SUPPLIER ? then.supplier : then.network_operator);
}

/* Whether a row tells of a certificate in the cell that is not what it was then seen to hold. */
static bool tells_otherwise(const struct request_row *row, enum party_role role, const struct part *p)
{
    for (unsigned i = 0; i < row->outcome_count; i++) {
        const struct cell_outcome *c = &row->outcomes[i];

        if (c->role == role && c->key_usage == p->key_usage && c->cell_usage == p->cell_usage &&
            (c->status == 0 || c->status == CELL_SENT) && c->new_subject != p->look->subject)
            return true;
    }
    return false;
}

/* Whether a success claimed that the cell was replaced, and not by what it was then seen to hold. */
static bool claims_otherwise(const struct inquiry *q, const struct attempt *a, enum party_role role,
                             const struct part *p)
{
    const struct request_row *const told = a->cells != NULL ? a->cells : attempt_sent_to(a, role);

    return told != NULL ? tells_otherwise(told, role, p) : !holds_as_claimed(q, a, role, p);
}

/* R4.3: its sender, or what it is known to have sent, tells whose certificate it placed. */
static bool tells_of_operator(const struct inquiry *q, const struct attempt *a, const struct part *p)
{
    const enum sent sent =
        attempt_sent(q, a, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS, &(struct cell_kind){p->key_usage, p->cell_usage})
            .sent;

    return sent == SENT_RIGHT || sent == SENT_WRONG || operator_sender_tells(q->ctx->directory, &q->tenures, a);
}

static bool cell_contradicted(const struct inquiry *q, enum obligation o, const struct part *p)
{
    const bool supplier = o == OBLIGATION_SUPPLIER_CREDENTIALS;

    for (size_t i = 0; i < q->attempt_count; i++) {
        const struct attempt *a = &q->attempts[i];

        if (a->outcome == OUTCOME_SUCCEEDED && a->in_force && attempt_is_for(q, a, o) &&
            attempt_answered(a) < p->last && (supplier ? supplier_sender_counts(q, a) : tells_of_operator(q, a, p)) &&
            claims_otherwise(q, a, supplier ? ROLE_SUPPLIER : ROLE_NETWORK_OPERATOR, p))
            return true;
    }
    return false;
}

/* Of untyped successes only as many contradict as exceed the usages not disproved. */
static bool certificate_contradicted(const struct inquiry *q, const struct parts *parts, const struct part *p)
{
    const struct lines *lines = &q->lines;
    const struct mark *m = line_first(lines, DONE_CERTS + usage_of(p->key_usage));
    size_t earlier = 0, spoken_for = 0;

    for (; m != NULL; m = line_after(lines, m))
        if (m->at < p->last)
            return true;
    for (m = line_first(lines, DONE_CERTS + USAGE_UNTYPED); m != NULL; m = line_after(lines, m))
        earlier += m->at < p->last;
    for (size_t i = 0; i < parts->count; i++)
        spoken_for += parts->part[i].met || parts->part[i].seen != PART_DISPROVED;
    return earlier > spoken_for;
}

/* For parts that are still disproved. */
static reason_set contradiction(const struct inquiry *q, enum obligation o, const struct finding *f)
{
    for (unsigned i = 0; i < f->parts.count; i++) {
        const struct part *p = &f->parts.part[i];

        if (!p->met && p->seen == PART_DISPROVED && !p->misplaced &&
            (o == OBLIGATION_DEVICE_CERTIFICATES ? certificate_contradicted(q, &f->parts, p)
                                                 : cell_contradicted(q, o, p)))
            return REASON_BIT(REASON_CONTRADICTED);
    }
    return 0;
}

/* ---- What is in doubt ---- */

static reason_set reasons_of_doubt(const struct inquiry *q, enum obligation o, const struct finding *f,
                                   enum obligation_state state)
{
    reason_set found = f->gap ? REASON_BIT(REASON_LOG_GAP) : 0;

    for (unsigned i = 0; i < f->parts.count; i++) {
        const struct standpoint *s = &f->at[i];

        if (f->parts.part[i].met)
            continue;
        if (s->rule == RULE_R4_7_2) /* else what was asked for is not why it is in doubt */
            found |= unclear_reasons(s->doubts) | (s->unclear ? REASON_BIT(REASON_UNCLEAR) : 0);
        if (s->gap)
            found |= REASON_BIT(REASON_LOG_GAP);
    }
    if (found == 0 && (state == STATE_UNVERIFIED || state == STATE_NOT_ATTEMPTED))
        found = REASON_BIT(REASON_NO_EVIDENCE);
    return found | last_seen_wrong(q, o, f);
}

/* R4.5, R4.7: when what mended an obligation with reason LOG_GAP may have been asked for. */
static struct silence gap_of(const struct inquiry *q, const struct finding *f)
{
    struct silence gap = {INSTANT_NONE, INSTANT_NONE};

    if (f->gap)
        return (struct silence){line_last(&q->lines, SEEN_COMMUNICATING)->at, q->ctx->as_of};
    for (size_t i = 0; i < f->parts.count; i++) {
        const struct standpoint *s = &f->at[i];

        if (f->parts.part[i].met || !s->gap || (gap.to != INSTANT_NONE && s->gap_from >= gap.from))
            continue;
        gap = (struct silence){s->gap_from, obligation_period_end(q)};
    }
    return gap;
}

/* ---- The Device ---- */

#define DOUBTS_IN_ORDER(R)                                                                                             \
    R(TIMEOUT) R(EMPTY_STATUS) R(UNRECOGNISED_STATUS) R(AWAITING_RESPONSE) R(UNCLEAR) R(LOG_GAP) R(NO_EVIDENCE)

/* What was seen wrong first, then what was refused, then what was never asked for. */
#define FAILURES_IN_ORDER(R)                                                                                           \
    R(SUPPLIER_CERT_IN_NO_CELL)                                                                                        \
    R(DCC_CERT_IN_NO_CELL)                                                                                             \
    R(WRONG_NETWORK_OPERATOR)                                                                                          \
    R(UNKNOWN_OWNER)                                                                                                   \
    R(SUPPLIER_CERT_WRONG)                                                                                             \
    R(RECOVERY_CELL_WRONG)                                                                                             \
    R(DEVICE_CERT_NOT_REPLACED)                                                                                        \
    R(DEVICE_FAILURE)                                                                                                  \
    R(REJECTED)                                                                                                        \
    R(NOT_ATTEMPTED)                                                                                                   \
    R(NOT_COMMUNICATING)

#define LISTED(id) REASON_##id,
static const enum reason doubts_in_order[] = {DOUBTS_IN_ORDER(LISTED)};
static const enum reason failures_in_order[] = {FAILURES_IN_ORDER(LISTED)};

/* One that is in neither order could leave a Device without its main reason. */
#define BIT_OF(id)                        REASON_BIT(REASON_##id) |
#define REASON(id, sort, plain, sentence) (REASON_##sort == REASON_DOUBT ? REASON_BIT(REASON_##id) : 0) |
_Static_assert((DOUBTS_IN_ORDER(BIT_OF) 0) == (
#include "rules/reasons.def"
                                                  REASON_BIT(REASON_TIMEOUT) | REASON_BIT(REASON_EMPTY_STATUS) |
                                                  REASON_BIT(REASON_UNRECOGNISED_STATUS)),
               "each reason of doubt has its place in DOUBTS_IN_ORDER");
#undef REASON
#define REASON(id, sort, plain, sentence) (REASON_##sort == REASON_FAILURE ? REASON_BIT(REASON_##id) : 0) |
_Static_assert((FAILURES_IN_ORDER(BIT_OF) REASON_BIT(REASON_CONTRADICTED)) == /* never alone */
                   (
#include "rules/reasons.def"
                       0),
               "each reason of failure has its place in FAILURES_IN_ORDER");
#undef REASON

static enum reason first_of(const enum reason *order, size_t count, reason_set set)
{
    for (size_t i = 0; i < count; i++)
        if (set & REASON_BIT(order[i]))
            return order[i];
    return REASONS;
}

enum reason main_reason(reason_set set, bool failed)
{
    const enum reason doubt = first_of(doubts_in_order, ARRAY_LEN(doubts_in_order), set);

    return failed || doubt == REASONS ? first_of(failures_in_order, ARRAY_LEN(failures_in_order), set) : doubt;
}

static enum reason first_reason(reason_set set)
{
    for (unsigned r = 0; r < REASONS; r++)
        if (set & REASON_BIT(r))
            return (enum reason)r;
    return REASONS;
}

/* R6: one for each Device that is neither AGREED_PASS nor EXCLUDED. */
static enum reason main_of_device(const struct judgement *j, reason_set failures)
{
    switch (j->classification) {
    case CLASS_FALSE_POSITIVE:
        return first_reason(j->reasons);
    case CLASS_TRUE_FAILURE:
    case CLASS_MISSED_BY_LEGACY:
        return main_reason(j->reasons, true);
    case CLASS_UNVERIFIED:
    case CLASS_PENDING:
        return main_reason(j->reasons | failures, false);
    default:
        return REASONS;
    }
}

/* A Device's reasons are those of the obligations that made its verdict. */
void give_reasons(const struct inquiry *q, const struct finding findings[OBLIGATIONS], struct judgement *j)
{
    reason_set failures = 0;

    for (unsigned i = 0; i < OBLIGATIONS; i++) {
        const enum obligation o = (enum obligation)i;
        struct obligation_judgement *out = &j->obligations[o];
        const bool met = out->state == STATE_MET || out->state == STATE_NOT_APPLICABLE;
        const bool failed = out->state == STATE_NOT_MET || out->state == STATE_NOT_ATTEMPTED;

        out->gap = (struct silence){INSTANT_NONE, INSTANT_NONE};
        if (met) {
            out->reasons = reasons_of_met(q, o, &findings[o], j);
            if (j->classification == CLASS_FALSE_POSITIVE && !out->legacy_met)
                j->reasons |= out->reasons;
            continue;
        }
        if (failed)
            failures |= reasons_of_failure(q, o, &findings[o]);
        out->reasons = failed && j->verdict == VERDICT_FAIL ? reasons_of_failure(q, o, &findings[o])
                                                            : reasons_of_doubt(q, o, &findings[o], out->state);
        if (out->reasons & REASON_BIT(REASON_LOG_GAP))
            out->gap = gap_of(q, &findings[o]);
        if (failed || j->verdict != VERDICT_FAIL)
            j->reasons |= out->reasons;
        if (j->verdict == VERDICT_FAIL) {
            const reason_set belied = contradiction(q, o, &findings[o]);

            out->reasons |= belied;
            j->reasons |= belied;
        }
        out->main_reason = main_reason(out->reasons, failed && j->verdict == VERDICT_FAIL);
    }
    j->main_reason = main_of_device(j, failures);
}
