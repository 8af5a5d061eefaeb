/* What a query may take of the machine: SQLite's own limits, memory, functions, and a way to stop it. */
#include "query_int.h"

#include <stdlib.h>

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

/* Those that compute something from their arguments alone. Whatever else a build of SQLite brings along (virtual
 * tables' own functions, fts3_tokenizer above all, which takes a pointer for an argument) is no business of a query. In
 * the order of the alphabet. */
static const char *const functions[] = {
    "->",
    "->>",
    "abs",
    "acos",
    "acosh",
    "age_band",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "join_reasons",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "random",
    "randomblob",
    "rank",
    "readable",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "soundex",
    "sqlite_version",
    "sqrt",
    "strftime",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "time",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
    "zeroblob",
};

static int compare_names(const void *name, const void *entry)
{
    return sqlite3_stricmp(name, *(const char *const *)entry);
}

bool query_may_call(const char *function)
{
    return bsearch(function, functions, ARRAY_LEN(functions), sizeof(*functions), compare_names) != NULL;
}

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
