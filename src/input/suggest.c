/* Suggests the sections of a configuration by which a file that is not understood can be read. */
#include "input/suggest.h"

#include "fault_int.h"
#include "feed_int.h"
#include "fields_int.h"
#include "job_form_int.h"
#include "layout_int.h"
#include "suggest_int.h"

#include <string.h>

#define HEADING_SHOWN 150 /* bytes: a line of a configuration holds no more than some */

static const char foreign[] = "windows-1252"; /* what is no UTF-8 mostly is */

/* ---- [columns.KIND] ---- */

/* How many there are at `at` with something behind them. */
static size_t blanks_at(struct text t, size_t at)
{
    size_t n = 0;

    while (at + n < t.len && t.ptr[at + n] == ' ')
        n++;
    return at + n < t.len ? n : 0;
}

bool suggest_name(struct text name, struct buf *out)
{
    char shown[HEADING_SHOWN + 16];
    struct buf value = {0};
    bool good = name.len <= HEADING_SHOWN && name.len > 0 && name.ptr[0] != ';' && !secret_is(name);

    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const size_t blanks = blanks_at(name, i);
        if (name.len - i >= 2 && memcmp(name.ptr + i, "\xC2\xA0", 2) == 0)
            i++;
        else if (name.len - i >= 3 && (memcmp(name.ptr + i, "\xE2\x80\x8B", 3) == 0))
            i += 2;
        else if (c == '\n' || c == '\r')
            buf_add_byte(&value, ' ');
        else if (c != '\t' && (blanks == 0 || name.ptr[i + blanks] != ';'))
            buf_add_byte(&value, (unsigned char)c);
    }
    text_show(buf_text(&value), shown, sizeof(shown));
    good = good && !value.failed && text_equal(text_of(shown), buf_text(&value));
    if (good)
        buf_add_text(out, buf_text(&value));
    buf_release(&value);
    return good;
}

void suggest_shown(struct buf *out, struct text t)
{
    char shown[64];

    text_show(secret_is(t) ? TEXT_LITERAL(SECRET_SHOWN) : t, shown, sizeof(shown));
    buf_add_str(out, shown);
}

static void write_column(const struct making *m, size_t c)
{
    const struct glimpse_field *const field = field_of(m, c);
    const char *const name = column_at(m, c)->name;
    struct buf value = {0};

    if (field != NULL && suggest_name(field->name, &value)) {
        if ((m->nearest.by_values >> c & 1) != 0)
            buf_printf(m->out, "; by its values alone, look whether it is:\n");
        buf_printf(m->out, "%s = %.*s\n", name, (int)value.len, (const char *)value.ptr);
    } else if (field != NULL) {
        buf_printf(m->out, "; %s = ?    (in the file it is '", name);
        suggest_shown(m->out, field->name);
        buf_add_str(m->out, "', which no configuration can hold: rename it there)\n");
    } else if (column_at(m, c)->required && m->nearest.others[c][0] != '\0') {
        buf_printf(m->out, "; %s = ?    (needed; by its values it may be %s)\n", name, m->nearest.others[c]);
    } else if (m->nearest.others[c][0] != '\0') {
        buf_printf(m->out, "; %s = ?    (may be left out; by its values it may be %s)\n", name, m->nearest.others[c]);
    } else if (column_at(m, c)->required) {
        buf_printf(m->out, "; %s = ?    (needed, and no heading looks like it)\n", name);
    }
    buf_release(&value);
}

static void write_columns(const struct making *m)
{
    buf_printf(m->out, "[columns.%s]\n", m->nearest.ops->kind->name);
    for (size_t c = 0; c < m->nearest.ops->table->column_count; c++)
        write_column(m, c);
    for (size_t f = 0; f < m->glimpse->count; f++)
        if (m->glimpse->fields[f].again) {
            buf_add_str(m->out, "; two columns are headed '");
            suggest_shown(m->out, m->glimpse->fields[f].name);
            buf_add_str(m->out, "': give each a name of its own in the file\n");
        }
}

/* ---- [read.KIND] ---- */

static bool has_month_first(const struct making *m)
{
    for (size_t c = 0; c < m->nearest.ops->table->column_count; c++) {
        const struct glimpse_field *const field = column_at(m, c)->date ? field_of(m, c) : NULL;
        for (size_t i = 0; field != NULL && i < m->glimpse->rows; i++)
            if (field->values[i].len > 0 && is_month_first(field->values[i]))
                return true;
    }
    return false;
}

static void write_reading(const struct making *m)
{
    const bool month_first = has_month_first(m);

    if (!month_first && m->encoding == NULL)
        return;
    buf_printf(m->out, "[read.%s]\n", m->nearest.ops->kind->name);
    if (month_first)
        buf_add_str(m->out, "dates = month-first\n");
    if (m->encoding != NULL)
        buf_printf(m->out, "encoding = %s\n", m->encoding);
}

/* ---- The whole ---- */

static void write_all(const struct making *m, const struct head *head)
{
    const struct reader_ops *const ops = m->nearest.ops;

    buf_add_str(m->out, "; ");
    show_text(m->out, text_of(m->job->name));
    if (ops == NULL) {
        buf_add_str(m->out, ": no kind that has columns is near\n");
    } else if (!m->glimpse->json && heading_is_of_premises(ops, m->job, head)) {
        buf_printf(m->out, ": a row of %s for each premises; it is read as it is\n", ops->kind->name);
    } else {
        buf_printf(m->out, ": nearest is %s\n", ops->kind->name);
        write_columns(m);
        write_reading(m);
        suggest_words(m);
    }
    suggest_values(m);
}

/* What is read as it is, is of the kind it is read as. */
static void find_kind(struct making *m, const struct head *head)
{
    struct err why = {0};
    const struct reader_ops *const sure = readers_pick(m->job, head, &why);

    if (sure != NULL && sure->table != NULL && !m->glimpse->json)
        nearest_columns(&m->nearest, sure, m->job, m->glimpse);
    else
        nearest_kind(&m->nearest, m->job, m->glimpse);
}

/* Of a kind without columns there is nothing to configure. */
static const struct reader_ops *read_as_it_is(const struct job *job, const struct head *head)
{
    struct err why = {0};
    const struct reader_ops *ops;

    if (job->options->kind != NULL || (job->profile != NULL && job->profile->kind != NULL))
        return NULL;
    ops = readers_pick(job, head, &why);
    return ops != NULL && ops->table == NULL ? ops : NULL;
}

static int look(struct job *job, const struct head *head, const char *encoding, struct suggestion *out, struct err *err)
{
    const struct reader_ops *const plain = read_as_it_is(job, head);
    struct glimpse glimpse;
    int rc = 0;

    if (plain != NULL) {
        out->kind = plain->kind->name;
        buf_add_str(&out->text, "; ");
        show_text(&out->text, text_of(job->name));
        buf_printf(&out->text, ": it is read as it is, as %s\n", out->kind);
        return out->text.failed ? err_nomem(err) : 0;
    }
    if (glimpse_take(&glimpse, job, head) < 0) {
        rc = err_set(err, ERR_DATA, "'%s' has no heading of several columns, and no objects of JSON, to look at",
                     job->name);
    } else {
        struct making m = {.job = job, .glimpse = &glimpse, .encoding = encoding, .out = &out->text};
        find_kind(&m, head);
        write_all(&m, head);
        out->kind = m.nearest.ops != NULL ? m.nearest.ops->kind->name : NULL;
        rc = out->text.failed ? err_nomem(err) : 0;
    }
    glimpse_release(&glimpse);
    return rc;
}

static int suggest_head(const char *path, const struct load_options *o, const struct head *head, const char *encoding,
                        struct suggestion *out, struct err *err)
{
    const struct layout *const layout = layouts_recognise(o->forms, head, true);
    struct job job = {.name = path, .options = o};

    if (layout != NULL) {
        out->layout = flat_name(layout);
        return 0;
    }
    job.profile =
        o->profile != NULL ? forms_profile(o->forms, o->profile) : forms_match(o->forms, file_base_name(path));
    return look(&job, head, encoding, out, err);
}

/* What the head is text in, to be turned from; NULL: UTF-8. *told: a file of it tells so itself. */
static const char *encoding_of(const struct load_options *o, const struct head *head, bool *told)
{
    const char *const marked = encoding_marked((const unsigned char *)head->bytes.ptr, head->bytes.len);
    size_t len = head->bytes.len;

    *told = true;
    if (marked != NULL || o->encoding != NULL)
        return marked != NULL ? marked : o->encoding;
    while (!head->whole && len > 0 && ((unsigned char)head->bytes.ptr[len - 1] & 0x80) != 0)
        len--; /* it may end within a character */
    *told = false;
    return text_is_utf8((struct text){head->bytes.ptr, len}) || memchr(head->bytes.ptr, '\0', len) != NULL ? NULL
                                                                                                           : foreign;
}

static void tell_member(const char *path, const char *member, struct buf *out)
{
    if (member == NULL)
        return;
    buf_add_str(out, "; ");
    show_text(out, text_of(path));
    buf_add_str(out, ": of this archive only '");
    show_text(out, text_of(member));
    buf_add_str(out, "' is looked at; what else it holds is not\n");
}

int suggest_form(const char *path, const struct load_options *options, struct suggestion *out, struct err *err)
{
    struct container *c = NULL;
    struct feed feed = {0};
    struct head head;
    const char *encoding = NULL;
    bool told = false;
    int rc = container_open(&c, path, err);

    *out = (struct suggestion){0};
    if (rc == 0 && container_next(c, err) <= 0)
        rc = err->code != ERR_NONE ? -1 : err_set(err, ERR_DATA, "'%s' holds nothing", path);
    if (rc == 0)
        rc = feed_begin(&feed, c, &head, err);
    if (rc == 0 && (encoding = encoding_of(options, &head, &told)) != NULL)
        rc = feed_turn(&feed, encoding, &head, err);
    if (rc == 0)
        tell_member(path, container_member(c), &out->text);
    if (rc == 0)
        rc = suggest_head(path, options, &head, told ? NULL : encoding, out, err);
    feed_release(&feed);
    container_close(c);
    return rc;
}
