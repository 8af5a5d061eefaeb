/* The configuration: an INI file whose settings stand in for options that were not given (man: pcreport-config). */
#ifndef PCREPORT_CLI_CONFIG_INT_H
#define PCREPORT_CLI_CONFIG_INT_H

#include "base/err.h"
#include "input/load.h"

#include <stdint.h>

/* NULL or -1 where the file does not say. The struct owns its strings; {0} is not valid: see config_init. */
struct config {
    char *path; /* the file that was read */
    char *db;
    char *max_rejects;
    char *legacy, *revised, *codes; /* paths of files */
    int64_t correction_gbp;         /* R9.2; -1: not given */
    int64_t obligation_days, response_window_hours, cos_grace_days;
    char *formats;        /* "csv,json" */
    char *reports_folder; /* where analysts keep reports of their own */
    struct column_mapping *mappings;
    size_t mapping_count;
};

void config_init(struct config *c);
void config_release(struct config *c);

/* Reads `path`, or where it is NULL $PCREPORT_CONFIG, $XDG_CONFIG_HOME/pcreport/config.ini (by default in ~/.config) or
 * /etc/pcreport.ini, the first that there is; none of them is no error. ERR_CONFIG says which line is wrong. */
int config_read(struct config *c, const char *path, struct err *err);

#endif
