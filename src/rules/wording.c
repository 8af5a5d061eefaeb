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
};

static const struct {
    const char *word, *sentence;
} reason_texts[REASONS] = {
    [REASON_TIMEOUT] = {"TIMEOUT", "A request got no answer in time, although the Device may have carried it out."},
    [REASON_EMPTY_STATUS] = {"EMPTY_STATUS",
                             "A request was answered without an Execution Status, so its result is not known."},
    [REASON_UNRECOGNISED_STATUS] = {"UNRECOGNISED_STATUS",
                                    "A request was answered with a code or status that is not in the code mapping."},
    [REASON_CHANGE_OF_SUPPLIER] = {"CHANGE_OF_SUPPLIER",
                                   "The work was completed after the customer changed Supplier, which the criteria in "
                                   "force do not count."},
    [REASON_OTHER_PARTY] = {"OTHER_PARTY", "The work was done by a party whose requests the criteria in force do not "
                                           "count."},
    [REASON_HANDOVER_6_21] = {"HANDOVER_6_21", "The Network Operator certificates were placed with SRV 6.21, which the "
                                               "criteria in force do not count."},
    [REASON_IMPLIED] = {"IMPLIED", "The Device holds its new certificates, so it must have generated the new key "
                                   "pairs."},
    [REASON_CERTIFICATE_EVIDENCE] = {"CERTIFICATE_EVIDENCE",
                                     "The certificates that the Device was seen to hold are right, whatever the "
                                     "Responses say."},
    [REASON_COMMS_EVIDENCE] = {"COMMS_EVIDENCE",
                               "The Device itself has answered, although the communications check did not pass."},
    [REASON_RECOVERY_EVIDENCE] = {"RECOVERY_EVIDENCE",
                                  "The Recovery cell was read and is right, although the check did not pass."},
    [REASON_NO_NOT_IN_REPOSITORY] = {"NO_NOT_IN_REPOSITORY",
                                     "The Network Operator has no certificates in the SMKI Repository that could be "
                                     "placed."},
    [REASON_NOT_ATTEMPTED] = {"NOT_ATTEMPTED", "The Device was never asked to do something that is required."},
    [REASON_REJECTED] = {"REJECTED", "A request was refused before it reached the Device."},
    [REASON_DEVICE_FAILURE] = {"DEVICE_FAILURE", "The Device answered that it could not carry out a request."},
    [REASON_SUPPLIER_CERT_IN_NO_CELL] = {"SUPPLIER_CERT_IN_NO_CELL",
                                         "A Network Operator cell still holds a Supplier's certificate."},
    [REASON_DCC_CERT_IN_NO_CELL] = {"DCC_CERT_IN_NO_CELL", "A Network Operator cell still holds a DCC certificate."},
    [REASON_WRONG_NETWORK_OPERATOR] = {"WRONG_NETWORK_OPERATOR",
                                       "A Network Operator cell holds the certificate of another Network Operator."},
    [REASON_UNKNOWN_OWNER] = {"UNKNOWN_OWNER", "A Network Operator cell holds the certificate of an organisation that "
                                               "is not known or has another role."},
    [REASON_DEVICE_CERT_NOT_REPLACED] =
        {"DEVICE_CERT_NOT_REPLACED", "The Device still holds a certificate from before its Commissioning, or one of "
                                     "another Device."},
    [REASON_SUPPLIER_CERT_WRONG] = {"SUPPLIER_CERT_WRONG",
                                    "A Supplier cell holds the certificate of a party that is not the registered "
                                    "Supplier."},
    [REASON_RECOVERY_CELL_WRONG] = {"RECOVERY_CELL_WRONG", "The Recovery cell does not hold the right certificate."},
    [REASON_NOT_COMMUNICATING] =
        {"NOT_COMMUNICATING", "The latest communications check failed, and nothing has come from the Device since."},
    [REASON_CONTRADICTED] = {"CONTRADICTED",
                             "A request was answered with success, but the Device was later seen to hold the wrong "
                             "certificate."},
    [REASON_AWAITING_RESPONSE] = {"AWAITING_RESPONSE", "A request is still within the time allowed for its answer."},
    [REASON_NO_EVIDENCE] = {"NO_EVIDENCE", "Nothing is known yet that would show whether the work was done."},
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
    return reason_texts[r].word;
}

const char *reason_sentence(enum reason r)
{
    return reason_texts[r].sentence;
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

/* Appends to text of which `len` bytes of `size` are used; what does not fit is cut. */
static size_t append(char *out, size_t size, size_t len, struct text t)
{
    const size_t room = size - 1 - len;
    const size_t n = t.len < room ? t.len : room;

    if (n > 0)
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
        len = append_word(out, REASONS_TEXT_SIZE, len, reason_texts[r].word);
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
    [ACTION_REGISTER] = "complete the registration of the Network Operator",
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

static bool named_before(const struct judgement *j, size_t o)
{
    for (size_t i = 0; i < o; i++)
        if (same_action(&j->obligations[i].action, &j->obligations[o].action))
            return true;
    return false;
}

size_t next_action_format(const struct judgement *j, const struct directory *d, char out[NEXT_ACTION_TEXT_SIZE])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t o = 0; o < OBLIGATIONS; o++) {
        if (j->obligations[o].action.kind == ACTION_NONE || named_before(j, o))
            continue;
        if (len > 0)
            len = append_word(out, NEXT_ACTION_TEXT_SIZE, len, "; ");
        len += action_format(&j->obligations[o].action, d, out + len);
    }
    return len;
}
