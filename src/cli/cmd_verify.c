/* pcreport verify: whether the store is whole. */
#include "commands_int.h"
#include "judging_int.h"

#include <stdio.h>

static void tell_finding(void *ctx, const char *what)
{
    const struct session *const s = ctx;
    struct event e;

    event_begin(&e, s, "finding");
    json_pair(&e.json, "what", what);
    event_end(&e, s);
    say_error(s, "%s", what);
}

static int run(struct session *s, struct err *err)
{
    struct store *store = NULL;
    char n[COUNT_TEXT_SIZE];
    int findings;

    if (s->options.operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: name the store with --db", s->options.operands[0]);
    if (open_store(&store, s, err) < 0)
        return -1;
    findings = store_verify(store, tell_finding, s, err);
    store_close(store);
    if (findings < 0)
        return -1;
    json_count(&s->summary, "findings", (uint64_t)findings);
    if (findings == 0) {
        say_summary(s, SUMMARY_TO_STDOUT, "the store '%s' is whole", session_db(s));
        return 0;
    }
    session_raise(s, EXIT_DATA);
    say_summary(s, SUMMARY_TO_STDOUT,
                "the store '%s' is damaged: %s; put a copy in its place, or ingest the files again "
                "into a new store",
                session_db(s), count_of((uint64_t)findings, "finding", "findings", n));
    return 0;
}

const struct command command_verify = {
    .name = "verify",
    .usage = "[OPTION...]",
    .summary = "whether the store is whole",
    .about = "Checks that the store is whole: the database, every Device's evidence, where every record came from, and "
             "that each file's rows add up. Names what is wrong, and then ends with 65.",
    .example = "  pcreport verify --db=/var/lib/pcreport/store.db\n",
    .run = run,
};
