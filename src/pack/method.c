/* The method in words, made of the criteria that were used. */
#include "pack_int.h"

#include "rules/incident.h"

#include <inttypes.h>

static const struct report_column columns[] = {
    {(char *)"topic", COLUMN_TEXT, 34, (char *)"Topic"},
    {(char *)"statement", COLUMN_TEXT, 110, (char *)"What was done"},
};

const struct report method_report = {
    .name = (char *)"method",
    .title = (char *)"Method",
    .audience = (char *)"Security Sub-Committee",
    .description =
        (char *)"How each figure came about: the criteria used, in words made from the criteria themselves, and "
                "the assumptions that no public source confirms.",
    .columns = (struct report_column *)columns,
    .column_count = ARRAY_LEN(columns),
};

/* One statement; takes what is in `words` and empties it. */
static int state(struct table *t, const char *topic, struct buf *words, struct err *err)
{
    const int rc = words->failed ? err_nomem(err) : table_add(t, (struct text[]){text_of(topic), buf_text(words)}, err);

    buf_clear(words);
    return rc;
}

static int say(struct table *t, const char *topic, const char *words, struct err *err)
{
    return table_add(t, (struct text[]){text_of(topic), text_of(words)}, err);
}

static void add_duration(struct buf *b, int64_t ms)
{
    if (ms % INSTANT_DAY == 0)
        buf_printf(b, "%" PRId64 " day%s", ms / INSTANT_DAY, ms == INSTANT_DAY ? "" : "s");
    else if (ms % INSTANT_HOUR == 0)
        buf_printf(b, "%" PRId64 " hours", ms / INSTANT_HOUR);
    else
        buf_printf(b, "%" PRId64 " seconds", ms / INSTANT_SECOND);
}

static const char *owed_by_words(enum owed_by owed)
{
    return owed == OWED_BY_NONE ? "nobody" : owed == OWED_BY_DCC ? "the DCC" : "the Supplier";
}

/* "ESME and GSME (the Supplier), GPF (the DCC)": the Device types, by who owes it. */
static bool add_owing(struct buf *b, const struct criteria *c, enum obligation o)
{
    bool any = false;

    for (unsigned owed = OWED_BY_SUPPLIER; owed <= OWED_BY_DCC; owed++) {
        bool first = true;

        for (unsigned type = 1; type < DEVICE_TYPES; type++) {
            if (c->terms[type][o].owed_by != owed)
                continue;
            buf_printf(b, "%s%s", first ? any ? "; " : "" : ", ", term_word(&vocab_device_type, type));
            first = false;
            any = true;
        }
        if (!first)
            buf_printf(b, " (%s)", owed_by_words(owed));
    }
    return any;
}

static unsigned successes_of(const struct criteria *c, enum obligation o)
{
    unsigned most = 0;

    for (unsigned type = 0; type < DEVICE_TYPES; type++)
        most = c->terms[type][o].successes > most ? c->terms[type][o].successes : most;
    return most;
}

/* What the criteria ask for; false where they know nothing of the obligation. */
static bool add_asks(struct buf *b, const struct criteria *c, enum obligation o, bool legacy)
{
    const struct obligation_facts *const facts = obligation_facts(o);
    char srv[SRV_TEXT_SIZE];

    if (legacy && facts->legacy_srv == 0 && facts->legacy_check == CHECK_NONE)
        return false;
    buf_printf(b, "%s: ", facts->plain);
    if (legacy && facts->legacy_srv != 0) {
        srv_format(facts->legacy_srv, srv);
        if (successes_of(c, o) == 1)
            buf_printf(b, "a successful response to SRV %s", srv);
        else
            buf_printf(b, "at least %u distinct successful responses to SRV %s", successes_of(c, o), srv);
    } else {
        buf_add_str(b, legacy ? facts->legacy_asks : facts->asks);
    }
    return true;
}

static int state_obligations(struct table *t, const struct criteria *c, const char *topic, bool legacy,
                             struct buf *words, struct err *err)
{
    for (unsigned o = 0; o < OBLIGATIONS; o++) {
        if (!add_asks(words, c, (enum obligation)o, legacy))
            continue;
        buf_add_str(words, ". Owed for ");
        if (!add_owing(words, c, o)) {
            buf_clear(words);
            continue;
        }
        buf_add_byte(words, '.');
        if (state(t, topic, words, err) < 0)
            return -1;
    }
    return 0;
}

static int state_criteria(struct table *t, const struct judge_context *ctx, struct buf *words, struct err *err)
{
    buf_printf(
        words,
        "The criteria '%s' judge by the responses to Service Requests since Commissioning, sent by the party obliged "
        "at that instant. With all of the following met the Device is secure; else it is pending until the deadline, ",
        ctx->legacy->name);
    add_duration(words, ctx->legacy->obligation_ms);
    buf_add_str(
        words,
        " after the commissioning instant, and fails then. A time-out or an empty Execution Status counts against "
        "the Device, and so does a Change of Supplier.");
    if (state(t, "Criteria in force (legacy)", words, err) < 0 ||
        state_obligations(t, ctx->legacy, "Criteria in force (legacy)", true, words, err) < 0)
        return -1;
    buf_printf(
        words,
        "The criteria '%s' judge by what the Device was seen to hold, and by what it was told and confirmed, whoever "
        "told it. Each obligation is judged part by part, a key usage or a cell: the latest look at it decides; a "
        "confirmed command that was made after that look outweighs it, and one that was made before it and answered "
        "after it leaves the part unclear. A command without a role, or of a sender who may have renewed a certificate "
        "of its own, clears no cell that was seen wrong. With every applicable obligation met the Device is secure; "
        "else it "
        "is pending until the deadline, ",
        ctx->revised->name);
    add_duration(words, ctx->revised->obligation_ms);
    buf_add_str(
        words,
        " after the commissioning instant. Then it fails where something is proved wrong, was refused or was never "
        "asked for, and is unverified where the evidence does not tell.");
    if (state(t, "Evidence-based criteria (revised)", words, err) < 0)
        return -1;
    return state_obligations(t, ctx->revised, "Evidence-based criteria (revised)", false, words, err);
}

static void add_silence(struct buf *b, const struct silence *s)
{
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

    instant_format(s->from, from);
    instant_format(s->to, to);
    if (s->from == INSTANT_NONE)
        buf_printf(b, "before %s, when it begins", to);
    else
        buf_printf(b, "from %s to %s", from, to);
}

#define SILENCES_TOLD 8

/* R10: absence of a record is evidence only where the log is whole. */
static int state_coverage(struct table *t, const struct judge_context *ctx, struct buf *words, struct err *err)
{
    static const char topic[] = "What the audit log covers";
    const struct judge_settings *const s = ctx->settings;

    buf_printf(
        words,
        "The log is silent where it has no request for at least %" PRId64 " hours in which at least %" PRId64
        " were to be expected, or for more than a week, and before its first request. A Device in whose "
        "obligation period it is silent does not fail for what was never seen to be asked for: it is unverified. "
        "The criteria in force do not know the difference.",
        s->silence_hours, s->expected_requests);
    if (state(t, topic, words, err) < 0)
        return -1;
    buf_add_str(words, ctx->silence_count == 0 ? "It is silent nowhere up to this instant" : "It is silent ");
    for (size_t i = 0; i < ctx->silence_count && i < SILENCES_TOLD; i++) {
        buf_add_str(words, i > 0 ? "; " : "");
        add_silence(words, &ctx->silences[i]);
    }
    if (ctx->silence_count > SILENCES_TOLD)
        buf_printf(words, "; and %zu times more", ctx->silence_count - SILENCES_TOLD);
    buf_add_byte(words, '.');
    return state(t, topic, words, err);
}

/* R8 */
static int state_incidents(struct table *t, const struct judge_context *ctx, struct buf *words, struct err *err)
{
    const enum incident_criteria by = incident_criteria_at(ctx->settings, ctx->as_of);

    buf_printf(words,
               "A nightly run opens and resolves Incidents for Communications Hub Functions by the verdict under the "
               "%s. Due are those of the Hubs that fail the evidence-based criteria; those that only the criteria in "
               "force fail are %s.",
               incident_criteria_plain(by), by == INCIDENTS_BY_LEGACY ? "opened, and avoidable" : "avoided");
    return state(t, "CHF Incidents", words, err);
}

static int state_assumptions(struct table *t, const struct criteria *c, struct buf *words, struct err *err)
{
    static const char topic[] = "Assumption, as configured";

    buf_add_str(words, "Obligation days: a Device is due ");
    add_duration(words, c->obligation_ms);
    buf_add_str(words, " of 24 hours after its commissioning instant.");
    if (state(t, topic, words, err) < 0)
        return -1;
    buf_add_str(words, "Response window: a request counts as timed out where no answer came within ");
    add_duration(words, c->response_window_ms);
    buf_add_str(words, " of when it was sent, or was to be executed.");
    if (state(t, topic, words, err) < 0)
        return -1;
    buf_add_str(words, "Change of Supplier: for ");
    add_duration(words, c->cos_grace_ms);
    buf_add_str(words, " after it, Supplier cells may still hold certificates of the losing Supplier.");
    if (state(t, topic, words, err) < 0)
        return -1;
    buf_add_str(words, "Who is obliged for a Gas Proxy Function: ");
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        buf_printf(words, "%s%s: %s", o > 0 ? "; " : "", obligation_facts((enum obligation)o)->plain,
                   owed_by_words(c->terms[DEVICE_GPF][o].owed_by));
    buf_add_byte(words, '.');
    return state(t, topic, words, err);
}

int method_write(struct table *t, const struct judge_context *ctx, struct err *err)
{
    struct buf words = {0};
    int rc = -1;

    t->report = &method_report;
    if (say(t, "Population",
            "Every Device of the Smart Metering Inventory extract that counts at the end of the period. "
            "SMETS1 Devices, types without obligations and Devices not in status Commissioned are excluded.",
            err) == 0 &&
        say(t, "Rates",
            "Judged are the Devices neither excluded nor pending. A failure rate is the failing Devices among "
            "them. The revised one is a range: what is proved, and what it is at most, if every Device that is "
            "unverified had failed.",
            err) == 0 &&
        say(t, "Months",
            "Each month is judged again from the evidence as at its end (UTC). Nothing that arrived or happened "
            "later is considered, and no total is remembered from earlier packs.",
            err) == 0 &&
        state_criteria(t, ctx, &words, err) == 0 && state_coverage(t, ctx, &words, err) == 0 &&
        state_incidents(t, ctx, &words, err) == 0 && state_assumptions(t, ctx->revised, &words, err) == 0)
        rc = say(t, "Limits",
                 "Signatures and message authentication codes were verified by the systems that wrote the logs; "
                 "they are not verified again.",
                 err);
    buf_release(&words);
    return rc;
}
