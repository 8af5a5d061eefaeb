/* A whole store file that somebody changed: bytes of it are replaced, as the input says, and its sums are made to fit
 * if the first byte is odd. Whatever it holds then, every way of reading it ends, and tells what is wrong: its status,
 * all of it checked, and a view, which the rest of the first byte chooses, as asking all of them takes half a second.
 * Behind it stand, for each change, two bytes of a place (in steps of four bytes), one of a length and the bytes. */
#include "fuzz_store.h"

#include "store_int.h"

static void read_rows(struct store *st, const struct query_source *source, const char *sql)
{
    struct cursor *rows = NULL;
    struct err err = {0};
    int got = store_query(st, source, "fuzz", sql, &rows, &err);

    for (int i = 0; got >= 0 && i < 1000 && (got = cursor_next(rows, &err)) == 1; i++)
        for (int column = 0; column < cursor_column_count(rows); column++)
            (void)cursor_text(rows, column);
    if (got < 0)
        must_explain(&err);
    cursor_destroy(rows);
}

static void judge(struct store *st, unsigned view)
{
    static const char *const queries[] = {
        "SELECT * FROM devices",  "SELECT * FROM obligations", "SELECT * FROM incidents",
        "SELECT * FROM requests", "SELECT * FROM evidence",    "SELECT * FROM coverage",
        "SELECT * FROM reported", "SELECT * FROM rejects",     "SELECT * FROM registrations"};
    struct coverage coverage = {0};
    struct directory *directory = NULL;
    struct judge_context context;
    struct judged *judged = NULL;
    struct err err = {0};

    if (store_directory(st, FUZZ_AS_OF, &directory, &err) == 0) {
        fuzz_context(&context, directory);
        if (coverage_read(&coverage, st, context.settings, FUZZ_AS_OF, &err) == 0)
            (void)store_judge(st, &context, NULL, 1, "/tmp", NULL, NULL, &judged, &err);
    }
    if (judged != NULL) {
        const struct query_source source = {.now = judged, .coverage = &coverage};

        read_rows(st, &source, queries[view % ARRAY_LEN(queries)]);
    } else {
        must_explain(&err);
    }
    judged_destroy(judged);
    coverage_release(&coverage);
    directory_destroy(directory);
}

static void take(void *count, const char *what)
{
    MUST(what[0] != '\0');
    ++*(int *)count;
}

static void use(const char *path, unsigned view)
{
    struct store_status status;
    int told = 0, found;
    struct err err = {0};
    struct store *st;

    if (store_open(&st, path, STORE_READ, &err) < 0) {
        must_explain(&err);
        return;
    }
    if (store_status_read(st, &status, &err) < 0)
        must_explain(&err);
    err = (struct err){0};
    found = store_verify(st, take, &told, &err);
    if (found < 0)
        must_explain(&err);
    else
        MUST(found == told);
    judge(st, view);
    store_close(st);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct buf whole;
    static char path[80];
    struct buf now = {0};
    FILE *file;

    if (size == 0)
        return 0;
    if (whole.len == 0) {
        MUST(file_read_whole(fuzz_store(), 1 << 24, &whole) == 0);
        snprintf(path, sizeof(path), "%s-changed", fuzz_store());
    }
    buf_add_text(&now, buf_text(&whole));
    for (size_t at = 1; at + 3 < size;) {
        const size_t place = (size_t)(data[at] << 8 | data[at + 1]) * 4 % whole.len;
        size_t len = data[at + 2];

        at += 3;
        len = len < size - at ? len : size - at;
        len = len < whole.len - place ? len : whole.len - place;
        memcpy(now.ptr + place, data + at, len);
        at += len;
    }
    if (data[0] % 2 == 1)
        pages_seal(now.ptr, now.len);
    file = fopen(path, "wb");
    MUST(file != NULL && fwrite(now.ptr, 1, now.len, file) == now.len && fclose(file) == 0);
    buf_release(&now);
    use(path, data[0] / 2);
    unlink(path);
    return 0;
}
