/* What becomes of verdicts: against whom a failure counts (R6), the life of a CHF's Incident (R8), and what is reported
 * to have changed (R11.2). */
#include "rules/incident.h"
#include "domain/eui64.h"
#include "rules/attribution.h"
#include "rules/change.h"
#include "rules/wording.h"

#include <stdio.h>

/* ---- R6: a failing obligation counts against the party that owes it; what it inherited is told apart ---- */

bool obligation_is_inherited(const struct judgement *j, enum obligation o)
{
    const struct party owed_by = j->obligations[o].owed_by;

    return j->cos_at != INSTANT_NONE && owed_by.kind != PARTY_NONE && party_equal(owed_by, j->supplier) &&
           !party_equal(owed_by, j->commissioning_supplier);
}

unsigned obligations_unmet(const struct judgement *j)
{
    unsigned unmet = 0;

    for (unsigned o = 0; o < OBLIGATIONS; o++)
        if (j->obligations[o].state != STATE_MET && j->obligations[o].state != STATE_NOT_APPLICABLE)
            unmet |= 1U << o;
    return unmet;
}

struct party legacy_obliged(const struct judge_context *ctx, const struct judgement *j, enum obligation o)
{
    const enum owed_by owed_by = ctx->legacy->terms[j->inventory->type][o].owed_by;

    if (owed_by == OWED_BY_SUPPLIER)
        return j->commissioning_supplier;
    return owed_by == OWED_BY_DCC ? directory_dcc(ctx->directory) : (struct party){0, PARTY_NONE};
}

bool party_account_of(const struct judgement *j, struct party p, struct party_account *out)
{
    bool owes = false, fails = false, fails_itself = false, unverified = false;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const enum obligation_state state = j->obligations[o].state;

        if (state == STATE_NOT_APPLICABLE || !party_same(j->obligations[o].owed_by, p))
            continue;
        owes = true;
        unverified = unverified || state == STATE_UNVERIFIED;
        if (state == STATE_NOT_MET || state == STATE_NOT_ATTEMPTED) {
            fails = true;
            fails_itself = fails_itself || !obligation_is_inherited(j, (enum obligation)o);
        }
    }
    *out = (struct party_account){ACCOUNT_DONE, false};
    if (j->verdict == VERDICT_PASS)
        out->state = j->late == 1 ? ACCOUNT_LATE : ACCOUNT_ON_TIME;
    else if (fails)
        *out = (struct party_account){ACCOUNT_FAILED, !fails_itself};
    else if (unverified)
        out->state = ACCOUNT_UNVERIFIED;
    return owes;
}

/* ---- R8: one step in the life of an Incident ---- */

enum incident_criteria incident_criteria_at(const struct judge_settings *s, instant as_of)
{
    const bool revised = s->incidents_revised_from != INSTANT_NONE && as_of >= s->incidents_revised_from;

    return revised ? INCIDENTS_BY_REVISED : s->incidents;
}

const char *incident_criteria_word(enum incident_criteria by)
{
    return by == INCIDENTS_BY_LEGACY ? "legacy" : "revised";
}

const char *incident_criteria_plain(enum incident_criteria by)
{
    return by == INCIDENTS_BY_LEGACY ? "criteria in force (legacy)" : "evidence-based criteria (revised)";
}

enum verdict incident_verdict(const struct judgement *j, enum incident_criteria by)
{
    return by == INCIDENTS_BY_LEGACY ? j->legacy_verdict : j->verdict;
}

unsigned incident_unmet(const struct judgement *j, enum incident_criteria by)
{
    unsigned unmet = 0;

    if (by == INCIDENTS_BY_REVISED)
        return obligations_unmet(j);
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        if (!j->obligations[o].legacy_met)
            unmet |= 1U << o;
    return unmet;
}

static bool is_open(const struct incident *i)
{
    return i->episode > 0 && i->resolved_at == INSTANT_NONE;
}

enum incident_change incident_step(const struct incident *last, const struct judgement *j, enum incident_criteria by,
                                   enum verdict at_opening, instant as_of, struct incident *next)
{
    const enum verdict now = incident_verdict(j, by);
    const enum smi_status status = j->inventory->status;
    const bool gone = now == VERDICT_EXCLUDED && (status == SMI_DECOMMISSIONED || status == SMI_WITHDRAWN);
    const bool in_error = at_opening == VERDICT_PASS;

    *next = *last;
    if (j->inventory->type != DEVICE_CHF)
        return INCIDENT_KEEP;
    if (!is_open(last) && now == VERDICT_FAIL) {
        *next = (struct incident){j->device, last->episode + 1, as_of, INSTANT_NONE, false, by};
        return INCIDENT_OPEN;
    }
    if (is_open(last) && (now == VERDICT_PASS || gone || in_error)) {
        next->resolved_at = as_of;
        next->raised_in_error = in_error;
        return INCIDENT_RESOLVE;
    }
    return INCIDENT_KEEP;
}

static bool resolved_by(const struct incident *i, instant as_of)
{
    return i->resolved_at != INSTANT_NONE && i->resolved_at <= as_of;
}

const char *incident_status(const struct incident *i, instant as_of, instant previous)
{
    if (resolved_by(i, as_of))
        return i->raised_in_error ? "RAISED_IN_ERROR" : "RESOLVED";
    return i->opened_at > previous ? "NEW" : "OPEN";
}

size_t incident_id_format(const struct incident *i, char out[INCIDENT_ID_SIZE])
{
    char device[EUI64_TEXT_SIZE];

    eui64_format(i->device, device);
    return (size_t)snprintf(out, INCIDENT_ID_SIZE, "PCI-%s-%u", device, (unsigned)i->episode);
}

int64_t incident_age_days(const struct incident *i, instant as_of)
{
    return ((resolved_by(i, as_of) ? i->resolved_at : as_of) - i->opened_at) / INSTANT_DAY;
}

const char *incident_age_band(int64_t days)
{
    if (days <= 7)
        return "0-7";
    if (days <= 30)
        return "8-30";
    if (days <= 90)
        return "31-90";
    return days <= 180 ? "91-180" : "over 180";
}

const char *incident_category(const struct judgement *j)
{
    for (unsigned r = 0; r < REASONS; r++)
        if ((j->reasons & REASON_BIT(r)) != 0)
            return reason_word((enum reason)r);
    return j->excluded != EXCLUDED_NOT ? excluded_reason_word(j->excluded) : verdict_word(j->verdict);
}

/* ---- R11.2: one step from what was reported of a Device to what is reported now ---- */

struct standing standing_of(const struct judgement *j, instant as_of)
{
    const struct inventory_row *const row = j->inventory;

    return (struct standing){.verdict = j->verdict,
                             .classification = j->classification,
                             /* also without a commissioning instant, which is before all others */
                             .commissioned = row->status == SMI_COMMISSIONED && row->commissioned_at <= as_of};
}

enum change change_between(const struct standing *before, const struct standing *now)
{
    const bool failed = before != NULL && before->verdict == VERDICT_FAIL;

    if (now->verdict == VERDICT_FAIL)
        return failed ? CHANGE_PERSISTING : CHANGE_NEW;
    if (failed && (now->verdict == VERDICT_PASS || now->verdict == VERDICT_EXCLUDED))
        return CHANGE_CLEARED;
    if (now->commissioned && (before == NULL || !before->commissioned))
        return CHANGE_COMMISSIONED;
    if (before == NULL || before->verdict != now->verdict || before->classification != now->classification)
        return CHANGE_RECLASSIFIED;
    return CHANGE_NONE;
}

enum change change_from_nothing(const struct standing *now)
{
    return now->verdict == VERDICT_FAIL ? CHANGE_NEW : CHANGE_NONE;
}

const char *change_word(enum change c)
{
    static const char *const words[CHANGES] = {"", "NEW", "PERSISTING", "CLEARED", "COMMISSIONED", "RECLASSIFIED"};

    return words[c];
}
