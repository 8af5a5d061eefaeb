/* The canonical texts of records (R7), and putting records in order. */
#include "canonical_int.h"

#include "domain/directory.h"
#include "domain/evidence.h"
#include "domain/market.h"

#include <stdlib.h>

#define FIELD_END 0x1F

/* A field as it is written out; `text` may point to `room`. */
struct field {
    struct text text;
    char room[32];
};

static void show_id(struct field *f, uint64_t id)
{
    f->text = (struct text){f->room, id != 0 ? party_id_format(id, f->room) : 0};
}

static void show_key_id(struct field *f, uint64_t id)
{
    f->text = (struct text){f->room, id != 0 ? key_id_format(id, f->room) : 0};
}

static void show_instant(struct field *f, instant t)
{
    f->text = (struct text){f->room, instant_format(t, f->room)};
}

static void show_mpxn(struct field *f, mpxn_code mpxn)
{
    f->text = (struct text){f->room, mpxn != 0 ? mpxn_format(mpxn, f->room) : 0};
}

static void show_term(struct field *f, const struct vocabulary *v, unsigned value)
{
    f->text = text_of(term_word(v, value));
}

static void end_field(struct buf *b, struct text t)
{
    buf_add_text(b, t);
    buf_add_byte(b, FIELD_END);
}

static void add_id(struct buf *b, uint64_t id)
{
    struct field f;

    show_id(&f, id);
    end_field(b, f.text);
}

static void add_key_id(struct buf *b, uint64_t id)
{
    struct field f;

    show_key_id(&f, id);
    end_field(b, f.text);
}

static void add_instant(struct buf *b, instant t)
{
    struct field f;

    show_instant(&f, t);
    end_field(b, f.text);
}

static void add_term(struct buf *b, const struct vocabulary *v, unsigned value)
{
    end_field(b, text_of(term_word(v, value)));
}

static void add_yes_no(struct buf *b, bool yes)
{
    end_field(b, text_of(yes ? "yes" : "no"));
}

static void add_number(struct buf *b, unsigned n)
{
    if (n > 0)
        buf_printf(b, "%u", n);
    buf_add_byte(b, FIELD_END);
}

/* As it was told: a date alone stays one. */
static void add_commissioned(struct buf *b, const struct inventory_row *row)
{
    char room[INSTANT_TEXT_SIZE];

    if (row->commissioned_on)
        end_field(b, (struct text){room, instant_format_date(row->commissioned_at, room)});
    else
        add_instant(b, row->commissioned_at);
}

void inventory_canonical(struct buf *b, const struct inventory_row *row)
{
    struct field mpxn;

    show_mpxn(&mpxn, row->mpxn);
    add_id(b, row->device);
    add_term(b, &vocab_device_type, row->type);
    add_term(b, &vocab_smi_status, row->status);
    add_term(b, &vocab_smets, row->smets);
    add_commissioned(b, row);
    add_id(b, row->chf);
    end_field(b, mpxn.text);
    add_term(b, &vocab_csp_region, row->region);
    end_field(b, row->manufacturer);
    end_field(b, row->model);
    end_field(b, row->firmware);
    add_term(b, &vocab_s1_cohort, row->cohort);
    add_instant(b, row->extracted_at);
}

static void add_request_id(struct buf *b, const struct request_id *id)
{
    struct field originator;
    struct field target;

    if (id->present) {
        show_id(&originator, id->originator);
        show_id(&target, id->target);
        buf_add_text(b, originator.text);
        buf_add_byte(b, ':');
        buf_add_text(b, target.text);
        buf_printf(b, ":%llu", (unsigned long long)id->counter);
    }
    buf_add_byte(b, FIELD_END);
}

static void add_outcome(struct buf *b, const struct cell_outcome *o)
{
    add_term(b, &vocab_party_role, o->role);
    add_term(b, &vocab_key_usage, o->key_usage);
    add_term(b, &vocab_cell_usage, o->cell_usage);
    buf_printf(b, "%u%c", (unsigned)o->status, FIELD_END);
    add_id(b, o->existing_subject);
    add_id(b, o->new_subject);
    add_key_id(b, o->existing_key_id);
    add_key_id(b, o->new_key_id);
}

void request_canonical(struct buf *b, const struct request_row *row)
{
    char srv[SRV_TEXT_SIZE];

    add_id(b, row->device);
    end_field(b, (struct text){srv, srv_format(row->srv, srv)});
    add_id(b, row->user_id);
    add_instant(b, row->requested_at);
    add_request_id(b, &row->id);
    add_term(b, &vocab_user_role, row->user_role);
    add_term(b, &vocab_key_usage, row->credential_type);
    add_term(b, &vocab_party_role, row->remote_party_role);
    add_number(b, row->command_variant);
    add_instant(b, row->execution_at);
    add_id(b, row->other_device);
    add_instant(b, row->responded_at);
    end_field(b, row->response_code);
    end_field(b, row->execution_status);
    add_yes_no(b, row->pre_command);
    end_field(b, row->sent_serial);
    add_key_id(b, row->sent_key_id);
    for (unsigned i = 0; i < row->outcome_count; i++)
        add_outcome(b, &row->outcomes[i]);
}

static void add_cell_text(struct buf *b, const struct snapshot *snap, size_t i)
{
    const struct cell *c = &snap->cells[i];

    add_term(b, &vocab_party_role, c->role);
    add_term(b, &vocab_key_usage, c->key_usage);
    add_term(b, &vocab_cell_usage, c->cell_usage);
    add_id(b, c->subject);
    add_key_id(b, c->key_id);
    end_field(b, text_of(c->ok ? "ok" : "not ok"));
}

static void add_cert_text(struct buf *b, const struct snapshot *snap, size_t i)
{
    const struct device_cert *c = &snap->certs[i];

    add_term(b, &vocab_key_usage, c->key_usage);
    end_field(b, c->serial);
    add_instant(b, c->not_before);
    add_id(b, c->subject);
    add_key_id(b, c->key_id);
    add_key_id(b, c->issuer_key_id);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Adds the texts of n items in ascending order. */
static void add_sorted(struct buf *b, const struct snapshot *snap, size_t n,
                       void (*add)(struct buf *, const struct snapshot *, size_t))
{
    struct buf texts = {0};
    struct text *items = n > 0 ? malloc(n * sizeof(*items)) : NULL;
    size_t at = 0;

    if (n == 0)
        return;
    for (size_t i = 0; items != NULL && i < n; i++) {
        const size_t before = texts.len;

        add(&texts, snap, i);
        items[i].len = texts.len - before;
    }
    if (items == NULL || texts.failed) {
        b->failed = true;
    } else {
        for (size_t i = 0; i < n; at += items[i++].len) /* only now do the texts no longer move */
            items[i].ptr = (const char *)texts.ptr + at;
        qsort(items, n, sizeof(*items), compare_texts);
        for (size_t i = 0; i < n; i++)
            buf_add_text(b, items[i]);
    }
    free(items);
    buf_release(&texts);
}

void snapshot_canonical(struct buf *b, const struct snapshot *snap)
{
    add_id(b, snap->device);
    add_instant(b, snap->taken_at);
    end_field(b, snap->source_name);
    end_field(b, text_of(snap->answered ? "true" : "false"));
    add_sorted(b, snap, snap->cell_count, add_cell_text);
    add_sorted(b, snap, snap->cert_count, add_cert_text);
}

void check_canonical(struct buf *b, const struct check_row *row)
{
    add_id(b, row->device);
    add_instant(b, row->checked_at);
    add_term(b, &vocab_check_kind, row->kind);
    add_term(b, &vocab_check_result, row->result);
}

/* Reference rows are shown field by field, for writing and for comparing alike. */
#define REFERENCE_FIELDS 5

static void show_registration(struct field *f, const void *ptr, unsigned column)
{
    const struct registration_row *row = ptr;

    switch (column) {
    case 0:
        show_mpxn(f, row->mpxn);
        break;
    case 1:
        show_id(f, row->supplier);
        break;
    case 2:
        show_instant(f, row->effective_from);
        break;
    case 3:
        show_instant(f, row->effective_to);
        break;
    default:
        show_id(f, row->network_operator);
        break;
    }
}

static void show_organisation(struct field *f, const void *ptr, unsigned column)
{
    const struct organisation_row *row = ptr;

    switch (column) {
    case 0:
        show_id(f, row->entity);
        break;
    case 1:
        f->text = row->party;
        break;
    case 2:
        show_term(f, &vocab_party_role, row->role);
        break;
    case 3:
        f->text = text_of(row->in_smki_repository ? "yes" : "no");
        break;
    default:
        show_key_id(f, row->key_id);
        break;
    }
}

typedef void show_field(struct field *f, const void *row, unsigned column);

static void add_reference(struct buf *b, show_field *show, const void *row)
{
    for (unsigned i = 0; i < REFERENCE_FIELDS; i++) {
        struct field f;

        show(&f, row, i);
        end_field(b, f.text);
    }
}

/* As if each field were written with its end, which sorts after a control character of a longer name. */
static int compare_ended(struct text a, struct text b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int length_order = (a.len > b.len) - (a.len < b.len);
    int order = text_compare((struct text){a.ptr, common}, (struct text){b.ptr, common});

    if (order == 0 && length_order < 0)
        order = FIELD_END - (unsigned char)b.ptr[common];
    else if (order == 0 && length_order > 0)
        order = (unsigned char)a.ptr[common] - FIELD_END;
    return order != 0 ? order : length_order;
}

static int compare_reference(show_field *show, const void *a, const void *b)
{
    int order = 0;

    for (unsigned i = 0; order == 0 && i < REFERENCE_FIELDS; i++) {
        struct field left;
        struct field right;

        show(&left, a, i);
        show(&right, b, i);
        order = compare_ended(left.text, right.text);
    }
    return order;
}

void registration_canonical(struct buf *b, const struct registration_row *row)
{
    add_reference(b, show_registration, row);
}

void organisation_canonical(struct buf *b, const struct organisation_row *row)
{
    add_reference(b, show_organisation, row);
}

int registration_compare(const struct registration_row *a, const struct registration_row *b)
{
    return compare_reference(show_registration, a, b);
}

bool organisation_is_unnamed(const struct organisation_row *row)
{
    char id[EUI64_TEXT_SIZE] = "";

    return text_equal(row->party, (struct text){id, eui64_format(row->entity, id)});
}

int organisation_compare(const struct organisation_row *a, const struct organisation_row *b)
{
    if (a->entity == b->entity && organisation_is_unnamed(a) != organisation_is_unnamed(b))
        return organisation_is_unnamed(a) ? -1 : 1;
    return compare_reference(show_organisation, a, b);
}

/* ---- Sorting a list of pointers ---- */

#define SHORT_LIST 24 /* up to here insertion costs less than qsort's setting up */

void sort_refs(const void **refs, size_t count, int (*compare)(const void *, const void *))
{
    if (count > SHORT_LIST) {
        qsort(refs, count, sizeof(*refs), compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        const void *moving = refs[i];
        size_t at = i;

        for (; at > 0 && compare(&refs[at - 1], &moving) > 0; at--)
            refs[at] = refs[at - 1];
        refs[at] = moving;
    }
}
