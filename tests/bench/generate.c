/* Writes a large plain population for measuring: generate DEVICES FOLDER.
 *
 * Premises of four Devices (CHF, GPF, ESME, GSME), 32 SRV rows a premises, one certificate snapshot and two DSP checks
 * a Device. The log is in the order of time, so the rows of one Device lie far apart. Every byte depends on DEVICES
 * alone. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DCC_ENTITY      UINT64_C(0x90B3D51F30000002)
#define RECOVERY_ENTITY UINT64_C(0x90B3D51F30000001)
#define SUPPLIERS       20
#define OPERATORS       14
#define SPREAD          4000 /* premises between two rows of one premises in the log */

enum { CHF, GPF, ESME, GSME };
static const char *const types[] = {"CHF", "GPF", "ESME", "GSME"};

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* Device identifiers do not follow the order of installation. */
static uint64_t device_id(uint64_t premises, int type)
{
    return UINT64_C(0x00DB123400000000) | ((premises * 4 + (uint64_t)type) * UINT64_C(2654435761) & 0xFFFFFFFF);
}

static uint64_t supplier_of(uint64_t premises)
{
    const uint64_t draw = mix(premises) % 100; /* a few large, many small */

    return UINT64_C(0x90B3D51F31000000) + (draw < 70 ? draw % 4 : 4 + draw % (SUPPLIERS - 4)) * 0x10000;
}

static uint64_t operator_of(uint64_t premises, int type)
{
    return UINT64_C(0x90B3D51F32000000) + (premises % OPERATORS + (type == ESME ? 0 : OPERATORS)) * 0x10000;
}

static char *put_eui(char *p, uint64_t id)
{
    static const char hex[] = "0123456789ABCDEF";

    for (int i = 7; i >= 0; i--) {
        const unsigned octet = (unsigned)(id >> (8 * i)) & 0xFF;

        *p++ = hex[octet >> 4];
        *p++ = hex[octet & 15];
        if (i > 0)
            *p++ = '-';
    }
    return p;
}

static char *put_str(char *p, const char *s)
{
    const size_t len = strlen(s);

    memcpy(p, s, len);
    return p + len;
}

static char *put_u64(char *p, uint64_t v)
{
    char digits[20];
    int n = 0;

    do
        digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    while (n > 0)
        *p++ = digits[--n];
    return p;
}

static char *put_2(char *p, int v)
{
    *p++ = (char)('0' + v / 10);
    *p++ = (char)('0' + v % 10);
    return p;
}

static char *put_time(char *p, int64_t ms)
{
    static int64_t day = -1;
    static char date[16];
    const int64_t s = ms / 1000;

    if (s / 86400 != day) {
        const time_t t = (time_t)s;
        struct tm tm;

        day = s / 86400;
        gmtime_r(&t, &tm);
        strftime(date, sizeof(date), "%Y-%m-%dT", &tm);
    }
    p = put_str(p, date);
    p = put_2(p, (int)(s / 3600 % 24));
    *p++ = ':';
    p = put_2(p, (int)(s / 60 % 60));
    *p++ = ':';
    p = put_2(p, (int)(s % 60));
    *p++ = 'Z';
    return p;
}

static int64_t commissioned(uint64_t premises)
{
    return INT64_C(1609491600000) + (int64_t)premises * 60000 + (int64_t)(mix(premises ^ 77) % 3600000);
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "wb");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    return f;
}

static void put_line(FILE *f, const char *line, const char *end)
{
    fwrite(line, 1, (size_t)(end - line), f);
}

/* The steps of one Device, eight rows each. */
static const struct step {
    const char *srv, *variant, *credential, *role, *status;
} steps[] = {
    {"6.17", "5", "Digital Signature", "", "Success"},
    {"6.17", "5", "Key Agreement", "", "Success"},
    {"6.15.2", "5", "Digital Signature", "", "Success"},
    {"6.15.2", "5", "Key Agreement", "", "Success"},
    {"6.15.1", "4", "", "NetworkOperator", ""},
    {"6.15.1", "5", "", "NetworkOperator", "Success"},
    {"11.2", "1", "", "", "Success"},
    {"4.8.1", "1", "", "", "Success"},
};
#define STEPS 8

static void put_request(FILE *f, uint64_t premises, int type, int k)
{
    const struct step *s = &steps[k];
    const uint64_t device = device_id(premises, type);
    const int by_dcc = type == CHF || (type == GPF && k < 4);
    const uint64_t user = by_dcc ? DCC_ENTITY : supplier_of(premises);
    const uint64_t luck = mix(device * 31 + (uint64_t)k) % 1000;
    const int64_t at = commissioned(premises) + (k + 1) * INT64_C(1800000);
    char line[512], *p = line;

    if ((k == 4 || k == 5) && (type == CHF || type == GSME))
        s = &steps[6];
    p = put_eui(p, device);
    *p++ = ',';
    p = put_str(p, s->srv);
    *p++ = ',';
    p = put_eui(p, user);
    *p++ = ',';
    p = put_time(p, at);
    *p++ = ',';
    p = put_eui(p, user);
    *p++ = ':';
    p = put_eui(p, device);
    *p++ = ':';
    p = put_u64(p, (uint64_t)at + (uint64_t)k);
    p = put_str(p, by_dcc ? ",DCC," : type == ESME ? ",IS," : ",GS,");
    p = put_str(p, s->credential);
    *p++ = ',';
    p = put_str(p, s->role);
    *p++ = ',';
    p = put_str(p, s->variant);
    p = put_str(p, ",,,");
    p = put_time(p, at + (int64_t)(luck % 600) * 1000 + 3000);
    p = put_str(p, luck < 15 ? ",E21,\n" : luck < 25 ? ",I0,\n" : ",I0,");
    if (luck >= 25) {
        p = put_str(p, s->status);
        *p++ = '\n';
    }
    put_line(f, line, p);
}

static void write_requests(const char *folder, uint64_t premises_count)
{
    FILE *f = create(folder, "srv-audit.csv");

    fputs("device_id,srv,user_id,requested_at,request_id,user_role,credential_type,remote_party_role,command_variant,"
          "execution_at,other_device_id,responded_at,response_code,execution_status\n",
          f);
    for (uint64_t slot = 0; slot < premises_count + STEPS * SPREAD; slot++)
        for (int k = 0; k < STEPS; k++)
            if (slot >= (uint64_t)k * SPREAD && slot - (uint64_t)k * SPREAD < premises_count)
                for (int type = CHF; type <= GSME; type++)
                    put_request(f, slot - (uint64_t)k * SPREAD, type, k);
    fclose(f);
}

static void write_reference(const char *folder, uint64_t premises_count)
{
    static const char *const regions[] = {"North", "Central", "South"};
    FILE *inventory = create(folder, "inventory-2026-01-01.csv");
    FILE *registration = create(folder, "registration.csv");
    FILE *organisations = create(folder, "organisations.csv");

    fputs("entity_id,party,role,in_smki_repository,key_id\n"
          "90-B3-D5-1F-30-00-00-02,DCC,AccessControlBroker,yes,4A9CE02C39AB910B\n"
          "90-B3-D5-1F-30-00-00-01,DCC Recovery,Recovery,yes,4B5CE02C39AB9001\n",
          organisations);
    for (int i = 0; i < SUPPLIERS; i++)
        fprintf(organisations, "90B3D51F31%02X0000,Supplier %02d,Supplier,yes,\n", i, i + 1);
    for (int i = 0; i < 2 * OPERATORS; i++)
        fprintf(organisations, "90B3D51F32%02X0000,Network Operator %02d,NetworkOperator,yes,\n", i, i + 1);
    fputs("device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region,manufacturer,model,firmware\n",
          inventory);
    fputs("mpxn,supplier_id,effective_from,effective_to,network_operator_id\n", registration);
    for (uint64_t i = 0; i < premises_count; i++)
        for (int type = CHF; type <= GSME; type++) {
            char line[512], *p = put_eui(line, device_id(i, type));
            const uint64_t mprn = 1000000000 + i;

            p += sprintf(p, ",%s,Commissioned,SMETS2+,", types[type]);
            p = put_time(p, commissioned(i));
            *p++ = ',';
            if (type != CHF)
                p = put_eui(p, device_id(i, CHF));
            *p++ = ',';
            if (type == ESME || type == GSME) { /* gas meter point numbers serve both: they need no check digit */
                p = put_u64(p, type == ESME ? mprn : mprn + 4000000000);
            }
            p += sprintf(p, ",%s,Maker %u,Model %c%u,%02u.%02u\n", regions[i % 3], (unsigned)(mix(i) % 9), 'A' + type,
                         (unsigned)(mix(i) % 4), (unsigned)(mix(i ^ 5) % 4), (unsigned)(mix(i ^ 6) % 20));
            put_line(inventory, line, p);
            if (type == ESME || type == GSME) {
                p = put_u64(line, type == ESME ? mprn : mprn + 4000000000);
                *p++ = ',';
                p = put_eui(p, supplier_of(i));
                p = put_str(p, ",2020-06-01,,");
                p = put_eui(p, operator_of(i, type));
                *p++ = '\n';
                put_line(registration, line, p);
            }
        }
    fclose(inventory);
    fclose(registration);
    fclose(organisations);
}

static char *put_cell(char *p, const char *role, const char *usage, const char *more, uint64_t subject, int first)
{
    p += sprintf(p, "%s{\"role\":\"%s\",\"key_usage\":\"%s\"%s,\"subject_id\":\"", first ? "" : ",", role, usage, more);
    p = put_eui(p, subject);
    p += sprintf(p, "\",\"key_id\":\"%016" PRIX64 "\",\"status\":\"ok\"}",
                 subject == RECOVERY_ENTITY ? UINT64_C(0x4B5CE02C39AB9001) : mix(subject ^ (uint64_t)usage[0]));
    return p;
}

static char *put_cert(char *p, const char *usage, uint64_t device, int64_t not_before, int first)
{
    p += sprintf(p, "%s{\"key_usage\":\"%s\",\"serial\":\"%" PRIu64 "\",\"not_before\":\"", first ? "" : ",", usage,
                 mix(device ^ (uint64_t)usage[0]));
    p = put_time(p, not_before);
    p = put_str(p, "\",\"subject_id\":\"");
    p = put_eui(p, device);
    return put_str(p, "\",\"issuer_key_id\":\"47D40AF3412904A0\"}");
}

static void write_direct_evidence(const char *folder, uint64_t premises_count)
{
    FILE *certificates = create(folder, "certificates.ndjson");
    FILE *checks = create(folder, "dsp-checks.csv");

    fputs("device_id,checked_at,check,result\n", checks);
    for (uint64_t i = 0; i < premises_count; i++)
        for (int type = CHF; type <= GSME; type++) {
            const uint64_t device = device_id(i, type);
            const int bad = mix(device) % 100 == 0;
            const int64_t done = commissioned(i);
            char line[4096], *p = put_str(line, "{\"device_id\":\"");

            p = put_eui(p, device);
            p = put_str(p, "\",\"taken_at\":\"");
            p = put_time(p, done + INT64_C(172800000));
            p = put_str(p, "\",\"source\":\"6.24.1\",\"answered\":true,\"cells\":[");
            p = put_cell(p, "Recovery", "DigitalSignature", "", RECOVERY_ENTITY, 1);
            if (type == ESME || type == GPF) {
                p = put_cell(p, "NetworkOperator", "DigitalSignature", "", bad ? supplier_of(i) : operator_of(i, type),
                             0);
                p = put_cell(p, "NetworkOperator", "KeyAgreement", "", operator_of(i, type), 0);
            }
            if (type != CHF) {
                p = put_cell(p, "Supplier", "DigitalSignature", "", supplier_of(i), 0);
                p = put_cell(p, "Supplier", "KeyAgreement", "", supplier_of(i), 0);
            }
            p = put_str(p, "],\"device_certificates\":[");
            p = put_cert(p, "DigitalSignature", device, done + (bad && type == CHF ? -INT64_C(864000000) : 3600000), 1);
            p = put_cert(p, "KeyAgreement", device, done + 3600000, 0);
            p = put_str(p, "]}\n");
            put_line(certificates, line, p);
            for (int check = 0; check < 2; check++) {
                p = put_eui(line, device);
                *p++ = ',';
                p = put_time(p, done + INT64_C(259200000));
                p = put_str(p, check ? ",communicating,pass\n" : ",recovery-cell,pass\n");
                put_line(checks, line, p);
            }
        }
    fclose(certificates);
    fclose(checks);
}

int main(int argc, char **argv)
{
    const uint64_t premises_count = argc == 3 ? strtoull(argv[1], NULL, 10) / 4 : 0;

    if (premises_count == 0) {
        fprintf(stderr, "usage: generate DEVICES FOLDER (at least 4 Devices)\n");
        return 64;
    }
    write_reference(argv[2], premises_count);
    write_requests(argv[2], premises_count);
    write_direct_evidence(argv[2], premises_count);
    return 0;
}
