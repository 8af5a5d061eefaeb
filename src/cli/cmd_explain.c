/* pcreport explain: one Device's whole story. */
#include "base/array.h"
#include "commands_int.h"
#include "domain/eui64.h"
#include "explain/explain.h"
#include "explain_files_int.h"
#include "filters_int.h"
#include "judging/dossier.h"
#include "judging_int.h"
#include "reports_int.h"
#include "showing_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec specs[] = {
    {"all", 0, NULL, "show everything of a long timeline, not only what decides something"},
    {"bundle", 0, "DIR",
     "write a folder for a dispute: the explanation, the original rows, the criteria, and a manifest that 'explain "
     "verify DIR' checks"},
    {"originals", 0, "DIR",
     "a folder in which, or below which, the input files lie by now, for the rows of a bundle; may be repeated"},
    {"dry-run", 0, NULL, "judge and find the original rows, but write no page or bundle"},
    {"format", 0, "FORMAT", "text, or html: a page that can be sent, with the timeline drawn to scale"},
    {"out", 0, "FILE",
     "the file a page is written to, in the place of standard output; one that ends in .html asks for it"},
};
static const struct option_group group_explain = {"Explaining", specs, ARRAY_LEN(specs)};
static const struct option_group *const groups[] = {&group_explain, &group_pseudonyms, &group_judging, &group_pager,
                                                    NULL};

/* How it is told. */
struct manner {
    bool colour, as_page, as_bundle;
    struct pseudonyms pseudonyms;
};

static void replace_in_text(const struct pseudonyms *p, struct text told, struct buf *out)
{
    pseudonym_add(p, told, TEXT_OF_RECORDS, out);
}

/* An event, in which its own keys stay as they are. */
static int show_event(const struct session *s, struct explanation *e, struct passing *passing)
{
    struct event event;
    struct buf *told = NULL;
    struct buf begin = {0};

    event_begin(&event, s, "explanation");
    told = event.json.buf;
    buf_add_text(&begin, buf_text(told));
    told->failed = told->failed || begin.failed;
    buf_clear(told);
    passing->before = buf_text(&begin);
    passing->replace = pseudonym_add_json;
    explain_json(e, &event.json);
    explain_pass(passing, told);
    if (passing->rc == 0)
        event_end(&event, s);
    else
        buf_release(told);
    buf_release(&begin);
    return passing->rc;
}

static int show_text_page(const struct session *s, struct explanation *e, bool colour, struct passing *passing)
{
    struct buf page = {0};

    passing->replace = replace_in_text;
    explain_text(e, options_has(&s->options, "all"), colour, NULL, &page);
    explain_pass(passing, &page);
    buf_release(&page);
    return passing->rc;
}

static int show(const struct session *s, struct explanation *e, struct store *store, const struct manner *how,
                bool first, struct err *err)
{
    struct passing passing = {.store = store, .pseudonyms = &how->pseudonyms, .err = err};
    int rc;

    if (!first && !s->json)
        passing.before = TEXT_LITERAL("\n\n");
    explanation_pass_to(e, explain_pass, &passing);
    rc = s->json ? show_event(s, e, &passing) : show_text_page(s, e, how->colour, &passing);
    buf_release(&passing.shown);
    return rc;
}

/* The Devices asked about, in the order of the command line. */
struct subjects {
    uint64_t *devices;
    size_t count, cap;
};

static bool is_mpxn(const char *name, mpxn_code *out)
{
    const char *why;

    return strspn(name, "0123456789") == strlen(name) && mpxn_parse(text_of(name), out, &why) == 0;
}

/* A Device identifier, or the MPxN of a meter point, which may have several. */
static int add_subjects(struct subjects *out, const struct session *s, struct store *store, instant as_of,
                        const char *name, struct err *err)
{
    uint64_t *found = NULL, one;
    size_t count = 1;
    mpxn_code mpxn;
    int rc = 0;

    if (!is_mpxn(name, &mpxn))
        rc = parse_device(name, &one, err);
    else if ((rc = dossier_devices_at(store, mpxn, as_of, &found, &count, err)) == 0 && count == 0)
        rc = err_set(err, ERR_NO_INPUT,
                     "the store '%s' knows no Device at the meter point '%s': compare it with the inventory, and see "
                     "with 'pcreport status' whether its files were ingested",
                     session_db(s), name);
    if (rc == 0 && !array_reserve(&out->devices, &out->cap, out->count + count, sizeof(*out->devices)))
        rc = err_nomem(err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        out->devices[out->count++] = found != NULL ? found[i] : one;
    free(found);
    return rc;
}

static int read_subjects(struct subjects *out, const struct session *s, struct store *store, instant as_of,
                         const struct manner *how, struct err *err)
{
    char name[EUI64_TEXT_SIZE];
    struct buf names = {0};

    for (size_t i = 0; i < s->options.operand_count; i++)
        if (add_subjects(out, s, store, as_of, s->options.operands[i], err) < 0)
            return -1;
    if (out->count == 1 || (!how->as_page && !how->as_bundle))
        return 0;
    for (size_t i = 0; i < out->count; i++) {
        eui64_format(out->devices[i], name);
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", name);
    }
    err_set(err, ERR_USAGE, "a page or bundle is of one Device; there are %s", buf_cstr(&names));
    buf_release(&names);
    return -1;
}

static int tell(struct session *s, struct store *store, const struct judging *judging, const struct manner *how,
                uint64_t device, bool first, struct err *err)
{
    char name[EUI64_TEXT_SIZE];
    struct explanation *e = NULL;
    int got = explanation_create(&e, store, &judging->context, device, err);

    eui64_format(device, name);
    if (got == 0)
        got = err_set(err, ERR_NO_INPUT,
                      "the store '%s' knows nothing of Device '%s': compare the identifier with the label or the "
                      "inventory, and see with 'pcreport status' whether its files were ingested",
                      session_db(s), name);
    else if (got == 1 && how->as_bundle)
        got = explain_write_bundle(s, e, store, judging, device, err) < 0 ? -1 : 1;
    else if (got == 1 && (how->as_page ? explain_write_page(s, e, store, &how->pseudonyms, err)
                                       : show(s, e, store, how, first, err)) < 0)
        got = -1;
    explanation_destroy(e);
    return got == 1 ? 0 : -1;
}

static int run(struct session *s, struct err *err)
{
    struct judging judging = {0};
    const char *const key = options_value(&s->options, "pseudonymise");
    struct manner how = {.colour = colour_wanted()};
    struct store *store = NULL;
    struct pager pager = {0};
    struct subjects subjects = {0};
    mpxn_code mpxn;
    uint64_t device;
    instant as_of;
    int rc = -1;

    if (s->options.operand_count > 0 && strcmp(s->options.operands[0], "verify") == 0)
        return explain_verify(s, err);
    if (s->options.operand_count == 0)
        return err_set(err, ERR_USAGE,
                       "give one Device identifier or more, such as 00-DB-12-34-56-78-90-A0, or an MPxN");
    for (size_t i = 0; i < s->options.operand_count; i++)
        if (!is_mpxn(s->options.operands[i], &mpxn) && parse_device(s->options.operands[i], &device, err) < 0)
            return -1;
    how.as_bundle = options_has(&s->options, "bundle");
    if (explain_wants_page(s, &how.as_page, err) < 0 || judging_as_of(s, INSTANT_NONE, &as_of, err) < 0 ||
        (key != NULL && pseudonyms_read_key(&how.pseudonyms, key, err) < 0))
        return -1;
    if (judging_begin(&judging, s, err) == 0 && open_filled_store(&store, s, err) == 0 &&
        judging_aim(&judging, s, store, as_of, err) == 0 && judging_tell_grounds(s, &judging, store, err) == 0)
        rc = read_subjects(&subjects, s, store, as_of, &how, err);
    how.pseudonyms.directory = judging.directory;
    if (rc == 0 && !how.as_page && !how.as_bundle)
        pager_begin(&pager, s);
    for (size_t i = 0; rc == 0 && i < subjects.count; i++)
        rc = tell(s, store, &judging, &how, subjects.devices[i], i == 0, err);
    pager_end(&pager, s);
    free(subjects.devices);
    store_close(store);
    judging_end(&judging);
    pseudonyms_release(&how.pseudonyms);
    return rc;
}

const struct command command_explain = {
    .name = "explain",
    .usage = "[OPTION...] DEVICE|MPXN...\n       pcreport explain verify DIR",
    .summary = "one Device's whole story: evidence, obligations, both verdicts, what to do next",
    .about = "Tells the whole story of one Device: what it is, both verdicts and why they differ, each obligation with "
             "the rule that decided it and the evidence it rests on, what to do next, and the timeline of the evidence "
             "with its source file and line. Of several Devices, one after another; of a meter point, given by its "
             "MPxN, all "
             "its Devices.",
    .example = "  pcreport explain --as-of=2021-10-01 00-DB-12-34-56-78-90-A0\n"
               "  pcreport explain --as-of=2021-10-01 --out=device.html 00-DB-12-34-56-78-90-A0\n"
               "  pcreport explain --as-of=2021-10-01 --bundle=dispute 00-DB-12-34-56-78-90-A0\n",
    .groups = groups,
    .run = run,
};
