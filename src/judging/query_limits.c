/* What a query may take of the machine: SQLite's own limits, memory, and a way to stop it. */
#include "query_int.h"

#define CELL_BYTES_MAX (64 << 20) /* of one value, so that a hostile query cannot take all memory at once */

/* Steps of SQLite's machine between two looks at whether to stop: a look is cheap, and one step may be long. */
#define STEPS_BETWEEN_LOOKS 1000

/* Far above what a report written by people needs, far below what makes SQLite slow or hungry. */
static const struct {
    int what, most;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, CELL_BYTES_MAX},
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
    {SQLITE_LIMIT_COLUMN, 500},
    {SQLITE_LIMIT_EXPR_DEPTH, 500},
    {SQLITE_LIMIT_COMPOUND_SELECT, 200},
    {SQLITE_LIMIT_VDBE_OP, 1000000},
    {SQLITE_LIMIT_FUNCTION_ARG, 100},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static int look(void *source)
{
    const struct query_source *const s = source;

    return s->stop(s->stop_ctx) ? 1 : 0;
}

void query_limit(sqlite3 *db, struct query_source *source)
{
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        sqlite3_limit(db, limits[i].what, limits[i].most);
    if (source->memory_max_bytes > 0)
        sqlite3_hard_heap_limit64(source->memory_max_bytes);
    if (source->stop != NULL)
        sqlite3_progress_handler(db, STEPS_BETWEEN_LOOKS, look, source);
}
