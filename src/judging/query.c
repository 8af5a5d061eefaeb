/* Queries of reports and analysts: a connection of their own that can only read, within limits of memory, functions and
 * time, and a cursor over the rows. */
#include "device_rows_int.h"
#include "views_int.h"

#include "rules/incident.h"
#include "store/sql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- What a query may take of the machine ---- */

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
/* clang-format off */
static const char *const functions[] = {
    "->", "->>", "abs", "acos", "acosh", "age_band", "asin", "asinh", "atan", "atan2", "atanh", "avg", "british_day", "ceil",
    "ceiling", "char", "coalesce", "cos", "cosh", "count", "cume_dist", "current_date", "current_time",
    "current_timestamp", "date", "datetime", "degrees", "dense_rank", "exp", "first_value", "floor", "format", "glob",
    "group_concat", "hex", "ifnull", "iif", "instr", "join_reasons", "json", "json_array", "json_array_length",
    "json_extract", "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch", "json_quote",
    "json_remove", "json_replace", "json_set", "json_type", "json_valid", "julianday", "lag", "last_value", "lead",
    "length", "like", "likelihood", "likely", "ln", "log", "log10", "log2", "lower", "ltrim", "main_failure", "max", "min", "mod",
    "nth_value", "ntile", "nullif", "percent_rank", "pi", "pow", "power", "printf", "quote", "radians", "random",
    "randomblob", "rank", "readable", "replace", "round", "row_number", "rtrim", "sign", "sin", "sinh", "soundex",
    "sqlite_version", "sqrt", "strftime", "substr", "substring", "sum", "tan", "tanh", "time", "total", "trim",
    "trunc", "typeof", "unicode", "unixepoch", "unlikely", "upper", "zeroblob",
};
/* clang-format on */

static int compare_names(const void *name, const void *entry)
{
    return sqlite3_stricmp(name, *(const char *const *)entry);
}

static bool query_may_call(const char *function)
{
    return bsearch(function, functions, ARRAY_LEN(functions), sizeof(*functions), compare_names) != NULL;
}

static int look(void *source)
{
    const struct query_source *const s = source;

    return s->stop(s->stop_ctx) ? 1 : 0;
}

/* Sets the limits of a connection, and those of the source, which is borrowed by the connection. */
static void query_limit(sqlite3 *db, struct query_source *source)
{
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        sqlite3_limit(db, limits[i].what, limits[i].most);
    if (source->memory_max_bytes > 0)
        sqlite3_hard_heap_limit64(source->memory_max_bytes);
    if (source->stop != NULL)
        sqlite3_progress_handler(db, STEPS_BETWEEN_LOOKS, look, source);
}

/* ---- The connection and the rows ---- */

#define BUSY_TIMEOUT_MS 60000
#define VIEWS_MOST      64
#define COLUMNS_MOST    128 /* of a view */
#define TABLES_MOST     64  /* of a store */

struct query {
    struct cursor base;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct query_source source;
    char *name; /* of the report, for messages */
    bool at_end;
    char inside[VIEW_INSIDE_SIZE]; /* view_stored.c */
    bool asking;                   /* the query itself is prepared, which may see what is documented only, and not what
                                      a view asks for on its own */
    char kept[TABLES_MOST][32];    /* the store's own tables */
    size_t kept_count;
    char inner[TABLES_MOST][32]; /* those that stored views of the query read */
    size_t inner_count;
    char hidden[64]; /* a table that it may not see; "": none */
};

static bool is_view(const char *name)
{
    for (size_t i = 0; view_about(i) != NULL; i++)
        if (sqlite3_stricmp(view_about(i)->name, name) == 0)
            return true;
    return false;
}

/* Whether it is a table of the store, and not a name that the query itself gives. */
static bool is_kept(const struct query *c, const char *name)
{
    for (size_t i = 0; i < c->kept_count; i++)
        if (sqlite3_stricmp(c->kept[i], name) == 0)
            return true;
    return sqlite3_strnicmp(name, "sqlite_", 7) == 0;
}

/* Whether a stored view of the query reads the table; noted where it does. */
static bool is_read_inside(struct query *c, const char *table, const char *view, const char *column)
{
    const bool inside = view != NULL && strncmp(view, c->inside, strlen(c->inside)) == 0;
    size_t i = 0;

    while (i < c->inner_count && strcmp(c->inner[i], table) != 0)
        i++;
    if (inside && i == c->inner_count && i < ARRAY_LEN(c->inner))
        sqlite3_snprintf(sizeof(c->inner[i]), c->inner[c->inner_count++], "%s", table);
    /* Once more SQLite asks for tables of which nothing but the number of a row is read, and no longer says for whom.
     */
    return inside || (*column == '\0' && i < c->inner_count);
}

/* What is documented, and what a stored view is made of, where it is read on that view's behalf. */
static bool may_read(struct query *c, const char *table, const char *column, const char *view)
{
    if (!c->asking || is_view(table) || !is_kept(c, table) || is_read_inside(c, table, view, column))
        return true;
    if (c->hidden[0] == '\0')
        sqlite3_snprintf(sizeof(c->hidden), c->hidden, "%s", table);
    return false;
}

/* What a query may do: read what is documented, and call functions that touch nothing. */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *database, const char *view)
{
    (void)database;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return may_read(ctx, a, b, view) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return b != NULL && query_may_call(b) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

/* Whether it may have been its limit that refused the memory: else there is none. */
static bool limit_was_felt(const struct query_source *source)
{
    sqlite3_int64 asked = 0, now;

    sqlite3_status64(SQLITE_STATUS_MALLOC_SIZE, &now, &asked, 0);
    return source->memory_max_bytes > 0 && sqlite3_memory_highwater(0) + asked > source->memory_max_bytes;
}

static const char damage_mend[] = "'pcreport verify' tells more; go back to a copy";

static int query_fail(const struct query *c, struct err *err)
{
    int code = sqlite3_extended_errcode(c->db);

    if (code == SQLITE_IOERR_DATA)
        return err_set(err, ERR_DATA, "the query of \"%s\": the store is damaged: page %u is not what was written; %s",
                       c->name, pages_damaged(c->db), damage_mend);
    if (sql_is_damage(code))
        return err_set(err, ERR_DATA, "the query of \"%s\": the store is damaged: %s; %s", c->name,
                       sqlite3_errmsg(c->db), damage_mend);
    /* A query writes nothing but what it sorts. */
    if (c->source.memory_max_bytes > 0 && (code == SQLITE_FULL || code == SQLITE_IOERR_WRITE))
        return err_set(err, ERR_DATA,
                       "the query of \"%s\" sorts more than there is room for in temporary files: ask for less",
                       c->name);
    switch (code & 0xff) {
    case SQLITE_INTERNAL:
        return err_set(err, ERR_BUG, "the query of \"%s\" failed: %s", c->name, sqlite3_errmsg(c->db));
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, "the query of \"%s\" cannot be read to its end: %s", c->name,
                       sqlite3_errmsg(c->db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_BUSY, "the query of \"%s\" cannot be run: a run is writing the store; try again later",
                       c->name);
    case SQLITE_NOMEM:
        if (limit_was_felt(&c->source))
            return err_set(err, ERR_DATA, "the query of \"%s\" takes more than %lld MiB of memory: ask for less",
                           c->name, (long long)(c->source.memory_max_bytes >> 20));
        return err_nomem(err);
    case SQLITE_INTERRUPT:
        return err_set(err, ERR_DATA, "the query of \"%s\" was stopped", c->name);
    case SQLITE_AUTH:
        return err_set(err, ERR_CONFIG, "the query of \"%s\" does more than read: %s; only a SELECT is allowed",
                       c->name, sqlite3_errmsg(c->db));
    default:
        return err_set(err, ERR_CONFIG, "the query of \"%s\" is wrong: %s", c->name, sqlite3_errmsg(c->db));
    }
}

static int shut_out(sqlite3 *db)
{
    int rc;

    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    if (rc == SQLITE_OK) /* else a misspelt name in double quotes would be a text */
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    if (rc == SQLITE_OK)
        rc = query_functions_add(db);
    return rc;
}

/* NULL: the query sees nothing but what is stored. */
static const struct judge_context *context_of(const struct query_source *source)
{
    return source->now != NULL ? source->now->ctx : source->context;
}

static int list_tables(struct query *c)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT name FROM main.sqlite_schema WHERE type='table'", -1, &stmt, NULL);

    while (rc == SQLITE_OK && c->kept_count < TABLES_MOST && sqlite3_step(stmt) == SQLITE_ROW)
        sqlite3_snprintf(sizeof(c->kept[0]), c->kept[c->kept_count++], "%s", sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return rc == SQLITE_OK && c->kept_count == TABLES_MOST ? SQLITE_ERROR
                                                           : rc; /* one that is not listed could be seen */
}

static int open_connection(struct query *c, const struct store *st, struct err *err)
{
    int rc = pages_open(store_path(st), &c->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);

    if (c->db == NULL)
        return err_nomem(err);
    if (rc == SQLITE_OK)
        rc = shut_out(c->db);
    if (rc == SQLITE_OK)
        query_limit(c->db, &c->source);
    if (rc == SQLITE_OK)
        rc = views_register(c->db, &c->source);
    if (rc == SQLITE_OK)
        rc = stored_views_register(c->db, c->source.documented_only, c->inside);
    if (rc == SQLITE_OK && c->source.documented_only)
        rc = list_tables(c);
    if (rc == SQLITE_OK)
        rc = sqlite3_set_authorizer(c->db, authorize, c);
    if (rc == SQLITE_NOMEM) /* which the connection does not know of where it was a buffer of ours */
        return err_nomem(err);
    return rc == SQLITE_OK ? 0 : query_fail(c, err);
}

/* Whether nothing but blanks, comments and semicolons is left. */
static bool is_blank(struct query *c, const char *sql)
{
    while (*sql != '\0') {
        sqlite3_stmt *stmt = NULL;
        const char *tail = sql;
        int rc = sqlite3_prepare_v2(c->db, sql, -1, &stmt, &tail);

        sqlite3_finalize(stmt);
        if (rc != SQLITE_OK || stmt != NULL || tail == sql)
            return false;
        sql = tail;
    }
    return true;
}

static bool has_earlier_state(const struct query_source *source)
{
    return source->before != NULL || source->from_nothing;
}

/* The name that the message of SQLite has behind `what`; NULL: it is another message. */
static const char *name_behind(const char *why, const char *what)
{
    const char *const at = strstr(why, what);
    const char *const dot = at != NULL ? strrchr(at, '.') : NULL;

    return at == NULL ? NULL : dot != NULL ? dot + 1 : at + strlen(what);
}

static int no_such_view(const struct query *c, const char *name, struct err *err)
{
    const char *names[VIEWS_MOST], *near;
    size_t count = 0;

    for (; count < VIEWS_MOST && view_about(count) != NULL; count++)
        names[count] = view_about(count)->name;
    near = text_nearest(name, names, count);
    if (near != NULL && strcmp(near, name) != 0)
        return err_set(err, ERR_CONFIG, "the query of \"%s\" is wrong: there is no view '%s': did you mean '%s'?",
                       c->name, name, near);
    return err_set(err, ERR_CONFIG,
                   "the query of \"%s\" is wrong: there is no view '%s': 'pcreport sql --views' names those there are",
                   c->name, name);
}

/* The nearest of the columns of all views; of views that the query names first. */
static int no_such_column(const struct query *c, const char *name, const char *sql, struct err *err)
{
    const char *near = NULL;

    for (int named = 1; near == NULL && named >= 0; named--)
        for (size_t v = 0; near == NULL && view_about(v) != NULL; v++) {
            const struct view_about *const about = view_about(v);
            const char *names[COLUMNS_MOST];

            for (size_t i = 0; i < about->column_count && i < COLUMNS_MOST; i++)
                names[i] = about->columns[i].name;
            if ((strstr(sql, about->name) != NULL) == (named == 1))
                near = text_nearest(name, names, about->column_count);
        }
    if (near == NULL || strcmp(near, name) == 0)
        return query_fail(c, err);
    return err_set(err, ERR_CONFIG, "the query of \"%s\" is wrong: there is no column '%s': did you mean '%s'?",
                   c->name, name, near);
}

static int prepare_failed(const struct query *c, const char *sql, struct err *err)
{
    const char *const why = sqlite3_errmsg(c->db);
    const char *const table = name_behind(why, "no such table: "), *const column = name_behind(why, "no such column: ");

    if (c->hidden[0] != '\0')
        return no_such_view(c, c->hidden, err);
    if (table != NULL && !is_view(table))
        return no_such_view(c, table, err);
    if (column != NULL)
        return no_such_column(c, column, sql, err);
    if (c->source.now == NULL && strstr(why, "no such table: ") != NULL)
        return err_set(err, ERR_CONFIG, "the query of \"%s\" is wrong: %s; views of verdicts are not there yet",
                       c->name, why);
    if (!has_earlier_state(&c->source) &&
        (strstr(why, "no such table: devices_before") != NULL || strstr(why, "no such table: changes") != NULL))
        return err_set(err, ERR_USAGE, "\"%s\" compares with an earlier instant: name it with --since", c->name);
    return query_fail(c, err);
}

static int prepare(struct query *c, const char *sql, struct err *err)
{
    const char *tail = sql;
    int rc;

    c->asking = c->source.documented_only;
    rc = sqlite3_prepare_v2(c->db, sql, -1, &c->stmt, &tail);
    c->asking = false;
    if (rc != SQLITE_OK)
        return prepare_failed(c, sql, err);
    if (c->stmt == NULL)
        return err_set(err, ERR_CONFIG, "the query of \"%s\" is empty; write a SELECT", c->name);
    if (!is_blank(c, tail))
        return err_set(err, ERR_CONFIG, "the query of \"%s\" has more than one statement; one SELECT is allowed",
                       c->name);
    if (!sqlite3_stmt_readonly(c->stmt) || sqlite3_column_count(c->stmt) == 0)
        return err_set(err, ERR_CONFIG, "the query of \"%s\" is no SELECT", c->name);
    return 0;
}

static int bind_instant(struct query *c, int parameter, const struct judge_context *context)
{
    char text[INSTANT_TEXT_SIZE];

    if (context == NULL)
        return sqlite3_bind_null(c->stmt, parameter);
    instant_format(context->as_of, text);
    return sqlite3_bind_text(c->stmt, parameter, text, -1, SQLITE_TRANSIENT);
}

/* What a thing costs, by the user's word; NULL where it was not given. */
static int bind_cost(struct query *c, int parameter, int64_t pounds)
{
    return pounds > 0 ? sqlite3_bind_int64(c->stmt, parameter, pounds) : sqlite3_bind_null(c->stmt, parameter);
}

/* R8: whose verdict opens Incidents at as-of. */
static const char *incident_criteria_told(const struct judge_context *context)
{
    return incident_criteria_word(incident_criteria_at(context->settings, context->as_of));
}

/* SQLITE_RANGE: no such parameter. */
static int bind_one(struct query *c, int parameter, const char *name)
{
    const struct judge_context *const context = context_of(&c->source);
    const bool since_asked = c->source.since_asked && c->source.before != NULL;

    if (strcmp(name, ":as_of") == 0)
        return bind_instant(c, parameter, context);
    if (strcmp(name, ":since") == 0)
        return bind_instant(c, parameter, since_asked ? c->source.before->ctx : NULL);
    if (strcmp(name, ":incident_criteria") == 0)
        return sqlite3_bind_text(c->stmt, parameter, incident_criteria_told(context), -1, SQLITE_STATIC);
    if (strcmp(name, ":cost_incident") == 0)
        return bind_cost(c, parameter, context->costs.incident);
    if (strcmp(name, ":cost_visit") == 0)
        return bind_cost(c, parameter, context->costs.visit);
    if (strcmp(name, ":cost_hour") == 0)
        return bind_cost(c, parameter, context->costs.hour);
    return SQLITE_RANGE;
}

static int bind(struct query *c, struct err *err)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(c->stmt); i++) {
        const char *const given = sqlite3_bind_parameter_name(c->stmt, i), *const name = given != NULL ? given : "?";
        int rc;

        if (context_of(&c->source) == NULL)
            return err_set(err, ERR_CONFIG, "the query of \"%s\" asks for %s where nothing is judged", c->name, name);
        rc = bind_one(c, i, name);
        if (rc == SQLITE_RANGE)
            return err_set(err, ERR_CONFIG,
                           "the query of \"%s\" has the parameter %s; those there are are :as_of, :since, "
                           ":incident_criteria, :cost_incident, :cost_visit and :cost_hour",
                           c->name, name);
        if (rc != SQLITE_OK)
            return query_fail(c, err);
    }
    return 0;
}

static int query_column_count(const struct cursor *c)
{
    return sqlite3_column_count(((const struct query *)c)->stmt);
}

static const char *query_column_name(const struct cursor *c, int column)
{
    const char *name = sqlite3_column_name(((const struct query *)c)->stmt, column);

    return name != NULL ? name : "";
}

static int query_next(struct cursor *cursor, struct err *err)
{
    struct query *c = (struct query *)cursor;
    int rc;

    if (c->at_end)
        return 0;
    rc = sqlite3_step(c->stmt);
    if (rc == SQLITE_ROW)
        return 1;
    c->at_end = true;
    return rc == SQLITE_DONE ? 0 : query_fail(c, err);
}

static enum cell_type query_cell_type(struct cursor *c, int column)
{
    switch (sqlite3_column_type(((struct query *)c)->stmt, column)) {
    case SQLITE_NULL:
        return CELL_EMPTY;
    case SQLITE_INTEGER:
        return CELL_INTEGER;
    case SQLITE_FLOAT:
        /* An infinite one has no form that every format can tell. */
        return isfinite(sqlite3_column_double(((struct query *)c)->stmt, column)) ? CELL_REAL : CELL_EMPTY;
    default:
        return CELL_TEXT;
    }
}

static struct text query_text(struct cursor *c, int column)
{
    /* Numbers come as text this way too; asked for as text, each cell would be copied once more to end it by a NUL. */
    return sql_blob(((struct query *)c)->stmt, column);
}

static int64_t query_integer(struct cursor *c, int column)
{
    return sqlite3_column_int64(((struct query *)c)->stmt, column);
}

static double query_real(struct cursor *c, int column)
{
    return sqlite3_column_double(((struct query *)c)->stmt, column);
}

static void query_interrupt(struct cursor *cursor)
{
    sqlite3_interrupt(((struct query *)cursor)->db);
}

static void query_destroy(struct cursor *cursor)
{
    struct query *c = (struct query *)cursor;

    sqlite3_finalize(c->stmt);
    sqlite3_close(c->db);
    free(c->name);
    free(c);
}

static const struct cursor_ops query_ops = {
    .column_count = query_column_count,
    .column_name = query_column_name,
    .next = query_next,
    .cell_type = query_cell_type,
    .text = query_text,
    .integer = query_integer,
    .real = query_real,
    .interrupt = query_interrupt,
    .destroy = query_destroy,
};

/* Every Device as it was judged, and nothing else of SQL: then without SQL. Where there is something to stop a query or
 * to hold it to its memory, it is one that people wrote, and goes the usual way. */
static bool is_plain(const struct query_source *source, const char *sql, struct device_columns *columns)
{
    return source != NULL && source->now != NULL && source->stop == NULL && source->memory_max_bytes == 0 &&
           device_columns_of(sql, columns);
}

int store_query(struct store *st, const struct query_source *source, const char *name, const char *sql,
                struct cursor **out, struct err *err)
{
    struct device_columns columns;
    struct query *c;

    *out = NULL;
    if (is_plain(source, sql, &columns)) {
        *out = device_rows_of(source->now, &columns);
        return *out == NULL ? err_nomem(err) : 0;
    }
    c = calloc(1, sizeof(*c));
    if (c == NULL)
        return err_nomem(err);
    c->base.ops = &query_ops;
    if (source != NULL)
        c->source = *source;
    c->name = strdup(name);
    if (c->name == NULL)
        err_nomem(err);
    else if (open_connection(c, st, err) == 0 && prepare(c, sql, err) == 0 && bind(c, err) == 0) {
        *out = &c->base;
        return 0;
    }
    query_destroy(&c->base);
    return -1;
}

int store_query_check(struct store *st, const struct judge_context *ctx, bool since, const char *name, const char *sql,
                      bool *needs_verdicts, struct err *err)
{
    const struct judged nobody = {.ctx = ctx, .fd = -1};
    const struct query_source unjudged = {.context = ctx, .documented_only = true};
    const struct query_source judged = {
        .now = &nobody, .before = since ? &nobody : NULL, .since_asked = since, .documented_only = true};
    struct cursor *rows = NULL;
    struct err without = {0};

    *needs_verdicts = store_query(st, &unjudged, name, sql, &rows, &without) < 0;
    if (*needs_verdicts && store_query(st, &judged, name, sql, &rows, err) < 0)
        return -1;
    cursor_destroy(rows);
    return 0;
}
