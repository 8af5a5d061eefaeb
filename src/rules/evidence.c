/* R4.0: puts what requests, snapshots and checks show onto the timelines. */
#include "domain/service.h"
#include "inquiry_int.h"
#include "parts_int.h"

/* R4.2: a new certificate may carry a time a little before the Commissioning. */
#define NOT_BEFORE_SLACK INSTANT_DAY

#define BIT(o)                  (1U << (o))
#define CELL_OBLIGATIONS        (BIT(OBLIGATION_NETWORK_OPERATOR_CREDENTIALS) | BIT(OBLIGATION_SUPPLIER_CREDENTIALS))
#define CERTIFICATE_OBLIGATIONS (BIT(OBLIGATION_DEVICE_CERTIFICATES) | BIT(OBLIGATION_ISSUE_CREDENTIALS))

/* Which obligations a command of the SRV can touch: that of the Device's answer, and those of what it is about. */
static unsigned touched_by(const struct attempt *a)
{
    switch (service_about(a->srv)) {
    case ABOUT_KEYS:
        return BIT(OBLIGATION_ISSUE_CREDENTIALS) | BIT(OBLIGATION_COMMUNICATING);
    case ABOUT_CERTIFICATES:
        return CERTIFICATE_OBLIGATIONS | BIT(OBLIGATION_COMMUNICATING);
    case ABOUT_CELLS:
    case ABOUT_SUPPLIER_CELLS:
        return CELL_OBLIGATIONS | BIT(OBLIGATION_COMMUNICATING);
    default:
        return BIT(OBLIGATION_COMMUNICATING);
    }
}

static void put(struct inquiry *q, unsigned line, enum weight weight, instant at, struct evidence_ref ref,
                uint64_t subject, uint32_t *chain)
{
    const struct mark mark = {.at = at,
                              .subject = subject,
                              .ref = ref,
                              .sibling = MARK_NONE,
                              .timeline = (uint8_t)line,
                              .weight = (uint8_t)weight};

    mark_put(&q->marks, q->lines, &mark, chain);
}

/* A Network Operator or Supplier cell, as a snapshot or a replacement outcome shows it. */
struct sighting {
    enum party_role role;
    struct cell_kind kind;
    uint64_t subject;
    instant at;
    struct evidence_ref ref;
};

/* Whether it says anything: it tells whose the cell is, and somebody was registered then. */
static bool see_cell(struct inquiry *q, const struct sighting *s, uint32_t *chain)
{
    const bool supplier = s->role == ROLE_SUPPLIER;
    const struct obligation_terms *terms =
        &q->terms[supplier ? OBLIGATION_SUPPLIER_CREDENTIALS : OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];
    const struct tenure then = tenure_at(&q->tenures, s->at);
    const struct party registered = supplier ? then.supplier : then.network_operator;
    struct entity holder;

    if (s->subject == 0 || registered.kind == PARTY_NONE || (!supplier && s->role != ROLE_NETWORK_OPERATOR))
        return false;
    holder = directory_entity(q->ctx->directory, s->subject);
    for (unsigned i = 0; i < terms->cell_count; i++) {
        const bool belongs = party_equal(holder.party, registered) && holder.role == s->role;

        if (terms->cells[i].key_usage == s->kind.key_usage && terms->cells[i].cell_usage == s->kind.cell_usage)
            put(q, (supplier ? SEEN_SUPPLIER : SEEN_NETWORK_OPERATOR) + i, belongs ? WEIGHT_PROVES : WEIGHT_DISPROVES,
                s->at, s->ref, s->subject, chain);
    }
    return true;
}

/* R4.6 */
static void see_recovery(struct inquiry *q, const struct cell *cell, instant at, struct evidence_ref ref)
{
    const struct entity holder = directory_entity(q->ctx->directory, cell->subject);
    bool right = holder.role == ROLE_RECOVERY;

    if (right && holder.key_id_count > 0) {
        if (cell->key_id == 0)
            return; /* the right party, but nobody can tell whether by the right key */
        right = false;
        for (size_t i = 0; i < holder.key_id_count; i++)
            right = right || holder.key_ids[i] == cell->key_id;
    }
    put(q, SEEN_RECOVERY, right ? WEIGHT_PROVES : WEIGHT_DISPROVES, at, ref, cell->subject, NULL);
}

static bool carried(const struct request_row *row, const struct device_cert *cert, instant as_of)
{
    return row->requested_at <= as_of && ((cert->serial.len > 0 && text_equal(cert->serial, row->sent_serial)) ||
                                          (cert->key_id != 0 && cert->key_id == row->sent_key_id));
}

/* R4.2: whether a 6.15.2 request since Commissioning carried this certificate. */
static bool was_sent(const struct inquiry *q, const struct device_cert *cert)
{
    if (!q->certificates_sent)
        return false;
    for (size_t i = 0; i < q->attempt_count; i++) {
        const struct attempt *const a = &q->attempts[i];

        if (a->srv != SRV(6, 15, 2) || a->requested_at < q->commissioned_at)
            continue;
        for (size_t k = a->first; k < a->first + a->row_count; k++)
            if (carried(&q->records->requests[k], cert, q->ctx->as_of))
                return true;
    }
    return false;
}

static void see_certificate(struct inquiry *q, const struct device_cert *cert, instant at, struct evidence_ref ref)
{
    const enum usage usage = usage_of(cert->key_usage);
    enum weight weight;

    if (usage == USAGE_UNTYPED)
        return;
    if (cert->subject != 0 && cert->subject != q->inventory->device)
        weight = WEIGHT_DISPROVES;
    else if (cert->not_before != INSTANT_NONE && cert->not_before >= q->commissioned_at - NOT_BEFORE_SLACK)
        weight = WEIGHT_PROVES;
    else if (was_sent(q, cert))
        weight = WEIGHT_PROVES;
    else if (cert->not_before != INSTANT_NONE)
        weight = WEIGHT_DISPROVES;
    else
        return; /* nothing tells whether it is new */
    put(q, SEEN_CERTS + (usage - USAGE_DS), weight, at, ref, 0, NULL);
}

static unsigned apply_snapshot(struct inquiry *q, uint32_t index)
{
    const struct snapshot *snap = &q->records->snapshots[index];
    const struct evidence_ref ref = {EVIDENCE_SNAPSHOT, index};

    put(q, ANSWERS, WEIGHT_DONE, snap->taken_at, ref, 0, NULL);
    for (size_t i = 0; i < snap->cell_count; i++) {
        const struct cell *cell = &snap->cells[i];
        const struct sighting s = {cell->role, {cell->key_usage, cell->cell_usage}, cell->subject, snap->taken_at, ref};

        if (!cell->ok || cell->subject == 0)
            continue;
        if (cell->role == ROLE_RECOVERY)
            see_recovery(q, cell, snap->taken_at, ref);
        else
            (void)see_cell(q, &s, NULL);
    }
    for (size_t i = 0; i < snap->cert_count; i++)
        see_certificate(q, &snap->certs[i], snap->taken_at, ref);
    return CERTIFICATE_OBLIGATIONS | CELL_OBLIGATIONS | BIT(OBLIGATION_COMMUNICATING) | BIT(OBLIGATION_RECOVERY_CELL);
}

static unsigned apply_check(struct inquiry *q, uint32_t index)
{
    const struct check_row *check = &q->records->checks[index];
    const struct evidence_ref ref = {EVIDENCE_CHECK, index};
    const bool recovery = check->kind == CHECK_RECOVERY_CELL;

    put(q, recovery ? SEEN_RECOVERY : SEEN_COMMUNICATING,
        check->result == RESULT_PASS ? WEIGHT_PROVES : WEIGHT_DISPROVES, check->checked_at, ref, 0, NULL);
    return BIT(recovery ? OBLIGATION_RECOVERY_CELL : OBLIGATION_COMMUNICATING);
}

/* Whether a SUCCEEDED command counts for the cells of a role (R4.3, R4.4). */
static bool counts_for_cells(const struct inquiry *q, const struct attempt *a, enum party_role role)
{
    if (role == ROLE_NETWORK_OPERATOR)
        return attempt_is_for(q, a, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS);
    return role == ROLE_SUPPLIER && attempt_is_for(q, a, OBLIGATION_SUPPLIER_CREDENTIALS) &&
           supplier_sender_counts(q, a->user, a->reading.answered_at);
}

/* Covers the cells of a role, or of them the one of that kind. */
static void cover_cells(struct inquiry *q, struct attempt *a, enum party_role role, const struct cell_kind *kind,
                        struct evidence_ref ref)
{
    const bool supplier = role == ROLE_SUPPLIER;
    const struct obligation_terms *terms =
        &q->terms[supplier ? OBLIGATION_SUPPLIER_CREDENTIALS : OBLIGATION_NETWORK_OPERATOR_CREDENTIALS];

    if (!counts_for_cells(q, a, role))
        return;
    for (unsigned i = 0; i < terms->cell_count; i++)
        if (kind == NULL ||
            (terms->cells[i].key_usage == kind->key_usage && terms->cells[i].cell_usage == kind->cell_usage))
            put(q, (supplier ? DONE_SUPPLIER : DONE_NETWORK_OPERATOR) + i, WEIGHT_DONE, a->reading.answered_at, ref, 0,
                &a->marks);
}

/* What a SUCCEEDED command covers. Known cell outcomes decide instead (R4.3). */
static void put_success(struct inquiry *q, struct attempt *a, struct evidence_ref ref)
{
    const instant at = a->reading.answered_at;
    const enum usage usage = usage_of(a->credential_type);

    if (attempt_is_for(q, a, OBLIGATION_ISSUE_CREDENTIALS))
        put(q, DONE_KEYS + usage, WEIGHT_DONE, at, ref, 0, &a->marks);
    else if (attempt_is_for(q, a, OBLIGATION_DEVICE_CERTIFICATES))
        put(q, DONE_CERTS + usage, WEIGHT_DONE, at, ref, 0, &a->marks);
    if (a->cells == NULL) {
        cover_cells(q, a, ROLE_NETWORK_OPERATOR, NULL, ref);
        cover_cells(q, a, ROLE_SUPPLIER, NULL, ref);
    }
}

/* A cell that was replaced, without a word by whose certificate or for whom, is covered as it would be by the success
 * alone. */
static void put_outcomes(struct inquiry *q, struct attempt *a, struct evidence_ref ref)
{
    for (unsigned i = 0; i < a->cells->outcome_count; i++) {
        const struct cell_outcome *o = &a->cells->outcomes[i];
        const struct sighting s = {o->role,
                                   {o->key_usage, o->cell_usage},
                                   o->status == 0 ? o->new_subject : o->existing_subject,
                                   a->reading.answered_at,
                                   ref};

        if (!see_cell(q, &s, &a->marks) && a->outcome == OUTCOME_SUCCEEDED && o->status == 0)
            cover_cells(q, a, o->role, &s.kind, ref);
    }
}

static unsigned apply_request(struct inquiry *q, struct attempt *now, struct attempt *before)
{
    struct evidence_ref ref = {EVIDENCE_REQUEST, 0};
    unsigned touched = 0;

    if (before != NULL) {
        touched |= touched_by(before);
        marks_take_back(&q->marks, q->lines, &before->marks);
    }
    if (now != NULL) {
        touched |= touched_by(now);
        ref.index = (uint32_t)(now->counted - q->records->requests);
        if (now->reading.answered_at >= q->commissioned_at && now->outcome <= OUTCOME_EMPTY)
            put(q, ANSWERS, WEIGHT_DONE, now->reading.answered_at, ref, 0, &now->marks);
        if (now->outcome == OUTCOME_SUCCEEDED)
            put_success(q, now, ref);
        if (now->cells != NULL && (touched & CELL_OBLIGATIONS))
            put_outcomes(q, now, ref);
    }
    return touched;
}

static unsigned apply_tenure(struct inquiry *q, uint32_t index)
{
    if (tenure_is_change(&q->tenures, index)) {
        q->cos_at = q->tenures.ptr[index].from;
        q->losing = q->tenure.supplier;
    }
    q->tenure = q->tenures.ptr[index];
    return CELL_OBLIGATIONS;
}

unsigned evidence_apply(struct inquiry *q, const struct event *e)
{
    switch (e->kind) {
    case EVENT_REQUEST:
        return apply_request(q, e->now, e->before);
    case EVENT_SNAPSHOT:
        return apply_snapshot(q, e->index);
    case EVENT_CHECK:
        return apply_check(q, e->index);
    case EVENT_TENURE:
        return apply_tenure(q, e->index);
    default: /* EVENT_GRACE_END: only time has passed */
        return BIT(OBLIGATION_SUPPLIER_CREDENTIALS);
    }
}
