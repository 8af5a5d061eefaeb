/* The line of progress. */
#include "progress_int.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_S    0.1
#define FIRST_S     0.3  /* short work is not worth a line */
#define SHORT_S     0.01 /* no rate can be told of so short a time */
#define LEFT_MAX_S  360000
#define LINE_EACH_S 30 /* where lines cannot be drawn over */
#define LINE_SIZE   256
#define MIB         1048576.0
#define WIDTH_LEAST 20

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static volatile sig_atomic_t asked; /* by SIGUSR1 */

static void ask(int signal)
{
    (void)signal;
    asked = 1;
}

void progress_listen(void)
{
    const struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};

    sigaction(SIGUSR1, &action, NULL);
}

void progress_begin(struct progress *p, const struct session *s)
{
    const double now = now_s();

    *p = (struct progress){
        .session = s, .terminal = isatty(STDERR_FILENO) == 1 && !s->log_json, .began_s = now, .drawn_s = now};
}

void progress_clear(struct progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}

/* Whether it is time to draw; sees to the clock of each subject. */
static bool due(struct progress *p, const char *subject, double now)
{
    if (strncmp(p->subject, subject, sizeof(p->subject) - 1) != 0) {
        snprintf(p->subject, sizeof(p->subject), "%s", subject);
        p->began_s = now;
    }
    if (asked)
        return true;
    if (p->session->quiet)
        return false;
    if (p->terminal)
        return now - p->drawn_s >= REDRAW_S && now - p->began_s >= FIRST_S;
    return now - p->drawn_s >= LINE_EACH_S;
}

static void draw(struct progress *p, const char *line, double now)
{
    struct winsize size;
    int width = 80;
    struct buf shown = {0};

    p->drawn_s = now;
    if (asked || !p->terminal) {
        asked = 0;
        progress_clear(p);
        say_progress(p->session, line);
        return;
    }
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > WIDTH_LEAST)
        width = size.ws_col;
    show_text(&shown, text_of(line));
    fprintf(stderr, "\r%.*s\033[K", width - 1, buf_cstr(&shown));
    fflush(stderr);
    buf_release(&shown);
    p->drawn = true;
}

static size_t add_left(char *out, size_t size, double share, double spent_s)
{
    const double left_s = share > 0 ? spent_s * (1 - share) / share : 0;
    const int len = left_s > LEFT_MAX_S ? 0 : snprintf(out, size, "  %d:%02d left", (int)left_s / 60, (int)left_s % 60);

    return len > 0 ? (size_t)len : 0;
}

void progress_reading(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows)
{
    struct progress *const p = ctx;
    const double now = now_s();
    const char *const slash = strrchr(file, '/');
    char count[COUNT_TEXT_SIZE];
    char line[LINE_SIZE];
    size_t len;
    double spent;

    if (!due(p, file, now))
        return;
    spent = now - p->began_s;
    len = (size_t)snprintf(line, sizeof(line), "reading %.60s  %.1f", slash != NULL ? slash + 1 : file,
                           (double)bytes / MIB);
    if (total > 0)
        len += (size_t)snprintf(line + len, sizeof(line) - len, " of %.1f", (double)total / MIB);
    len += (size_t)snprintf(line + len, sizeof(line) - len, " MiB  %s", count_of(rows, "row", "rows", count));
    if (spent > SHORT_S)
        len += (size_t)snprintf(line + len, sizeof(line) - len, "  %.1f MiB/s", (double)bytes / MIB / spent);
    if (total > 0 && bytes <= total)
        add_left(line + len, sizeof(line) - len, (double)bytes / (double)total, spent);
    draw(p, line, now);
}

void progress_phase(void *ctx, const char *phase, uint64_t done, uint64_t total)
{
    struct progress *const p = ctx;
    const double now = now_s();
    char count[COUNT_TEXT_SIZE];
    char of[COUNT_TEXT_SIZE];
    char line[LINE_SIZE];
    size_t len;

    if (!due(p, phase, now))
        return;
    len = (size_t)snprintf(line, sizeof(line), "%.60s  %s", phase, count_text(done, count));
    if (total > 0) {
        const double share = (double)done / (double)total;

        len += (size_t)snprintf(line + len, sizeof(line) - len, " of %s  %.0f%%", count_text(total, of), 100 * share);
        add_left(line + len, sizeof(line) - len, share, now - p->began_s);
    }
    draw(p, line, now);
}
