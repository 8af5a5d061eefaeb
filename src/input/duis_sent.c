/* The certificates of organisations that a request of DUIS sends to cells of a Device (SRV 6.15.1, 6.21, 6.23): in its
 * body, or in the Command that it carries (R4.3). */
#include "duis_record_int.h"

#include "codec/base64.h"
#include "domain/service.h"

#include <string.h>

void duis_note_unread(const struct duis_take *t, struct text name)
{
    tally_note(&t->worker->tally, FINDING_UNREAD_CERTIFICATE, t->at.line, name);
}

bool duis_certificate(const struct duis_take *t, const struct duis_field *f, struct certificate *out)
{
    buf_clear(&t->worker->packed);
    if (base64_decode(f->value, &t->worker->packed, NULL) == 0 &&
        x509_read(buf_text(&t->worker->packed), out, NULL) == 0)
        return true;
    duis_note_unread(t, text_of(duis_name_text(f->name)));
    return false;
}

/* Of one that cannot be read, or that names nobody, nobody can tell whose it is; the request is one all the same. */
static void note_holder(const struct duis_take *t, const struct duis_field *f, struct cell_outcome *sent)
{
    struct certificate c;

    if (!duis_certificate(t, f, &c))
        return;
    sent->new_subject = c.subject; /* that of a Device is known not to belong there */
    sent->new_key_id = c.key_id;
}

bool duis_sent_to_cell(const struct duis_take *t, const struct duis_field *f, struct duis_sent *out,
                       struct fault *fault)
{
    if (out->count == ARRAY_LEN(out->cells))
        return fault_set(fault, text_of(duis_name_text(f->name)), "is one certificate more than a Device has cells");
    out->cells[out->count] = (struct cell_outcome){
        .key_usage = f->name == DUIS_DIGITAL_SIGNING_CERTIFICATE ? KEY_DIGITAL_SIGNATURE : KEY_KEY_AGREEMENT,
        .cell_usage = f->name == DUIS_TOP_UP_CERTIFICATE ? CELL_PREPAYMENT_TOP_UP : CELL_MANAGEMENT,
        .status = CELL_SENT};
    note_holder(t, f, &out->cells[out->count++]);
    return true;
}

void duis_sent_by_command(const struct gbcs_message *m, struct duis_sent *out)
{
    out->count = m->outcome_count;
    if (m->outcome_count > 0)
        memcpy(out->cells, m->outcomes, m->outcome_count * sizeof(out->cells[0]));
}

void duis_note_sent(struct duis_sent *sent, struct request_row *row)
{
    const enum party_role role =
        service_about(row->srv) == ABOUT_SUPPLIER_CELLS ? ROLE_SUPPLIER : row->remote_party_role;

    if (role == ROLE_NONE || sent->count == 0) /* nobody can tell which cells */
        return;
    for (size_t i = 0; i < sent->count; i++)
        sent->cells[i].role = role;
    row->outcomes = sent->cells;
    row->outcome_count = (uint8_t)sent->count;
}
