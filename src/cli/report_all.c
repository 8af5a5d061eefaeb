/* Every report of a night, on all cores: each is a query of its own into files of its own. */
#include "reports_int.h"

#include <pthread.h>
#include <stdlib.h>

/* One report in one format. */
struct job {
    const struct report *report;
    const struct writer_ops *format;
};

struct jobs {
    const struct report_source *from;
    const char *folder;
    const struct reports *reports;
    const struct formats *formats;
    pthread_mutex_t lock;
    size_t next;
    struct err *err; /* of the first that failed; then no other is begun */
    bool failed;
};

static bool take(struct jobs *jobs, struct job *out)
{
    const size_t all = jobs->reports->count * jobs->formats->count;
    bool taken;

    pthread_mutex_lock(&jobs->lock);
    taken = !jobs->failed && jobs->next < all;
    if (taken) {
        out->report = &jobs->reports->ptr[jobs->next / jobs->formats->count];
        out->format = jobs->formats->ptr[jobs->next % jobs->formats->count];
        jobs->next++;
    }
    pthread_mutex_unlock(&jobs->lock);
    return taken;
}

static int write_one(const struct jobs *jobs, const struct job *job, struct err *err)
{
    uint64_t count;

    if (write_report_into(jobs->from, job->report, job->format, jobs->folder, &count, err) < 0)
        return -1;
    if (job->report->split == NULL)
        return 0;
    return write_report_split(jobs->from, job->report, job->format, jobs->folder, &count, err);
}

static void *work(void *ctx)
{
    struct jobs *const jobs = ctx;
    struct job job;

    while (take(jobs, &job)) {
        struct err err = {0};

        if (write_one(jobs, &job, &err) == 0)
            continue;
        pthread_mutex_lock(&jobs->lock);
        err_copy(jobs->err, &err);
        jobs->failed = true;
        pthread_mutex_unlock(&jobs->lock);
    }
    return NULL;
}

#define WRITERS_MAX 16

int write_all_reports(const struct report_source *from, const struct reports *reports, const struct formats *formats,
                      const char *folder, unsigned threads, struct err *err)
{
    struct jobs jobs = {.from = from, .folder = folder, .reports = reports, .formats = formats, .err = err};
    pthread_t others[WRITERS_MAX];
    unsigned begun = 0;

    if (pthread_mutex_init(&jobs.lock, NULL) != 0)
        return err_nomem(err);
    while (begun + 1 < threads && begun < WRITERS_MAX && pthread_create(&others[begun], NULL, work, &jobs) == 0)
        begun++; /* with fewer than asked for it takes longer, no more */
    work(&jobs);
    for (unsigned i = 0; i < begun; i++)
        pthread_join(others[i], NULL);
    pthread_mutex_destroy(&jobs.lock);
    return jobs.failed ? -1 : 0;
}
