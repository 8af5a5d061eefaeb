/* The list of Use Cases, and the names of codes that Devices answer with. */
#include "gbcs_int.h"

#define SERVICES_MAX 2 /* of one Message Code */

enum answers {
    ANSWERS_NONE,
    ANSWERS_ISSUE,
    ANSWERS_UPDATE,
    ANSWERS_PROVIDE,
    ANSWERS_JOIN,
    ANSWERS_UNJOIN,
    ANSWERS_LOG,
    ANSWERS_FIRMWARE
};

static const struct use_case {
    uint16_t code;
    enum gbcs_form form;
    enum answers answers;
    const char *name;
    srv_code services[SERVICES_MAX];
} use_cases[] = {
#define USE_CASE(symbol, code, form, answers, name, ...) {(code), FORM_##form, ANSWERS_##answers, name, {__VA_ARGS__}},
#include "codec/use_cases.def"
#undef USE_CASE
};

static const struct use_case *find(uint16_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(use_cases); i++)
        if (code == use_cases[i].code)
            return &use_cases[i];
    return NULL;
}

const char *gbcs_use_case(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL ? u->name : NULL;
}

enum gbcs_form gbcs_form(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL ? u->form : FORM_BYTES;
}

static bool is_of(const struct use_case *u, srv_code srv)
{
    for (size_t i = 0; i < SERVICES_MAX; i++)
        if (u->services[i] == srv)
            return true;
    return false;
}

bool gbcs_code_is_of(uint16_t code, srv_code srv)
{
    const struct use_case *const u = find(code);

    return u != NULL && srv != 0 && is_of(u, srv);
}

bool gbcs_has_codes_of(srv_code srv)
{
    for (size_t i = 0; srv != 0 && i < ARRAY_LEN(use_cases); i++)
        if (is_of(&use_cases[i], srv))
            return true;
    return false;
}

srv_code gbcs_srv_of_code(uint16_t code)
{
    const struct use_case *const u = find(code);

    return u != NULL && u->services[1] == 0 ? u->services[0] : 0;
}

const char *gbcs_status_name(unsigned status)
{
    switch (status) {
    case 0:
        return "success";
    case 5:
        return "badCertificate";
    case 10:
        return "noTrustAnchor";
    case 17:
        return "insufficientMemory";
    case 25:
        return "trustAnchorNotFound";
    case 30:
        return "resourcesBusy";
    case 127:
        return "other";
    default:
        return NULL;
    }
}

const char *gbcs_response_name(uint16_t code, int64_t response)
{
    static const char *const issue[] = {NULL, "invalid key usage", "key pair generation failed",
                                        "certification request production failed"};
    static const char *const update[] = {"success",
                                         "invalid certificate",
                                         "wrong device identity",
                                         "invalid key usage",
                                         "no corresponding key pair generated",
                                         "wrong public key",
                                         "certificate storage failed",
                                         "private key change failed"};
    static const char *const provide[] = {NULL, "invalid key usage", "no certificate held",
                                          "certificate retrieval failure"};
    static const char *const join[] = {"success",
                                       "invalid message code for join method and role",
                                       "invalid join method and role",
                                       "incompatible with existing entry",
                                       "device log full",
                                       "write failure",
                                       "key agreement no resources",
                                       "unknown issuer",
                                       "unsupported suite",
                                       "bad message",
                                       "bad key confirm",
                                       "invalid or missing certificate",
                                       "no partner link key received",
                                       "no CBKE response"};
    static const char *const unjoin[] = {"success", "not in device log", "other failure"};
    static const char *const log[] = {"success", "read failure"};
    static const char *const firmware[] = {"success", "no image held", "hash mismatch", "activation failure"};
    static const struct {
        const char *const *names;
        size_t count;
    } tables[] = {[ANSWERS_NONE] = {NULL, 0},
                  [ANSWERS_ISSUE] = {issue, ARRAY_LEN(issue)},
                  [ANSWERS_UPDATE] = {update, ARRAY_LEN(update)},
                  [ANSWERS_PROVIDE] = {provide, ARRAY_LEN(provide)},
                  [ANSWERS_JOIN] = {join, ARRAY_LEN(join)},
                  [ANSWERS_UNJOIN] = {unjoin, ARRAY_LEN(unjoin)},
                  [ANSWERS_LOG] = {log, ARRAY_LEN(log)},
                  [ANSWERS_FIRMWARE] = {firmware, ARRAY_LEN(firmware)}};
    const struct use_case *const u = find(code);
    const enum answers answers = u != NULL ? u->answers : ANSWERS_NONE;

    return response >= 0 && (uint64_t)response < tables[answers].count ? tables[answers].names[response] : NULL;
}
