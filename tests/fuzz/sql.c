/* An analyst's query on a store: it is refused or read, and changes nothing. */
#include "fuzz_store.h"

#define LOOKS_MAX 200 /* of a thousand steps each: a query that goes on is stopped */
#define ROWS_MAX  200

static bool is_enough(void *looks)
{
    return ++*(int *)looks > LOOKS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct store *st;
    static struct judge_context context;
    static struct directory *directory;
    static struct judged *judged;
    struct err err = {0};
    struct cursor *rows = NULL;
    int looks = 0, got;
    char *sql;

    if (st == NULL) {
        MUST(store_open(&st, fuzz_store(), STORE_READ, &err) == 0);
        MUST(store_directory(st, FUZZ_AS_OF, &directory, &err) == 0);
        fuzz_context(&context, directory);
        MUST(store_judge(st, &context, NULL, 1, "/tmp", NULL, NULL, &judged, &err) == 0);
    }
    sql = strndup((const char *)data, size);
    MUST(sql != NULL);
    got = store_query(
        st, &(struct query_source){.now = judged, .stop = is_enough, .stop_ctx = &looks, .memory_max_bytes = 64 << 20},
        "fuzz", sql, &rows, &err);
    for (int i = 0; got >= 0 && i < ROWS_MAX && (got = cursor_next(rows, &err)) == 1; i++)
        for (int column = 0; column < cursor_column_count(rows); column++)
            if (cursor_cell_type(rows, column) != CELL_EMPTY)
                (void)cursor_text(rows, column);
    if (got < 0)
        must_explain(&err);
    cursor_destroy(rows);
    free(sql);
    return 0;
}
