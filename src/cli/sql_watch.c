/* A watch over an ad-hoc query, which may never end. */
#include "sql_int.h"

#include "session_int.h"

#include <time.h>
#include <unistd.h>

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

enum watch_why sql_watch_why(struct sql_watch *w)
{
    return (enum watch_why)atomic_load(&w->why);
}
