/* What the configuration says about judging, as the rules want it: spans, dates and words are read when a command
 * begins, parties when the organisations are known. */
#include "judging_int.h"

#include "domain/eui64.h"
#include "rules/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad_setting(const struct config *c, const char *key, const char *value, const char *wanted, struct err *err)
{
    return err_set(err, ERR_CONFIG, "%s: %s = '%s': %s", c->path, key, value, wanted);
}

static int read_instant(const struct config *c, const char *key, const char *value, struct text part,
                        enum instant_date date, instant *out, struct err *err)
{
    const char *why = NULL;

    if (part.len == 0 || instant_parse(part, ZONE_UTC, date, out, &why) == 0)
        return 0;
    return bad_setting(c, key, value, why, err);
}

/* R10.1: "FROM/TO", either end may be left out; a day as TO is whole. */
static int read_span(const struct config *c, const char *value, struct silence *out, struct err *err)
{
    static const char key[] = "[coverage] complete";
    const char *const slash = strchr(value, '/');

    *out = (struct silence){INSTANT_NONE, INSTANT_NONE};
    if (slash == NULL)
        return bad_setting(c, key, value, "wanted is FROM/TO, such as 2021-09-01/2021-09-30, or / for always", err);
    if (read_instant(c, key, value, text_trim((struct text){value, (size_t)(slash - value)}), DATE_START, &out->from,
                     err) < 0 ||
        read_instant(c, key, value, text_trim(text_of(slash + 1)), DATE_END, &out->to, err) < 0)
        return -1;
    if (out->from != INSTANT_NONE && out->to != INSTANT_NONE && out->from >= out->to)
        return bad_setting(c, key, value, "it ends before it begins", err);
    return 0;
}

static int by_beginning(const void *a, const void *b)
{
    const struct silence *const x = a, *const y = b;

    return (x->from > y->from) - (x->from < y->from); /* INSTANT_NONE is the least: open beginnings come first */
}

/* Spans that overlap or touch become one. */
static size_t join_spans(struct silence *spans, size_t count)
{
    size_t kept = 0;

    qsort(spans, count, sizeof(*spans), by_beginning);
    for (size_t i = 0; i < count; i++) {
        struct silence *const last = kept > 0 ? &spans[kept - 1] : NULL;

        if (last == NULL || (last->to != INSTANT_NONE && spans[i].from != INSTANT_NONE && spans[i].from > last->to))
            spans[kept++] = spans[i];
        else if (last->to != INSTANT_NONE && (spans[i].to == INSTANT_NONE || spans[i].to > last->to))
            last->to = spans[i].to;
    }
    return kept;
}

static int read_complete(struct judging *j, const struct config *c, struct err *err)
{
    if (c->complete.count == 0)
        return 0;
    j->complete = calloc(c->complete.count, sizeof(*j->complete));
    if (j->complete == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < c->complete.count; i++)
        if (read_span(c, c->complete.items[i], &j->complete[i], err) < 0)
            return -1;
    j->settings.complete = j->complete;
    j->settings.complete_count = join_spans(j->complete, c->complete.count);
    return 0;
}

/* One of two words: *out says whether it is the second. */
static int read_choice(const struct config *c, const char *key, const char *value, const char *first,
                       const char *second, bool *out, struct err *err)
{
    char wanted[64];

    *out = value != NULL && text_same_word(text_of(value), text_of(second));
    if (value == NULL || *out || text_same_word(text_of(value), text_of(first)))
        return 0;
    snprintf(wanted, sizeof(wanted), "wanted is %s or %s", first, second);
    return bad_setting(c, key, value, wanted, err);
}

static int read_date(const struct config *c, const char *key, const char *value, instant *out, struct err *err)
{
    return value == NULL ? 0 : read_instant(c, key, value, text_of(value), DATE_START, out, err);
}

/* "North;Central" */
static int read_regions(const struct config *c, const struct pair *p, unsigned *out, struct err *err)
{
    const char *value = p->value;

    while (value != NULL) {
        const char *const end = strchr(value, ';');
        const struct text word = text_trim((struct text){value, end != NULL ? (size_t)(end - value) : strlen(value)});
        unsigned region;

        if (!term_parse(&vocab_csp_region, word, &region) || region == CSP_NONE)
            return err_set(err, ERR_CONFIG,
                           "%s:%lu: [csp] %s = '%s': wanted are regions (North, Central, South), apart by ';'", c->path,
                           p->line, p->key, p->value);
        *out |= 1U << region;
        value = end != NULL ? end + 1 : NULL;
    }
    return 0;
}

/* A hub is one CSP's. */
static int check_apart(const struct config *c, const struct csp *csps, size_t at, struct err *err)
{
    const struct pair *const p = &c->csp.items[at];

    for (size_t i = 0; i < at; i++)
        for (unsigned region = CSP_NONE + 1; region < CSP_REGIONS; region++)
            if ((csps[i].regions & csps[at].regions & 1U << region) != 0)
                return err_set(err, ERR_CONFIG, "%s:%lu: [csp] %s = '%s': %s is served by '%s' already, in line %lu",
                               c->path, p->line, p->key, p->value, term_word(&vocab_csp_region, region),
                               c->csp.items[i].key, c->csp.items[i].line);
    return 0;
}

/* "CSP Central" serves Central where nobody else does: as another's name it would get what is that one's. */
static int check_name(const struct config *c, const struct csp *csp, const struct pair *p, struct err *err)
{
    for (unsigned region = CSP_NONE + 1; region < CSP_REGIONS; region++) {
        char own[32];

        snprintf(own, sizeof(own), "CSP %s", term_word(&vocab_csp_region, region));
        if ((csp->regions & 1U << region) == 0 && text_same_word(csp->name, text_of(own)))
            return err_set(
                err, ERR_CONFIG,
                "%s:%lu: [csp] %s = '%s': that is the name of whoever serves %s, where no line names another", c->path,
                p->line, p->key, p->value, term_word(&vocab_csp_region, region));
    }
    return 0;
}

static int read_csps(struct judging *j, const struct config *c, struct err *err)
{
    if (c->csp.count == 0)
        return 0;
    j->csps = calloc(c->csp.count, sizeof(*j->csps));
    if (j->csps == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < c->csp.count; i++) {
        j->csps[i].name = text_of(c->csp.items[i].key);
        if (read_regions(c, &c->csp.items[i], &j->csps[i].regions, err) < 0 || check_apart(c, j->csps, i, err) < 0 ||
            check_name(c, &j->csps[i], &c->csp.items[i], err) < 0)
            return -1;
    }
    j->settings.csps = j->csps;
    j->settings.csp_count = c->csp.count;
    return 0;
}

/* R9.1: "DATE" is of every cohort that has no date of its own, "IOC=DATE" of that cohort's S1SP. */
static int read_check_ends(const struct config *c, struct judge_settings *s, struct err *err)
{
    static const char key[] = "[smets1] operator_check_ends";
    instant usual = INSTANT_NONE;

    for (size_t i = 0; i < c->operator_check_ends.count; i++) {
        const char *const value = c->operator_check_ends.items[i];
        const char *const equals = strchr(value, '=');
        const struct text name = text_trim((struct text){value, equals != NULL ? (size_t)(equals - value) : 0});
        unsigned cohort = COHORT_NONE;

        if (equals != NULL && (!term_parse(&vocab_s1_cohort, name, &cohort) || cohort == COHORT_NONE))
            return bad_setting(c, key, value, "wanted is a date, or IOC=DATE, MOC=DATE or FOC=DATE", err);
        if (read_instant(c, key, value, text_trim(text_of(equals != NULL ? equals + 1 : value)), DATE_START,
                         equals != NULL ? &s->operator_check_ends[cohort] : &usual, err) < 0)
            return -1;
    }
    for (unsigned cohort = 0; cohort < S1_COHORTS; cohort++)
        if (s->operator_check_ends[cohort] == INSTANT_NONE)
            s->operator_check_ends[cohort] = usual;
    return 0;
}

int settings_begin(struct judging *j, const struct config *c, struct err *err)
{
    struct judge_settings *const s = &j->settings;
    bool legacy;

    *s = judge_settings_default;
    if (c->silence_hours == 0)
        return bad_setting(c, "[coverage] silence_hours", "0", "an hour at least is wanted", err);
    if (c->silence_hours > 0)
        s->silence_hours = c->silence_hours;
    if (c->expected_requests >= 0)
        s->expected_requests = c->expected_requests;
    if (read_complete(j, c, err) < 0 || levels_begin(&j->levels, c, err) < 0 || read_csps(j, c, err) < 0 ||
        read_choice(c, "[registration] extracts", c->extracts, "changes", "whole", &s->whole_extracts, err) < 0 ||
        read_choice(c, "[incidents] criteria", c->incident_criteria, "revised", "legacy", &legacy, err) < 0 ||
        read_date(c, "[incidents] revised_from", c->revised_from, &s->incidents_revised_from, err) < 0 ||
        read_check_ends(c, s, err) < 0)
        return -1;
    s->tolerances = j->levels.found;
    s->tolerance_count = j->levels.written.count;
    s->incidents = legacy ? INCIDENTS_BY_LEGACY : INCIDENTS_BY_REVISED;
    return 0;
}

void settings_end(struct judging *j)
{
    free(j->complete);
    free(j->scope);
    free(j->csps);
    levels_end(&j->levels);
    j->csps = NULL;
    j->complete = NULL;
    j->scope = NULL;
}

/* An identifier that the reference data does not know is a party of its own (R1). */
static int add_scope(struct judging *j, const char *where, struct text name, struct err *err)
{
    struct party party = directory_find(j->directory, name);
    struct party *grown;
    uint64_t id;

    if (party.kind == PARTY_NONE && eui64_parse(name, &id))
        party = (struct party){id, PARTY_UNKNOWN};
    if (party.kind == PARTY_NONE)
        return err_set(err, ERR_CONFIG,
                       "%s '%.*s': no such party in the store; give its name as in the organisations ('pcreport sql "
                       "\"SELECT DISTINCT party FROM parties\"' lists them), or an Entity Identifier",
                       where, (int)name.len, name.ptr);
    grown = reallocarray(j->scope, j->settings.scope_count + 1, sizeof(*grown));
    if (grown == NULL)
        return err_nomem(err);
    j->scope = grown;
    grown[j->settings.scope_count++] = party;
    j->settings.scope = grown;
    return 0;
}

/* Names stand in one value apart by ';'. */
static int add_scopes(struct judging *j, const char *where, const char *value, struct err *err)
{
    while (value != NULL) {
        const char *const end = strchr(value, ';');
        const struct text name = text_trim((struct text){value, end != NULL ? (size_t)(end - value) : strlen(value)});

        if (name.len > 0 && add_scope(j, where, name, err) < 0)
            return -1;
        value = end != NULL ? end + 1 : NULL;
    }
    return 0;
}

int settings_aim(struct judging *j, const struct session *s, struct err *err)
{
    const struct options *const o = &s->options;

    if (levels_find_parties(&j->levels, s->config.tolerances, j->directory, err) < 0)
        return -1;
    free(j->scope);
    j->scope = NULL;
    j->settings.scope = NULL;
    j->settings.scope_count = 0;
    if (options_count(o, "own") > 0) {
        for (size_t i = 0; i < options_count(o, "own"); i++)
            if (add_scopes(j, "--own", options_nth(o, "own", i), err) < 0)
                return -1;
        return 0;
    }
    for (size_t i = 0; i < s->config.scope.count; i++)
        if (add_scopes(j, "[scope] parties", s->config.scope.items[i], err) < 0)
            return -1;
    return 0;
}
