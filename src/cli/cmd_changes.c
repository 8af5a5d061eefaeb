/* pcreport changes: two instants, and the Devices that are not judged alike at both. */
#include "commands_int.h"
#include "fail_on_int.h"
#include "filters_int.h"
#include "judging_int.h"
#include "reports_int.h"
#include "showing_int.h"

static const struct option_spec specs[] = {
    {"since", 0, "INSTANT", "the earlier instant"},
    {"change", 0, "CHANGE", "only rows of this kind: {words}; may be repeated"},
    {"format", 0, "FORMAT",
     "{words} (default: what the ending of --out says, else csv; a table on a terminal); several are joined by commas"},
    {"out", 0, "PATH", "a file, or for several formats a folder (default: standard output)"},
    {"dry-run", 0, NULL, "judge and tell, but write no report"},
};
static const struct option_group group_changes = {"Changes", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {
    &group_changes, &group_report_dir, &group_pseudonyms, &group_judging,
    &group_filters, &group_showing,    &group_limits,     NULL};

static int run(struct session *s, struct err *err)
{
    if (s->options.operand_count > 0)
        return err_set(err, ERR_USAGE, "'%s' is one word too many: changes takes options only", s->options.operands[0]);
    if (!options_has(&s->options, "since"))
        return err_set(err, ERR_USAGE, "give --since=INSTANT, the earlier instant to compare with");
    return report_only(s, "changes", err);
}

const struct command command_changes = {
    .name = "changes",
    .usage = "--since=INSTANT [OPTION...]",
    .summary = "writes what changed between two instants",
    .about =
        "Judges every Device as at two instants and writes the report changes: the Devices that fail now and did not "
        "then (NEW), that failed then and no more (CLEARED), that fail as they did (PERSISTING), and those whose "
        "verdict or classification is another (RECLASSIFIED), those Commissioned since (COMMISSIONED). The earlier "
        "state "
        "is judged by what is known now; what runs reported is in the view 'reported', and the changes of a night go "
        "by it. The summary counts each kind, those newly Commissioned apart. A Device matches the filters when it did "
        "at either instant.",
    .example = "  pcreport changes --since=2021-09-01 --as-of=2021-10-01\n"
               "  pcreport changes --since=-7d --change=NEW                      what fails since a week ago\n"
               "  pcreport changes --since=2021-09-24 --supplier='Acme Energy' --format=json --out=week.ndjson\n",
    .groups = groups,
    .run = run,
};
