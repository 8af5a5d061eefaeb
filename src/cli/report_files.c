/* Reports on their way to files; one of a kind, or one file for each party. */
#include "reports_int.h"

#include "base/array.h"
#include "base/file.h"
#include "judging/query.h"
#include "output/ahead.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* So many files are written in one pass over the rows, well within the descriptors a process has. */
#define SPLIT_PASS 128

static const struct option_spec pseudonym_specs[] = {
    {"pseudonymise", 0, "KEYFILE",
     "put keyed hashes (HMAC-SHA-256) in the place of Device identifiers and MPxNs; the key is this file's content"},
};
const struct option_group group_pseudonyms = {"Pseudonyms", pseudonym_specs, ARRAY_LEN(pseudonym_specs)};

int report_hide(const struct pseudonyms *p, struct cursor **rows, struct err *err)
{
    struct cursor *const hidden = p != NULL ? pseudonym_cursor(p, *rows) : *rows;

    if (hidden == NULL)
        return err_nomem(err);
    *rows = hidden;
    return 0;
}

int report_query(const struct report_source *from, const struct report *report, struct cursor **rows, struct err *err)
{
    struct query_source source = from->rows;

    source.documented_only = report->own && !report->replaces_ours;
    return store_query(from->store, &source, report->name, report->sql, rows, err);
}

int write_report(const struct report_source *from, const struct report *report, const struct writer_ops *format,
                 const char *path, uint64_t *rows, struct err *err)
{
    static const struct showing everything = {0};
    const struct showing *const showing = from->showing != NULL ? from->showing : &everything;
    struct cursor *cursor = NULL, *ahead = NULL;
    struct outfile *file = NULL;
    struct report_about about = from->about != NULL ? *from->about : (struct report_about){0};
    struct shown shown = {0};
    uint64_t written = 0;
    int rc = -1;

    about.rows_there = showing->limit > 0 ? &shown.there : NULL;
    if (report_query(from, report, &cursor, err) == 0 && report_hide(from->pseudonyms, &cursor, err) == 0 &&
        shown_begin(&shown, showing, report, cursor, err) == 0 && outfile_create(&file, path, err) == 0) {
        if (from->read_ahead && format->slow && !showing_restricts(showing) && (ahead = read_ahead(cursor)) != NULL)
            shown.rows = cursor = ahead;
        rc = report_write(&shown.report, from->about != NULL ? &about : NULL,
                          showing_restricts(showing) ? &shown.base : cursor, format, file, &written, err);
    }
    if (rows != NULL)
        *rows = written;
    if (from->there != NULL)
        *from->there = showing_restricts(showing) ? shown.there : written;
    shown_end(&shown);
    cursor_destroy(cursor);
    if (rc == 0 && from->finished == NULL)
        return outfile_commit(file, err);
    if (rc == 0 && outfile_settle(file, err) == 0) {
        *from->finished = file;
        return 0;
    }
    outfile_discard(file);
    return -1;
}

static char *report_path(const char *folder, const char *name, const char *extension, struct err *err)
{
    char *path;

    if (asprintf(&path, "%s/%s%s", folder, name, extension) < 0) {
        err_nomem(err);
        return NULL;
    }
    return path;
}

int write_report_into(const struct report_source *from, const struct report *report, const struct writer_ops *format,
                      const char *folder, uint64_t *rows, struct err *err)
{
    char *const path = report_path(folder, report->name, format->extension, err);
    const int rc = path != NULL ? write_report(from, report, format, path, rows, err) : -1;

    free(path);
    return rc;
}

/* ---- While Devices are judged ---- */

bool straight_fits(const struct report *report, const struct writer_ops *format)
{
    struct device_columns columns;

    if (strcmp(format->name, "csv") != 0 || !device_columns_of(report->sql, &columns) ||
        columns.count != report->column_count)
        return false;
    for (size_t i = 0; i < columns.count; i++)
        if (strcmp(device_column_name(&columns, i), report->columns[i].name) != 0)
            return false; /* report_write will say what is wrong */
    return true;
}

static int put_row(const void *ctx, struct cursor *row, struct buf *out, struct err *err)
{
    return csv_add_row(((const struct straight *)ctx)->report, row, out, err);
}

static int take_rows(void *ctx, struct text rows, size_t count, struct err *err)
{
    struct straight *const s = ctx;

    s->count += count;
    return outfile_write(s->file, rows.ptr, rows.len, err);
}

int straight_begin(struct straight *s, const struct report *report, const char *folder, const char *path,
                   struct err *err)
{
    char *const own = folder != NULL ? report_path(folder, report->name, ".csv", err) : NULL;
    struct buf heading = {0};
    int rc = -1;

    *s = (struct straight){.rows = {.put = put_row, .take = take_rows, .ctx = s}, .report = report};
    device_columns_of(report->sql, &s->rows.columns);
    if ((folder == NULL || own != NULL) && outfile_create(&s->file, own != NULL ? own : path, err) == 0 &&
        csv_add_heading(report, &heading, err) == 0)
        rc = outfile_write(s->file, heading.ptr, heading.len, err);
    buf_release(&heading);
    free(own);
    return rc;
}

int straight_end(struct straight *s, bool keep, struct err *err)
{
    struct outfile *const file = s->file;

    s->file = NULL;
    if (file != NULL && keep)
        return outfile_commit(file, err);
    outfile_discard(file);
    return 0;
}

/* ---- One file for each party ---- */

/* One value of the split column, and its file while it is being written. */
struct share {
    char *value;
    bool clashes; /* with another but for case */
    struct outfile *file;
    struct writer *writer;
    uint64_t rows;
};

struct split {
    const struct report *report;
    const struct writer_ops *format;
    struct report_about about;       /* without the input files: they are of all parties */
    const char *folder;              /* FOLDER/REPORT, or FOLDER/parties */
    const struct party_names *names; /* the files are FOLDER/parties/PARTY/REPORT.EXT; NULL: FOLDER/REPORT/VALUE.EXT */
    int column;
    struct share *shares; /* in the order of their first rows */
    size_t count, cap;
};

static struct share *find_share(struct split *s, struct text value, struct err *err)
{
    value.len = value.len > 0 ? strnlen(value.ptr, value.len) : 0; /* as much of it as a name can hold */
    for (size_t i = s->count; i-- > 0;) /* rows of one value mostly lie together: the latest is the likeliest */
        if (text_equal(text_of(s->shares[i].value), value))
            return &s->shares[i];
    if (!array_reserve(&s->shares, &s->cap, s->count + 1, sizeof(*s->shares))) {
        err_nomem(err);
        return NULL;
    }
    s->shares[s->count] = (struct share){.value = strndup(value.len > 0 ? value.ptr : "", value.len)};
    if (s->shares[s->count].value == NULL) {
        err_nomem(err);
        return NULL;
    }
    return &s->shares[s->count++];
}

static char *share_path(const struct split *s, const struct share *share, struct err *err)
{
    char slug[FILE_SLUG_SIZE];
    char *folder, *path = NULL;

    if (s->names == NULL)
        return (share->clashes ? file_slug_marked : file_slug)(share->value, slug, err) == 0
                   ? report_path(s->folder, slug, s->format->extension, err)
                   : NULL;
    if (party_slug(s->names, share->value, slug, err) < 0)
        return NULL;
    folder = path_join(s->folder, slug, err);
    if (folder != NULL && make_folder(folder, err) == 0)
        path = report_path(folder, s->report->name, s->format->extension, err);
    free(folder);
    return path;
}

/* Under which name its file is written, while it is not known yet which values are still to come. */
static char *working_path(const struct split *s, const struct share *share, struct err *err)
{
    char name[FILE_SLUG_SIZE + 24];

    if (s->names != NULL)
        return share_path(s, share, err);
    if (file_slug(share->value, name, err) < 0)
        return NULL;
    snprintf(name + strlen(name), 24, ",%zu", (size_t)(share - s->shares));
    return report_path(s->folder, name, s->format->extension, err);
}

static int open_share(const struct split *s, struct share *share, struct err *err)
{
    char *const path = working_path(s, share, err);
    int rc;

    if (path == NULL)
        return -1;
    rc = outfile_create(&share->file, path, err);
    free(path);
    return rc < 0 ? -1 : s->format->open(&share->writer, s->report, &s->about, share->file, err);
}

static int name_share(const struct split *s, struct share *share, struct err *err)
{
    char *const path = share_path(s, share, err);
    const int rc = path != NULL ? outfile_name(share->file, path, err) : -1;

    free(path);
    return rc;
}

static int close_share(const struct split *s, struct share *share, bool keep, struct err *err)
{
    int rc = 0;

    if (share->writer != NULL)
        rc = s->format->close(share->writer, err);
    share->writer = NULL;
    if (keep && rc == 0 && share->file != NULL)
        rc = name_share(s, share, err);
    if (keep && rc == 0 && share->file != NULL)
        rc = outfile_commit(share->file, err);
    else
        outfile_discard(share->file);
    share->file = NULL;
    return rc;
}

/* Writes the shares first to first + SPLIT_PASS - 1, in the order in which they turn up. */
static int split_pass(struct split *s, struct cursor *rows, size_t first, struct err *err)
{
    int got;

    while ((got = cursor_next(rows, err)) > 0) {
        struct share *const share = find_share(s, cursor_text(rows, s->column), err);
        size_t place;

        if (share == NULL)
            return -1;
        place = (size_t)(share - s->shares);
        if (place < first || place >= first + SPLIT_PASS)
            continue;
        if (share->writer == NULL && open_share(s, share, err) < 0)
            return -1;
        if (s->format->row(share->writer, rows, err) < 0)
            return -1;
        share->rows++;
    }
    return got;
}

static int by_value(const void *a, const void *b)
{
    return strcasecmp((*(struct share *const *)a)->value, (*(struct share *const *)b)->value);
}

/* Once all values are known. */
static int find_clashes(struct split *s, struct err *err)
{
    struct share **const sorted = calloc(s->count + 1, sizeof(struct share *));

    if (sorted == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < s->count; i++)
        sorted[i] = &s->shares[i];
    qsort(sorted, s->count, sizeof(struct share *), by_value);
    for (size_t i = 1; i < s->count; i++)
        if (by_value(&sorted[i - 1], &sorted[i]) == 0)
            sorted[i - 1]->clashes = sorted[i]->clashes = true;
    free(sorted);
    return 0;
}

static int split_all(struct split *s, const struct report_source *from, struct err *err)
{
    size_t first = 0;

    do {
        struct cursor *rows = NULL;
        int rc = report_query(from, s->report, &rows, err);

        if (rc == 0 && (rc = report_check_columns(s->report, rows, err)) == 0)
            rc = split_pass(s, rows, first, err);
        cursor_destroy(rows);
        if (rc == 0 && first == 0)
            rc = find_clashes(s, err);
        for (size_t i = first; i < s->count && i < first + SPLIT_PASS; i++)
            if (close_share(s, &s->shares[i], rc == 0, err) < 0)
                rc = -1;
        if (rc < 0)
            return -1;
        first += SPLIT_PASS;
    } while (first < s->count);
    return 0;
}

static int split_column(const struct report *report)
{
    for (size_t i = 0; i < report->column_count; i++)
        if (strcmp(report->columns[i].name, report->split) == 0)
            return (int)i;
    return -1;
}

static struct split split_begin(const struct report_source *from, const struct report *report,
                                const struct writer_ops *format, const char *folder)
{
    struct split s = {.report = report, .format = format, .column = split_column(report), .folder = folder};

    if (from->about != NULL)
        s.about = *from->about;
    s.about.inputs = NULL;
    s.about.input_count = 0;
    return s;
}

/* Writes a report that has a `split` column into FOLDER/NAME/VALUE.EXT, one file for each value; *files: how many. */
static int write_report_split(const struct report_source *from, const struct report *report,
                              const struct writer_ops *format, const char *folder, uint64_t *files, struct err *err)
{
    char *const own = path_join(folder, report->name, err);
    struct split s = split_begin(from, report, format, own);
    int rc = -1;

    if (s.column < 0)
        err_set(err, ERR_CONFIG, "report '%s': its split column '%s' is none of its columns", report->name,
                report->split);
    else if (own != NULL && make_folder(own, err) == 0)
        rc = split_all(&s, from, err);
    *files = s.count;
    for (size_t i = 0; i < s.count; i++)
        free(s.shares[i].value);
    free(s.shares);
    free(own);
    return rc;
}

static int note_shares(const struct split *s, struct party_files *files, struct err *err)
{
    for (size_t i = 0; i < s->count; i++) {
        char *const path = share_path(s, &s->shares[i], err);
        char *const below = path != NULL ? strdup(path + strlen(s->folder) + 1) : NULL;
        char *const party = strdup(s->shares[i].value);

        free(path);
        if (below == NULL || party == NULL) {
            free(below);
            free(party);
            return err_nomem(err);
        }
        if (party_files_add(files, party, below, s->shares[i].rows, err) < 0)
            return -1;
    }
    return 0;
}

/* One report in one format; or what each party gets of it. */
struct job {
    const struct report *report;
    const struct writer_ops *format;
    bool by_party;
};

struct jobs {
    const struct report_source *from;
    const char *folder;
    const struct reports *reports;
    const struct formats *formats;
    struct reports parties; /* of which each party gets its share */
    char *parties_folder;
    struct party_names names;
    struct party_files files; /* of parties */
    pthread_mutex_t lock;
    size_t next;
    struct err *err; /* of the first that failed; then no other is begun */
    bool failed;
};

static bool take(struct jobs *jobs, struct job *out)
{
    const size_t formats = jobs->formats->count;
    const size_t all = (jobs->reports->count + jobs->parties.count) * formats;
    bool taken;

    pthread_mutex_lock(&jobs->lock);
    taken = !jobs->failed && jobs->next < all;
    if (taken) {
        const size_t place = jobs->next / formats;

        out->by_party = place >= jobs->reports->count;
        out->report = out->by_party ? &jobs->parties.ptr[place - jobs->reports->count] : &jobs->reports->ptr[place];
        out->format = jobs->formats->ptr[jobs->next % formats];
        jobs->next++;
    }
    pthread_mutex_unlock(&jobs->lock);
    return taken;
}

static int write_for_parties(struct jobs *jobs, const struct job *job, struct err *err)
{
    struct split s = split_begin(jobs->from, job->report, job->format, jobs->parties_folder);
    int rc;

    s.names = &jobs->names;
    rc = split_all(&s, jobs->from, err);
    pthread_mutex_lock(&jobs->lock);
    if (rc == 0)
        rc = note_shares(&s, &jobs->files, err);
    pthread_mutex_unlock(&jobs->lock);
    for (size_t i = 0; i < s.count; i++)
        free(s.shares[i].value);
    free(s.shares);
    return rc;
}

int write_report_everywhere(const struct report_source *from, const struct report *report,
                            const struct writer_ops *format, const char *folder, struct err *err)
{
    uint64_t count;

    if (write_report_into(from, report, format, folder, &count, err) < 0)
        return -1;
    return report->split != NULL ? write_report_split(from, report, format, folder, &count, err) : 0;
}

static int write_one(struct jobs *jobs, const struct job *job, struct err *err)
{
    if (job->by_party)
        return write_for_parties(jobs, job, err);
    return write_report_everywhere(jobs->from, job->report, job->format, jobs->folder, err);
}

static void *work(void *ctx)
{
    struct jobs *const jobs = ctx;
    struct job job;

    while (take(jobs, &job)) {
        struct err err = {0};

        if ((job.report->own && jobs->from->own != NULL) || write_one(jobs, &job, &err) == 0)
            continue;
        pthread_mutex_lock(&jobs->lock);
        err_copy(jobs->err, &err);
        jobs->failed = true;
        pthread_mutex_unlock(&jobs->lock);
    }
    return NULL;
}

#define WRITERS_MAX 16

static int begin_parties(struct jobs *jobs, struct err *err)
{
    jobs->parties_folder = path_join(jobs->folder, "parties", err);
    if (jobs->parties_folder == NULL || make_folder(jobs->parties_folder, err) < 0 ||
        party_reports_load(&jobs->parties, err) < 0)
        return -1;
    return party_names_read(&jobs->names, jobs->from->store, &jobs->from->rows, err);
}

static void work_on_all(struct jobs *jobs, unsigned threads)
{
    pthread_t others[WRITERS_MAX];
    unsigned begun = 0;

    while (begun + 1 < threads && begun < WRITERS_MAX && pthread_create(&others[begun], NULL, work, jobs) == 0)
        begun++; /* with fewer than asked for it takes longer, no more */
    work(jobs);
    for (unsigned i = 0; i < begun; i++)
        pthread_join(others[i], NULL);
}

int write_all_reports(const struct report_source *from, const struct reports *reports, const struct formats *formats,
                      const char *folder, unsigned threads, struct err *err)
{
    struct jobs jobs = {.from = from, .folder = folder, .reports = reports, .formats = formats, .err = err};
    int rc;

    if (pthread_mutex_init(&jobs.lock, NULL) != 0)
        return err_nomem(err);
    rc = begin_parties(&jobs, err);
    if (rc == 0)
        work_on_all(&jobs, threads);
    if (rc == 0 && !jobs.failed)
        rc = party_index_write(&jobs.files, jobs.parties_folder, err);
    pthread_mutex_destroy(&jobs.lock);
    if (rc == 0 && !jobs.failed && from->own != NULL)
        rc = write_own_reports(from, reports, formats, folder, threads, err);
    reports_release(&jobs.parties);
    party_names_release(&jobs.names);
    party_files_release(&jobs.files);
    free(jobs.parties_folder);
    return rc < 0 || jobs.failed ? -1 : 0;
}
