/* The beginning and end of a command, its messages, summary line and events. */
#include "session_int.h"

#include "exit_status.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* The instant of the start makes run ids sort by time; the random part keeps two runs of one second apart. */
static void make_run_id(char out[RUN_ID_SIZE])
{
    char at[INSTANT_TEXT_SIZE];
    uint32_t noise = 0;
    size_t len = 0;

    if (getrandom(&noise, sizeof(noise), GRND_NONBLOCK) != (ssize_t)sizeof(noise))
        noise = (uint32_t)getpid();
    instant_format(instant_now(), at);
    for (const char *p = at; *p != '\0' && *p != '.' && *p != 'Z' && len < 24; p++)
        if (*p != '-' && *p != ':')
            out[len++] = *p;
    snprintf(out + len, RUN_ID_SIZE - len, "-%08" PRIx32, noise);
}

int session_begin(struct session *s, const struct command *command, struct err *err)
{
    const char *log = options_value(&s->options, "log-format");

    s->command = command;
    s->quiet = options_has(&s->options, "quiet");
    s->verbose = options_has(&s->options, "verbose") && !s->quiet;
    s->json = options_has(&s->options, "json");
    make_run_id(s->run_id);
    s->summary = (struct json_out){.buf = &s->summary_buf};
    json_open(&s->summary, '{');
    json_pair(&s->summary, "event", "summary");
    json_pair(&s->summary, "run_id", s->run_id);
    json_pair(&s->summary, "command", command->name);
    if (log != NULL && strcmp(log, "text") != 0 && strcmp(log, "json") != 0)
        return err_set(err, ERR_USAGE, "--log-format '%s': there are 'text' and 'json'", log);
    s->log_json = log != NULL && strcmp(log, "json") == 0;
    if (!instant_now_is_sound())
        return err_set(err, ERR_USAGE, "SOURCE_DATE_EPOCH '%s': wanted are seconds since 1970, in digits",
                       getenv("SOURCE_DATE_EPOCH"));
    if (config_read(&s->config, options_value(&s->options, "config"), err) < 0)
        return -1;
    return out_check(s, err);
}

/* ---- Holding back ---- */

struct held {
    struct buf lines;   /* of standard error */
    struct buf summary; /* for standard output */
    bool open;          /* nothing is held any more */
};

/* What could not be said, for want of memory: the command ends with the status for that. */
static atomic_bool unsaid;

static void say_nothing(void)
{
    unsaid = true;
    fputs("pcreport: out of memory for a message\n", stderr);
}

/* Of the first write to standard output that failed; 0: none did. stdio keeps no reason. */
static _Atomic int stdout_failed;

void write_stdout(struct text t)
{
    errno = 0;
    if (t.len > 0 && fwrite(t.ptr, 1, t.len, stdout) < t.len && stdout_failed == 0)
        stdout_failed = errno;
}

/* Prints what was put together to be told; on standard output, a line of its own. */
static void print(FILE *to, struct buf *what)
{
    if (what->failed)
        say_nothing();
    else if (to == stdout) {
        write_stdout(buf_text(what));
        write_stdout(TEXT_LITERAL("\n"));
    } else
        fputs(buf_cstr(what), to);
}

int session_hold(struct session *s, struct err *err)
{
    if (s->verbose)
        return 0; /* who asks for more wants all of it */
    s->held = calloc(1, sizeof(*s->held));
    return s->held != NULL ? 0 : err_nomem(err);
}

static void let_go(const struct session *s)
{
    struct held *const h = s->held;

    if (h == NULL || h->open)
        return;
    h->open = true;
    if (h->summary.len > 0 || h->summary.failed)
        print(stdout, &h->summary);
    fflush(stdout); /* keeps the order of what a terminal shows */
    print(stderr, &h->lines);
}

void session_let_go(struct session *s)
{
    let_go(s);
}

static void drop_held(struct session *s)
{
    if (s->held == NULL)
        return;
    buf_release(&s->held->lines);
    buf_release(&s->held->summary);
    free(s->held);
    s->held = NULL;
}

/* That a pipe has no reader can be seen long after the write that failed for it. */
static bool reader_is_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int finish_stdout(struct err *err)
{
    const bool failed = ferror(stdout) != 0;
    int why;

    errno = 0;
    if (fflush(stdout) == 0 && !failed)
        return 0;
    why = errno != 0 ? errno : stdout_failed;
    if (why == EPIPE || reader_is_gone())
        return 0;
    return why == 0 ? err_set(err, ERR_IO, "cannot write all of it to standard output")
                    : err_set(err, ERR_IO, "cannot write to standard output: %s", strerror(why));
}

/* Whoever puts a message together need not look whether there was memory for it. */
static void raise_unsaid(struct session *s)
{
    if (!unsaid && buf_ever_failed() && s->status != EXIT_BUG)
        say_nothing();
    if (unsaid)
        session_raise(s, EXIT_BUG);
}

enum exit_status session_end(struct session *s, const struct err *err)
{
    struct err flush = {0};

    if (err->code != ERR_NONE) {
        say_error(s, ABOUT_FILE(FAILED, NULL, err->line), "%s", err->msg);
        /* What was put together without memory may be blamed for what it lacks. */
        session_raise(s, buf_ever_failed() ? EXIT_BUG : exit_status_of(err->code));
        json_pair(&s->summary, "error", err->msg);
    }
    raise_unsaid(s);
    json_key(&s->summary, "exit_status");
    json_int(&s->summary, (int)s->status);
    json_close(&s->summary, '}');
    if (s->json)
        print(stdout, &s->summary_buf);
    raise_unsaid(s);
    if (finish_stdout(&flush) < 0) {
        say_error(s, ABOUT(FAILED), "%s", flush.msg);
        session_raise(s, exit_status_of(flush.code));
    }
    drop_held(s);
    buf_release(&s->summary_buf);
    buf_release(&s->note);
    config_release(&s->config);
    options_release(&s->options);
    return s->status;
}

void session_note(struct session *s, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    buf_printf(&s->note, "%s%s", s->note.len > 0 ? "; " : "", text);
}

void session_raise(struct session *s, enum exit_status status)
{
    s->status = exit_status_worse(s->status, status);
    if (s->status != EXIT_DONE)
        let_go(s);
}

const char *session_db(const struct session *s)
{
    const char *given = options_value(&s->options, "db");

    if (given != NULL)
        return given;
    return s->config.db != NULL ? s->config.db : "pcreport.db";
}

unsigned session_threads(const struct session *s)
{
    const char *given = options_value(&s->options, "threads");
    uint64_t threads = 0;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (given != NULL && parse_number(given, THREADS_MAX, &threads) && threads > 0)
        return (unsigned)threads;
    return cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores;
}

static const char *message_word(enum message m)
{
    static const char *const words[MESSAGES] = {
#define MESSAGE(id, word, sentence) [MESSAGE_##id] = word,
#include "messages.def"
#undef MESSAGE
    };

    return words[m];
}

/* ---- Messages ---- */

/* One line of standard error. */
static void make_line(const struct session *s, struct buf *line, const char *level, struct about_what about,
                      const char *message)
{
    struct json_out j = {.buf = line};

    if (!s->log_json) {
        buf_add_str(line, "pcreport: ");
        show_text(line, text_of(message));
        buf_add_byte(line, '\n');
        return;
    }
    json_open(&j, '{');
    json_instant(&j, "at", instant_now());
    json_pair(&j, "level", level);
    json_pair(&j, "run_id", s->run_id);
    json_pair(&j, "id", message_word(about.message));
    json_pair(&j, "message", message);
    if (about.file != NULL)
        json_pair(&j, "file", about.file);
    if (about.line > 0)
        json_count(&j, "line", about.line);
    json_close(&j, '}');
    buf_add_byte(line, '\n');
}

static void say_line(const struct session *s, bool may_wait, const char *level, struct about_what about,
                     const char *message)
{
    struct buf line = {0};

    make_line(s, &line, level, about, message);
    if (may_wait && s->held != NULL && !s->held->open) {
        buf_add_text(&s->held->lines, buf_text(&line));
    } else {
        fflush(stdout);
        if (message[0] == '\0') /* what it was to be did not come about */
            say_nothing();
        else
            print(stderr, &line);
    }
    buf_release(&line);
}

static void PRINTF_LIKE(5, 0) say(const struct session *s, bool may_wait, const char *level, struct about_what about,
                                  const char *fmt, va_list args)
{
    char message[2048];

    message_format(message, sizeof(message), fmt, args);
    say_line(s, may_wait, level, about, message);
}

void say_error(const struct session *s, struct about_what about, const char *fmt, ...)
{
    va_list args;

    let_go(s);
    va_start(args, fmt);
    say(s, false, "error", about, fmt, args);
    va_end(args);
}

void say_warning(const struct session *s, struct about_what about, const char *fmt, ...)
{
    va_list args;

    if (s->quiet && s->held == NULL)
        return;
    va_start(args, fmt);
    /* R1: that the evidence is old is said on standard error whatever the night is like. */
    say(s, s->quiet || about.message != MESSAGE_EVIDENCE_OLD, "warning", about, fmt, args);
    va_end(args);
}

void say_detail(const struct session *s, struct about_what about, const char *fmt, ...)
{
    va_list args;

    if (!s->verbose)
        return;
    va_start(args, fmt);
    say(s, false, "info", about, fmt, args);
    va_end(args);
}

void say_progress(const struct session *s, const char *line)
{
    say_line(s, false, "info", ABOUT(PROGRESS), line);
}

void say_summary(struct session *s, enum summary_to to, const char *fmt, ...)
{
    char line[2048];
    struct buf shown = {0};
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    if (s->note.failed)
        say_nothing();
    else if (s->note.len > 0)
        snprintf(line + strlen(line), sizeof(line) - strlen(line), "; %s", buf_cstr(&s->note));
    json_pair(&s->summary, "text", line);
    if (s->json || (s->quiet && s->held == NULL))
        return;
    if (to == SUMMARY_TO_STDERR) {
        say_line(s, false, "info", ABOUT(SUMMARY), line);
        return;
    }
    show_text(&shown, text_of(line));
    if (s->quiet && !s->held->open) {
        buf_release(&s->held->summary);
        s->held->summary = shown;
        return;
    }
    print(stdout, &shown);
    buf_release(&shown);
}

void event_begin(struct event *e, const struct session *s, const char *name)
{
    *e = (struct event){.json = {0}};
    e->json.buf = &e->buf;
    json_open(&e->json, '{');
    json_pair(&e->json, "event", name);
    json_pair(&e->json, "run_id", s->run_id);
}

void event_end(struct event *e, const struct session *s)
{
    json_close(&e->json, '}');
    if (s->json)
        print(stdout, &e->buf);
    buf_release(&e->buf);
}

bool colour_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return (no_color == NULL || *no_color == '\0') && isatty(STDOUT_FILENO) == 1 &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

const char *count_text(uint64_t n, char out[COUNT_TEXT_SIZE])
{
    char digits[24];
    const int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
    size_t at = 0;

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *count_of(uint64_t n, const char *one, const char *many, char out[COUNT_TEXT_SIZE])
{
    size_t len;

    count_text(n, out);
    len = strlen(out);
    snprintf(out + len, COUNT_TEXT_SIZE - len, " %s", n == 1 ? one : many);
    return out;
}

enum exit_status exit_status_of(enum err_code code)
{
    switch (code) {
    case ERR_NONE:
        return EXIT_DONE;
    case ERR_USAGE:
        return EXIT_USAGE;
    case ERR_DATA:
        return EXIT_DATA;
    case ERR_NO_INPUT:
        return EXIT_NO_INPUT;
    case ERR_NOMEM:
    case ERR_BUG:
        return EXIT_BUG;
    case ERR_CREATE:
        return EXIT_CREATE;
    case ERR_IO:
        return EXIT_IO;
    case ERR_BUSY:
        return EXIT_BUSY;
    case ERR_CONFIG:
        return EXIT_CONFIG;
    }
    return EXIT_BUG;
}

enum exit_status exit_status_worse(enum exit_status a, enum exit_status b)
{
    return a > b ? a : b;
}
