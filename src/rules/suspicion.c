#include "rules/suspicion.h"

#include "requests_int.h"

const char *suspicion_word(enum suspicion s)
{
    static const char *const words[SUSPICIONS] = {
        [SUSPECT_DEVICE] = "UNKNOWN_DEVICE",
        [SUSPECT_CODE] = "UNKNOWN_CODE",
        [SUSPECT_ORIGINATOR] = "UNKNOWN_ORIGINATOR",
        [SUSPECT_OWNER] = "UNKNOWN_OWNER",
        [SUSPECT_CELL] = "CELL_NOT_OK",
        [SUSPECT_CONFLICT] = "CONFLICT",
        [SUSPECT_TARGET] = "WRONG_TARGET",
        [SUSPECT_TWIN] = "TAKEN_FOR_ONE",
        [SUSPECT_REQUEST] = "REQUEST_MISSING",
        [SUSPECT_AMISS] = "AMISS",
    };

    return words[s];
}

/* The records of a Device name the same few entities again and again. */
static bool is_unknown(const struct directory *d, uint64_t entity, uint64_t *known)
{
    if (entity == 0 || entity == *known)
        return false;
    if (directory_entity(d, entity).party.kind == PARTY_UNKNOWN)
        return true;
    *known = entity;
    return false;
}

uint64_t request_sends_unknown(const struct request_row *row, const struct directory *d)
{
    uint64_t known = 0;

    for (size_t i = 0; request_sends_cells(row) && i < row->outcome_count; i++)
        if (is_unknown(d, row->outcomes[i].new_subject, &known))
            return row->outcomes[i].new_subject;
    return 0;
}

/* Whether nothing but an answer tells of a request. */
static unsigned of_answers(const struct device_records *records)
{
    const struct request_row *const rows = records->requests;
    size_t n;

    for (size_t i = 0; i < records->request_count; i += n) {
        n = request_rows(&rows[i], records->request_count - i);
        if (request_is_of_answers(&rows[i], n))
            return 1u << SUSPECT_REQUEST;
    }
    return 0;
}

static unsigned of_requests(const struct device_records *records, const struct judge_context *ctx)
{
    struct code_reader reader;
    uint64_t known = 0;
    unsigned found = 0;
    bool answers = false;

    code_reader_init(&reader, ctx->codes, ctx->revised->response_window_ms);
    for (size_t i = 0; i < records->request_count; i++) {
        const struct request_row *const row = &records->requests[i];

        if (row_says_unknown_words(row, &reader))
            found |= 1u << SUSPECT_CODE;
        if (is_unknown(ctx->directory, row->user_id, &known))
            found |= 1u << SUSPECT_ORIGINATOR;
        if (request_sends_unknown(row, ctx->directory) != 0)
            found |= 1u << SUSPECT_OWNER;
        if (request_is_misaddressed(row, row->srv, row->command_variant, &reader))
            found |= 1u << SUSPECT_TARGET;
        if (row->twin == TWIN_IN_DOUBT)
            found |= 1u << SUSPECT_TWIN;
        answers = answers || row->of_answer;
    }
    return found | (answers ? of_answers(records) : 0);
}

/* Whether two looks show one cell with different owners. */
static bool looks_differ(const struct snapshot *a, const struct snapshot *b)
{
    for (size_t i = 0; i < a->cell_count; i++)
        for (size_t k = 0; k < b->cell_count; k++) {
            const struct cell *const x = &a->cells[i], *const y = &b->cells[k];

            if (x->role == y->role && x->key_usage == y->key_usage && x->cell_usage == y->cell_usage && x->ok &&
                y->ok && x->subject != 0 && y->subject != 0 && x->subject != y->subject)
                return true;
        }
    return false;
}

/* R4.0: two looks at one instant that disagree; looks ascend by their instant. */
static bool is_contradicted(const struct device_records *records, size_t at)
{
    const struct snapshot *const s = &records->snapshots[at];

    for (size_t i = at; i-- > 0 && records->snapshots[i].taken_at == s->taken_at;)
        if (looks_differ(&records->snapshots[i], s))
            return true;
    return false;
}

static unsigned of_snapshots(const struct device_records *records, const struct judge_context *ctx)
{
    uint64_t known = 0;
    unsigned found = 0;

    for (size_t i = 0; i < records->snapshot_count; i++) {
        const struct snapshot *const s = &records->snapshots[i];

        if (s->conflict || is_contradicted(records, i))
            found |= 1u << SUSPECT_CONFLICT;
        for (size_t c = 0; c < s->cell_count; c++) {
            if (!s->cells[c].ok)
                found |= 1u << SUSPECT_CELL;
            else if (is_unknown(ctx->directory, s->cells[c].subject, &known))
                found |= 1u << SUSPECT_OWNER;
        }
    }
    return found;
}

unsigned suspicions_of(const struct device_records *records, const struct judge_context *ctx)
{
    unsigned found = of_requests(records, ctx) | of_snapshots(records, ctx);

    if (inventory_at(records, ctx->as_of) == NULL)
        found |= 1u << SUSPECT_DEVICE;
    for (size_t i = 0; i < records->inventory_count; i++)
        if (records->inventory[i].conflict)
            found |= 1u << SUSPECT_CONFLICT;
    for (size_t i = 0; i < records->check_count; i++)
        if (records->checks[i].conflict)
            found |= 1u << SUSPECT_CONFLICT;
    return found;
}

unsigned suspicions_of_judgement(const struct judgement *j)
{
    const enum device_type type = j->inventory->type;
    const bool has_operator = type == DEVICE_ESME || type == DEVICE_GPF,
               has_supplier = has_operator || type == DEVICE_GSME;
    const bool lacks = (has_supplier && j->supplier.kind == PARTY_NONE) ||
                       (has_operator && j->network_operator.kind == PARTY_NONE) || j->inventory->region == CSP_NONE;

    if ((j->reasons & REASON_BIT(REASON_CONTRADICTED)) != 0 || j->excluded == EXCLUDED_NO_COMMISSIONING_INSTANT ||
        (j->verdict != VERDICT_EXCLUDED && lacks))
        return 1u << SUSPECT_AMISS;
    return 0;
}
