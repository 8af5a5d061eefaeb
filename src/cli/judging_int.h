/* What report, run and explain judge by: criteria, codes, organisations and the as-of instant. */
#ifndef PCREPORT_CLI_JUDGING_INT_H
#define PCREPORT_CLI_JUDGING_INT_H

#include "base/digest.h"
#include "domain/eui64.h"
#include "input/tolerances_csv.h"
#include "judging/coverage.h"
#include "judging/judged.h"
#include "judging/waivers.h"
#include "session_int.h"

extern const struct option_group group_judging;

/* The files that say how to judge. */
enum judging_file { BY_LEGACY, BY_REVISED, BY_CODES, JUDGING_FILES };

/* The levels of the tolerances file, with the parties' names where the organisations are known. */
struct levels {
    struct tolerances written;
    struct tolerance *found;      /* of each what settings points to */
    char (*ids)[EUI64_TEXT_SIZE]; /* of parties that have no name */
};

struct judging {
    struct criteria legacy, revised;
    struct code_map codes;
    int64_t correction_gbp;
    struct judge_settings settings;
    struct silence *complete;                         /* what settings points to */
    struct party *scope;                              /* likewise */
    struct levels levels;                             /* likewise */
    struct csp *csps;                                 /* likewise; names are the configuration's */
    unsigned char sha256[JUDGING_FILES][DIGEST_SIZE]; /* of the files as they were read */
    struct directory *directory;
    struct waivers waivers;       /* what the contexts point to */
    struct coverage coverage;     /* what the context's silences are of */
    struct judge_context context; /* points into this struct, which must not move */
    struct context_at earlier;    /* the same as at an earlier instant, for changes */
    struct evidence_end evidence; /* where that of the store ends (judging_tell_grounds) */
};

/* The criteria: shipped, or from the configuration, or from --criteria and --codes. ERR_CONFIG, ERR_USAGE. */
int judging_begin(struct judging *j, const struct session *s, struct err *err);
void judging_end(struct judging *j);
/* Another criteria file, to compare with; the configuration does not touch it. `legacy` tells which it stands for. */
int judging_read_other(const char *path, struct criteria *out, bool *legacy, unsigned char sha256[DIGEST_SIZE],
                       struct err *err);

/* ---- settings.c ---- */

/* What the configuration says about judging; ERR_CONFIG. */
int settings_begin(struct judging *j, const struct config *c, struct err *err);
void settings_end(struct judging *j);
/* R5: the scope, by --own or the configuration, and the parties of tolerances, once the directory is there. */
int settings_aim(struct judging *j, const struct session *s, struct err *err);

/* ---- levels.c ---- */

/* Reads the file that the configuration names; ERR_CONFIG. */
int levels_begin(struct levels *l, const struct config *c, struct err *err);
/* A scope that is no party's, or one that has two levels of a measure, is ERR_CONFIG with the line of the file at
 * `path`. The names are borrowed from the directory. */
int levels_find_parties(struct levels *l, const char *path, const struct directory *d, struct err *err);
void levels_end(struct levels *l);

/* Whether the parties that the configuration and --own name are known, before anything is read; a store without
 * organisations cannot tell. */
int judging_check_parties(struct judging *j, const struct session *s, struct store *store, instant as_of,
                          struct err *err);

/* The organisations as the store knows them now, the scope, and as-of. */
int judging_aim(struct judging *j, const struct session *s, struct store *store, instant as_of, struct err *err);

/* Keeps for the summary whose obligations alone are asked about (R5), and says, on standard error too, where the
 * evidence of the store ends long before as-of (R1). */
int judging_tell_grounds(struct session *s, struct judging *j, struct store *store, struct err *err);

/* The parties of the scope, joined by ';'; nothing where everybody's obligations are asked about. */
void judging_scope_names(const struct judge_context *ctx, struct buf *out);

/* ---- question.c ---- */

/* What is asked beside as-of, for a run to remember: a line "PART=VALUE" for each part, always the same. */
void question_write(const struct judging *j, struct buf *out);
/* That the run as at `previous` was asked otherwise in the parts `changed` (store_question_changed). */
void question_tell(const struct judging *j, const char *changed, instant previous, struct buf *out);

/* What judging takes beside the question. */
struct judging_means {
    unsigned threads;
    const char *temp_dir;
    store_progress progress; /* may be NULL */
    void *progress_ctx;
    const struct device_rows *rows; /* as at as-of, where there is no earlier instant; NULL: none are wanted */
};

/* Judges as aimed and, where `since` is not INSTANT_NONE, as at that instant too; else before is NULL. */
struct verdicts {
    struct judged *now, *before;
};
int judging_judge(struct judging *j, struct store *store, instant since, const struct device_filter *filter,
                  const struct judging_means *means, struct verdicts *out, struct err *err);
/* A night (R11): compared with what the runs of earlier days reported; `previous` is the last of them, INSTANT_NONE
 * where there is none: then `before` is NULL. */
int judging_judge_night(struct judging *j, struct store *store, instant previous, const struct judging_means *means,
                        struct verdicts *out, struct err *err);
void verdicts_release(struct verdicts *v);

/* R10.4: counts who waits for the log's silences, adds them to the summary, and says so in one line where there is a
 * reason to. `now` may be NULL where nothing is judged. */
int judging_tell_coverage(struct judging *j, struct session *s, const struct judged *now, struct err *err);
/* The same without a word: the line is left in *out, which is empty where there is none. */
int judging_coverage_line(struct judging *j, struct session *s, const struct judged *now, struct buf *out,
                          struct err *err);

/* --since: an instant before as_of; INSTANT_NONE where it is not given. */
int judging_since(const struct session *s, instant as_of, instant *out, struct err *err);

/* --as-of, else `fallback`, else now. */
int judging_as_of(const struct session *s, instant fallback, instant *out, struct err *err);

/* Adds the totals: devices, verdicts, legacy_verdicts and classifications, each an object by word. */
void json_totals(struct json_out *j, const struct judged_totals *t);

/* Adds the silences of the log, each with what was to be expected in it and, where they were counted, who waits for it.
 */
void json_silences(struct json_out *j, const struct coverage *c);

/* Opens the store to read. No store, or an empty file: ERR_NO_INPUT, which says to ingest first. */
int open_store(struct store **out, const struct session *s, struct err *err);
/* The same, also for a store without files. */
int open_filled_store(struct store **out, const struct session *s, struct err *err);

#endif
