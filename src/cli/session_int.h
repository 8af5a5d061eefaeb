/* What one command works with, and the only place that talks: results and summaries to standard output, everything else
 * to standard error; with --json, events to standard output (man: pcreport-json). */
#ifndef PCREPORT_CLI_SESSION_INT_H
#define PCREPORT_CLI_SESSION_INT_H

#include "base/json_out.h"
#include "config_int.h"
#include "exit_status.h"
#include "options_int.h"

struct command;

#define RUN_ID_SIZE 40
#define THREADS_MAX 256

struct session {
    const struct command *command;
    struct options options;
    struct config config;
    bool quiet, verbose;
    bool json;     /* events on standard output */
    bool log_json; /* messages on standard error as JSON Lines */
    char run_id[RUN_ID_SIZE];
    enum exit_status status;
    struct held *held; /* what is not said yet; NULL: everything is said at once */
    struct buf note;   /* what every summary line of this command ends with, such as where the evidence ends (R1) */
    /* The closing event of --json; commands add their figures to it whether it will be shown or not. */
    struct buf summary_buf;
    struct json_out summary;
};

/* A command: its own file defines `const struct command command_NAME`, and commands.def names it. */
struct command {
    const char *name;
    const char *usage;                        /* "[OPTION...] FILE..." */
    const char *summary;                      /* half a line, for the list of commands */
    const char *about;                        /* paragraphs */
    const char *example;                      /* whole command lines, each with what it does */
    const struct option_group *const *groups; /* besides the common ones; ended by NULL; may be NULL */
    /* 0, or -1 with *err; statuses 3 and 4, and troubles told on the way, go to session_raise. */
    int (*run)(struct session *s, struct err *err);
};

int session_begin(struct session *s, const struct command *command, struct err *err);
/* Shows the error, if any, writes the closing event and flushes standard output. Returns the status to exit with. */
enum exit_status session_end(struct session *s, const struct err *err);

/* Adds to what the summary line ends with. */
void session_note(struct session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

void session_raise(struct session *s, enum exit_status status);
/* Whether --out names none of the files that the command reads: the store above all. ERR_USAGE. */
int out_check(const struct session *s, struct err *err);
/* The same of one of them; `what` it is. */
int out_spares(const struct session *s, const char *path, const char *what, struct err *err);
const char *session_db(const struct session *s);
unsigned session_threads(const struct session *s); /* --threads, else the cores there are */

/* What a message is about: which it is, and the file and line (0: none) where there are any. */
enum message {
#define MESSAGE(id, word, sentence) MESSAGE_##id,
#include "messages.def"
#undef MESSAGE
    MESSAGES
};
struct about_what {
    enum message message;
    const char *file;
    uint64_t line;
};
#define ABOUT(id)                  ((struct about_what){MESSAGE_##id, NULL, 0})
#define ABOUT_FILE(id, file, line) ((struct about_what){MESSAGE_##id, file, line})

/* Messages on standard error, one line each. Control characters of foreign texts are made harmless. */
void say_error(const struct session *s, struct about_what about, const char *fmt, ...) PRINTF_LIKE(3, 4);
void say_warning(const struct session *s, struct about_what about, const char *fmt, ...)
    PRINTF_LIKE(3, 4); /* not with --quiet */
void say_detail(const struct session *s, struct about_what about, const char *fmt, ...)
    PRINTF_LIKE(3, 4);                                        /* only with --verbose */
void say_progress(const struct session *s, const char *line); /* how far the work is, where no line can be drawn over */

/* For a command that says nothing where all is well, and everything, --quiet or not, where it is not: from now on
 * warnings and the summary line are held. An error lets go of them, and so does a status that is not EXIT_DONE. What is
 * held at the end is dropped; the summary line only where it is --quiet. With --verbose nothing is held. */
int session_hold(struct session *s, struct err *err);
void session_let_go(struct session *s);

/* The one summary line: on `to` unless --quiet or --json, and in the closing event. */
enum summary_to { SUMMARY_TO_STDOUT, SUMMARY_TO_STDERR };
void say_summary(struct session *s, enum summary_to to, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* An event: event_begin, keys and values into event.json, event_end. Nothing is written without --json. */
struct event {
    struct buf buf;
    struct json_out json;
};
void event_begin(struct event *e, const struct session *s, const char *name);
void event_end(struct event *e, const struct session *s);

/* Writes to standard output; why it failed, if it did, finish_stdout tells. */
void write_stdout(struct text t);

/* Writes out what standard output still holds. A reader that closed the pipe has had what it wanted: that is no error.
 */
int finish_stdout(struct err *err);

/* Whether results on standard output may be coloured. */
bool colour_wanted(void);

/* "1,234" and "1,234 rows", "1 row". Each returns out. */
#define COUNT_TEXT_SIZE 64
const char *count_text(uint64_t n, char out[COUNT_TEXT_SIZE]);
const char *count_of(uint64_t n, const char *one, const char *many, char out[COUNT_TEXT_SIZE]);

#endif
