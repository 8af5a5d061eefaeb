/* pcreport pack: the Security Sub-Committee submission pack, made and verified. */
#include "base/file.h"
#include "commands_int.h"
#include "judging_int.h"
#include "pack/pack.h"
#include "progress_int.h"
#include "reading_int.h"
#include "reports_int.h"

#include <stdlib.h>
#include <string.h>

#define MARKING_DEFAULT "DCC CONTROLLED"

static const struct option_spec specs[] = {
    {"period", 0, "YYYY-MM", "the reporting month; the pack shows the state at its end (UTC)"},
    {"out", 0, "DIR", "the folder that gets ssc-YYYY-MM and ssc-YYYY-MM.zip"},
    {"marking", 0, "TEXT", "the marking on every sheet and page (default: " MARKING_DEFAULT ")"},
    {"provisional", 0, NULL,
     "make a pack, marked so, of a month that has not ended or that lies before the evidence begins"},
    {"pseudonymise", 0, "KEYFILE",
     "put keyed hashes (HMAC-SHA-256) in the place of Device identifiers and MPxNs; the key is this file's content"},
    {"dry-run", 0, NULL, "judge every month and check the totals, but write nothing"},
};
static const struct option_group group_pack = {"Packing", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_pack, &group_report_dir, &group_judging, NULL};

static const struct report *find_report(void *ctx, const char *name, struct err *err)
{
    return reports_find(ctx, name, err);
}

static void read_head(struct pack_head *head, const struct session *s)
{
    const struct config *const c = &s->config;
    const char *const marking = options_value(&s->options, "marking");

    *head = (struct pack_head){
        .reference = c->pack_reference,
        .action = c->pack_action,
        .purpose = c->pack_purpose,
        .author = c->pack_author,
        .recommendation = c->pack_recommendation,
        .marking = marking != NULL           ? marking
                   : c->pack_marking != NULL ? c->pack_marking
                                             : MARKING_DEFAULT,
        .sentence = marking == NULL ? c->pack_sentence : NULL,
    };
}

static int read_request(struct pack_request *r, const struct session *s, struct err *err)
{
    const struct options *const o = &s->options;
    const char *const period = options_value(o, "period");

    if (o->operand_count > 1)
        return err_set(err, ERR_USAGE, "'%s' is one word too many", o->operands[1]);
    if (options_has(o, "as-of"))
        return err_set(err, ERR_USAGE, "--as-of has no place here: a pack shows the state at the end of its --period");
    if (period == NULL || (options_value(o, "out") == NULL && !options_has(o, "dry-run")))
        return err_set(err, ERR_USAGE, "give both --period=YYYY-MM, the month, and --out=DIR, for the pack");
    if (!pack_period_parse(text_of(period), &r->year, &r->month))
        return err_set(err, ERR_USAGE, "--period '%s' is no month; write it as 2021-09", period);
    r->out = options_has(o, "dry-run") ? NULL : options_value(o, "out");
    r->key_file = options_value(o, "pseudonymise");
    r->now = instant_now();
    r->provisional = options_has(o, "provisional");
    read_head(&r->head, s);
    r->version = PCREPORT_VERSION;
    r->threads = session_threads(s);
    return 0;
}

static void summarise(struct session *s, const struct pack_request *r, const struct pack_account *done)
{
    char n[4][COUNT_TEXT_SIZE];

    json_count(&s->summary, "judged", done->judged);
    json_count(&s->summary, "legacy_failed", done->legacy_failed);
    json_count(&s->summary, "revised_failed", done->revised_failed);
    json_count(&s->summary, "unverified", done->unverified);
    json_count(&s->summary, "files", done->files);
    if (done->provisional[0] != '\0')
        json_pair(&s->summary, "provisional", done->provisional);
    json_pair(&s->summary, "folder", done->folder);
    json_pair(&s->summary, "zip", done->zip);
    say_summary(
        s, SUMMARY_TO_STDOUT,
        "%s%spack for %04d-%02d%s%s: %s judged, %s failed under legacy, %s under revised, %s unverified%s%s%s%s",
        r->out == NULL ? "dry run, nothing written: " : "", done->provisional[0] != '\0' ? "PROVISIONAL " : "", r->year,
        r->month, done->provisional[0] != '\0' ? ", since " : "", done->provisional,
        count_of(done->judged, "Device", "Devices", n[0]), count_text(done->legacy_failed, n[1]),
        count_text(done->revised_failed, n[2]), count_text(done->unverified, n[3]), r->out != NULL ? "; in " : "",
        r->out != NULL ? done->folder : "", r->out != NULL ? " and " : "", r->out != NULL ? done->zip : "");
}

static int write_pack(struct session *s, const struct pack_request *asked, struct judging *judging, struct err *err)
{
    struct pack_request r = *asked;
    struct pack_account done = {0};
    struct progress progress;
    char *const temp = temp_folder(session_db(s));
    int rc = -1;

    if (temp == NULL)
        return err_nomem(err);
    progress_begin(&progress, s);
    r.context = &judging->context;
    r.coverage = &judging->coverage;
    r.temp_dir = temp;
    r.progress = progress_phase;
    r.progress_ctx = &progress;
    if (r.out == NULL || make_folder(r.out, err) == 0)
        rc = pack_write(&r, &done, err);
    progress_clear(&progress);
    if (rc == 0)
        rc = judging_tell_coverage(judging, s, NULL, err);
    if (rc == 0)
        summarise(s, &r, &done);
    free(done.folder);
    free(done.zip);
    free(done.provisional);
    free(temp);
    return rc;
}

static int pack_ssc(struct session *s, struct err *err)
{
    struct pack_request r = {0};
    struct reports reports = {0};
    struct judging judging = {0};
    int rc = read_request(&r, s, err);

    if (rc == 0)
        rc = reports_load(&reports, s, err);
    if (rc == 0)
        rc = judging_begin(&judging, s, err);
    if (rc == 0)
        rc = open_filled_store(&r.store, s, err);
    if (rc == 0)
        rc = judging_aim(&judging, s, r.store, pack_as_of(r.year, r.month, r.now), err);
    if (rc == 0)
        rc = judging_tell_grounds(s, &judging, r.store, err);
    if (rc == 0) {
        r.criteria = (const unsigned char(*)[DIGEST_SIZE])judging.sha256;
        r.find_report = find_report;
        r.find_ctx = &reports;
        rc = write_pack(s, &r, &judging, err);
    }
    store_close(r.store);
    judging_end(&judging);
    reports_release(&reports);
    return rc;
}

void tell_fault(void *ctx, const char *what)
{
    const struct session *const s = ctx;
    struct event e;

    event_begin(&e, s, "fault");
    json_pair(&e.json, "what", what);
    event_end(&e, s);
    say_error(s, ABOUT(PACK_FAULT), "%s", what);
}

static int verify(struct session *s, struct err *err)
{
    const struct options *const o = &s->options;
    bool cells_known = true;
    int faults;

    if (o->operand_count != 2)
        return err_set(err, ERR_USAGE, "name one pack, a folder or a .zip: pcreport pack verify PACK");
    faults = pack_verify(o->operands[1], tell_fault, s, &cells_known, err);
    if (faults < 0)
        return -1;
    if (!cells_known)
        say_warning(
            s, ABOUT(PACK_CELLS),
            "the manifest of '%s' does not tell of the cells of its workbook, which are not compared: an earlier "
            "version made it, or somebody edited it",
            o->operands[1]);
    json_count(&s->summary, "findings", (uint64_t)faults);
    if (faults > 0)
        return err_set(err, ERR_DATA, "the pack '%s' is not as it was made: %d fault%s", o->operands[1], faults,
                       faults == 1 ? "" : "s");
    say_summary(s, SUMMARY_TO_STDOUT,
                "the pack '%s' is whole: every file is as its manifest says%s, and the totals agree", o->operands[1],
                cells_known ? ", the workbook holds the cells that were written" : "");
    return 0;
}

static int run(struct session *s, struct err *err)
{
    const struct options *const o = &s->options;

    if (o->operand_count > 0 && strcmp(o->operands[0], "ssc") == 0)
        return pack_ssc(s, err);
    if (o->operand_count > 0 && strcmp(o->operands[0], "verify") == 0)
        return verify(s, err);
    return err_set(err, ERR_USAGE,
                   "say what to do: 'pcreport pack ssc' makes a pack, 'pcreport pack verify' checks one");
}

const struct command command_pack = {
    .name = "pack",
    .usage = "ssc --period=YYYY-MM --out=DIR [OPTION...]\n       pcreport pack verify PACK",
    .summary = "the Security Sub-Committee submission pack for a month, made or verified",
    .about =
        "Judges every Device as at the end of the month, and of each month before it for which there is evidence, and "
        "writes a folder and the same as a .zip: a workbook with charts, a page that opens anywhere without a network, "
        "every table as CSV, and a manifest with the SHA-256 of each file, each input and the criteria. Totals that "
        "should agree are checked first. 'verify' checks a pack, folder or .zip, against its manifest, opens the "
        "workbook again and recomputes the totals.",
    .example = "  pcreport pack ssc --period=2021-09 --out=packs\n"
               "  pcreport pack ssc --period=2021-09 --out=packs --pseudonymise=/etc/pcreport/pack.key\n"
               "  pcreport pack verify packs/ssc-2021-09.zip\n",
    .groups = groups,
    .run = run,
};
