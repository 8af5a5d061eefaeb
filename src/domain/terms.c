/* The vocabularies: their words, and how people's spellings of them are read. */
#include "domain/terms.h"

#include <string.h>

static const char *const device_types[] = {
    [DEVICE_TYPE_NONE] = "", [DEVICE_ESME] = "ESME",     [DEVICE_GSME] = "GSME", [DEVICE_GPF] = "GPF",
    [DEVICE_CHF] = "CHF",    [DEVICE_HCALCS] = "HCALCS", [DEVICE_SAPC] = "SAPC", [DEVICE_PPMID] = "PPMID",
    [DEVICE_IHD] = "IHD",    [DEVICE_CAD] = "CAD",
};

static const char *const smi_statuses[] = {
    [SMI_NONE] = "",
    [SMI_PENDING] = "Pending",
    [SMI_WHITELISTED] = "Whitelisted",
    [SMI_INSTALLED_NOT_COMMISSIONED] = "InstalledNotCommissioned",
    [SMI_COMMISSIONED] = "Commissioned",
    [SMI_DECOMMISSIONED] = "Decommissioned",
    [SMI_WITHDRAWN] = "Withdrawn",
    [SMI_SUSPENDED] = "Suspended",
    [SMI_RECOVERY] = "Recovery",
    [SMI_RECOVERED] = "Recovered",
};

static const char *const smets_versions[] = {[SMETS_NONE] = "", [SMETS_1] = "SMETS1", [SMETS_2] = "SMETS2+"};
static const struct term_alias smets_aliases[] = {{"1", SMETS_1}, {"2", SMETS_2}, {"SMETS2", SMETS_2}, {NULL, 0}};

static const char *const csp_regions[] = {
    [CSP_NONE] = "", [CSP_NORTH] = "North", [CSP_CENTRAL] = "Central", [CSP_SOUTH] = "South"};

static const char *const s1_cohorts[] = {
    [COHORT_NONE] = "", [COHORT_IOC] = "IOC", [COHORT_MOC] = "MOC", [COHORT_FOC] = "FOC"};

static const char *const user_roles[] = {
    [USER_NONE] = "", [USER_IS] = "IS", [USER_GS] = "GS",   [USER_ED] = "ED",   [USER_GT] = "GT",
    [USER_ES] = "ES", [USER_OU] = "OU", [USER_DCC] = "DCC", [USER_RSA] = "RSA",
};

static const char *const party_roles[] = {
    [ROLE_NONE] = "",
    [ROLE_SUPPLIER] = "Supplier",
    [ROLE_NETWORK_OPERATOR] = "NetworkOperator",
    [ROLE_DCC] = "DCC",
    [ROLE_ACCESS_CONTROL_BROKER] = "AccessControlBroker",
    [ROLE_TRANSITIONAL_COS] = "TransitionalCoS",
    [ROLE_WAN_PROVIDER] = "WANProvider",
    [ROLE_RECOVERY] = "Recovery",
    [ROLE_ROOT] = "Root",
    [ROLE_OTHER_USER] = "OtherUser",
    [ROLE_LOAD_CONTROLLER] = "LoadController",
};

static const char *const key_usages[] = {
    [KEY_NONE] = "",
    [KEY_DIGITAL_SIGNATURE] = "DigitalSignature",
    [KEY_KEY_AGREEMENT] = "KeyAgreement",
    [KEY_KEY_CERT_SIGN] = "KeyCertSign",
};
static const struct term_alias key_usage_aliases[] = {
    {"DS", KEY_DIGITAL_SIGNATURE},
    {"KA", KEY_KEY_AGREEMENT},
    {"KCS", KEY_KEY_CERT_SIGN},
    {"Digital Signature", KEY_DIGITAL_SIGNATURE}, /* as logs have them: found at once */
    {"Key Agreement", KEY_KEY_AGREEMENT},
    {NULL, 0},
};

static const char *const cell_usages[] = {
    [CELL_MANAGEMENT] = "management", [CELL_PREPAYMENT_TOP_UP] = "prePaymentTopUp"};

static const char *const check_kinds[] = {
    [CHECK_NONE] = "", [CHECK_COMMUNICATING] = "communicating", [CHECK_RECOVERY_CELL] = "recovery-cell"};

static const char *const check_results[] = {[RESULT_BLANK] = "", [RESULT_PASS] = "pass", [RESULT_FAIL] = "fail"};

/* A table that lacks a word does not compile. */
#define VOCABULARY(id, label, table, values, spellings)                                                                \
    _Static_assert(ARRAY_LEN(table) == (values), "one word for each " label);                                          \
    const struct vocabulary id = {.name = label, .words = table, .count = (values), .aliases = (spellings)}

VOCABULARY(vocab_device_type, "device type", device_types, DEVICE_TYPES, NULL);
VOCABULARY(vocab_smi_status, "SMI status", smi_statuses, SMI_STATUSES, NULL);
VOCABULARY(vocab_smets, "SMETS version", smets_versions, SMETS_VERSIONS, smets_aliases);
VOCABULARY(vocab_csp_region, "CSP region", csp_regions, CSP_REGIONS, NULL);
VOCABULARY(vocab_s1_cohort, "SMETS1 cohort", s1_cohorts, S1_COHORTS, NULL);
VOCABULARY(vocab_user_role, "DCC User Role", user_roles, USER_ROLES, NULL);
VOCABULARY(vocab_party_role, "party role", party_roles, PARTY_ROLES, NULL);
VOCABULARY(vocab_key_usage, "key usage", key_usages, KEY_USAGES, key_usage_aliases);
VOCABULARY(vocab_cell_usage, "cell usage", cell_usages, CELL_USAGES, NULL);
VOCABULARY(vocab_check_kind, "DSP check", check_kinds, CHECK_KINDS, NULL);
VOCABULARY(vocab_check_result, "check result", check_results, CHECK_RESULTS, NULL);

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_written_so(const char *word, struct text t)
{
    return word[0] == t.ptr[0] && strlen(word) == t.len && memcmp(word, t.ptr, t.len) == 0;
}

/* The spellings of the tables: the common case, and quick. */
static bool find_exact(const struct vocabulary *v, struct text t, unsigned *out)
{
    for (unsigned i = 0; i < v->count; i++)
        if (is_written_so(v->words[i], t)) {
            *out = i;
            return true;
        }
    for (const struct term_alias *a = v->aliases; a != NULL && a->word != NULL; a++)
        if (is_written_so(a->word, t)) {
            *out = a->value;
            return true;
        }
    return false;
}

/* Any spelling; `t` begins with a letter or digit, and so does every word. */
static bool find_alike(const struct vocabulary *v, struct text t, unsigned *out)
{
    const char first = lower(t.ptr[0]);

    for (unsigned i = 0; i < v->count; i++)
        if (lower(v->words[i][0]) == first && text_same_word(t, text_of(v->words[i]))) {
            *out = i;
            return true;
        }
    for (const struct term_alias *a = v->aliases; a != NULL && a->word != NULL; a++)
        if (lower(a->word[0]) == first && text_same_word(t, text_of(a->word))) {
            *out = a->value;
            return true;
        }
    return false;
}

bool term_parse(const struct vocabulary *v, struct text t, unsigned *out)
{
    if (t.len > 0 && find_exact(v, t, out))
        return true;
    while (t.len > 0 && text_same_word((struct text){t.ptr, 1}, (struct text){0})) { /* a blank, '-' or '_' */
        t.ptr++;
        t.len--;
    }
    if (t.len > 0)
        return find_alike(v, t, out);
    *out = 0;
    return true;
}

const char *term_word(const struct vocabulary *v, unsigned value)
{
    return value < v->count ? v->words[value] : "";
}
