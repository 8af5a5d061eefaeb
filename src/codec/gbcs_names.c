/* The names of codes that Devices answer with. */
#include "gbcs_int.h"

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
        uint16_t code;
        const char *const *names;
        size_t count;
    } tables[] = {
        {0x000A, issue, ARRAY_LEN(issue)},       {0x000B, update, ARRAY_LEN(update)},
        {0x000C, provide, ARRAY_LEN(provide)},   {0x000D, join, ARRAY_LEN(join)},
        {0x00AB, join, ARRAY_LEN(join)},         {0x000E, join, ARRAY_LEN(join)},
        {0x00AF, join, ARRAY_LEN(join)},         {0x000F, unjoin, ARRAY_LEN(unjoin)},
        {0x0010, unjoin, ARRAY_LEN(unjoin)},     {0x0013, log, ARRAY_LEN(log)},
        {0x0012, firmware, ARRAY_LEN(firmware)}, {0x00CA, firmware, ARRAY_LEN(firmware)},
    };

    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        if (tables[i].code == code && response >= 0 && (uint64_t)response < tables[i].count)
            return tables[i].names[response];
    return NULL;
}
