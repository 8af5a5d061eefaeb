/* The vocabularies of the field: each an enum whose 0 means "not given", with one table of its words.
 *
 * Words are read without regard to case, blanks, '-' and '_', and written in the spelling of the table. The numbers are
 * stored: they are never changed, and new ones go at the end. */
#ifndef PCREPORT_DOMAIN_TERMS_H
#define PCREPORT_DOMAIN_TERMS_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum device_type {
    DEVICE_TYPE_NONE,
#define DEVICE_TYPE(id, word) DEVICE_##id,
#include "domain/device_types.def"
#undef DEVICE_TYPE
    DEVICE_TYPES
};

/* Smart Metering Inventory status (DUIS device statuses). */
enum smi_status {
    SMI_NONE,
    SMI_PENDING,
    SMI_WHITELISTED,
    SMI_INSTALLED_NOT_COMMISSIONED,
    SMI_COMMISSIONED,
    SMI_DECOMMISSIONED,
    SMI_WITHDRAWN,
    SMI_SUSPENDED,
    SMI_RECOVERY,
    SMI_RECOVERED,
    SMI_STATUSES
};

enum smets { SMETS_NONE, SMETS_1, SMETS_2, SMETS_VERSIONS }; /* SMETS1, SMETS2+ ("1", "2", "SMETS2" are read too) */

enum csp_region { CSP_NONE, CSP_NORTH, CSP_CENTRAL, CSP_SOUTH, CSP_REGIONS };

enum s1_cohort { COHORT_NONE, COHORT_IOC, COHORT_MOC, COHORT_FOC, S1_COHORTS };

/* DCC User Roles (DUIS), and DCC for the DCC itself. */
enum user_role { USER_NONE, USER_IS, USER_GS, USER_ED, USER_GT, USER_ES, USER_OU, USER_DCC, USER_RSA, USER_ROLES };

/* Roles of organisations, Remote Party Roles of requests, and roles of trust anchor cells, in one vocabulary. */
enum party_role {
    ROLE_NONE,
    ROLE_SUPPLIER,
    ROLE_NETWORK_OPERATOR,
    ROLE_DCC,
    ROLE_ACCESS_CONTROL_BROKER,
    ROLE_TRANSITIONAL_COS,
    ROLE_WAN_PROVIDER,
    ROLE_RECOVERY,
    ROLE_ROOT,
    ROLE_OTHER_USER,
    ROLE_LOAD_CONTROLLER,
    PARTY_ROLES
};

/* Key usages of certificates; of these, DS and KA are the Credential Types of SRV 6.17 and 6.15.2. */
enum key_usage { KEY_NONE, KEY_DIGITAL_SIGNATURE, KEY_KEY_AGREEMENT, KEY_KEY_CERT_SIGN, KEY_USAGES };

enum cell_usage { CELL_MANAGEMENT, CELL_PREPAYMENT_TOP_UP, CELL_USAGES };

enum check_kind { CHECK_NONE, CHECK_COMMUNICATING, CHECK_RECOVERY_CELL, CHECK_KINDS };

enum check_result { RESULT_BLANK, RESULT_PASS, RESULT_FAIL, CHECK_RESULTS }; /* in the order R7 prefers, last first */

/* Another word for a value of a vocabulary (words.def). */
struct term_alias {
    const char *word;
    unsigned value;
    unsigned vocabulary; /* as in struct vocabulary */
};

/* A vocabulary: words[0] is "", and a value may have other words that are read as it. */
struct vocabulary {
    const char *name; /* for messages: "device type" */
    const char *const *words;
    unsigned count;
    unsigned others; /* which of words.def are its other words */
};

extern const struct vocabulary vocab_device_type, vocab_smi_status, vocab_smets, vocab_csp_region, vocab_s1_cohort,
    vocab_user_role, vocab_party_role, vocab_key_usage, vocab_cell_usage, vocab_check_kind, vocab_check_result;

/* True with *out set when the text is a word of the vocabulary; the empty text is the value 0. */
bool term_parse(const struct vocabulary *v, struct text t, unsigned *out);
const char *term_word(const struct vocabulary *v, unsigned value); /* "" for 0 and for values out of range */

/* Which SMETS a Device is of, by its version as the industry writes it: SMETS2+, "SMETS V5.0", "V4.2", "CHTS V1.0", and
 * the GBCS version beside it, where there is one. GBCS means SMETS2+, as do a major version of 2 or more and 1.58;
 * of 1.x else only meters are SMETS1 (a hub at 1.x is of CHTS). Blank: SMETS2+. False: it is no version. */
bool smets_parse(struct text version, struct text gbcs_version, enum device_type type, enum smets *out);

/* A Service Reference Variant, "6.17" or "6.15.1", as a number that sorts as people expect; parts are 0 to 255 and the
 * third is 0 where there is none. 0: none. */
typedef uint32_t srv_code; /* SRV(6, 15, 1) */
#define SRV(a, b, c)  ((srv_code)(((uint32_t)(a) << 16) | ((uint32_t)(b) << 8) | (uint32_t)(c)))
#define SRV_TEXT_SIZE 12
bool srv_parse(struct text t, srv_code *out); /* two or three parts, no leading zeros */
size_t srv_format(srv_code srv, char out[SRV_TEXT_SIZE]);

/* An MPAN core (13 digits; read also as the last 13 of a full MPAN of 21) or MPRN (6 to 10 digits, of which leading
 * zeros do not matter) as one number. Blanks between digits are left out. 0: none. */
typedef uint64_t mpxn_code;
#define MPXN_TEXT_SIZE 16
/* 0, or -1 with *why: not digits, wrong length, or a wrong MPAN check digit. */
int mpxn_parse(struct text t, mpxn_code *out, const char **why);
size_t mpxn_format(mpxn_code mpxn, char out[MPXN_TEXT_SIZE]);

#endif
