/* What is asked beside as-of, as a run remembers it, and what of it is other than in the run before. */
#include "judging/run.h"
#include "judging_int.h"
#include "rules/incident.h"

#include <inttypes.h>
#include <string.h>

/* Each part is a line "WORD=VALUE" of the question. */
static const struct {
    const char *word, *plain;
} parts[] = {
    {"scope", "whose obligations are asked about"},      {"criteria-in-force", "the criteria in force"},
    {"criteria", "the evidence-based criteria"},         {"codes", "the codes and status words"},
    {"coverage", "what counts as a silence of the log"}, {"registrations", "how registration extracts are taken"},
    {"incidents", "whose verdict opens Incidents"},
};
enum { SCOPE, IN_FORCE, REVISED, CODES, COVERAGE, REGISTRATIONS, INCIDENTS };

static void begin(struct buf *q, unsigned part)
{
    buf_printf(q, "%s%s=", q->len > 0 ? "\n" : "", parts[part].word);
}

static void add_criteria(struct buf *q, unsigned part, const struct criteria *c,
                         const unsigned char sha256[DIGEST_SIZE])
{
    char hex[DIGEST_HEX_SIZE];

    digest_hex(sha256, hex);
    begin(q, part);
    buf_printf(q, "%s %" PRId64 " %" PRId64 " %" PRId64, hex, c->obligation_ms, c->response_window_ms, c->cos_grace_ms);
}

static void add_coverage(struct buf *q, const struct judge_settings *s)
{
    begin(q, COVERAGE);
    buf_printf(q, "%" PRId64 " %" PRId64, s->silence_hours, s->expected_requests);
    for (size_t i = 0; i < s->complete_count; i++) {
        char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

        instant_format(s->complete[i].from, from);
        instant_format(s->complete[i].to, to);
        buf_printf(q, " %s/%s", from, to);
    }
}

void question_write(const struct judging *j, struct buf *out)
{
    char hex[DIGEST_HEX_SIZE];

    begin(out, SCOPE);
    judging_scope_names(&j->context, out);
    add_criteria(out, IN_FORCE, &j->legacy, j->sha256[BY_LEGACY]);
    add_criteria(out, REVISED, &j->revised, j->sha256[BY_REVISED]);
    begin(out, CODES);
    digest_hex(j->sha256[BY_CODES], hex);
    buf_add_str(out, hex);
    add_coverage(out, &j->settings);
    begin(out, REGISTRATIONS);
    buf_add_str(out, j->settings.whole_extracts ? "whole" : "changes");
    begin(out, INCIDENTS);
    buf_add_str(out, incident_criteria_word(incident_criteria_at(&j->settings, j->context.as_of)));
}

static const char *plain_of(struct text word)
{
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (text_equal(word, text_of(parts[i].word)))
            return parts[i].plain;
    return "";
}

void question_tell(const struct judging *j, const char *changed, instant previous, struct buf *out)
{
    char at[INSTANT_TEXT_SIZE];

    instant_format(previous, at);
    buf_printf(out, "another question is asked than in the run as at %s: other is ", at);
    for (const char *word = changed; *word != '\0';) {
        const size_t len = strcspn(word, ";");
        const struct text name = {word, len};

        buf_printf(out, "%s%s", word > changed ? ", " : "", plain_of(name));
        if (text_equal(name, text_of(parts[SCOPE].word)) && j->settings.scope_count == 0)
            buf_add_str(out, " (now everybody's)");
        else if (text_equal(name, text_of(parts[SCOPE].word))) {
            buf_add_str(out, " (now only those of ");
            judging_scope_names(&j->context, out);
            buf_add_str(out, ")");
        }
        if (text_equal(name, text_of(parts[INCIDENTS].word)))
            buf_printf(out, " (now by the %s)",
                       incident_criteria_plain(incident_criteria_at(&j->settings, j->context.as_of)));
        word += len + (word[len] == ';');
    }
    buf_add_str(out, "; what is told as changed may stand otherwise for that alone");
}
