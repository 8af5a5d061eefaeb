/* A query on a store, as an analyst asks it and as a report does: it is refused or read, and changes nothing. */
#include "fuzz_store.h"

#define LOOKS_MAX 200 /* of a thousand steps each: a query that goes on is stopped */
#define ROWS_MAX  200

static bool is_enough(void *looks)
{
    return ++*(int *)looks > LOOKS_MAX;
}

static struct store *store(void)
{
    static struct store *st;
    struct err err = {0};

    if (st == NULL)
        MUST(store_open(&st, fuzz_store(), STORE_READ, &err) == 0);
    return st;
}

/* Every Device as at an instant; made once. */
static const struct judged *judged_at(instant as_of, struct judge_context *context)
{
    struct directory *directory;
    struct judged *judged;
    struct err err = {0};

    MUST(store_directory(store(), as_of, &directory, &err) == 0);
    fuzz_context(context, directory);
    context->as_of = as_of;
    MUST(store_judge(store(), context, NULL, 1, "/tmp", NULL, NULL, &judged, &err) == 0);
    return judged;
}

static void ask(const struct query_source *source, const char *sql)
{
    struct err err = {0};
    struct cursor *rows = NULL;
    int got = store_query(store(), source, "fuzz", sql, &rows, &err);

    for (int i = 0; got >= 0 && i < ROWS_MAX && (got = cursor_next(rows, &err)) == 1; i++)
        for (int column = 0; column < cursor_column_count(rows); column++) {
            const enum cell_type type = cursor_cell_type(rows, column);

            if (type == CELL_INTEGER)
                (void)cursor_integer(rows, column);
            else if (type == CELL_REAL)
                (void)cursor_real(rows, column);
            else if (type == CELL_TEXT)
                (void)cursor_text(rows, column);
            MUST(cursor_column_name(rows, column) != NULL);
        }
    if (got < 0)
        must_explain(&err);
    cursor_destroy(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct judge_context context, earlier;
    static const struct judged *now, *before;
    struct err err = {0};
    bool needs_verdicts;
    int looks = 0;
    char *sql;

    if (now == NULL) {
        now = judged_at(FUZZ_AS_OF, &context);
        before = judged_at(FUZZ_AS_OF - 28 * INSTANT_DAY, &earlier);
    }
    sql = strndup((const char *)data, size);
    MUST(sql != NULL);
    ask(
        &(struct query_source){
            .now = now, .documented_only = true, .stop = is_enough, .stop_ctx = &looks, .memory_max_bytes = 64 << 20},
        sql);
    looks = 0;
    ask(&(struct query_source){.now = now,
                               .before = before,
                               .since_asked = true,
                               .stop = is_enough,
                               .stop_ctx = &looks,
                               .memory_max_bytes = 64 << 20},
        sql);
    if (store_query_check(store(), &context, false, "fuzz", sql, &needs_verdicts, &err) < 0)
        must_explain(&err);
    free(sql);
    return 0;
}
