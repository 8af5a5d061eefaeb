/* What keeps a query of anybody within bounds: the rows that are taken of it, and the time it may take. */
#include "sql_limits_int.h"

#include "base/ascii.h"
#include "exit_status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COLUMN_WIDTH 24 /* in a spreadsheet: an identifier or an instant */

static const struct sql_rows *of(const struct cursor *c)
{
    return (const struct sql_rows *)c;
}

static int column_count(const struct cursor *c)
{
    return (int)of(c)->column_count;
}

static const char *column_name(const struct cursor *c, int column)
{
    return of(c)->columns[column].name;
}

static int next(struct cursor *c, struct err *err)
{
    struct sql_rows *const s = (struct sql_rows *)c;
    const int got = s->cut ? 0 : cursor_next(s->rows, err);

    if (got != 1)
        return got;
    s->cut = s->most > 0 && s->count == s->most;
    if (s->cut)
        return 0;
    s->count++;
    return 1;
}

static enum cell_type cell_type(struct cursor *c, int column)
{
    return cursor_cell_type(of(c)->rows, column);
}

static struct text text(struct cursor *c, int column)
{
    return cursor_text(of(c)->rows, column);
}

static int64_t integer(struct cursor *c, int column)
{
    return cursor_integer(of(c)->rows, column);
}

static double real(struct cursor *c, int column)
{
    return cursor_real(of(c)->rows, column);
}

static void destroy(struct cursor *c)
{
    (void)c; /* nothing is its own: sql_rows_end */
}

static const struct cursor_ops ops = {
    .column_count = column_count,
    .column_name = column_name,
    .next = next,
    .cell_type = cell_type,
    .text = text,
    .integer = integer,
    .real = real,
    .destroy = destroy,
};

static bool is_plain(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

/* Runs of anything else become one '_', at either end none. */
static void add_plain(struct buf *b, const char *name)
{
    bool gap = false;

    for (; *name != '\0'; name++) {
        if (is_plain(*name) && gap && b->len > 0)
            buf_add_byte(b, '_');
        gap = !is_plain(*name);
        if (!gap)
            buf_add_byte(b, (unsigned char)*name);
    }
}

static bool is_taken(const struct sql_rows *s, const char *name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return true;
    return false;
}

static int add_column(struct sql_rows *s, const char *name, struct err *err)
{
    struct report_column *const column = &s->columns[s->column_count];
    struct buf b = {0};

    add_plain(&b, name);
    if (b.len == 0)
        buf_printf(&b, "column_%zu", s->column_count + 1);
    for (size_t nth = 2, len = b.len; !b.failed && is_taken(s, buf_cstr(&b)); nth++) {
        b.len = len;
        buf_printf(&b, "_%zu", nth);
    }
    *column = (struct report_column){.type = COLUMN_ANY, .width = COLUMN_WIDTH};
    if (!b.failed) {
        column->name = strdup(buf_cstr(&b));
        column->title = strdup(buf_cstr(&b));
    }
    s->column_count++;
    buf_release(&b);
    return column->name == NULL || column->title == NULL ? err_nomem(err) : 0;
}

int sql_rows_begin(struct sql_rows *s, struct cursor *rows, uint64_t most, struct err *err)
{
    const int count = cursor_column_count(rows);

    *s = (struct sql_rows){.base = {&ops}, .rows = rows, .most = most};
    s->columns = calloc((size_t)count, sizeof(*s->columns));
    if (s->columns == NULL)
        return err_nomem(err);
    for (int i = 0; i < count; i++)
        if (add_column(s, cursor_column_name(rows, i), err) < 0)
            return -1;
    return 0;
}

void sql_rows_end(struct sql_rows *s)
{
    for (size_t i = 0; i < s->column_count; i++) {
        free(s->columns[i].name);
        free(s->columns[i].title);
    }
    free(s->columns);
}

/* ---- Time ---- */

#define LOOK_MS  20
#define GRACE_MS 2000

static int64_t now_ms(void)
{
    struct timespec t = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_interrupted(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 && sigismember(&pending, SIGINT) == 1;
}

/* What a function of SQLite does in one call cannot be interrupted, and may take years: nothing else helps then. */
static void end_process(void)
{
    static const char told[] = "pcreport: sql: the query did not stop when its time was up: it was ended with the "
                               "program\n";

    (void)!write(STDERR_FILENO, told, sizeof(told) - 1);
    _exit(EXIT_DATA);
}

static void *watch(void *ctx)
{
    const struct timespec pause = {0, LOOK_MS * 1000000L};
    struct sql_watch *const w = ctx;
    const int64_t began = now_ms();
    int64_t stopped = 0;

    while (!atomic_load(&w->done)) {
        const int64_t now = now_ms();

        if (atomic_load(&w->why) != WATCH_GOES_ON) {
            if (now - stopped > GRACE_MS)
                end_process();
        } else if (is_interrupted()) {
            stopped = now;
            atomic_store(&w->why, WATCH_INTERRUPT);
        } else if (w->limit_s > 0 && now - began >= (int64_t)w->limit_s * 1000) {
            stopped = now;
            atomic_store(&w->why, WATCH_TIME);
        }
        nanosleep(&pause, NULL);
    }
    return NULL;
}

int sql_watch_begin(struct sql_watch *w, uint64_t limit_s, struct err *err)
{
    sigset_t interrupt;

    w->limit_s = limit_s;
    atomic_init(&w->why, WATCH_GOES_ON);
    atomic_init(&w->done, false);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &w->mask);
    if (pthread_create(&w->thread, NULL, watch, w) == 0)
        return 0;
    pthread_sigmask(SIG_SETMASK, &w->mask, NULL);
    return err_set(err, ERR_NOMEM, "cannot start a thread; the limit of processes (ulimit -u) may be reached");
}

bool sql_watch_stops(void *watch)
{
    return atomic_load(&((struct sql_watch *)watch)->why) != WATCH_GOES_ON;
}

void sql_watch_end(struct sql_watch *w)
{
    atomic_store(&w->done, true);
    pthread_join(w->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &w->mask, NULL);
}
