/* What a run was asked beside as-of, held against what another one was. */
#include "base/text.h"
#include "runs_int.h"
#include "store/sql.h"

#include <string.h>

/* The next line of a question, without its end. */
static struct text next_line(const char **at)
{
    const char *const line = *at, *const end = strchr(line, '\n');
    const size_t len = end != NULL ? (size_t)(end - line) : strlen(line);

    *at = end != NULL ? end + 1 : line + len;
    return (struct text){line, len};
}

static void compare(const char *before, const char *now, struct buf *out)
{
    while (*now != '\0') {
        const struct text line = next_line(&now), other = next_line(&before);
        const char *const equals = memchr(line.ptr, '=', line.len);

        if (equals == NULL || other.len == 0 || text_equal(line, other))
            continue;
        buf_add_str(out, out->len > 0 ? ";" : "");
        buf_add_text(out, (struct text){line.ptr, (size_t)(equals - line.ptr)});
    }
}

int store_question_changed(struct store *st, instant run, const char *question, struct buf *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int got = sql_prepare(st, &stmt, "SELECT question FROM run WHERE as_of=? AND question IS NOT NULL", err);

    if (got == 0) {
        sqlite3_bind_int64(stmt, 1, run);
        got = sql_step(st, stmt, err);
    }
    if (got == 1)
        compare((const char *)sqlite3_column_text(stmt, 0), question, out);
    sqlite3_finalize(stmt);
    return got < 0 ? -1 : out->failed ? err_nomem(err) : 0;
}
