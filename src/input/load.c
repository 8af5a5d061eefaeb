/* Loads: reads paths, one file after another, into the workers' sorters, and keeps an account of each file. */
#include "feed_int.h"
#include "flood_int.h"
#include "job_form_int.h"
#include "layout_int.h"
#include "table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE         ((size_t)1024 * 1024)
#define BLOCK_SMALL        ((size_t)64 * 1024)
#define ROOM_SMALL         ((uint64_t)16 * 1024 * 1024)
#define SORTER_LEAST       ((size_t)1024 * 1024)
#define REJECTED_BYTES_MAX ((uint64_t)256 << 20)

struct load {
    struct load_options options;
    struct worker *workers;
    struct sorter **sorters; /* of the workers */
    struct pipeline *pipeline;
    struct job job;
    struct intake_files files;
    struct form_clocks clocks;
    struct known_bids known_bids;
    size_t block_size;
    /* The files that were read, by their content: open addressing; a slot is an index into `files` plus 1, 0 is free.
     */
    uint32_t *by_content;
    size_t slots, read_count;
    uint64_t passed_over;
    struct flood flood;
    /* For the progress of the file being read: */
    const char *path;
    struct container *container;
};

static int work_on_block(void *ctx, unsigned worker, const struct block *b, struct err *err)
{
    struct load *l = ctx;
    struct worker *w = &l->workers[worker];
    const uint64_t rows = w->tally.rows, rejected = w->tally.rejected, bytes = w->tally.rejected_bytes;
    const int rc = l->job.ops->parse(&l->job, w, b, err);

    atomic_fetch_add(&l->job.rows, w->tally.rows - rows);
    atomic_fetch_add(&l->job.rejected, w->tally.rejected - rejected);
    atomic_fetch_add(&l->job.rejected_bytes, w->tally.rejected_bytes - bytes);
    return rc;
}

static int check_options(const struct load_options *o, struct err *err)
{
    if (o->kind != NULL && readers_find(o->kind) == NULL)
        return err_set(err, ERR_USAGE, "'%s' is no kind of input; 'pcreport ingest --help' lists them", o->kind);
    if (o->profile != NULL && forms_profile(o->forms, o->profile) == NULL)
        return err_set(err, ERR_USAGE, "there is no profile '%s': the configuration has no section [profile %s]",
                       o->profile, o->profile);
    if (o->layout != NULL && layouts_find(o->forms, o->layout) == NULL)
        return err_set(err, ERR_USAGE, "there is no layout '%s': the configuration has no section [layout %s]",
                       o->layout, o->layout);
    if (o->encoding != NULL && !encoding_is_known(o->encoding))
        return err_set(err, ERR_USAGE, "no encoding '%s' is known; 'iconv -l' lists them", o->encoding);
    return 0;
}

static int create_workers(struct load *l, struct err *err)
{
    const unsigned n = l->options.threads;
    const size_t share = l->options.memory_bytes / n;

    l->workers = calloc(n, sizeof(*l->workers));
    l->sorters = calloc(n, sizeof(*l->sorters));
    if (l->workers == NULL || l->sorters == NULL)
        return err_nomem(err);
    for (unsigned i = 0; i < n; i++) {
        if (sorter_create(&l->workers[i].sorter, l->options.temp_dir, share > SORTER_LEAST ? share : SORTER_LEAST,
                          err) < 0)
            return -1;
        l->sorters[i] = l->workers[i].sorter;
    }
    return pipeline_create(&l->pipeline, n, work_on_block, l, err);
}

int load_create(struct load **out, const struct load_options *options, struct err *err)
{
    struct load *l;

    *out = NULL;
    if (check_options(options, err) < 0)
        return -1;
    l = calloc(1, sizeof(*l));
    if (l == NULL)
        return err_nomem(err);
    l->options = *options;
    if (l->options.threads == 0)
        l->options.threads = 1;
    l->block_size = BLOCK_SIZE;
    l->flood.most = options->rejected_bytes_max > 0 ? options->rejected_bytes_max : REJECTED_BYTES_MAX;
    if (form_clocks_create(&l->clocks, options->forms, err) < 0 || create_workers(l, err) < 0) {
        load_destroy(l);
        return -1;
    }
    *out = l;
    return 0;
}

void load_destroy(struct load *l)
{
    if (l == NULL)
        return;
    pipeline_destroy(l->pipeline);
    for (unsigned i = 0; l->workers != NULL && i < l->options.threads; i++)
        worker_release(&l->workers[i]);
    free(l->workers);
    free(l->sorters);
    intake_files_release(&l->files);
    form_clocks_release(&l->clocks);
    buf_release(&l->known_bids.heading);
    free(l->by_content);
    free(l);
}

void load_set_block_size(struct load *l, size_t bytes)
{
    l->block_size = bytes;
}

/* ---- One file ---- */

static bool too_many_rejects(const struct load_options *o, uint64_t rows, uint64_t rejected)
{
    return (double)rejected > (o->rejects_are_percent ? o->max_rejects * (double)rows / 100 : o->max_rejects);
}

static bool go_on(void *ctx)
{
    const struct load *l = ctx;
    const struct load_options *o = &l->options;
    const uint64_t rows = atomic_load(&l->job.rows), rejected = atomic_load(&l->job.rejected);
    const bool too_many = too_many_rejects(o, rows, rejected);

    if (o->progress != NULL) {
        uint64_t total;
        const uint64_t bytes = container_progress(l->container, &total);
        o->progress(o->ctx, l->job.name, bytes, total, rows);
    }
    if (flood_is_over(&l->flood, rows, rejected, atomic_load(&l->job.rejected_bytes), too_many))
        return false;
    return o->rejects_are_percent || !too_many; /* a share of the rows can be judged at the end only */
}

static int refuse(struct intake_file *file, const struct err *why)
{
    file->fate = FILE_REFUSED;
    file->why = *why;
    return 0;
}

static void sum_tallies(const struct load *l, struct tally *sum)
{
    *sum = (struct tally){.first = INSTANT_NONE, .last = INSTANT_NONE};
    for (unsigned i = 0; i < l->options.threads; i++)
        tally_join(sum, &l->workers[i].tally);
}

static void refuse_rejects(const struct load *l, struct intake_file *file, const struct tally *sum)
{
    const struct load_options *o = &l->options;
    struct buf firsts = {0};

    for (size_t i = 0; i < sum->sample_count; i++)
        buf_printf(&firsts, "%s%s", i > 0 ? "; " : "", sum->samples[i].text);
    file->fate = FILE_REFUSED;
    err_set(&file->why, ERR_DATA,
            "'%s' has %llu bad row%s of %llu, more than --max-rejects %g%s lets pass; the first: %s", file->name,
            (unsigned long long)sum->rejected, sum->rejected == 1 ? "" : "s", (unsigned long long)sum->rows,
            o->max_rejects, o->rejects_are_percent ? "%" : "", buf_cstr(&firsts));
    file->why.line = sum->sample_count > 0 ? (unsigned long)sum->samples[0].line : 0;
    buf_release(&firsts);
}

static size_t slot_of(const struct load *l, const struct intake_file *file)
{
    uint64_t hash;

    memcpy(&hash, file->sha256, sizeof(hash));
    return (size_t)hash & (l->slots - 1);
}

static void put_in_slot(struct load *l, uint32_t entry)
{
    size_t at = slot_of(l, &l->files.ptr[entry - 1]);

    while (l->by_content[at] != 0)
        at = (at + 1) & (l->slots - 1);
    l->by_content[at] = entry;
}

/* At most half of the slots are taken, so that a look-up is one or two steps. */
static bool index_file(struct load *l, const struct intake_file *file)
{
    if (2 * (l->read_count + 1) > l->slots) {
        uint32_t *const old = l->by_content;
        const size_t old_slots = l->slots;

        l->slots = old_slots > 0 ? 2 * old_slots : 64;
        l->by_content = calloc(l->slots, sizeof(*l->by_content));
        if (l->by_content == NULL)
            return free(old), false;
        for (size_t i = 0; i < old_slots; i++)
            if (old[i] != 0)
                put_in_slot(l, old[i]);
        free(old);
    }
    put_in_slot(l, (uint32_t)(file - l->files.ptr) + 1);
    l->read_count++;
    return true;
}

/* Whether the store, or this load before it, has the file; if only its content, the file says so from here on. */
static bool is_known(const struct load *l, struct intake_file *file)
{
    const struct load_options *o = &l->options;

    if (o->known_file != NULL && o->known_file(o->ctx, file))
        return true;
    for (size_t at = l->slots > 0 ? slot_of(l, file) : 0; l->slots > 0 && l->by_content[at] != 0;
         at = (at + 1) & (l->slots - 1)) {
        const struct intake_file *const other = &l->files.ptr[l->by_content[at] - 1];

        if (other == file || other->fate != FILE_READ || memcmp(other->sha256, file->sha256, DIGEST_SIZE) != 0)
            continue;
        const unsigned differs = intake_file_differs(file, other);
        (void)intake_file_note_same(file, text_of(other->name), differs);
        if (differs == 0)
            return true;
    }
    return false;
}

static void note_read_otherwise(struct intake_file *file)
{
    struct found *const f = &file->found[FINDING_READ_OTHERWISE];

    f->count = f->line = 1;
    snprintf(f->example, sizeof(f->example), "%.*s", FINDING_EXAMPLE_MAX, file->same_as);
}

static void begin_count(const struct load *l, struct worker *w)
{
    w->tally = (struct tally){.first = INSTANT_NONE, .last = INSTANT_NONE};
    if (!l->options.count_days)
        return;
    free(w->days);
    w->days = calloc(DAYS_MAX / 64, sizeof(*w->days));
    if (w->days == NULL) /* nothing is counted */
        buf_note_failed();
}

static uint64_t count_days(const struct load *l)
{
    uint64_t days = 0;

    for (size_t word = 0; l->options.count_days && word < DAYS_MAX / 64; word++) {
        uint64_t bits = 0;
        for (unsigned i = 0; i < l->options.threads; i++)
            bits |= l->workers[i].days != NULL ? l->workers[i].days[word] : 0;
        days += (uint64_t)__builtin_popcountll(bits);
    }
    return days;
}

/* What became of a file, by what was counted of it. */
static int settle(struct load *l, struct intake_file *file, struct tally *sum, bool to_the_end, struct err *err)
{
    file->rows = sum->rows;
    file->rejected = sum->rejected;
    file->passed_over = sum->passed_over;
    memcpy(file->found, sum->found, sizeof(file->found));
    file->first = sum->first;
    file->last = sum->last;
    file->days = count_days(l);
    file->bytes = container_bytes(l->container);
    if (file->fate == FILE_REFUSED)
        return 0;
    const bool too_many = too_many_rejects(&l->options, sum->rows, sum->rejected);
    if (!to_the_end && flood_is_over(&l->flood, sum->rows, sum->rejected, sum->rejected_bytes, too_many)) {
        flood_give_up(&l->flood, file, sum, container_member(l->container) != NULL);
        return 0;
    }
    if (to_the_end)
        container_digest(l->container, file->sha256);
    const struct refusal *const doubt = l->job.ops->doubt != NULL ? l->job.ops->doubt(&l->job) : NULL;
    if (doubt != NULL)
        refusal_join(&sum->wrong, doubt);
    if (sum->wrong.line != 0) {
        err_set(&file->why, ERR_DATA, "'%s', line %llu: %s", file->name, (unsigned long long)sum->wrong.line,
                sum->wrong.text);
        file->why.line = (unsigned long)sum->wrong.line;
        file->fate = FILE_REFUSED;
        return 0;
    }
    if (to_the_end && is_known(l, file)) {
        file->fate = FILE_KNOWN;
        return 0;
    }
    if (file->same_as != NULL && (file->differs & (FILE_OTHER_READING | FILE_OTHER_KIND)) != 0)
        note_read_otherwise(file);
    if (too_many)
        refuse_rejects(l, file, sum);
    else if (to_the_end && !index_file(l, file))
        return err_nomem(err);
    return 0;
}

/* Finds the reader of the content and lets it take the heading. */
static int begin_job(struct load *l, struct intake_file *file, struct head *head, struct feed *feed, struct err *why)
{
    struct job *const job = &l->job;
    size_t consumed = 0;

    if (head->bytes.len == 0)
        return err_set(why, ERR_DATA, "'%s' is empty", file->name);
    if (readers_refuse_other(file->name, head->bytes, why) < 0)
        return -1;
    if (container_is_packed(head->bytes))
        return err_set(why, ERR_DATA, "'%s' is itself compressed or an archive; unpack it once and read it then",
                       file->name);
    if (job_find_form(job, container_member(l->container) != NULL ? l->path : NULL, feed, head, why) < 0 ||
        job_find_reader(job, &l->clocks, feed, head, why) < 0)
        return -1;
    file->kind = job->ops->kind->name;
    if (job->ops->open(job, head, &consumed, file, why) < 0)
        return -1;
    if (job->settings.failed)
        return err_nomem(why);
    if (job->settings.len > 0)
        digest_of(job->settings.ptr, job->settings.len, file->read_with);
    feed_skip(feed, consumed);
    return 0;
}

/* What is under way when a file is given up would take more room than is left in large blocks. */
static size_t block_size(const struct load *l)
{
    return flood_room(&l->flood) < ROOM_SMALL && l->block_size > BLOCK_SMALL ? BLOCK_SMALL : l->block_size;
}

/* 0 when the file was read or refused, -1 when nothing can go on. `hashed`: file->sha256 is known beforehand. */
static int run_job(struct load *l, struct intake_file *file, struct feed *feed, bool hashed, struct err *err)
{
    const struct feeding how = {l->pipeline, &l->job, block_size(l), go_on, l};
    struct head head;
    struct err why = {0}, failed = {0};
    enum feed_result result;
    struct tally sum;

    if (feed_begin(feed, l->container, &head, &why) < 0 || begin_job(l, file, &head, feed, &why) < 0)
        return err_is_ours(&why) ? err_copy(err, &why) : refuse(file, &why);
    if (hashed && is_known(l, file)) {
        file->fate = FILE_KNOWN;
        return 0;
    }
    result = feed_run(feed, &how, &why);
    if (pipeline_drain(l->pipeline, &failed) < 0)
        return err_copy(err, &failed);
    if (result == FEED_FAILED)
        return err_copy(err, &why);
    if (result == FEED_UNREADABLE)
        refuse(file, &why);
    else if (result == FEED_END && l->job.ops->finish != NULL && l->job.ops->finish(&l->job, &why) < 0)
        refuse(file, &why);
    sum_tallies(l, &sum);
    const int rc = settle(l, file, &sum, result == FEED_END, err);
    flood_add(&l->flood, &sum, file->fate == FILE_READ || file->fate == FILE_KNOWN);
    return rc;
}

/* When the extract was taken, by its own name or that of the archive in which it lies. */
static instant dated_by_name(const struct load *l, const struct intake_file *file)
{
    bool has_date;
    const instant own = file_name_instant(file_base_name(file->name), &has_date);

    if (has_date || container_member(l->container) == NULL)
        return own; /* where it is in doubt, another name is no better */
    return file_name_instant(file_base_name(l->path), &has_date);
}

static int read_content(struct load *l, struct intake_file *file, bool hashed, struct err *err)
{
    struct feed feed = {0};
    int rc;

    l->job =
        (struct job){.number = file->number, .name = file->name, .options = &l->options, .known_bids = &l->known_bids};
    l->job.extracted_at = l->options.extracted_at != INSTANT_NONE ? l->options.extracted_at : dated_by_name(l, file);
    for (unsigned i = 0; i < l->options.threads; i++)
        begin_count(l, &l->workers[i]);
    rc = run_job(l, file, &feed, hashed, err);
    if (l->job.ops != NULL)
        l->job.ops->close(&l->job);
    feed_release(&feed);
    buf_release(&l->job.settings);
    return rc;
}

static struct intake_file *add_file(struct load *l, const char *path, const char *member)
{
    struct intake_file *file;
    char *name = NULL;

    if (member != NULL && asprintf(&name, "%s: %s", path, member) < 0)
        return NULL;
    file = intake_files_add(&l->files, member != NULL ? name : path);
    free(name);
    if (file == NULL)
        return NULL;
    file->path_len = strlen(path);
    file->number = l->options.first_file + (uint32_t)(l->files.count - 1);
    file->kind = "";
    file->fate = FILE_READ;
    file->first = file->last = INSTANT_NONE;
    return file;
}

/* A plain file of a size that the store knows is hashed first: most nights most files are old. 1 when the store has its
 * content, so that its heading tells whether it is known. */
static int hash_first(struct load *l, struct intake_file *file, struct err *why)
{
    const struct load_options *o = &l->options;
    uint64_t size;

    if (o->known_size == NULL || o->known_content == NULL || !container_is_plain(l->container, &size) ||
        !o->known_size(o->ctx, size))
        return 0;
    if (container_prehash(l->container, file->sha256, why) < 0)
        return -1;
    file->bytes = size;
    return o->known_content(o->ctx, file->sha256) ? 1 : 0;
}

static int load_content(struct load *l, const char *path, struct err *err)
{
    struct intake_file *file = add_file(l, path, container_member(l->container));
    struct err why = {0};

    if (file == NULL)
        return err_nomem(err);
    const int hashed = hash_first(l, file, &why);
    if (hashed < 0)
        return err_is_ours(&why) ? err_copy(err, &why) : refuse(file, &why);
    return read_content(l, file, hashed > 0, err);
}

static int refuse_path(struct load *l, const char *path, const struct err *why, struct err *err)
{
    struct intake_file *file;

    if (err_is_ours(why))
        return err_copy(err, why);
    file = add_file(l, path, NULL);
    return file != NULL ? refuse(file, why) : err_nomem(err);
}

/* A file that is still being written. */
static void leave_alone(struct load *l, size_t first)
{
    for (size_t i = first; i < l->files.count; i++) {
        struct intake_file *const file = &l->files.ptr[i];

        file->fate = FILE_LEFT;
        file->why = (struct err){0};
        err_set(&file->why, ERR_DATA, "'%s' changed while it was read; read it again when it is whole", l->path);
    }
}

/* The files from `first` on are refused if it turns out at the end that their bytes may be wrong; else the path is,
 * where it could not be read further. */
static int end_path(struct load *l, size_t first, const struct err *why, struct err *err)
{
    struct err broken = {0};
    size_t taken = 0;

    for (size_t i = first; i < l->files.count; i++)
        taken += l->files.ptr[i].fate != FILE_REFUSED;
    if (taken == 0 || container_finish(l->container, &broken) == 0)
        return why->code != ERR_NONE ? refuse_path(l, l->path, why, err) : 0;
    if (err_is_ours(&broken))
        return err_copy(err, &broken);
    for (size_t i = first; i < l->files.count; i++)
        if (l->files.ptr[i].fate != FILE_REFUSED)
            refuse(&l->files.ptr[i], &broken);
    return 0;
}

int load_path(struct load *l, const char *path, struct err *err)
{
    const size_t first = l->files.count;
    struct err why = {0};
    int rc = 0;

    l->path = path;
    flood_begin_path(&l->flood);
    if (container_open(&l->container, path, &why) < 0)
        return refuse_path(l, path, &why, err);
    while (rc == 0 && !l->flood.gave_up && container_next(l->container, &why) > 0)
        rc = load_content(l, path, err);
    if (rc == 0)
        rc = end_path(l, first, &why, err);
    if (rc == 0 && container_changed(l->container))
        leave_alone(l, first);
    l->passed_over += container_passed_over(l->container);
    container_close(l->container);
    l->container = NULL;
    return rc;
}

uint64_t load_passed_over(const struct load *l)
{
    return l->passed_over;
}

const struct intake_files *load_files(const struct load *l)
{
    return &l->files;
}

struct intake_files *load_files_mutable(struct load *l)
{
    return &l->files;
}

size_t load_sorters(struct load *l, struct sorter *const **out)
{
    *out = l->sorters;
    return l->options.threads;
}
