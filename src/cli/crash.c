/* What libxlsxwriter 1.1.4 and its minizip do to a whole process. They look at few of their own allocations: where
 * memory is short they end the process by a signal. Here that is told for what it is. Nothing was put in place, as when
 * the process is killed. And libxlsxwriter prints words of its own on standard error, which are no events: they are for
 * book.c to judge. */
#include "crash_int.h"

#include "exit_status.h"
#include "output/book.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))
static struct sigaction before[SIGNALS];

/* Anywhere else it is a bug: what would have happened happens, when what went wrong is done again. */
static void on_crash(int number, siginfo_t *info, void *context)
{
    static const char told[] = "pcreport: not enough memory: libxlsxwriter broke off; no workbook was put in place\n";

    if (book_in_library()) {
        (void)!write(STDERR_FILENO, told, sizeof(told) - 1);
        _exit(EXIT_BUG);
    }
    (void)context;
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i] == number)
            sigaction(number, &before[i], NULL);
    if (info->si_code <= 0) /* somebody sent it, and nothing is done again */
        raise(number);
}

static ssize_t write_stderr(void *context, const char *bytes, size_t len)
{
    size_t done = 0;

    (void)context;
    if (book_in_library()) {
        library_said((struct text){bytes, len});
        return (ssize_t)len;
    }
    while (done < len) {
        const ssize_t n = write(STDERR_FILENO, bytes + done, len - done);

        if (n < 0 && errno != EINTR)
            return 0; /* how a stream of this kind is told of a failure */
        done += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)len;
}

void crash_mute(void)
{
    FILE *const told = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_stderr});

    if (told == NULL)
        return; /* with its words, then */
    setvbuf(told, NULL, _IONBF, 0);
    stderr = told;
}

void crash_listen(void)
{
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &before[i]);
}
