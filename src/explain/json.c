/* The explanation as JSON. */
#include "explanation_int.h"

#include "domain/eui64.h"
#include "rules/wording.h"

#include <string.h>

static void put_party(struct json_out *j, const char *key, const struct explanation *s, struct party p)
{
    char buf[PARTY_BUF_SIZE];

    json_key(j, key);
    if (p.kind == PARTY_NONE)
        json_null(j);
    else
        json_text(j, explanation_party(s, p, buf));
}

static void put_str(struct json_out *j, const char *key, const char *value)
{
    json_pair(j, key, value != NULL && *value != '\0' ? value : NULL);
}

static void put_device(struct json_out *j, const char *key, uint64_t id)
{
    char text[EUI64_TEXT_SIZE];

    eui64_format(id, text);
    put_str(j, key, id != 0 ? text : NULL);
}

static void put_reasons(struct json_out *j, reason_set set)
{
    json_key(j, "reasons");
    json_open(j, '[');
    for (unsigned r = 0; r < REASONS; r++) {
        if ((set & REASON_BIT(r)) == 0)
            continue;
        json_open(j, '{');
        put_str(j, "reason", reason_word((enum reason)r));
        put_str(j, "meaning", reason_sentence((enum reason)r));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_gaps(struct json_out *j, const struct explanation *s)
{
    json_key(j, "registration_gaps");
    json_open(j, '[');
    for (size_t i = 0; i < s->gap_count; i++) {
        json_open(j, '{');
        json_instant(j, "from", s->gaps[i].from);
        json_instant(j, "to", s->gaps[i].to);
        put_party(j, "before", s, s->gaps[i].before);
        put_party(j, "after", s, s->gaps[i].after);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_identity(struct json_out *j, const struct explanation *s)
{
    const struct judgement *const g = &s->judgement;
    const struct inventory_row *const inv = g->inventory;
    char mpxn[MPXN_TEXT_SIZE];

    mpxn_format(g->mpxn, mpxn);
    put_str(j, "device_type", term_word(&vocab_device_type, inv->type));
    put_str(j, "smets", term_word(&vocab_smets, inv->smets));
    put_str(j, "status", term_word(&vocab_smi_status, inv->status));
    put_str(j, "csp_region", term_word(&vocab_csp_region, inv->region));
    put_device(j, "chf_id", inv->chf);
    put_str(j, "mpxn", g->mpxn != 0 ? mpxn : NULL);
    json_instant(j, "commissioned_at", inv->commissioned_at);
    json_instant(j, "deadline", g->deadline);
    put_party(j, "supplier", s, g->supplier);
    put_party(j, "commissioning_supplier", s, g->commissioning_supplier);
    put_party(j, "network_operator", s, g->network_operator);
    json_instant(j, "cos_at", g->cos_at);
    put_gaps(j, s);
}

static void put_verdicts(struct json_out *j, const struct judgement *g)
{
    put_str(j, "legacy_verdict", verdict_word(g->legacy_verdict));
    put_str(j, "verdict", verdict_word(g->verdict));
    put_str(j, "verdict_rule", rule_text(g->verdict_rule));
    put_str(j, "classification", classification_word(g->classification));
    put_str(j, "excluded_reason", excluded_reason_word(g->excluded));
    json_instant(j, "completed_at", g->completed_at);
    put_str(j, "late", g->late == 1 ? "yes" : g->late == 0 ? "no" : NULL);
    put_str(j, "main_reason", g->main_reason != REASONS ? reason_word(g->main_reason) : NULL);
    put_reasons(j, g->reasons);
}

static void put_part(struct json_out *j, const struct explanation *s, const struct told_part *told)
{
    const struct traced_part *const part = &told->part;

    json_open(j, '{');
    put_str(j, "key_usage", term_word(&vocab_key_usage, part->key_usage));
    put_str(j, "cell_usage", term_word(&vocab_cell_usage, part->cell_usage));
    put_str(j, "state", obligation_state_word(part->state));
    put_str(j, "rule", rule_text(part->rule));
    json_instant(j, "since", part->since);
    json_instant(j, "last", part->last);
    json_key(j, "records");
    json_open(j, '[');
    for (size_t i = told->first; i < told->first + told->count; i++) {
        json_open(j, '{');
        json_count(j, "number", s->effects[i].number);
        put_str(j, "effect", effect_word(s->effects[i].effect));
        json_close(j, '}');
        explanation_pass_on(s, j->buf);
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void put_parts(struct json_out *j, const struct explanation *s, enum obligation which)
{
    json_key(j, "parts");
    json_open(j, '[');
    for (size_t i = 0; i < s->part_count; i++)
        if (s->parts[i].obligation == which)
            put_part(j, s, &s->parts[i]);
    json_close(j, ']');
}

static void put_silences(struct json_out *j, const struct explanation *s, enum obligation which)
{
    struct silence silences[SILENCES_TOLD];
    const size_t count = explanation_silences(s, which, silences);

    json_key(j, "silences");
    json_open(j, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(j, '{');
        json_instant(j, "from", silences[i].from);
        json_instant(j, "to", silences[i].to);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_obligation(struct json_out *j, const struct explanation *s, enum obligation which)
{
    const struct obligation_judgement *const o = &s->judgement.obligations[which];
    char action[ACTION_TEXT_SIZE] = "";
    size_t numbers[EVIDENCE_REFS_MAX];
    const size_t count = explanation_rests_on(s, which, numbers);

    action_format(&o->action, s->context->directory, action);
    json_open(j, '{');
    put_str(j, "obligation", obligation_word(which));
    put_str(j, "state", obligation_state_word(o->state));
    put_str(j, "rule", rule_text(o->rule));
    put_party(j, "owed_by", s, o->owed_by);
    json_key(j, "legacy_met");
    json_bool(j, o->legacy_met);
    put_str(j, "main_reason", o->main_reason != REASONS ? reason_word(o->main_reason) : NULL);
    put_reasons(j, o->reasons);
    json_key(j, "rests_on");
    json_open(j, '[');
    for (size_t i = 0; i < count; i++)
        json_int(j, (int64_t)numbers[i]);
    json_close(j, ']');
    put_str(j, "next_action", action);
    put_parts(j, s, which);
    put_silences(j, s, which);
    json_close(j, '}');
}

static void put_lines(struct json_out *j, const char *lines)
{
    json_open(j, '[');
    while (*lines != '\0') {
        const size_t len = strcspn(lines, "\n");

        json_text(j, (struct text){lines, len});
        lines += len;
        lines += *lines != '\0';
    }
    json_close(j, ']');
}

static void put_voided(struct json_out *j, const struct explanation *s, const struct request_summary *v)
{
    json_key(j, "voided_by");
    if (v->voided_by == SIZE_MAX)
        json_null(j);
    else
        json_int(j,
                 (int64_t)explanation_item_number(s, (struct evidence_ref){EVIDENCE_REQUEST, (uint32_t)v->voided_by}));
}

static void put_item(struct json_out *j, const struct explanation *s, size_t i)
{
    static const char *const kinds[] = {[ITEM_REGISTRATION] = "registration",
                                        [ITEM_COMMISSIONED] = "commissioned",
                                        [ITEM_REQUEST] = "request",
                                        [ITEM_SNAPSHOT] = "snapshot",
                                        [ITEM_CHECK] = "check"};
    const struct timeline_item *const item = &s->items[i];
    struct buf first = {0};
    struct buf more = {0};
    const struct source source = explanation_item_source(s, item);

    explanation_item_text(s, item, OBLIGATIONS, &first, &more);
    json_open(j, '{');
    json_count(j, "number", i + 1);
    json_instant(j, "at", item->at);
    put_str(j, "kind", kinds[item->kind]);
    if (item->kind == ITEM_REQUEST) {
        const struct request_summary v = explanation_request(s, item);

        put_str(j, "outcome", outcome_word(v.outcome));
        put_str(j, "rule", rule_text(v.rule));
        put_voided(j, s, &v);
    }
    json_key(j, "decisive");
    json_bool(j, item->decisive);
    json_key(j, "text");
    json_text(j, buf_text(&first));
    json_key(j, "details");
    put_lines(j, buf_cstr(&more));
    put_str(j, "file", store_file_name(s->store, source.file));
    json_key(j, "line");
    if (source.line != 0)
        json_int(j, (int64_t)source.line);
    else
        json_null(j);
    json_close(j, '}');
    buf_release_into(&first, j->buf);
    buf_release_into(&more, j->buf);
}

void explain_json(const struct explanation *s, struct json_out *j)
{
    struct buf conclusion = {0}, scope = {0};

    put_device(j, "device_id", s->id);
    json_instant(j, "as_of", s->context->as_of);
    explanation_scope(s, &scope);
    put_str(j, "scope", buf_cstr(&scope));
    buf_release_into(&scope, j->buf);
    explanation_conclusion(s, &conclusion);
    json_key(j, "conclusion");
    json_text(j, buf_text(&conclusion));
    buf_release_into(&conclusion, j->buf);
    if (s->judged) {
        put_identity(j, s);
        put_verdicts(j, &s->judgement);
        json_key(j, "obligations");
        json_open(j, '[');
        for (unsigned o = 0; o < OBLIGATIONS; o++)
            put_obligation(j, s, (enum obligation)o);
        json_close(j, ']');
    }
    json_key(j, "reported");
    json_open(j, '[');
    for (size_t i = 0; i < s->device.reported_count; i++) {
        const struct reported_line *const line = &s->device.reported[i];

        json_open(j, '{');
        json_instant(j, "run_as_of", line->run_as_of);
        json_pair(j, "verdict", line->is_there ? verdict_word(line->verdict) : NULL);
        json_pair(j, "legacy_verdict", line->is_there ? verdict_word(line->legacy_verdict) : NULL);
        json_pair(j, "classification", line->is_there ? classification_word(line->classification) : NULL);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_key(j, "timeline");
    json_open(j, '[');
    for (size_t i = 0; i < s->item_count; i++) {
        put_item(j, s, i);
        explanation_pass_on(s, j->buf);
    }
    json_close(j, ']');
}
