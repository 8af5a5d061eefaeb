/* What ingest, check and run share: reading input files, storing them, and telling what became of each. */
#ifndef PCREPORT_CLI_READING_INT_H
#define PCREPORT_CLI_READING_INT_H

#include "progress_int.h"
#include "store/store.h"

extern const struct option_group group_reading;
#define MAX_REJECTS "10%" /* where nobody says otherwise */

/* How much is said of a file of which nothing is wrong. */
enum reading_tone {
    TONE_FULL,  /* what may surprise: already stored, columns ignored */
    TONE_NIGHT, /* the same only with --verbose */
    TONE_CHECK  /* as at night; and days are counted */
};

struct reading {
    struct session *session; /* borrowed */
    struct store *store;     /* borrowed; NULL: nothing is known and nothing stored */
    struct load *load;
    struct progress progress;
    char *temp_dir;
    enum reading_tone tone;
    uint64_t passed_over; /* files that are no input by their name */
};

struct reading_totals {
    uint64_t files, known, refused, left; /* files: read and not known before; left: they changed meanwhile */
    uint64_t rows, stored, merged, rejected, passed_over;
    uint64_t entries; /* of archives, passed over: they are no files, or the packer added them */
};

/* Reads the options of group_reading. `db` is the path of the store, in whose folder sorters spill where they may. */
/* Only the options, for those who read nothing; *r needs no reading_end. */
int reading_options(struct reading *r, struct session *s, struct load_options *out, struct err *err);
int reading_begin(struct reading *r, struct session *s, struct store *store, enum reading_tone tone, struct err *err);
void reading_end(struct reading *r);

int reading_path(struct reading *r, const char *path, struct err *err);
int reading_store(struct reading *r, struct err *err); /* everything that was read, all or nothing */

/* Says what became of each file, and raises the exit status for those that were refused and for rejects. `stored` is
 * false where nothing was to be stored. */
void reading_tell(struct reading *r, bool stored);
/* The event of a file that was refused unread. */
void reading_tell_unread(const struct session *s, const char *path, const char *why);
struct reading_totals reading_totals(const struct reading *r);
void reading_json(struct json_out *j, const struct reading_totals *t);

/* "5 files: 1,234 rows = 1,200 stored + 30 merged + 4 rejected; 1 file already stored" */
#define TOTALS_TEXT_SIZE 512
const char *reading_totals_text(const struct reading_totals *t, bool stored, char out[TOTALS_TEXT_SIZE]);

/* Where temporary files may go: the folder of the store, else $TMPDIR, else /tmp. The caller frees it. NULL: no memory.
 */
char *temp_folder(const char *db);

/* One reject as "file:line: column: reason". */
void show_reject(struct buf *out, const char *file, uint64_t line, struct text column, struct text reason);

#endif
