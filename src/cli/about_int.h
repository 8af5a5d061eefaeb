/* What a report was asked for and made from, for the formats that tell it. */
#ifndef PCREPORT_CLI_ABOUT_INT_H
#define PCREPORT_CLI_ABOUT_INT_H

#include "judging_int.h"
#include "output/writer.h"

struct about {
    struct report_about told; /* points into this struct, which must not move */
    struct about_line *lines;
    size_t cap;
};

/* As-of, criteria, filters, tool and input files. temp_dir is borrowed. */
int about_gather(struct about *a, const struct session *s, const struct judging *j, struct store *store,
                 const char *temp_dir, struct err *err);
void about_release(struct about *a);

#endif
