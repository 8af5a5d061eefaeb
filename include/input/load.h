/* Reading input files into sorters, on all cores and in bounded memory (spec: inputs). */
#ifndef PCREPORT_INPUT_LOAD_H
#define PCREPORT_INPUT_LOAD_H

#include "base/sorter.h"
#include "domain/intake.h"
#include "input/form.h"

struct load_options {
    const char *kind;         /* NULL: recognise it from the content */
    const char *temp_dir;     /* where sorters may spill */
    size_t memory_bytes;      /* for all sorters together */
    unsigned threads;         /* parsing threads, at least 1 */
    instant extracted_at;     /* of extracts of reference data that do not say; INSTANT_NONE: from the file's name */
    bool rejects_are_percent; /* how max_rejects is meant */
    double max_rejects;       /* per file; more make it a refused file */
    /* Bytes of the rejects of all files that are mostly rejected, or refused, after which such a file is refused before
     * its end, and with it what stands behind it in its archive; 0: 256 MiB. */
    uint64_t rejected_bytes_max;
    const struct forms *forms; /* what the configuration says of other forms; NULL: nothing */
    const char *profile;       /* name of the profile to read with; NULL: the one whose pattern fits */
    const char *layout;        /* name of the layout; NULL: that of the profile, or recognised */
    const char *encoding;      /* NULL: that of the profile or the kind */
    bool count_days;           /* fill intake_file.days */
    uint32_t first_file;       /* number of the first file */

    /* What the store has: this very file (see store_knows_file), a file of this content, a file of this size. All may
     * be NULL. */
    bool (*known_file)(void *ctx, struct intake_file *file);
    bool (*known_content)(void *ctx, const unsigned char sha256[DIGEST_SIZE]);
    bool (*known_size)(void *ctx, uint64_t bytes);
    /* Called now and then from one thread. total 0: not known. May be NULL. */
    void (*progress)(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows);
    void *ctx;
};

struct load;

/* An unknown kind, profile, layout or encoding is ERR_USAGE; the forms must have been checked (forms_check). The
 * options' pointers are borrowed and must outlive the load. */
int load_create(struct load **out, const struct load_options *options, struct err *err);
void load_destroy(struct load *l);

/* Reads one path ("-": standard input), each member of an archive as a file of its own. Trouble with a file makes it a
 * refused file in the list, not a failure; -1 only when nothing can go on (no memory, no room to spill). */
int load_path(struct load *l, const char *path, struct err *err);

/* Entries of archives so far that are no files, or that a packer added (__MACOSX, Thumbs.db). */
uint64_t load_passed_over(const struct load *l);

const struct intake_files *load_files(const struct load *l);
struct intake_files *load_files_mutable(struct load *l); /* for the store's counts */

/* The sorters to be merged once every path was read. */
size_t load_sorters(struct load *l, struct sorter *const **out);

/* The kinds, for --help and messages: NULL-ended names, and what each is. */
struct load_kind {
    const char *name, *summary;
};
const struct load_kind *load_kinds(size_t *count);

#endif
