/* pcreport ingest: reads files into the store. */
#include "commands_int.h"
#include "reading_int.h"

#include <unistd.h>

static const struct option_spec specs[] = {
    {"dry-run", 0, NULL, "read and tell, but store nothing"},
};
static const struct option_group group_ingest = {"Ingesting", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_ingest, &group_reading, NULL};

static int read_all(struct reading *r, bool dry_run, struct err *err)
{
    const struct options *const o = &r->session->options;

    for (size_t i = 0; i < o->operand_count; i++)
        if (reading_path(r, o->operands[i], err) < 0)
            return -1;
    return dry_run ? 0 : reading_store(r, err);
}

static void summarise(struct session *s, const struct reading_totals *t, bool dry_run)
{
    char text[TOTALS_TEXT_SIZE];

    reading_json(&s->summary, t);
    json_key(&s->summary, "dry_run");
    json_bool(&s->summary, dry_run);
    reading_totals_text(t, !dry_run, text);
    if (dry_run)
        say_summary(s, SUMMARY_TO_STDOUT, "dry run, nothing stored: read %s", text);
    else if (t->files == 0 && t->refused == 0)
        say_summary(s, SUMMARY_TO_STDOUT, "nothing new: ingested %s", text);
    else
        say_summary(s, SUMMARY_TO_STDOUT, "ingested %s", text);
}

static int run(struct session *s, struct err *err)
{
    const bool dry_run = options_has(&s->options, "dry-run");
    struct store *store = NULL;
    struct reading reading = {0};
    int rc = -1;

    if (s->options.operand_count == 0)
        return err_set(err, ERR_USAGE, "name the files to ingest ('-' is standard input)");
    if (!dry_run && store_open(&store, session_db(s), STORE_WRITE, err) < 0)
        return -1;
    if (dry_run && access(session_db(s), F_OK) == 0 && store_open(&store, session_db(s), STORE_READ, err) < 0)
        return -1;
    if (reading_begin(&reading, s, store, TONE_FULL, err) == 0 && read_all(&reading, dry_run, err) == 0) {
        const struct reading_totals totals = reading_totals(&reading);

        reading_tell(&reading, !dry_run);
        summarise(s, &totals, dry_run);
        rc = 0;
    }
    reading_end(&reading);
    store_close(store);
    return rc;
}

const struct command command_ingest = {
    .name = "ingest",
    .usage = "[OPTION...] FILE...",
    .summary = "reads files into the store",
    .about = "Reads the Service Audit Trail, certificate snapshots and reference data into the store. Each FILE may be "
             "compressed or an archive, and is recognised from its content; '-' is standard input. A file is stored "
             "whole or not at all, and one that is stored already is skipped, so the same files may be given again.",
    .example = "  pcreport ingest sample-data/*                        everything in a folder\n"
               "  pcreport ingest --kind=inventory --extracted-at=2021-10-01 extract.csv.gz\n",
    .groups = groups,
    .run = run,
};
