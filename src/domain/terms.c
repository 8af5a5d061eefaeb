/* The vocabularies: their words, and how people's spellings of them are read; the facts of obligations, services and
 * lists. */
#include "domain/terms.h"
#include "base/ascii.h"
#include "domain/listed.h"
#include "domain/obligation.h"
#include "domain/service.h"

#include <string.h>

static const char *const device_types[] = {
    "",
#define DEVICE_TYPE(id, word) word,
#include "domain/device_types.def"
#undef DEVICE_TYPE
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

static const char *const cell_usages[] = {
    [CELL_MANAGEMENT] = "management", [CELL_PREPAYMENT_TOP_UP] = "prePaymentTopUp"};

static const char *const check_kinds[] = {
    [CHECK_NONE] = "", [CHECK_COMMUNICATING] = "communicating", [CHECK_RECOVERY_CELL] = "recovery-cell"};

static const char *const check_results[] = {[RESULT_BLANK] = "", [RESULT_PASS] = "pass", [RESULT_FAIL] = "fail"};

/* The other words of all vocabularies, those of one behind each other. */
enum words_of {
    WORDS_device_type,
    WORDS_smi_status,
    WORDS_smets,
    WORDS_csp_region,
    WORDS_s1_cohort,
    WORDS_user_role,
    WORDS_party_role,
    WORDS_key_usage,
    WORDS_cell_usage,
    WORDS_check_kind,
    WORDS_check_result
};

static const struct term_alias other_words[] = {
#define WORD(vocabulary, word, value) {(word), (value), WORDS_##vocabulary},
#include "domain/words.def"
#undef WORD
};

/* A table that lacks a word does not compile. */
#define VOCABULARY(id, label, table, values)                                                                           \
    _Static_assert(ARRAY_LEN(table) == (values), "one word for each " label);                                          \
    const struct vocabulary vocab_##id = {.name = label, .words = table, .count = (values), .others = WORDS_##id}

VOCABULARY(device_type, "device type", device_types, DEVICE_TYPES);
VOCABULARY(smi_status, "SMI status", smi_statuses, SMI_STATUSES);
VOCABULARY(smets, "SMETS version", smets_versions, SMETS_VERSIONS);
VOCABULARY(csp_region, "CSP region", csp_regions, CSP_REGIONS);
VOCABULARY(s1_cohort, "SMETS1 cohort", s1_cohorts, S1_COHORTS);
VOCABULARY(user_role, "DCC User Role", user_roles, USER_ROLES);
VOCABULARY(party_role, "party role", party_roles, PARTY_ROLES);
VOCABULARY(key_usage, "key usage", key_usages, KEY_USAGES);
VOCABULARY(cell_usage, "cell usage", cell_usages, CELL_USAGES);
VOCABULARY(check_kind, "DSP check", check_kinds, CHECK_KINDS);
VOCABULARY(check_result, "check result", check_results, CHECK_RESULTS);

static bool is_written_so(const char *word, struct text t)
{
    size_t i = 0;

    while (i < t.len && word[i] != '\0' && word[i] == t.ptr[i])
        i++;
    return i == t.len && word[i] == '\0';
}

/* The spellings of the tables: the common case, and quick. */
static bool find_exact(const struct vocabulary *v, struct text t, unsigned *out)
{
    for (unsigned i = 0; i < v->count; i++)
        if (is_written_so(v->words[i], t)) {
            *out = i;
            return true;
        }
    for (size_t i = 0; i < ARRAY_LEN(other_words); i++)
        if (other_words[i].vocabulary == v->others && is_written_so(other_words[i].word, t)) {
            *out = other_words[i].value;
            return true;
        }
    return false;
}

/* Any spelling; `t` begins with a letter or digit, and so does every word. */
static bool find_alike(const struct vocabulary *v, struct text t, unsigned *out)
{
    const char first = ascii_lower(t.ptr[0]);

    for (unsigned i = 0; i < v->count; i++)
        if (ascii_lower(v->words[i][0]) == first && text_same_word(t, text_of(v->words[i]))) {
            *out = i;
            return true;
        }
    for (size_t i = 0; i < ARRAY_LEN(other_words); i++)
        if (other_words[i].vocabulary == v->others && ascii_lower(other_words[i].word[0]) == first &&
            text_same_word(t, text_of(other_words[i].word))) {
            *out = other_words[i].value;
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

/* ---- The facts of the obligations, from their list ---- */

enum { NO_CELLS, CELLS };

static const struct obligation_facts facts[OBLIGATIONS] = {
#define OBLIGATION(id, word, column, rule, legacy_srv, legacy_check, read, cells, plain, asks, legacy_asks)            \
    {word, column, legacy_srv, CHECK_##legacy_check, read, cells == CELLS, plain, asks, legacy_asks},
#include "domain/obligations.def"
#undef OBLIGATION
};

const struct obligation_facts *obligation_facts(enum obligation o)
{
    return &facts[o];
}

const char *obligation_word(enum obligation o)
{
    return facts[o].word;
}

const char *obligation_column(enum obligation o)
{
    return facts[o].column;
}

/* ---- The list of services as code: switches, which the compiler makes as quick as they can be ---- */

const char *service_name(srv_code srv)
{
    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return name;
#include "domain/services.def"
#undef SERVICE
    default:
        return "";
    }
}

enum service_about service_about(srv_code srv)
{
    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return ABOUT_##about;
#include "domain/services.def"
#undef SERVICE
    default:
        return ABOUT_NOTHING;
    }
}

const char *service_about_word(srv_code srv)
{
    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return #about;
#include "domain/services.def"
#undef SERVICE
    default:
        return "NOTHING";
    }
}

bool service_ends_in_dcc_systems(srv_code srv)
{
    enum { DEVICE, DCC_SYSTEMS };

    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return ends == DCC_SYSTEMS;
#include "domain/services.def"
#undef SERVICE
    default:
        return false;
    }
}

static const srv_code all[] = {
#define SERVICE(a, b, c, name, ends, about) SRV(a, b, c),
#include "domain/services.def"
#undef SERVICE
};

size_t service_count(void)
{
    return sizeof(all) / sizeof(all[0]);
}

srv_code service_at(size_t i)
{
    return all[i];
}

/* ---- Lists ---- */

const struct list_facts list_facts[LISTS] = {
    [LISTED_WAIVERS] = {"waiver",
                        "device_id, model, party, obligation, reason, approver, reference, valid_from, expires",
                        WAIVER_COLUMNS},
    [LISTED_TICKETS] = {"ticket", "incident_id, number, state, category, assignee, opened_at, extracted_at",
                        TICKET_COLUMNS},
};
