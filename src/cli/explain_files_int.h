/* What explain writes into files: a page, a bundle. */
#ifndef PCREPORT_CLI_EXPLAIN_FILES_INT_H
#define PCREPORT_CLI_EXPLAIN_FILES_INT_H

#include "explain/explain.h"
#include "judging_int.h"
#include "pack/pseudonym.h"
#include "session_int.h"

/* Whether a page of HTML is asked for, by --format or by the name of --out; ERR_USAGE: a format that there is not, or
 * --out without a page. */
int explain_wants_page(const struct session *s, bool *page, struct err *err);

/* Where pieces of what is told go, with pseudonyms in them where they are asked for. */
struct passing {
    struct store *store;
    const struct pseudonyms *pseudonyms;
    void (*replace)(const struct pseudonyms *p, struct text told, struct buf *out);
    struct text before;   /* goes before the first piece, as it is */
    bool nowhere;         /* nothing is written */
    struct outfile *file; /* NULL: standard output */
    struct err *err;
    struct buf shown;
    int rc; /* -1: with *err; all further pieces are dropped */
};
/* Writes a piece and empties it, unless a question to the store failed while it was told. For explanation_pass_to. */
void explain_pass(void *passing, struct buf *told);

/* The page of one Device, whole or not at all, into --out or to standard output; nothing with --dry-run. */
int explain_write_page(const struct session *s, struct explanation *e, struct store *store,
                       const struct pseudonyms *pseudonyms, struct err *err);

/* explain_bundle.c: the bundle of one Device into the folder that --bundle names: the explanation in three forms, the
 * original rows, the criteria, a manifest. Tells what was written; raises the status where input files are not there
 * any more. */
int explain_write_bundle(struct session *s, const struct explanation *e, struct store *store,
                         const struct judging *judging, uint64_t device, struct err *err);

/* `explain verify DIR` */
int explain_verify(struct session *s, struct err *err);

#endif
