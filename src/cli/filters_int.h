/* --supplier and the like: which Devices a report is about. */
#ifndef PCREPORT_CLI_FILTERS_INT_H
#define PCREPORT_CLI_FILTERS_INT_H

#include "judging/judged.h"
#include "session_int.h"

extern const struct option_group group_filters;

struct filters {
    struct device_filter filter;
    uint64_t *devices; /* behind filter.devices */
};

/* ERR_USAGE lists the words there are, and near names of parties. */
int filters_read(struct filters *f, const struct options *o, const struct directory *d,
                 const struct judge_settings *settings, struct err *err);
/* Says which Devices and parties that filters name the store does not know, so that no row can be of them. */
int filters_tell_unknown(const struct filters *f, const struct session *s, struct store *store,
                         const struct judge_context *ctx, struct err *err);
/* "--supplier='Acme Energy' --verdict=FAIL"; nothing without filters. */
void filters_words(const struct options *o, struct buf *out);
/* Whether the option is one of them. */
bool is_filter(const struct option_spec *spec);
/* Keeps for the summary which Devices alone it is about. */
void filters_note(struct session *s);
void filters_release(struct filters *f);

/* Adds the names of parties that may have been meant, quoted, apart by ", ": some at most. How many there are. */
size_t parties_near(const struct directory *d, struct text typed, struct buf *out);

/* A Device identifier as given on the command line. */
int parse_device(const char *text, uint64_t *out, struct err *err);

#endif
