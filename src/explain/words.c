/* The explanation in sentences. */
#include "explanation_int.h"

#include "domain/eui64.h"
#include "rules/wording.h"

#include <inttypes.h>
#include <stdio.h>

void explanation_scope(const struct explanation *s, struct buf *out)
{
    directory_party_names(s->context->directory, s->context->settings->scope, s->context->settings->scope_count, out);
}

/* Without its subject where that is the scope. */
static const char *excluded_sentence(enum excluded_reason r)
{
    switch (r) {
    case EXCLUDED_NOT:
    case EXCLUDED_REASONS:
        break;
    case EXCLUDED_SMETS1:
        return "it is a SMETS1 Device";
    case EXCLUDED_NO_OBLIGATIONS:
        return "Devices of its type have no such obligations";
    case EXCLUDED_NOT_COMMISSIONED:
        return "it is not Commissioned";
    case EXCLUDED_NO_COMMISSIONING_INSTANT:
        return "the inventory does not say when it was Commissioned";
    case EXCLUDED_OUT_OF_SCOPE:
        return "which is all that is asked about, owes nothing of it";
    case EXCLUDED_COMMISSIONED_AFTER_AS_OF:
        return "it was Commissioned later than the instant asked for";
    }
    return "";
}

static void list_open(const struct explanation *s, struct buf *out)
{
    const char *joint = "";

    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        const enum obligation_state state = s->judgement.obligations[o].state;

        if (state == STATE_MET || state == STATE_NOT_APPLICABLE)
            continue;
        buf_printf(out, "%s%s", joint, obligation_facts((enum obligation)o)->plain);
        joint = "; ";
    }
}

void explanation_conclusion(const struct explanation *s, struct buf *out)
{
    const struct judgement *const j = &s->judgement;
    char at[INSTANT_TEXT_SIZE];

    if (!s->judged) {
        buf_add_str(out, "Not judged: no inventory extract names this Device, so its type and Commissioning are not "
                         "known. Ingest the inventory it belongs to.");
        return;
    }
    switch (j->classification) {
    case CLASS_FALSE_POSITIVE:
        buf_add_str(out, "Reported as failed, but it is not: the evidence shows that everything owed has been done.");
        return;
    case CLASS_TRUE_FAILURE:
        buf_add_str(out, j->legacy_verdict == VERDICT_PENDING
                             ? "It has failed by the evidence, before the criteria in force come to it. Open: "
                             : "It has failed, under the criteria in force and by the evidence. Open: ");
        list_open(s, out);
        break;
    case CLASS_MISSED_BY_LEGACY:
        buf_add_str(
            out,
            "Reported as passed, but it has failed: the evidence shows what the criteria in force cannot see. Open: ");
        list_open(s, out);
        break;
    case CLASS_AGREED_PASS:
        buf_add_str(out, "It has passed: everything owed has been done.");
        return;
    case CLASS_UNVERIFIED:
        buf_add_str(out, "Not settled: the evidence neither clears it nor shows a failure. Open: ");
        list_open(s, out);
        break;
    case CLASS_PENDING:
        instant_format(j->deadline, at);
        buf_printf(out, "Not due yet: there is time until %s. Open: ", at);
        list_open(s, out);
        break;
    case CLASS_EXCLUDED:
    case CLASSIFICATIONS:
        buf_add_str(out, "Not judged: ");
        if (j->excluded == EXCLUDED_OUT_OF_SCOPE)
            explanation_scope(s, out);
        buf_printf(out, "%s%s.", j->excluded == EXCLUDED_OUT_OF_SCOPE ? ", " : "", excluded_sentence(j->excluded));
        return;
    }
    buf_add_str(out, ".");
}

const char *key_usage_plain(enum key_usage k)
{
    switch (k) {
    case KEY_DIGITAL_SIGNATURE:
        return "Digital Signature";
    case KEY_KEY_AGREEMENT:
        return "Key Agreement";
    case KEY_KEY_CERT_SIGN:
        return "certificate signing";
    case KEY_NONE:
    case KEY_USAGES:
        break;
    }
    return "key usage not told";
}

static void add_party(const struct explanation *s, uint64_t entity, struct buf *out)
{
    char buf[PARTY_BUF_SIZE];
    const struct entity e = directory_entity(s->context->directory, entity);

    if (entity == 0)
        buf_add_str(out, "nobody named");
    else
        buf_add_text(out, explanation_party(s, e.party, buf));
    if (e.party.kind == PARTY_UNKNOWN)
        buf_add_str(out, " (not in the reference data)");
    else if (entity != 0)
        buf_printf(out, " (%s)", term_word(&vocab_party_role, e.role));
}

static void add_instant(const char *label, instant at, struct buf *out)
{
    char text[INSTANT_TEXT_SIZE];

    if (at == INSTANT_NONE)
        return;
    instant_format(at, text);
    buf_printf(out, "%s%s", label, text);
}

static void registration_text(const struct explanation *s, const struct registration_row *r, struct buf *first)
{
    char mpxn[MPXN_TEXT_SIZE];

    mpxn_format(r->mpxn, mpxn);
    buf_printf(first, "MPxN %s registered: Supplier ", mpxn);
    add_party(s, r->supplier, first);
    if (r->network_operator != 0) {
        buf_add_str(first, ", Network Operator ");
        add_party(s, r->network_operator, first);
    }
    add_instant(", until ", r->effective_to, first);
}

static void cell_outcome_text(const struct explanation *s, const struct cell_outcome *c, struct buf *more)
{
    buf_printf(more, "%s cell, %s%s: ", term_word(&vocab_party_role, c->role), key_usage_plain(c->key_usage),
               c->cell_usage == CELL_PREPAYMENT_TOP_UP ? ", prepayment top-up" : "");
    if (c->status == CELL_SENT) {
        buf_add_str(more, "sent was a certificate of ");
        add_party(s, c->new_subject, more);
    } else if (c->status == 0) {
        buf_add_str(more, "replaced, now of ");
        add_party(s, c->new_subject, more);
    } else {
        buf_printf(more, "not replaced (status %u), still of ", c->status);
        add_party(s, c->existing_subject, more);
    }
    buf_add_byte(more, '\n');
}

static void request_answer(const struct request_row *r, struct buf *more)
{
    if (r->response_code.len == 0 && r->execution_status.len == 0 && r->responded_at == INSTANT_NONE) {
        buf_add_str(more, "no answer\n");
        return;
    }
    buf_add_str(more, "answer: ");
    if (r->response_code.len > 0)
        buf_printf(more, "code %.*s, ", (int)r->response_code.len, r->response_code.ptr);
    if (r->execution_status.len > 0)
        buf_printf(more, "Execution Status '%.*s'", (int)r->execution_status.len, r->execution_status.ptr);
    else
        buf_add_str(more, "no Execution Status");
    add_instant(", at ", r->responded_at, more);
    buf_add_byte(more, '\n');
}

static void request_text(const struct explanation *s, const struct request_summary *v, struct buf *first,
                         struct buf *more)
{
    const struct request_row *const r = &v->row;
    char srv[SRV_TEXT_SIZE];
    char other[EUI64_TEXT_SIZE];

    srv_format(r->srv, srv);
    buf_printf(first, "SRV %s", srv);
    if (r->credential_type != KEY_NONE)
        buf_printf(first, " (%s)", key_usage_plain(r->credential_type));
    if (r->remote_party_role != ROLE_NONE)
        buf_printf(first, " for %s", term_word(&vocab_party_role, r->remote_party_role));
    buf_add_str(first, " by ");
    add_party(s, r->user_id, first);
    if (r->other_device != 0) {
        eui64_format(r->other_device, other);
        buf_printf(first, ", with Device %s", other);
    }
    add_instant(", to be executed at ", r->execution_at, first);
    buf_printf(first, ": %s (%s)", outcome_word(v->outcome), rule_text(v->rule));
    request_answer(r, more);
    if (v->row_count > 1)
        buf_printf(more, "the log has %zu rows of this request; this is the one that counts\n", v->row_count);
    if (v->voided_by != SIZE_MAX)
        buf_printf(more, "voided by the cancellation [%zu]: it is not to be executed\n",
                   explanation_item_number(s, (struct evidence_ref){EVIDENCE_REQUEST, (uint32_t)v->voided_by}));
    for (unsigned i = 0; i < r->outcome_count; i++)
        cell_outcome_text(s, &r->outcomes[i], more);
}

static void cell_text(const struct explanation *s, const struct cell *c, struct buf *more)
{
    char key[KEY_ID_TEXT_SIZE];

    buf_printf(more, "%s cell, %s%s: ", term_word(&vocab_party_role, c->role), key_usage_plain(c->key_usage),
               c->cell_usage == CELL_PREPAYMENT_TOP_UP ? ", prepayment top-up" : "");
    if (!c->ok)
        buf_add_str(more, "could not be read, which proves nothing");
    else
        add_party(s, c->subject, more);
    if (c->ok && c->role == ROLE_RECOVERY && c->key_id != 0) {
        key_id_format(c->key_id, key);
        buf_printf(more, ", key %s", key);
    }
    buf_add_byte(more, '\n');
}

static void device_cert_text(const struct explanation *s, const struct device_cert *c, struct buf *more)
{
    char other[EUI64_TEXT_SIZE];

    buf_printf(more, "Device certificate, %s", key_usage_plain(c->key_usage));
    add_instant(": valid from ", c->not_before, more);
    if (c->not_before == INSTANT_NONE)
        buf_add_str(more, ": its beginning is not told");
    if (c->serial.len > 0)
        buf_printf(more, ", serial %.*s", (int)c->serial.len, c->serial.ptr);
    if (c->subject != 0 && c->subject != s->id) {
        eui64_format(c->subject, other);
        buf_printf(more, ", issued to another Device, %s", other);
    }
    buf_add_byte(more, '\n');
}

/* Whether cells of this role bear on the obligation; OBLIGATIONS: on any. */
static bool cell_matters(enum party_role role, enum obligation about)
{
    switch (about) {
    case OBLIGATION_NETWORK_OPERATOR_CREDENTIALS:
        return role == ROLE_NETWORK_OPERATOR;
    case OBLIGATION_SUPPLIER_CREDENTIALS:
        return role == ROLE_SUPPLIER;
    case OBLIGATION_RECOVERY_CELL:
        return role == ROLE_RECOVERY;
    case OBLIGATIONS:
        return role == ROLE_SUPPLIER || role == ROLE_NETWORK_OPERATOR || role == ROLE_RECOVERY;
    case OBLIGATION_ISSUE_CREDENTIALS:
    case OBLIGATION_DEVICE_CERTIFICATES:
    case OBLIGATION_COMMUNICATING:
        break;
    }
    return false;
}

static void snapshot_text(const struct explanation *s, const struct snapshot *snap, enum obligation about,
                          struct buf *first, struct buf *more)
{
    const bool certs_matter =
        about == OBLIGATION_ISSUE_CREDENTIALS || about == OBLIGATION_DEVICE_CERTIFICATES || about == OBLIGATIONS;
    size_t others = 0;

    buf_printf(first, "certificates read (%.*s)%s", (int)snap->source_name.len, snap->source_name.ptr,
               snap->answered ? "" : ": no answer, which proves nothing");
    for (size_t i = 0; i < snap->cell_count; i++) {
        if (cell_matters(snap->cells[i].role, about))
            cell_text(s, &snap->cells[i], more);
        else
            others++;
    }
    for (size_t i = 0; certs_matter && i < snap->cert_count; i++)
        device_cert_text(s, &snap->certs[i], more);
    if (others > 0 && about == OBLIGATIONS)
        buf_printf(more, "and %zu other cell%s, of which nothing is judged\n", others, others == 1 ? "" : "s");
}

static void check_text(const struct check_row *c, struct buf *first)
{
    const char *const result = term_word(&vocab_check_result, c->result);

    buf_printf(first, "DSP check '%s': %s", term_word(&vocab_check_kind, c->kind),
               c->result == RESULT_BLANK ? "no answer, which proves nothing" : result);
}

void explanation_waits(const struct explanation *e, enum obligation o, struct buf *out)
{
    struct silence silences[SILENCES_TOLD];
    const size_t count = explanation_silences(e, o, silences);
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

    for (size_t i = 0; i < count; i++) {
        instant_format(silences[i].from, from);
        instant_format(silences[i].to, to);
        if (silences[i].from == INSTANT_NONE)
            buf_printf(out, "waits for the log before %s, when it begins\n", to);
        else
            buf_printf(out, "waits for the log from %s to %s, where it is silent\n", from, to);
    }
    if (count == 0 && (e->judgement.obligations[o].reasons & REASON_BIT(REASON_LOG_GAP)) != 0)
        buf_add_str(out, "waits for what another party asked for while it was the Supplier\n");
}

void explanation_gap(const struct explanation *e, const struct registration_gap *gap, struct buf *out)
{
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    char before[PARTY_BUF_SIZE], after[PARTY_BUF_SIZE];
    const struct text losing = explanation_party(e, gap->before, before);
    const struct text gaining = explanation_party(e, gap->after, after);

    instant_format(gap->from, from);
    instant_format(gap->to, to);
    buf_printf(out, "from %.*s to %.*s: nobody was registered from %s to %s, which is more than a day", (int)losing.len,
               losing.ptr, (int)gaining.len, gaining.ptr, from, to);
}

void explanation_item_text(const struct explanation *s, const struct timeline_item *item, enum obligation about,
                           struct buf *first, struct buf *more)
{
    switch (item->kind) {
    case ITEM_REGISTRATION:
        registration_text(s, &s->device.registrations[item->index], first);
        break;
    case ITEM_COMMISSIONED:
        buf_add_str(first, "Commissioned (Smart Metering Inventory)");
        break;
    case ITEM_REQUEST: {
        const struct request_summary v = explanation_request(s, item);

        request_text(s, &v, first, more);
        break;
    }
    case ITEM_SNAPSHOT:
        snapshot_text(s, &s->device.records.snapshots[item->index], about, first, more);
        break;
    case ITEM_CHECK:
        check_text(&s->device.records.checks[item->index], first);
        break;
    }
}
