/* The analysts' own reports in a nightly run: each in a process of its own, with so much time and so many rows, so that
 * one that never ends, or takes all memory, costs itself and not the night. */
#include "reports_int.h"

#include "base/file.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MEMORY_MAX ((int64_t)1 << 30) /* of SQLite, in the process of one report */
#define FILE_MAX   ((rlim_t)16 << 30) /* of one file, above all what is put by while it sorts */

/* One that is being written. */
struct own_report {
    const struct report *report;
    pid_t pid;
    int fd; /* what is to be read from it: a struct err, once it has ended */
    int64_t deadline_ms;
};

struct own_reports {
    const struct report_source *from;
    const struct formats *formats;
    const char *folder;
    const struct own_limits *limits;
};

static int64_t now_ms(void)
{
    struct timespec t = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Where even less is allowed that stays so. */
static void bound_files(void)
{
    struct rlimit most;

    if (getrlimit(RLIMIT_FSIZE, &most) == 0 && (most.rlim_cur == RLIM_INFINITY || most.rlim_cur > FILE_MAX)) {
        most.rlim_cur = FILE_MAX;
        (void)setrlimit(RLIMIT_FSIZE, &most);
    }
}

/* In the process of the report: what went wrong, or nothing. */
static void write_in_child(const struct own_reports *o, const struct report *report, struct err *err)
{
    const struct showing some = {.limit = o->limits->rows, .stops = true};
    struct report_source from = *o->from;
    uint64_t there = 0;
    int rc = 0;

    from.showing = &some;
    from.there = &there;
    from.rows.memory_max_bytes = MEMORY_MAX;
    for (size_t i = 0; rc == 0 && i < o->formats->count && there <= some.limit; i++)
        rc = write_report_everywhere(&from, report, o->formats->ptr[i], o->folder, err);
    if (there > some.limit)
        err_set(err, ERR_DATA, "it has more than %llu rows ([report] own_rows)", (unsigned long long)o->limits->rows);
}

static int begin(const struct own_reports *o, struct own_report *one, struct err *err)
{
    struct err told = {0};
    int ends[2];

    if (pipe(ends) < 0)
        return err_errno(err, ERR_NOMEM, "cannot write report '%s'", one->report->name);
    one->pid = fork();
    if (one->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        bound_files();
        write_in_child(o, one->report, &told);
        _exit(write(ends[1], &told, sizeof(told)) == (ssize_t)sizeof(told) ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(ends[1]);
    one->fd = ends[0];
    one->deadline_ms = now_ms() + (int64_t)o->limits->seconds * 1000;
    if (one->pid > 0)
        return 0;
    close(ends[0]);
    return err_errno(err, ERR_NOMEM, "cannot start a process for report '%s'", one->report->name);
}

/* What it left is as if it had never begun. */
static int clear(const struct own_reports *o, const struct report *report, struct err *err)
{
    for (size_t i = 0; i < o->formats->count; i++)
        for (int partial = 0; partial < 2; partial++) {
            char *path;

            if (asprintf(&path, "%s/%s%s%s%s", o->folder, partial ? "." : "", report->name,
                         o->formats->ptr[i]->extension, partial ? ".partial" : "") < 0)
                return err_nomem(err);
            unlink(path);
            free(path);
        }
    if (report->split != NULL) {
        char *const split = path_join(o->folder, report->name, err);

        if (split == NULL)
            return -1;
        tree_remove(split);
        free(split);
    }
    return 0;
}

static void leave_out(const struct own_reports *o, const struct report *report, const char *why)
{
    say_error(o->limits->session, ABOUT(REPORT_LEFT), "report '%s' is left out: %s", report->name, why);
    session_raise(o->limits->session, EXIT_DATA);
    ++*o->limits->left_out;
}

/* Waits until it ends or its time is up. -1 where the night cannot go on either. */
static int end(const struct own_reports *o, const struct own_report *one, struct err *err)
{
    struct pollfd said = {.fd = one->fd, .events = POLLIN};
    struct err told = {0};
    int64_t left;
    int got = 0, status;
    bool whole;

    while ((left = one->deadline_ms - now_ms()) > 0 && (got = poll(&said, 1, (int)(left < 60000 ? left : 60000))) <= 0)
        if (got < 0 && errno != EINTR)
            break;
    if (got <= 0)
        kill(one->pid, SIGKILL);
    whole = got > 0 && read(one->fd, &told, sizeof(told)) == (ssize_t)sizeof(told);
    close(one->fd);
    while (waitpid(one->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (whole && told.code == ERR_NONE)
        return 0;
    if (clear(o, one->report, err) < 0)
        return -1;
    /* No memory is its own want of it, and not the night's. */
    if (whole && told.code != ERR_DATA && told.code != ERR_CONFIG && told.code != ERR_NOMEM)
        return err_copy(err, &told);
    if (whole)
        leave_out(o, one->report, told.msg);
    else if (got <= 0)
        leave_out(o, one->report, "its time is up ([report] own_seconds)");
    else
        leave_out(o, one->report, "the process that wrote it was ended");
    return 0;
}

int write_own_reports(const struct report_source *from, const struct reports *reports, const struct formats *formats,
                      const char *folder, unsigned at_once, struct err *err)
{
    const struct own_reports o = {from, formats, folder, from->own};
    struct own_report *const all = calloc(reports->count + 1, sizeof(*all));
    size_t count = 0, begun = 0, ended = 0;
    int rc = 0;

    if (all == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < reports->count; i++)
        if (reports->ptr[i].own)
            all[count++].report = &reports->ptr[i];
    while (ended < begun || (rc == 0 && begun < count)) {
        if (rc == 0 && begun < count && begun - ended < at_once) {
            rc = begin(&o, &all[begun], err);
            begun += rc == 0;
        } else if (end(&o, &all[ended++], err) < 0) {
            rc = -1;
        }
    }
    free(all);
    return rc;
}
