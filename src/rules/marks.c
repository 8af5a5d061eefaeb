/* R4.0: direct and command evidence: what snapshots, replacement outcomes and DSP checks show of each part, what a
 * SUCCEEDED request did to it, and whose word counts for which. */
#include "inquiry_int.h"

#include <string.h>

/* R4.2: a new certificate may carry a time a little before the Commissioning. */
#define NOT_BEFORE_SLACK INSTANT_DAY

/* -1: it has no such cell. */
static int cell_index(const struct obligation_terms *terms, const struct cell_kind *kind)
{
    for (int i = 0; i < terms->cell_count; i++)
        if (terms->cells[i].key_usage == kind->key_usage && terms->cells[i].cell_usage == kind->cell_usage)
            return i;
    return -1;
}

static struct mark *add_mark(struct inquiry *q, unsigned line, enum weight weight, instant key, instant at,
                             struct evidence_ref ref, uint32_t *chain)
{
    struct mark *const m = lines_add(&q->lines);

    m->key = key;
    m->at = at;
    m->subject = m->key_id = 0;
    m->cert = NULL;
    m->ref = ref;
    m->chain = chain;
    m->line = (uint8_t)line;
    m->weight = (uint8_t)weight;
    return m;
}

/* ---- Looks ---- */

/* A cell, or a certificate, as a look shows it. */
struct sighting {
    unsigned line;
    enum weight weight;
    uint64_t subject, key_id;
    const struct device_cert *cert;
    instant at, grace_end;
    struct evidence_ref ref;
};

static void add_look(struct inquiry *q, const struct sighting *s, uint32_t *chain)
{
    struct mark *const m = lines_add(&q->lines);

    m->key = s->at;
    m->at = s->weight == WEIGHT_LOSING ? s->grace_end : s->at;
    m->subject = s->subject;
    m->key_id = s->key_id;
    m->cert = s->cert;
    m->ref = s->ref;
    m->chain = chain;
    m->line = (uint8_t)s->line;
    m->weight = (uint8_t)s->weight;
}

/* R4.3: whoever the operator is, a Supplier's or the DCC's certificate is wrong in its cell. That of an entity with the
 * role of a Network Operator is an operator's, whatever its party: without a registration nobody knows that it is
 * another's. */
enum weight weigh_operator(const struct inquiry *q, const struct entity *holder, instant at)
{
    const struct party registered = tenure_at(&q->tenures, at).network_operator;

    if (registered.kind == PARTY_NONE)
        return holder->role == ROLE_SUPPLIER ||
                       (holder->role != ROLE_NETWORK_OPERATOR && directory_is_dcc(q->ctx->directory, holder->party))
                   ? WEIGHT_DISPROVES
                   : WEIGHT_SILENT;
    return holder->role == ROLE_NETWORK_OPERATOR && party_equal(holder->party, registered) ? WEIGHT_PROVES
                                                                                           : WEIGHT_DISPROVES;
}

/* R4.4: when the grace ends for the party that lost the Device at most so long before `at`; INSTANT_NONE: none did. */
static instant grace_of(const struct inquiry *q, struct party holder, instant at)
{
    const int64_t grace = q->ctx->revised->cos_grace_ms;

    for (size_t i = tenure_index(&q->tenures, at); i-- > 1;) {
        const struct tenure *const t = &q->tenures.ptr[i];

        if (t->from <= q->commissioned_at || at - t->from > grace)
            break;
        if (tenure_is_change(&q->tenures, i) && party_equal(q->tenures.ptr[i - 1].supplier, holder))
            return t->from + grace;
    }
    return INSTANT_NONE;
}

enum weight weigh_supplier(const struct inquiry *q, const struct entity *holder, instant at, instant *grace_end)
{
    const struct party registered = tenure_at(&q->tenures, at).supplier;

    if (registered.kind == PARTY_NONE)
        return WEIGHT_SILENT;
    if (holder->role != ROLE_SUPPLIER)
        return WEIGHT_DISPROVES;
    if (party_equal(holder->party, registered))
        return WEIGHT_PROVES;
    *grace_end = grace_of(q, holder->party, at);
    return *grace_end != INSTANT_NONE ? WEIGHT_LOSING : WEIGHT_DISPROVES;
}

/* Whether what an outcome names in a cell of the role proves or disproves anything: somebody was registered then. */
static bool cell_tells(const struct inquiry *q, enum party_role role, uint64_t subject, instant at)
{
    const struct entity holder = directory_entity(q->ctx->directory, subject);
    instant grace_end;

    if (subject == 0)
        return false;
    return (role == ROLE_SUPPLIER ? weigh_supplier(q, &holder, at, &grace_end) : weigh_operator(q, &holder, at)) !=
           WEIGHT_SILENT;
}

/* A Network Operator or Supplier cell. A cell that tells neither owner nor key is one that was not shown. */
static void see_cell(struct inquiry *q, enum party_role role, const struct cell_kind *kind, struct sighting s,
                     uint32_t *chain)
{
    const bool supplier = role == ROLE_SUPPLIER;
    const int i = cell_index(
        &q->terms[supplier ? OBLIGATION_SUPPLIER_CREDENTIALS : OBLIGATION_NETWORK_OPERATOR_CREDENTIALS], kind);
    const struct entity holder = directory_entity(q->ctx->directory, s.subject);

    if (i < 0 || (!supplier && role != ROLE_NETWORK_OPERATOR) || (s.subject == 0 && s.key_id == 0))
        return;
    s.line = (supplier ? SEEN_SUPPLIER : SEEN_NETWORK_OPERATOR) + (unsigned)i;
    if (s.subject == 0)
        s.weight = WEIGHT_SILENT;
    else
        s.weight = supplier ? weigh_supplier(q, &holder, s.at, &s.grace_end) : weigh_operator(q, &holder, s.at);
    add_look(q, &s, chain);
}

/* R4.6 */
static void see_recovery(struct inquiry *q, struct sighting s, uint32_t *chain)
{
    const struct entity holder = directory_entity(q->ctx->directory, s.subject);
    bool right = holder.role == ROLE_RECOVERY;

    if (s.subject == 0 || !directory_knows_role(q->ctx->directory, ROLE_RECOVERY))
        return;
    if (right && holder.key_id_count > 0 && s.key_id != 0) {
        right = false;
        for (size_t i = 0; i < holder.key_id_count; i++)
            right = right || holder.key_ids[i] == s.key_id;
    }
    s.line = SEEN_RECOVERY;
    s.weight = right ? WEIGHT_PROVES : WEIGHT_DISPROVES;
    add_look(q, &s, chain);
}

/* R4.2: whether a 6.15.2 request that counts carried this certificate. */
static bool was_sent(const struct inquiry *q, const struct device_cert *cert)
{
    for (size_t i = 0; i < q->sent_count; i++) {
        const struct request_row *const row = q->sent[i];

        if ((cert->serial.len > 0 && text_equal(cert->serial, row->sent_serial)) ||
            (cert->key_id != 0 && cert->key_id == row->sent_key_id))
            return true;
    }
    return false;
}

/* R4.2 */
static enum weight weigh_certificate(const struct inquiry *q, const struct device_cert *cert)
{
    if (cert->subject != 0 && cert->subject != q->inventory->device)
        return WEIGHT_DISPROVES;
    if (cert->not_before != INSTANT_NONE && cert->not_before >= q->first_commissioned_at - NOT_BEFORE_SLACK)
        return WEIGHT_PROVES;
    if (was_sent(q, cert))
        return WEIGHT_PROVES;
    return cert->not_before != INSTANT_NONE ? WEIGHT_DISPROVES : WEIGHT_SILENT;
}

static void see_certificate(struct inquiry *q, const struct device_cert *cert, instant at, struct evidence_ref ref,
                            uint32_t *chain)
{
    const enum usage usage = usage_of(cert->key_usage);

    if (usage == USAGE_UNTYPED)
        return;
    add_look(q,
             &(struct sighting){.line = SEEN_CERTS + (usage - USAGE_DS),
                                .weight = weigh_certificate(q, cert),
                                .subject = cert->subject,
                                .key_id = cert->key_id,
                                .cert = cert,
                                .at = at,
                                .ref = ref},
             chain);
}

/* R4.1: an issued certificate is no look at the Device, but shows that it has made the key pair. */
static void add_issued_marks(struct inquiry *q, const struct snapshot *snap, struct evidence_ref ref, uint32_t *chain)
{
    for (size_t i = 0; i < snap->cert_count; i++) {
        const struct device_cert *const cert = &snap->certs[i];
        const enum usage usage = usage_of(cert->key_usage);

        if (usage != USAGE_UNTYPED && cert->subject == q->inventory->device && cert->not_before != INSTANT_NONE &&
            cert->not_before >= q->commissioned_at - NOT_BEFORE_SLACK)
            add_mark(q, DONE_KEYS + usage, WEIGHT_DONE, snap->taken_at, snap->taken_at, ref, chain);
    }
}

void add_snapshot_marks(struct inquiry *q, struct event *e)
{
    const struct snapshot *snap = &q->records->snapshots[e->index];
    const struct evidence_ref ref = {EVIDENCE_SNAPSHOT, e->index};

    e->marks = MARK_NONE;
    if (snapshot_is_issued(snap)) {
        add_issued_marks(q, snap, ref, &e->marks);
        return;
    }
    add_mark(q, ANSWERS, WEIGHT_DONE, snap->taken_at, snap->taken_at, ref, &e->marks);
    for (size_t i = 0; i < snap->cell_count; i++) {
        const struct cell *cell = &snap->cells[i];
        const struct sighting s = {.subject = cell->subject, .key_id = cell->key_id, .at = snap->taken_at, .ref = ref};

        if (!cell->ok)
            continue;
        if (cell->role == ROLE_RECOVERY)
            see_recovery(q, s, &e->marks);
        else
            see_cell(q, cell->role, &(struct cell_kind){cell->key_usage, cell->cell_usage}, s, &e->marks);
    }
    for (size_t i = 0; i < snap->cert_count; i++)
        see_certificate(q, &snap->certs[i], snap->taken_at, ref, &e->marks);
}

void add_check_marks(struct inquiry *q, struct event *e)
{
    const struct check_row *check = &q->records->checks[e->index];

    e->marks = MARK_NONE;
    add_mark(q, check->kind == CHECK_RECOVERY_CELL ? SEEN_RECOVERY : SEEN_COMMUNICATING,
             check->result == RESULT_PASS ? WEIGHT_PROVES : WEIGHT_DISPROVES, check->checked_at, check->checked_at,
             (struct evidence_ref){EVIDENCE_CHECK, e->index}, &e->marks);
}

/* What the replacement outcomes of an answer show, dated by the very answer that carried them. */
static void add_outcome_marks(struct inquiry *q, struct attempt *a)
{
    const instant at = attempt_cells_at(a, &q->reader);
    const struct evidence_ref ref = {EVIDENCE_REQUEST, (uint32_t)(a->cells - q->records->requests)};

    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *o = &a->cells->outcomes[i];
        const bool replaced = o->status == 0;
        const struct sighting s = {.subject = replaced ? o->new_subject : o->existing_subject,
                                   .key_id = replaced ? o->new_key_id : o->existing_key_id,
                                   .at = at,
                                   .ref = ref};

        see_cell(q, o->role, &(struct cell_kind){o->key_usage, o->cell_usage}, s, &a->marks);
    }
}

/* ---- Commands ---- */

/* R4.3: the role of the sender, for whoever is not in the reference data by what the row tells. */
static enum party_role role_of_user(enum user_role role)
{
    switch (role) {
    case USER_IS:
    case USER_GS:
        return ROLE_SUPPLIER;
    case USER_ED:
    case USER_GT:
        return ROLE_NETWORK_OPERATOR;
    case USER_DCC:
        return ROLE_DCC;
    default:
        return ROLE_NONE;
    }
}

bool operator_sender_tells(const struct directory *d, const struct tenures *tenures, const struct attempt *a)
{
    const struct entity sender = directory_entity(d, a->user);
    const enum party_role role = sender.role != ROLE_NONE ? sender.role : role_of_user(a->user_role);

    return role == ROLE_SUPPLIER || role == ROLE_DCC || directory_is_dcc(d, sender.party) ||
           (role == ROLE_NETWORK_OPERATOR &&
            party_equal(sender.party, tenure_at(tenures, a->answer.answered_at).network_operator));
}

bool supplier_sender_counts(const struct inquiry *q, const struct attempt *a)
{
    const instant answered = attempt_answered(a);
    const instant at = answered != INSTANT_MAX ? answered : attempt_made(a);
    const struct party sender = directory_entity(q->ctx->directory, a->user).party;

    return party_equal(sender, tenure_at(&q->tenures, at).supplier) || directory_is_dcc(q->ctx->directory, sender);
}

static bool is_about_cells(const struct attempt *a)
{
    return a->about == ABOUT_CELLS || a->about == ABOUT_SUPPLIER_CELLS;
}

/* What it is known to have sent decides, else its sender. */
static void add_operator_marks(struct inquiry *q, struct attempt *a, unsigned cell, const struct cell_sent *sent,
                               struct evidence_ref ref)
{
    const instant made = attempt_made(a), answered = a->answer.answered_at;
    const unsigned line = a->role == ROLE_NETWORK_OPERATOR ? TOLD_OPERATOR : UNTOLD_OPERATOR;
    const bool wrong = sent->sent == SENT_WRONG;
    const bool tells = sent->sent == SENT_RIGHT || operator_sender_tells(q->ctx->directory, &q->tenures, a);
    struct mark *const m = add_mark(q, line + cell,
                                    wrong   ? WEIGHT_MISPLACED
                                    : tells ? WEIGHT_DONE
                                            : WEIGHT_STRANGE,
                                    made, answered, ref, &a->marks);

    m->subject = sent->subject;
    m->key_id = sent->key_id;
    if (wrong || !tells)
        add_mark(q, STRANGE_OPERATOR + cell, WEIGHT_STRANGE, answered, made, ref, &a->marks);
}

/* Covers the cells of a role, or of them the one of that kind. */
static void add_cell_marks(struct inquiry *q, struct attempt *a, enum party_role role, const struct cell_kind *kind,
                           struct evidence_ref ref)
{
    const bool supplier = role == ROLE_SUPPLIER;
    const enum obligation o = supplier ? OBLIGATION_SUPPLIER_CREDENTIALS : OBLIGATION_NETWORK_OPERATOR_CREDENTIALS;
    const struct obligation_terms *terms = &q->terms[o];

    if ((!supplier && role != ROLE_NETWORK_OPERATOR) || !attempt_is_for(q, a, o) ||
        (supplier && !supplier_sender_counts(q, a)))
        return;
    for (unsigned i = 0; i < terms->cell_count; i++) {
        const struct cell_sent sent = attempt_sent(q, a, o, &terms->cells[i]);

        if ((kind != NULL && cell_index(terms, kind) != (int)i) || sent.sent == SENT_NOTHING)
            continue;
        if (!supplier)
            add_operator_marks(q, a, i, &sent, ref);
        else if (sent.sent != SENT_WRONG)
            add_mark(q, DONE_SUPPLIER + i, WEIGHT_DONE, attempt_made(a), a->answer.answered_at, ref, &a->marks);
    }
}

/* Known cell outcomes decide instead (R4.3); but one that was replaced, without a word by whose certificate, is covered
 * as it would be by the success alone. */
static bool is_left_to_success(const struct inquiry *q, const struct cell_outcome *o, instant told_at)
{
    return o->status == 0 && !cell_tells(q, o->role, o->new_subject, told_at);
}

bool answer_leaves_to_success(struct inquiry *q, const struct attempt *a, enum party_role role,
                              const struct cell_kind *kind)
{
    const instant told_at = attempt_cells_at(a, &q->reader);

    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *o = &a->cells->outcomes[i];

        if (outcome_is_of(o, role, kind) && is_left_to_success(q, o, told_at))
            return true;
    }
    return false;
}

static void add_replaced_marks(struct inquiry *q, struct attempt *a, struct evidence_ref ref)
{
    const instant told_at = attempt_cells_at(a, &q->reader);

    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *o = &a->cells->outcomes[i];

        if (is_left_to_success(q, o, told_at))
            add_cell_marks(q, a, o->role, &(struct cell_kind){o->key_usage, o->cell_usage}, ref);
    }
}

/* A future-dated command does nothing before its execution_at. */
static void add_success_marks(struct inquiry *q, struct attempt *a, struct evidence_ref ref)
{
    const instant made = attempt_made(a), answered = a->answer.answered_at;
    const enum usage usage = usage_of(a->credential_type);

    if (attempt_is_for(q, a, OBLIGATION_ISSUE_CREDENTIALS))
        add_mark(q, DONE_KEYS + usage, WEIGHT_DONE, made, answered, ref, &a->marks);
    else if (attempt_is_for(q, a, OBLIGATION_DEVICE_CERTIFICATES))
        add_mark(q, DONE_CERTS + usage, WEIGHT_DONE, made, answered, ref, &a->marks);
    else if (is_about_cells(a) && a->cells != NULL)
        add_replaced_marks(q, a, ref);
    else if (is_about_cells(a)) {
        add_cell_marks(q, a, ROLE_NETWORK_OPERATOR, NULL, ref);
        add_cell_marks(q, a, ROLE_SUPPLIER, NULL, ref);
    }
}

void add_command_marks(struct inquiry *q, struct attempt *a)
{
    const struct evidence_ref ref = {EVIDENCE_REQUEST, (uint32_t)(a->counted - q->records->requests)};

    a->marks = MARK_NONE;
    if (a->answer.answered_at >= q->commissioned_at && a->outcome <= OUTCOME_EMPTY)
        add_mark(q, ANSWERS, WEIGHT_DONE, a->answer.answered_at, a->answer.answered_at, ref, &a->marks);
    if (a->outcome == OUTCOME_SUCCEEDED && a->in_force && a->about != ABOUT_NOTHING)
        add_success_marks(q, a, ref);
    if (a->cells != NULL && is_about_cells(a))
        add_outcome_marks(q, a);
}
