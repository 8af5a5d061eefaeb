/* The reports there are, and writing them to files. */
#ifndef PCREPORT_CLI_REPORTS_INT_H
#define PCREPORT_CLI_REPORTS_INT_H

#include "judging/query.h"
#include "judging_int.h"
#include "output/outfile.h"
#include "output/report.h"
#include "output/writer.h"
#include "pack/pseudonym.h"
#include "showing_int.h"

/* Every report: the shipped ones, and those of the analysts' folder, which outweigh shipped ones of their name. */
struct reports {
    struct report *ptr; /* ascending by name */
    char *folder;       /* where own ones were looked for; NULL: nowhere */
    size_t count, cap;
};
extern const struct option_group group_report_dir; /* --report-dir */
extern const struct option_group group_pseudonyms; /* --pseudonymise */

/* The shipped reports and those of --report-dir, else of the configured folder, else of
 * $XDG_CONFIG_HOME/pcreport/reports (by default in ~/.config) where there is one. ERR_CONFIG names the file and line
 * that is wrong. */
int reports_load(struct reports *out, const struct session *s, struct err *err);
void reports_release(struct reports *r);
/* ERR_USAGE suggests the nearest. The result is borrowed. */
const struct report *reports_find(const struct reports *r, const char *name, struct err *err);

/* Names the reports there are: --list. */
void reports_list(const struct session *s, const struct reports *reports);
/* Tells what a report holds: --describe. */
int describe_report(const struct session *s, const struct reports *r, const char *name, struct err *err);

#define FORMATS_MAX 8
struct formats {
    const struct writer_ops *ptr[FORMATS_MAX];
    size_t count;
};
/* For `run`: --format csv,json, else [report] formats, else csv. */
int formats_read(struct formats *out, const struct session *s, struct err *err);
/* For a file, or standard output (NULL): --format, else what the ending of the file's name says, else a table on a
 * terminal or with --vertical, else what is told. ERR_USAGE for an ending that is no format's, such as .pdf, and where
 * --vertical would do nothing. */
int formats_read_for(struct formats *out, const struct session *s, const char *path, const char *otherwise,
                     struct err *err);
/* Whether the path is, by its ending, a file of some format, and no folder that is there. */
bool format_of_file(const char *path);
/* Whether the format may go to standard output: a workbook not to a terminal. ERR_USAGE. */
int format_check_stdout(const struct writer_ops *format, struct err *err);

/* Where the rows come from. */
struct report_source {
    struct store *store;
    struct query_source rows;
    const struct report_about *about;    /* may be NULL */
    bool read_ahead;                     /* there is a core for it: one report at a time is written */
    const struct showing *showing;       /* columns and rows that are asked for; NULL: all */
    const struct pseudonyms *pseudonyms; /* for identifiers; NULL: they stay */
    uint64_t *there;                     /* told how many rows there are without --limit; NULL: nobody asks */
    struct outfile **finished;    /* where a finished file is left, settled, for the caller; NULL: it is put in place */
    const struct own_limits *own; /* what analysts' own reports may take; NULL: whatever they do */
};

/* In a nightly run; what takes more is left out, told and counted. */
struct own_limits {
    struct session *session;
    uint64_t seconds, rows; /* of each report */
    uint64_t *left_out;
};

/* Writes one report in one format to a path (NULL: standard output). */
int write_report(const struct report_source *from, const struct report *report, const struct writer_ops *format,
                 const char *path, uint64_t *rows, struct err *err);

/* Writes the report as FOLDER/NAME.EXT. */
int write_report_into(const struct report_source *from, const struct report *report, const struct writer_ops *format,
                      const char *folder, uint64_t *rows, struct err *err);

/* ---- report_book.c ---- */

struct book_rows {
    uint64_t rows, there; /* of a report: written, and without --limit */
};
/* Writes reports into one workbook, a sheet each, whose identifiers lead from one to the next; rows[i], which the
 * caller sets to 0, is of reports[i]. from->about and from->showing are required. */
int write_report_book(const struct report_source *from, const struct report *const *reports, size_t count,
                      const char *path, struct book_rows *rows, struct err *err);

/* ---- report_files.c ---- */

/* Puts the rows behind pseudonyms where they are asked for (not NULL). */
int report_hide(const struct pseudonyms *p, struct cursor **rows, struct err *err);

/* A report of Devices as CSV that is written while they are judged: each thread writes the rows of those that it
 * judged. */
struct straight {
    struct device_rows rows; /* for struct judging_means */
    const struct report *report;
    struct outfile *file; /* NULL: it is not begun */
    uint64_t count;
};
/* Whether a report can be written so. */
bool straight_fits(const struct report *report, const struct writer_ops *format);
/* `folder` and the report's name, or a path, or standard output where both are NULL. */
int straight_begin(struct straight *s, const struct report *report, const char *folder, const char *path,
                   struct err *err);
/* Puts the file in place, or does away with it where `keep` is false. Does nothing where it is not begun. */
int straight_end(struct straight *s, bool keep, struct err *err);

/* Writes every report in every format into the folder, those with a `split` column also one file for each value; and
 * into FOLDER/parties a folder for each party and CSP with what is its own, and an index of them. */
int write_all_reports(const struct report_source *from, const struct reports *reports, const struct formats *formats,
                      const char *folder, unsigned threads, struct err *err);

/* The rows of a report. One of an analyst's own sees the views that are documented, and nothing else, unless it stands
 * in the place of one that ships. */
int report_query(const struct report_source *from, const struct report *report, struct cursor **rows, struct err *err);

/* One report in one format, as the next two do it: one file, and with a `split` column one for each value too. */
int write_report_everywhere(const struct report_source *from, const struct report *report,
                            const struct writer_ops *format, const char *folder, struct err *err);

/* Writes the analysts' own reports into the folder within from->own, each in a process of its own, `at_once` of them at
 * a time; no other thread may be at work. -1 where what went wrong is no fault of theirs. */
int write_own_reports(const struct report_source *from, const struct reports *reports, const struct formats *formats,
                      const char *folder, unsigned at_once, struct err *err);

/* ---- party_files.c ---- */

/* The reports of which each party gets its share (packs/parties). */
int party_reports_load(struct reports *out, struct err *err);

/* Names of parties that differ in case alone, of which a file system may make one. */
struct party_names {
    char **clashing; /* each of them */
    size_t count, cap;
};
int party_names_read(struct party_names *out, struct store *store, const struct query_source *rows, struct err *err);
void party_names_release(struct party_names *n);
/* The name of a party's folder: different for different names, however a file system takes their case. */
int party_slug(const struct party_names *n, const char *party, char out[FILE_SLUG_SIZE], struct err *err);

/* One file of one party. */
struct party_file {
    char *party, *path; /* below FOLDER/parties */
    uint64_t rows;
};
struct party_files {
    struct party_file *ptr;
    size_t count, cap;
};
/* Takes the texts over in any case. */
int party_files_add(struct party_files *f, char *party, char *path, uint64_t rows, struct err *err);
/* FOLDER/parties/index.csv: party, file, rows, bytes and SHA-256, for whoever mails them. */
int party_index_write(struct party_files *f, const char *folder, struct err *err);
void party_files_release(struct party_files *f);

/* The command `report` for one report of that name, or for those that the operands name where it is NULL. */
int report_only(struct session *s, const char *name, struct err *err);

/* ---- What a report was asked for and made from, for the formats that tell it ---- */

struct about_lines {
    struct about_line *ptr;
    size_t count, cap;
};

struct about {
    struct report_about told; /* points to what the others hold */
    struct about_lines lines, inputs;
    struct about_word *words;
    char *only;
};

/* As-of, criteria, filters, tool, input files and the words of the rules. temp_dir is borrowed. */
int about_gather(struct about *a, const struct session *s, const struct judging *j, struct store *store,
                 const char *temp_dir, struct err *err);
/* One more line of what was asked. */
int about_add(struct about *a, const char *label, const char *value, struct err *err);
/* Puts pseudonyms in the place of identifiers in filters and names of files. */
int about_pseudonymise(struct about *a, const struct pseudonyms *p, struct err *err);
void about_release(struct about *a);

#endif
