/* The words of the rules, each in one place. */
#include "rules/wording.h"

#include "domain/eui64.h"

#include <stdio.h>
#include <string.h>

static const char *const outcome_words[OUTCOMES] = {
    [OUTCOME_NONE] = "NO_ATTEMPT",   [OUTCOME_SUCCEEDED] = "SUCCEEDED", [OUTCOME_FAILED] = "FAILED",
    [OUTCOME_EMPTY] = "EMPTY",       [OUTCOME_TIMED_OUT] = "TIMED_OUT", [OUTCOME_UNRECOGNISED] = "UNRECOGNISED",
    [OUTCOME_REJECTED] = "REJECTED", [OUTCOME_AWAITING] = "AWAITING",
};

static const char *const state_words[OBLIGATION_STATES] = {
    [STATE_NOT_APPLICABLE] = "NOT_APPLICABLE",
    [STATE_MET] = "MET",
    [STATE_NOT_MET] = "NOT_MET",
    [STATE_NOT_ATTEMPTED] = "NOT_ATTEMPTED",
    [STATE_UNVERIFIED] = "UNVERIFIED",
};

static const char *const verdict_words[VERDICTS] = {
    [VERDICT_PASS] = "PASS",         [VERDICT_FAIL] = "FAIL",
    [VERDICT_PENDING] = "PENDING",   [VERDICT_UNVERIFIED] = "UNVERIFIED",
    [VERDICT_EXCLUDED] = "EXCLUDED",
};

static const char *const classification_words[CLASSIFICATIONS] = {
    [CLASS_FALSE_POSITIVE] = "FALSE_POSITIVE",
    [CLASS_TRUE_FAILURE] = "TRUE_FAILURE",
    [CLASS_MISSED_BY_LEGACY] = "MISSED_BY_LEGACY",
    [CLASS_AGREED_PASS] = "AGREED_PASS",
    [CLASS_UNVERIFIED] = "UNVERIFIED",
    [CLASS_PENDING] = "PENDING",
    [CLASS_EXCLUDED] = "EXCLUDED",
};

static const char *const excluded_words[EXCLUDED_REASONS] = {
    [EXCLUDED_NOT] = "",
    [EXCLUDED_SMETS1] = "SMETS1",
    [EXCLUDED_NO_OBLIGATIONS] = "NO_OBLIGATIONS",
    [EXCLUDED_NOT_COMMISSIONED] = "NOT_COMMISSIONED",
    [EXCLUDED_NO_COMMISSIONING_INSTANT] = "NO_COMMISSIONING_INSTANT",
    [EXCLUDED_COMMISSIONED_AFTER_AS_OF] = "COMMISSIONED_AFTER_AS_OF",
    [EXCLUDED_OUT_OF_SCOPE] = "OUT_OF_SCOPE",
};

static const struct {
    const char *word, *plain, *sentence;
    enum reason_sort sort;
} reason_facts[REASONS] = {
#define REASON(id, sort, plain, sentence) {#id, plain, sentence, REASON_##sort},
#include "rules/reasons.def"
#undef REASON
};

const char *outcome_word(enum outcome o)
{
    return outcome_words[o];
}

const char *obligation_state_word(enum obligation_state s)
{
    return state_words[s];
}

const char *verdict_word(enum verdict v)
{
    return verdict_words[v];
}

const char *classification_word(enum classification c)
{
    return classification_words[c];
}

const char *excluded_reason_word(enum excluded_reason r)
{
    return excluded_words[r];
}

const char *reason_word(enum reason r)
{
    return r < REASONS ? reason_facts[r].word : "";
}

const char *reason_sentence(enum reason r)
{
    return reason_facts[r].sentence;
}

const char *reason_plain(enum reason r)
{
    return reason_facts[r].plain;
}

enum reason_sort reason_sort(enum reason r)
{
    return reason_facts[r].sort;
}

const char *rule_text(enum rule r)
{
    static const char *const texts[RULES] = {
        "",
#define RULE(id, text) text,
#include "rules/rules.def"
#undef RULE
    };

    return texts[r];
}

static bool parse_word(const char *const *words, unsigned count, struct text t, unsigned *out)
{
    for (unsigned i = 0; i < count; i++) {
        if (!text_same_word(text_of(words[i]), t))
            continue;
        *out = i;
        return true;
    }
    return false;
}

bool verdict_parse(struct text t, enum verdict *out)
{
    unsigned found;

    if (!parse_word(verdict_words, VERDICTS, t, &found))
        return false;
    *out = (enum verdict)found;
    return true;
}

bool classification_parse(struct text t, enum classification *out)
{
    unsigned found;

    if (!parse_word(classification_words, CLASSIFICATIONS, t, &found))
        return false;
    *out = (enum classification)found;
    return true;
}

/* Appends a word or a name to text of which `len` bytes of `size` are used; what does not fit is cut. */
static size_t append(char *out, size_t size, size_t len, struct text t)
{
    const size_t room = size - 1 - len;
    const size_t n = t.len < room ? t.len : room;

    memcpy(out + len, t.ptr, n);
    out[len + n] = '\0';
    return len + n;
}

static size_t append_word(char *out, size_t size, size_t len, const char *word)
{
    return append(out, size, len, text_of(word));
}

size_t reasons_format(reason_set set, char out[REASONS_TEXT_SIZE])
{
    size_t len = 0;

    out[0] = '\0';
    for (unsigned r = 0; r < REASONS; r++) {
        if (!(set >> r & 1))
            continue;
        if (len > 0)
            len = append_word(out, REASONS_TEXT_SIZE, len, ";");
        len = append_word(out, REASONS_TEXT_SIZE, len, reason_facts[r].word);
    }
    return len;
}

static const char *const action_words[ACTIONS] = {
    [ACTION_NONE] = "",
    [ACTION_SEND] = "send",
    [ACTION_READ] = "read with",
    [ACTION_CHECK] = "repeat the DSP check",
    [ACTION_WAIT] = "wait for the answer",
    [ACTION_VISIT] = "restore communications",
    [ACTION_UPDATE_S1SP] = "have the S1SP update its data (neither operator can replace the credentials yet)",
    [ACTION_REGISTER] = "complete the registration of the Network Operator by the Registration Data Provider",
};

size_t action_format(const struct action *a, const struct directory *d, char out[ACTION_TEXT_SIZE])
{
    char srv[SRV_TEXT_SIZE], party[EUI64_TEXT_SIZE];
    const char *role = term_word(&vocab_party_role, a->role), *usage = term_word(&vocab_key_usage, a->key_usage);
    const char *concerns = role[0] != '\0' ? role : usage;
    const struct text by = directory_party_name(d, a->by, party);
    size_t len = append_word(out, ACTION_TEXT_SIZE, 0, action_words[a->kind]);

    if (a->kind == ACTION_NONE)
        return 0;
    if (a->srv != 0) {
        srv_format(a->srv, srv);
        len = append_word(out, ACTION_TEXT_SIZE, len, " SRV ");
        len = append_word(out, ACTION_TEXT_SIZE, len, srv);
    }
    if (concerns[0] != '\0') {
        len = append_word(out, ACTION_TEXT_SIZE, len, " (");
        len = append_word(out, ACTION_TEXT_SIZE, len, concerns);
        len = append_word(out, ACTION_TEXT_SIZE, len, ")");
    }
    if (by.len > 0) {
        len = append_word(out, ACTION_TEXT_SIZE, len, " by ");
        len = append(out, ACTION_TEXT_SIZE, len, by);
    }
    return len;
}

static bool same_action(const struct action *a, const struct action *b)
{
    return a->kind == b->kind && a->srv == b->srv && a->role == b->role && a->key_usage == b->key_usage &&
           a->by.kind == b->by.kind && a->by.id == b->by.id;
}

static bool named_before(const struct judgement *j, unsigned which, size_t o)
{
    for (size_t i = 0; i < o; i++)
        if ((which >> i & 1) != 0 && same_action(&j->obligations[i].action, &j->obligations[o].action))
            return true;
    return false;
}

size_t actions_format(const struct judgement *j, unsigned which, const struct directory *d,
                      char out[NEXT_ACTION_TEXT_SIZE])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t o = 0; o < OBLIGATIONS; o++) {
        if ((which >> o & 1) == 0 || j->obligations[o].action.kind == ACTION_NONE || named_before(j, which, o))
            continue;
        if (len > 0)
            len = append_word(out, NEXT_ACTION_TEXT_SIZE, len, "; ");
        len += action_format(&j->obligations[o].action, d, out + len);
    }
    return len;
}

size_t next_action_format(const struct judgement *j, const struct directory *d, char out[NEXT_ACTION_TEXT_SIZE])
{
    return actions_format(j, ~0U, d, out);
}
