/* The configuration: an INI file whose settings stand in for options that were not given (man: pcreport-config). */
#ifndef PCREPORT_CLI_CONFIG_INT_H
#define PCREPORT_CLI_CONFIG_INT_H

#include "base/err.h"
#include "input/load.h"

#include <stdint.h>

/* The values of a key that may be repeated, in the order of the file. */
struct value_list {
    char **items;
    size_t count;
};

/* The keys of a section that takes any, in the order of the file. */
struct pair {
    char *key, *value;
    unsigned long line; /* of the file */
};
struct pair_list {
    struct pair *items;
    size_t count;
};

/* What a line of the file says, whatever it is about. */
struct config_entry {
    char *section, *key, *value;
    unsigned long line;
};

/* What a report of one's own may take in a run, where the file does not say. */
#define OWN_SECONDS 300
#define OWN_ROWS    10000000

/* NULL or -1 where the file does not say. The struct owns its strings; {0} is not valid: see config_init. */
struct config {
    char *path; /* the file that was read */
    char *db;
    char *max_rejects;
    char *legacy, *revised, *codes; /* paths of files */
    int64_t correction_gbp;         /* R9.2; -1: not given */
    int64_t obligation_days, response_window_hours, cos_grace_days;
    int64_t silence_hours, expected_requests; /* R10.1 */
    struct value_list complete;               /* R10.1: "FROM/TO" */
    char *extracts;                           /* R7: "changes" or "whole" */
    struct value_list scope;                  /* R5: parties, several in one value apart by ';' */
    char *incident_criteria;                  /* R8: "revised" or "legacy" */
    char *revised_from;                       /* R8: a date */
    struct value_list operator_check_ends;    /* R9.1: "DATE", or "COHORT=DATE" */
    struct value_list require;                /* R10.4: "KIND=HOURS" */
    int64_t settle;                           /* seconds in which run leaves a changed file alone; -1: none */
    char *recursive;                          /* "yes": run reads sub-folders of its inbox */
    char *after;                              /* "leave", "move" or "delete": what becomes of a file that was read */
    int64_t keep_reports;                     /* days for which run keeps the folders of nights; -1: for good */
    char *tolerances;                         /* the path of a file */
    struct pair_list csp;                     /* a Communication Service Provider, and its regions apart by ';' */
    struct pair_list tickets;                 /* a column of --tickets, and its heading or fixed value */
    char *formats;                            /* "csv,json" */
    char *reports_folder;                     /* where analysts keep reports of their own */
    int64_t own_seconds, own_rows;            /* what each of them may take in a nightly run; -1: not given */
    int64_t cost_incident, cost_visit, cost_hour;                    /* of the report impact; -1: not given */
    char *pack_reference, *pack_action, *pack_purpose, *pack_author; /* the head of the paper */
    char *pack_recommendation, *pack_marking, *pack_sentence;
    struct config_entry *entries; /* in the order of the file */
    size_t entry_count, entry_cap;
    struct forms forms; /* how files of other forms are read */
};

void config_init(struct config *c);
void config_release(struct config *c);

/* Reads `path`, or where it is NULL $PCREPORT_CONFIG, $XDG_CONFIG_HOME/pcreport/config.ini (by default in ~/.config) or
 * /etc/pcreport.ini, the first that there is; none of them is no error. ERR_CONFIG says which line is wrong. */
int config_read(struct config *c, const char *path, struct err *err);

/* The settings there are, from 0 in the order of the manual; a key "*" stands for any. False behind the last. */
struct config_setting {
    const char *section, *key;
};
bool config_setting_at(size_t index, struct config_setting *out);
/* Whether the section says how files of other forms are read: it takes keys of its own. */
bool config_is_form(const char *section);

/* A file of at most 4 MiB that says how to work (criteria, a report, a query) into `out`; ERR_CONFIG says what is wrong
 * with it. */
int read_small_file(const char *path, struct buf *out, struct err *err);

#endif
