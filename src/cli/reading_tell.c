/* What became of each input file, for people and as events. */
#include "judging/query.h"
#include "reading_int.h"

#include "base/ascii.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REJECTS_SHOWN 5 /* of a file, as they happen; check lists them all */

void show_reject(struct buf *out, const char *file, uint64_t line, struct text column, struct text reason)
{
    buf_printf(out, "%s:%" PRIu64 ": ", file, line);
    if (column.len > 0) {
        buf_add_text(out, column);
        buf_add_str(out, ": ");
    }
    buf_add_text(out, reason);
}

static const char *fate_word(enum file_fate fate)
{
    switch (fate) {
    case FILE_READ:
        return "read";
    case FILE_KNOWN:
        return "already-stored";
    case FILE_REFUSED:
        return "refused";
    case FILE_LEFT:
        return "left";
    }
    return "";
}

static void file_event(const struct session *s, const struct intake_file *f, bool stored)
{
    struct event e;

    event_begin(&e, s, "file");
    json_pair(&e.json, "file", f->name);
    json_pair(&e.json, "kind", f->kind);
    json_pair(&e.json, "fate", fate_word(f->fate));
    json_pair(&e.json, "dialect", f->dialect);
    json_pair(&e.json, "ignored_columns", f->ignored_columns);
    json_count(&e.json, "bytes", f->bytes);
    json_count(&e.json, "rows", f->rows);
    if (stored) {
        json_count(&e.json, "stored", f->stored);
        json_count(&e.json, "merged", f->merged);
    }
    json_count(&e.json, "rejected", f->rejected);
    json_count(&e.json, "passed_over", f->passed_over);
    json_count(&e.json, "titles", f->titles);
    json_instant(&e.json, "first", f->first);
    json_instant(&e.json, "last", f->last);
    if (f->fate == FILE_REFUSED || f->fate == FILE_LEFT)
        json_pair(&e.json, "error", f->why.msg);
    event_end(&e, s);
}

void reading_tell_unread(const struct session *s, const char *path, const char *why)
{
    struct intake_file f = {.name = (char *)(uintptr_t)path,
                            .path_len = strlen(path),
                            .kind = "",
                            .fate = FILE_REFUSED,
                            .first = INSTANT_NONE,
                            .last = INSTANT_NONE};

    err_set(&f.why, ERR_NO_INPUT, "%s", why);
    file_event(s, &f, false);
}

/* A command that can be pasted: it reads the path again, which for standard input cannot be. */
static void add_check_command(struct buf *b, const struct intake_file *f)
{
    const struct text path = {f->name, f->path_len};
    bool plain = path.len > 0 && path.ptr[0] != '-';

    if (text_equal(path, TEXT_LITERAL("-"))) {
        buf_add_str(b, "'pcreport report data-quality'");
        return;
    }
    for (size_t i = 0; i < path.len; i++)
        plain = plain && (ascii_is_alnum(path.ptr[i]) || strchr("._/-+=@,:%", path.ptr[i]) != NULL);
    buf_add_str(b, plain ? "'pcreport check " : "pcreport check -- '");
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '\'')
            buf_add_str(b, "'\\''");
        else
            buf_add_byte(b, (unsigned char)path.ptr[i]);
    buf_add_byte(b, '\'');
}

/* The first rejects of a file, from the store that has just taken them in. */
static void tell_rejects(const struct reading *r, const struct intake_file *f)
{
    static const char query[] =
        "SELECT line, column_name, reason FROM rejects WHERE file_number = %" PRIu32 " ORDER BY line LIMIT %d";
    char counts[2][COUNT_TEXT_SIZE];
    struct buf how = {0};
    char sql[sizeof(query) + 32];
    struct cursor *rows = NULL;
    struct err failed = {0};

    snprintf(sql, sizeof(sql), query, f->number, REJECTS_SHOWN);
    if (r->store != NULL && store_query(r->store, NULL, "rejects", sql, &rows, &failed) == 0)
        while (cursor_next(rows, &failed) == 1) {
            struct buf line = {0};

            show_reject(&line, f->name, (uint64_t)cursor_integer(rows, 0), cursor_text(rows, 1), cursor_text(rows, 2));
            say_warning(r->session, ABOUT_FILE(ROW_REJECTED, f->name, (uint64_t)cursor_integer(rows, 0)), "%s",
                        buf_cstr(&line));
            buf_release(&line);
        }
    cursor_destroy(rows);
    if (failed.code != ERR_NONE) {
        session_raise(r->session, exit_status_of(failed.code));
        say_error(r->session, ABOUT_FILE(FAILED, f->name, 0), "%s: its rejects cannot be shown: %s", f->name,
                  failed.msg);
    }
    buf_printf(&how, "%s: %s of %s rejected; ", f->name, count_text(f->rejected, counts[0]),
               count_of(f->rows, "row", "rows", counts[1]));
    add_check_command(&how, f);
    buf_add_str(&how, " lists them");
    say_warning(r->session, ABOUT_FILE(ROWS_REJECTED, f->name, 0), "%s", buf_cstr(&how));
    buf_release(&how);
}

static void tell_known(const struct reading *r, const struct intake_file *f)
{
    struct buf line = {0};

    buf_printf(&line, "%s: already stored", f->name);
    if (f->same_as != NULL && strcmp(f->same_as, f->name) != 0)
        buf_printf(&line, " as %s", f->same_as);
    buf_add_str(&line, ", nothing to do");
    if (r->tone == TONE_FULL)
        say_warning(r->session, ABOUT_FILE(FILE_KNOWN, f->name, 0), "%s", buf_cstr(&line));
    else
        say_detail(r->session, ABOUT_FILE(FILE_KNOWN, f->name, 0), "%s", buf_cstr(&line));
    buf_release(&line);
}

/* The same bytes as another file, and yet read: in what it differs. */
static void tell_differs(const struct reading *r, const struct intake_file *f)
{
    const bool otherwise = (f->differs & (FILE_OTHER_READING | FILE_OTHER_KIND)) != 0;
    char at[INSTANT_TEXT_SIZE];
    struct buf line = {0};

    instant_format(f->extracted_at, at);
    buf_printf(&line, "%s: has the content of %s, and is read as", f->name, f->same_as);
    if ((f->differs & FILE_OTHER_KIND) != 0)
        buf_printf(&line, " %s,", f->kind);
    if ((f->differs & FILE_OTHER_EXTRACT) != 0)
        buf_printf(&line, " extracted at %s,", f->extracted_at != INSTANT_NONE ? at : "an instant of its rows");
    if ((f->differs & FILE_OTHER_READING) != 0)
        buf_add_str(&line, " the mapping and settings of now say,");
    buf_add_str(&line, " which that one was not");
    if (otherwise)
        buf_add_str(&line,
                    "; what that reading said stays beside it where they differ: if it was wrong, build the store "
                    "anew from its files, which pcreport sql 'SELECT name FROM files' lists");
    if (otherwise || r->tone == TONE_FULL)
        say_warning(r->session, ABOUT_FILE(FILE_READ, f->name, 0), "%s", buf_cstr(&line));
    else
        say_detail(r->session, ABOUT_FILE(FILE_READ, f->name, 0), "%s", buf_cstr(&line));
    buf_release(&line);
}

static void tell_mended(const struct reading *r, const struct intake_file *f)
{
    const struct found *const rows = &f->found[FINDING_ROW_MENDED];
    char n[COUNT_TEXT_SIZE];

    if (f->heading_mended)
        say_warning(
            r->session, ABOUT_FILE(HEADING_MENDED, f->name, 0),
            "%s: its heading has a quote or a delimiter too many or too few; it is read in the one way that its rows "
            "fit",
            f->name);
    if (rows->count > 0)
        say_warning(r->session, ABOUT_FILE(ROWS_MENDED, f->name, rows->line),
                    "%s:%" PRIu64 ": from here on %s a quote or a delimiter too many or too few; read in the one way "
                    "in which every value fits",
                    f->name, rows->line, count_of(rows->count, "row has", "rows have", n));
}

static void tell_read(const struct reading *r, const struct intake_file *f, bool stored)
{
    char n[5][COUNT_TEXT_SIZE];

    if (f->same_as != NULL)
        tell_differs(r, f);
    if (f->ignored_columns != NULL && r->tone == TONE_FULL)
        say_warning(r->session, ABOUT_FILE(COLUMNS_IGNORED, f->name, 0), "%s: columns ignored: %s", f->name,
                    f->ignored_columns);
    else if (f->ignored_columns != NULL)
        say_detail(r->session, ABOUT_FILE(COLUMNS_IGNORED, f->name, 0), "%s: columns ignored: %s", f->name,
                   f->ignored_columns);
    if (f->titles > 0 && r->tone == TONE_FULL)
        say_warning(r->session, ABOUT_FILE(FILE_READ, f->name, 0), "%s: %s before the heading passed over", f->name,
                    count_of(f->titles, "line", "lines", n[0]));
    tell_mended(r, f);
    if (f->rows == f->passed_over && r->tone != TONE_NIGHT) /* a night tells what every run of its date does */
        say_warning(r->session, ABOUT_FILE(FILE_EMPTY, f->name, 0), "%s: there is no record in it", f->name);
    if (f->rejected > 0) {
        session_raise(r->session, EXIT_REJECTS);
        if (r->store != NULL)
            tell_rejects(r, f);
    }
    if (stored)
        say_detail(r->session, ABOUT_FILE(FILE_READ, f->name, 0),
                   "%s: %s, %s = %s stored + %s merged + %s rejected%s%s", f->name, f->kind,
                   count_of(f->rows, "row", "rows", n[0]), count_text(f->stored, n[1]), count_text(f->merged, n[2]),
                   count_text(f->rejected, n[3]), f->passed_over > 0 ? " + passed over: " : "",
                   f->passed_over > 0 ? count_text(f->passed_over, n[4]) : "");
    else
        say_detail(r->session, ABOUT_FILE(FILE_READ, f->name, 0), "%s: %s, %s, %s rejected", f->name, f->kind,
                   count_of(f->rows, "row", "rows", n[0]), count_text(f->rejected, n[1]));
}

/* `before`: the one refused before it; what refuses all members of an archive is told once. */
static void tell_refused(const struct reading *r, const struct intake_file *f, const struct intake_file *before)
{
    session_raise(r->session, exit_status_of(f->why.code));
    if (before != NULL && strcmp(before->why.msg, f->why.msg) == 0)
        return;
    if (strstr(f->why.msg, f->name) != NULL)
        say_error(r->session, ABOUT_FILE(FILE_REFUSED, f->name, f->why.line), "%s", f->why.msg);
    else
        say_error(r->session, ABOUT_FILE(FILE_REFUSED, f->name, f->why.line), "%s: %s", f->name, f->why.msg);
}

/* In a nightly run it is read the next night, and the inbox tells; a file that was named was to be read now. */
static void tell_left(const struct reading *r, const struct intake_file *f, const struct intake_file *before)
{
    if (r->tone == TONE_NIGHT)
        return;
    session_raise(r->session, EXIT_DATA);
    if (before == NULL || before->fate != FILE_LEFT || strcmp(before->why.msg, f->why.msg) != 0)
        say_error(r->session, ABOUT_FILE(FILE_LEFT, f->name, 0), "%s", f->why.msg);
}

void reading_tell(struct reading *r, bool stored)
{
    const struct intake_files *const files = load_files(r->load);

    progress_clear(&r->progress);
    for (size_t i = 0; i < files->count; i++) {
        const struct intake_file *const f = &files->ptr[i];

        file_event(r->session, f, stored);
        if (f->fate == FILE_LEFT)
            tell_left(r, f, i > 0 ? &files->ptr[i - 1] : NULL);
        else if (f->fate == FILE_REFUSED)
            tell_refused(r, f, i > 0 && files->ptr[i - 1].fate == FILE_REFUSED ? &files->ptr[i - 1] : NULL);
        else if (f->fate == FILE_READ)
            tell_read(r, f, stored);
        else
            tell_known(r, f);
    }
}

void reading_json(struct json_out *j, const struct reading_totals *t)
{
    json_count(j, "files", t->files);
    json_count(j, "files_already_stored", t->known);
    json_count(j, "files_refused", t->refused);
    json_count(j, "files_left", t->left);
    json_count(j, "rows", t->rows);
    json_count(j, "stored", t->stored);
    json_count(j, "merged", t->merged);
    json_count(j, "rejected", t->rejected);
    json_count(j, "passed_over", t->passed_over);
    json_count(j, "entries_passed_over", t->entries);
}

const char *reading_totals_text(const struct reading_totals *t, bool stored, char out[TOTALS_TEXT_SIZE])
{
    char n[4][COUNT_TEXT_SIZE];
    char files[COUNT_TEXT_SIZE];
    int len = snprintf(out, TOTALS_TEXT_SIZE, "%s: %s", count_of(t->files, "file", "files", files),
                       count_of(t->rows, "row", "rows", n[0]));

    if (stored)
        len += snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, " = %s stored + %s merged + %s rejected",
                        count_text(t->stored, n[1]), count_text(t->merged, n[2]), count_text(t->rejected, n[3]));
    else
        len += snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, ", %s rejected", count_text(t->rejected, n[1]));
    if (t->passed_over > 0)
        len += snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, "%s%s passed over", stored ? " + " : ", ",
                        count_text(t->passed_over, n[0]));
    if (t->known > 0)
        len += snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, "; %s already %s",
                        count_of(t->known, "file", "files", files), stored ? "stored" : "known");
    if (t->refused > 0)
        len += snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, "; %s refused",
                        count_of(t->refused, "file", "files", files));
    if (t->left > 0)
        len += snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, "; %s left alone",
                        count_of(t->left, "file", "files", files));
    if (t->entries > 0)
        snprintf(out + len, TOTALS_TEXT_SIZE - (size_t)len, "; %s of archives passed over",
                 count_of(t->entries, "entry", "entries", files));
    return out;
}
