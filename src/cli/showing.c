/* What of a report's rows is shown: some of the columns, so many rows; and on a terminal as wide as it is, page by
 * page. */
#include "showing_int.h"

#include "rules/change.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct option_spec specs[] = {
    {"columns", 0, "NAME,...", "only these columns, in this order; --describe names those there are"},
    {"limit", 0, "N", "only the first N rows"},
    {"vertical", 0, NULL, "in a table, each column of a row on a line of its own"},
    {"no-pager", 0, NULL, "do not show results through $PAGER (or less) on a terminal"},
};
#define FOR_TERMINAL 2 /* where those for every table begin */
#define FOR_PAGER    3
const struct option_group group_showing = {"What is shown", specs, ARRAY_LEN(specs)};
const struct option_group group_terminal = {"On a terminal", specs + FOR_TERMINAL, ARRAY_LEN(specs) - FOR_TERMINAL};
const struct option_group group_pager = {"On a terminal", specs + FOR_PAGER, ARRAY_LEN(specs) - FOR_PAGER};

#define COLUMNS_USUAL 80
#define COLUMNS_MOST  10000

unsigned terminal_columns(void)
{
    const char *const told = getenv("COLUMNS");
    struct winsize size;
    uint64_t columns;

    if (isatty(STDOUT_FILENO) != 1)
        return 0;
    if (told != NULL && parse_number(told, COLUMNS_MOST, &columns) && columns > 0)
        return (unsigned)columns;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS_USUAL;
}

/* ---- Columns and rows ---- */

static int add_columns(struct showing *out, const char *given, struct err *err)
{
    char *rest = NULL;
    size_t names = 1;

    for (const char *c = given; *c != '\0'; c++)
        names += *c == ',';
    out->list = strdup(given);
    out->columns = calloc(names, sizeof(*out->columns));
    if (out->list == NULL || out->columns == NULL)
        return err_nomem(err);
    for (char *name = strtok_r(out->list, ", ", &rest); name != NULL; name = strtok_r(NULL, ", ", &rest))
        out->columns[out->column_count++] = name;
    return out->column_count > 0 ? 0 : err_set(err, ERR_USAGE, "--columns '%s' names no column", given);
}

static int read_changes(struct showing *out, const struct options *o, struct err *err)
{
    for (size_t i = 0; i < options_count(o, "change"); i++) {
        const char *const typed = options_nth(o, "change", i);
        unsigned change = CHANGE_NONE + 1;
        struct buf list = {0};

        while (change < CHANGES && !text_same_word(text_of(typed), text_of(change_word((enum change)change)))) {
            buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", change_word((enum change)change));
            change++;
        }
        if (change == CHANGES)
            err_set(err, ERR_USAGE, "--change '%s': there are %s", typed, buf_cstr(&list));
        buf_release(&list);
        if (change == CHANGES)
            return -1;
        out->changes |= 1U << change;
    }
    return 0;
}

int showing_read(struct showing *out, const struct session *s, struct err *err)
{
    const struct options *const o = &s->options;

    *out = (struct showing){0};
    if (options_number(o, "limit", 1, INT64_MAX, &out->limit, err) < 0)
        return -1;
    if (options_count(o, "columns") > 1)
        return err_set(err, ERR_USAGE, "--columns can be given once only: join the names by commas");
    if (options_has(o, "columns") && add_columns(out, options_value(o, "columns"), err) < 0)
        return -1;
    return read_changes(out, o, err);
}

void showing_release(struct showing *s)
{
    free(s->columns);
    free(s->list);
    *s = (struct showing){0};
}

bool showing_restricts(const struct showing *s)
{
    return s->columns != NULL || s->limit > 0 || s->changes != 0;
}

static size_t place_of(const struct report *report, const char *column)
{
    size_t i = 0;

    while (i < report->column_count && strcmp(report->columns[i].name, column) != 0)
        i++;
    return i;
}

static int unknown_column(const struct report *report, const char *column, struct err *err)
{
    const char **const names = calloc(report->column_count + 1, sizeof(*names));
    const char *near;

    if (names == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < report->column_count; i++)
        names[i] = report->columns[i].name;
    near = text_nearest(column, names, report->column_count);
    if (near != NULL)
        err_set(err, ERR_USAGE, "report '%s' has no column '%s': did you mean '%s'?", report->name, column, near);
    else
        err_set(err, ERR_USAGE, "report '%s' has no column '%s': 'pcreport report --describe %s' names them",
                report->name, column, report->name);
    free(names);
    return -1;
}

int showing_check(const struct showing *s, const struct report *report, struct err *err)
{
    for (size_t i = 0; i < s->column_count; i++) {
        if (place_of(report, s->columns[i]) == report->column_count)
            return unknown_column(report, s->columns[i], err);
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->columns[k], s->columns[i]) == 0)
                return err_set(err, ERR_USAGE, "--columns names '%s' twice", s->columns[i]);
    }
    return 0;
}

static struct shown *shown_of(struct cursor *c)
{
    return (struct shown *)c;
}

static int inner(const struct cursor *c, int column)
{
    return (int)((const struct shown *)c)->place[column];
}

static int column_count(const struct cursor *c)
{
    return (int)((const struct shown *)c)->report.column_count;
}

static const char *column_name(const struct cursor *c, int column)
{
    return ((const struct shown *)c)->report.columns[column].name;
}

static bool is_wanted(struct shown *s)
{
    const struct text word = s->changes != 0 ? cursor_text(s->rows, s->change) : (struct text){NULL, 0};

    for (unsigned c = 0; c < CHANGES; c++)
        if ((s->changes >> c & 1) != 0 && text_equal(word, text_of(change_word((enum change)c))))
            return true;
    return s->changes == 0;
}

static int next(struct cursor *c, struct err *err)
{
    struct shown *const s = shown_of(c);
    int got;

    while ((got = cursor_next(s->rows, err)) == 1) {
        if (!is_wanted(s))
            continue;
        s->there++;
        if (s->limited && s->left == 0 && s->stops)
            return 0;
        if (s->limited && s->left == 0) /* it is counted, no more */
            continue;
        s->left -= s->limited;
        return 1;
    }
    return got;
}

static enum cell_type cell_type(struct cursor *c, int column)
{
    return cursor_cell_type(shown_of(c)->rows, inner(c, column));
}

static struct text text(struct cursor *c, int column)
{
    return cursor_text(shown_of(c)->rows, inner(c, column));
}

static int64_t integer(struct cursor *c, int column)
{
    return cursor_integer(shown_of(c)->rows, inner(c, column));
}

static double real(struct cursor *c, int column)
{
    return cursor_real(shown_of(c)->rows, inner(c, column));
}

static void destroy(struct cursor *c)
{
    (void)c;
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

int shown_begin(struct shown *out, const struct showing *s, const struct report *report, struct cursor *rows,
                struct err *err)
{
    const size_t count = s->columns != NULL ? s->column_count : report->column_count;

    *out = (struct shown){.base = {&ops},
                          .rows = rows,
                          .report = *report,
                          .left = s->limit,
                          .limited = s->limit > 0,
                          .stops = s->stops,
                          .changes = s->changes,
                          .change = (int)place_of(report, "change")};
    out->report.columns = NULL;
    if (report_check_columns(report, rows, err) < 0)
        return -1;
    out->place = calloc(count, sizeof(*out->place));
    out->report.columns = calloc(count, sizeof(*out->report.columns));
    if (out->place == NULL || out->report.columns == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < count; i++) {
        out->place[i] = s->columns != NULL ? place_of(report, s->columns[i]) : i;
        out->report.columns[i] = report->columns[out->place[i]];
    }
    out->report.column_count = count;
    if (s->columns != NULL)
        out->report.chart_count = 0; /* they name columns by their place */
    return 0;
}

void shown_end(struct shown *s)
{
    free(s->report.columns);
    free(s->place);
    *s = (struct shown){0};
}

const char *rows_text(uint64_t rows, uint64_t there, char out[COUNT_TEXT_SIZE])
{
    char n[2][COUNT_TEXT_SIZE];

    if (rows == there)
        return count_of(rows, "row", "rows", out);
    snprintf(out, COUNT_TEXT_SIZE, "the first %.20s of %.28s", count_text(rows, n[0]),
             count_of(there, "row", "rows", n[1]));
    return out;
}

/* ---- Page by page ---- */

static bool is_in_path(const char *program)
{
    const char *path = getenv("PATH");

    while (path != NULL && *path != '\0') {
        const size_t len = strcspn(path, ":");
        char file[PATH_MAX];

        if (snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, program) < (int)sizeof(file) &&
            access(file, X_OK) == 0)
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}

/* The command that shows pages; NULL: none. */
static const char *pager_command(void)
{
    const char *const told = getenv("PAGER");

    if (told != NULL)
        return *told == '\0' || strcmp(told, "cat") == 0 ? NULL : told;
    return is_in_path("less") ? "less" : NULL;
}

#define COMMAND_NOT_RUN 127 /* what a shell ends with */

static void become_pager(const char *command, int from)
{
    sigset_t none;

    struct pollfd rows = {.fd = from, .events = POLLIN};

    while (poll(&rows, 1, -1) < 0 && errno == EINTR) /* it takes the terminal only when there is something to see */
        continue;
    dup2(from, STDIN_FILENO);
    close(from);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setenv("LESS", "FRX", 0); /* leaves at once where all fits, shows colours, and stays on the screen */
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(COMMAND_NOT_RUN);
}

static volatile sig_atomic_t pager_pid;

/* An interrupt ends the pager first, which gives the terminal back as it was. */
static void on_interrupt(int number)
{
    if (pager_pid > 0) {
        kill(pager_pid, SIGTERM);
        waitpid(pager_pid, NULL, 0);
    }
    signal(number, SIG_DFL);
    raise(number);
}

void pager_begin(struct pager *p, const struct session *s)
{
    const char *const command = pager_command();
    const char *const term = getenv("TERM");
    int ends[2];

    *p = (struct pager){0};
    if (isatty(STDOUT_FILENO) != 1 || options_has(&s->options, "no-pager") || s->json || command == NULL ||
        (term != NULL && strcmp(term, "dumb") == 0))
        return;
    fflush(stdout);
    if (pipe(ends) < 0)
        return; /* without pages, then */
    p->saved = dup(STDOUT_FILENO);
    p->pid = p->saved >= 0 ? (int)fork() : -1;
    if (p->pid == 0) {
        close(ends[1]);
        become_pager(command, ends[0]);
    }
    if (p->pid > 0) {
        dup2(ends[1], STDOUT_FILENO);
        pager_pid = p->pid;
        p->interrupt = signal(SIGINT, on_interrupt);
    } else {
        close(p->saved);
        p->pid = 0;
    }
    close(ends[0]);
    close(ends[1]);
}

void pager_end(struct pager *p, const struct session *s)
{
    int status = 0;

    if (p->pid <= 0)
        return;
    fflush(stdout);
    clearerr(stdout); /* whoever leaves the pager has seen enough: that is no failure */
    dup2(p->saved, STDOUT_FILENO);
    close(p->saved);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    pager_pid = 0;
    signal(SIGINT, p->interrupt);
    if (WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_NOT_RUN)
        say_error(s, ABOUT(PAGER), "$PAGER '%s' cannot be run: set another, or give --no-pager", pager_command());
    p->pid = 0;
}
