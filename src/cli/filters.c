/* Which Devices a report is about, from the words of the command line. */
#include "filters_int.h"

#include "domain/eui64.h"
#include "judging/dossier.h"
#include "rules/wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec specs[] = {
    {"supplier", 0, "PARTY",
     "Devices of this Supplier: responsible, registered, or at commissioning; by name or "
     "Entity Identifier"},
    {"network-operator", 0, "PARTY",
     "Devices whose Network Operator this is: registered, in a cell or slot of theirs, or able to correct one"},
    {"csp", 0, "REGION", "{words}, or a CSP of [csp] in the configuration; may be repeated"},
    {"device-type", 0, "TYPE", "{words}; may be repeated"},
    {"verdict", 0, "VERDICT", "{words} (revised); may be repeated"},
    {"classification", 0, "CLASS", "{words}; may be repeated"},
    {"commissioned-from", 0, "INSTANT", "commissioned at or after this"},
    {"commissioned-to", 0, "INSTANT", "commissioned before this instant, or up to the end of this date"},
    {"device", 0, "DEVICE", "this Device; may be repeated"},
};
const struct option_group group_filters = {"Filters", specs, ARRAY_LEN(specs)};

/* The words of one filter, whatever they are words of. */
struct words {
    const char *option;
    unsigned first, count;
    const char *(*word)(unsigned value);
};

static const char *region_word(unsigned v)
{
    return term_word(&vocab_csp_region, v);
}

static const char *type_word(unsigned v)
{
    return term_word(&vocab_device_type, v);
}

static const char *verdict_at(unsigned v)
{
    return verdict_word((enum verdict)v);
}

static const char *class_at(unsigned v)
{
    return classification_word((enum classification)v);
}

static const struct words regions = {"csp", 1, CSP_REGIONS, region_word};
static const struct words types = {"device-type", 1, DEVICE_TYPES, type_word};
static const struct words verdicts = {"verdict", 0, VERDICTS, verdict_at};
static const struct words classes = {"classification", 0, CLASSIFICATIONS, class_at};

static int find_word(const struct words *w, const char *typed, unsigned *out, struct err *err)
{
    struct buf list = {0};

    for (unsigned v = w->first; v < w->count; v++) {
        if (text_same_word(text_of(typed), text_of(w->word(v)))) {
            *out = v;
            buf_release(&list);
            return 0;
        }
        buf_printf(&list, "%s%s", v > w->first ? ", " : "", w->word(v));
    }
    err_set(err, ERR_USAGE, "--%s '%s': there are %s", w->option, typed, buf_cstr(&list));
    buf_release(&list);
    return -1;
}

_Static_assert(DEVICE_TYPES <= 32 && VERDICTS <= 32 && CLASSIFICATIONS <= 32, "a bit for each word of a filter");

static int find_words(const struct words *w, const struct options *o, unsigned *bits, struct err *err)
{
    unsigned v = 0;

    for (size_t i = 0; i < options_count(o, w->option); i++) {
        if (find_word(w, options_nth(o, w->option, i), &v, err) < 0)
            return -1;
        *bits |= 1U << v;
    }
    return 0;
}

static bool find_csp(const struct judge_settings *s, const char *typed, unsigned *bits)
{
    for (size_t i = 0; i < s->csp_count; i++)
        if (text_same_word(s->csps[i].name, text_of(typed))) {
            *bits |= s->csps[i].regions;
            return true;
        }
    return false;
}

/* A region, or a Communication Service Provider of the configuration, which is a set of them. */
static int find_regions(const struct options *o, const struct judge_settings *settings, unsigned *bits, struct err *err)
{
    struct buf known = {0};
    struct err why = {0};
    unsigned v = 0;

    for (size_t i = 0; i < options_count(o, "csp"); i++) {
        const char *const typed = options_nth(o, "csp", i);

        if (find_csp(settings, typed, bits))
            continue;
        if (find_word(&regions, typed, &v, &why) == 0) {
            *bits |= 1U << v;
            continue;
        }
        for (size_t k = 0; k < settings->csp_count; k++)
            buf_printf(&known, "%s'%.*s'", k > 0 ? ", " : "; and of the configuration ",
                       (int)settings->csps[k].name.len, settings->csps[k].name.ptr);
        err_set(err, ERR_USAGE, "%s%s", why.msg, buf_cstr(&known));
        buf_release(&known);
        return -1;
    }
    return 0;
}

static bool contains_nocase(struct text whole, struct text part)
{
    for (size_t i = 0; part.len > 0 && i + part.len <= whole.len; i++)
        if (text_equal_nocase((struct text){whole.ptr + i, part.len}, part))
            return true;
    return false;
}

/* A part of the name, the whole of it misspelt, or its beginning misspelt. */
static bool party_near(struct text typed, struct text name)
{
    const struct text beginning = {name.ptr, typed.len < name.len ? typed.len : name.len};

    return contains_nocase(name, typed) || text_near(typed, name) || text_near(typed, beginning);
}

#define NEAR_PARTIES 5

/* Parties are few, so each name is compared. */
size_t parties_near(const struct directory *d, struct text typed, struct buf *out)
{
    size_t shown = 0;

    for (uint64_t id = 1; id <= directory_party_count(d) && shown < NEAR_PARTIES; id++) {
        char buf[EUI64_TEXT_SIZE];
        const struct text name = directory_party_name(d, (struct party){id, PARTY_KNOWN}, buf);

        if (!party_near(typed, name))
            continue;
        buf_printf(out, "%s'%.*s'", shown > 0 ? ", " : "", (int)name.len, name.ptr);
        shown++;
    }
    return shown;
}

static int unknown_party(const char *option, const char *typed, const struct directory *d, struct err *err)
{
    struct buf near = {0};

    if (parties_near(d, text_of(typed), &near) > 0)
        err_set(err, ERR_USAGE, "--%s '%s': no such party in the store; near it: %s", option, typed, buf_cstr(&near));
    else
        err_set(err, ERR_USAGE,
                "--%s '%s': no such party in the store; give its name as in the organisations, or an "
                "Entity Identifier",
                option, typed);
    buf_release(&near);
    return -1;
}

static int only_once(const struct options *o, const char *option, struct err *err)
{
    if (options_count(o, option) > 1)
        return err_set(err, ERR_USAGE, "--%s can be given once only", option);
    return 0;
}

static int find_party(const char *option, const struct options *o, const struct directory *d, struct party *out,
                      struct err *err)
{
    const char *const typed = options_value(o, option);
    uint64_t id;

    if (typed == NULL)
        return 0;
    if (only_once(o, option, err) < 0)
        return -1;
    *out = directory_find(d, text_of(typed));
    if (out->kind == PARTY_NONE && eui64_parse(text_of(typed), &id))
        *out = (struct party){id, PARTY_UNKNOWN}; /* an identifier the reference data does not know is a party (R1) */
    return out->kind == PARTY_NONE ? unknown_party(option, typed, d, err) : 0;
}

int parse_device(const char *text, uint64_t *out, struct err *err)
{
    if (!eui64_parse(text_of(text), out))
        return err_set(err, ERR_USAGE,
                       "'%s' is no Device identifier: 16 hexadecimal digits are wanted, such as "
                       "00-DB-12-34-56-78-90-A0",
                       text);
    return 0;
}

static int compare_ids(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static int read_devices(struct filters *f, const struct options *o, struct err *err)
{
    const size_t count = options_count(o, "device");

    if (count == 0)
        return 0;
    f->devices = calloc(count, sizeof(*f->devices));
    if (f->devices == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < count; i++)
        if (parse_device(options_nth(o, "device", i), &f->devices[i], err) < 0)
            return -1;
    qsort(f->devices, count, sizeof(*f->devices), compare_ids);
    f->filter.devices = f->devices;
    f->filter.device_count = count;
    return 0;
}

int filters_read(struct filters *f, const struct options *o, const struct directory *d,
                 const struct judge_settings *settings, struct err *err)
{
    struct device_filter *const out = &f->filter;

    *f = (struct filters){.filter = {.commissioned_from = INSTANT_NONE, .commissioned_to = INSTANT_NONE}};
    if (find_party("supplier", o, d, &out->supplier, err) < 0 ||
        find_party("network-operator", o, d, &out->network_operator, err) < 0)
        return -1;
    if (find_regions(o, settings, &out->regions, err) < 0 || find_words(&types, o, &out->device_types, err) < 0 ||
        find_words(&verdicts, o, &out->verdicts, err) < 0 || find_words(&classes, o, &out->classifications, err) < 0)
        return -1;
    if (options_instant(o, "commissioned-from", DATE_FROM, INSTANT_NONE, &out->commissioned_from, err) < 0 ||
        options_instant(o, "commissioned-to", DATE_TO, INSTANT_NONE, &out->commissioned_to, err) < 0)
        return -1;
    return read_devices(f, o, err);
}

/* ---- What is told of them ---- */

bool is_filter(const struct option_spec *spec)
{
    return spec >= group_filters.specs && spec < group_filters.specs + group_filters.count;
}

void filters_words(const struct options *o, struct buf *out)
{
    for (size_t i = 0; i < o->given_count; i++) {
        const char *const value = o->given[i].value;
        const char *const quote = is_filter(o->given[i].spec) && strpbrk(value, " \t;&|<>()'\"") != NULL ? "'" : "";

        if (is_filter(o->given[i].spec))
            buf_printf(out, "%s--%s=%s%s%s", out->len > 0 ? " " : "", o->given[i].spec->name, quote, value, quote);
    }
}

void filters_note(struct session *s)
{
    struct buf words = {0};

    filters_words(&s->options, &words);
    json_pair(&s->summary, "filters", words.len > 0 ? buf_cstr(&words) : NULL);
    if (words.len > 0)
        buf_printf(&s->note, "%sonly Devices of %s", s->note.len > 0 ? "; " : "", buf_cstr(&words));
    buf_release(&words);
}

static void tell_unknown_party(const struct session *s, const char *option, struct party party)
{
    if (party.kind == PARTY_UNKNOWN)
        say_warning(s, ABOUT(FILTER_UNKNOWN),
                    "--%s '%s': no organisation in the store has this identifier; what matches is what names it itself",
                    option, options_value(&s->options, option));
}

/* NULL: it is judged. */
static const char *why_not_judged(struct store *store, const struct judge_context *ctx, uint64_t device, bool *failed,
                                  struct err *err)
{
    struct dossier d;
    const int got = dossier_read(store, device, ctx->as_of, ctx->settings->whole_extracts, &d, err);
    const char *const why = got == 0 ? "the store knows nothing of it"
                            : got == 1 && inventory_at(&d.records, ctx->as_of) == NULL
                                ? "no inventory extract by as-of has it"
                                : NULL;

    *failed = got < 0;
    if (got == 1)
        dossier_release(&d);
    return why;
}

#define UNKNOWN_NAMED 10 /* Devices; of more, how many there are */

int filters_tell_unknown(const struct filters *f, const struct session *s, struct store *store,
                         const struct judge_context *ctx, struct err *err)
{
    char name[EUI64_TEXT_SIZE], n[COUNT_TEXT_SIZE];
    uint64_t unknown = 0;

    tell_unknown_party(s, "supplier", f->filter.supplier);
    tell_unknown_party(s, "network-operator", f->filter.network_operator);
    for (size_t i = 0; i < f->filter.device_count; i++) {
        bool failed;
        const char *const why = why_not_judged(store, ctx, f->filter.devices[i], &failed, err);

        if (failed)
            return -1;
        unknown += why != NULL;
        eui64_format(f->filter.devices[i], name);
        if (why != NULL && unknown <= UNKNOWN_NAMED)
            say_warning(s, ABOUT(FILTER_UNKNOWN),
                        "--device %s: %s, so there is no row of it; compare it with the label", name, why);
    }
    if (unknown > UNKNOWN_NAMED)
        say_warning(s, ABOUT(FILTER_UNKNOWN), "and %s more that --device names are not known",
                    count_of(unknown - UNKNOWN_NAMED, "Device", "Devices", n));
    return 0;
}

void filters_release(struct filters *f)
{
    free(f->devices);
    *f = (struct filters){0};
}
