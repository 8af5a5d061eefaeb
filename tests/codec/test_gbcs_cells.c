/* What links the answers of a Device: the key that it asks a certificate for, the certificate that it then holds; and
 * what gas proxies say about their trust anchor cells, each in its own way of writing it. */
#include "codec/gbcs.h"
#include "codec/x509.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ESME     "00DB1234567890A0"
#define SUPPLIER "90B3D51F30010000"
#define NO_DATE  "00"
#define SIGNED   "40" SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define SIXTEEN  "0123456789ABCDEF0123456789ABCDEF"

/* An empty subject, a key, and the Device as its subject alternative name (PKCS#10). */
static const char certification_request[] =
    "308201123081BA02010030003059301306072A8648CE3D020106082A8648CE3D030107034200049FAD84AEAE08BBEF7F"
    "010014D82CEF6A09DE2B0CF871B5CE0C4F1D13A59A593407CB45769F1070E2C2470FE5B1BFE63133C0B0CDC64EA4BF37"
    "91A8EC2A07FD4FA058305606092A864886F70D01090E31493047300E0603551D0F0101FF04040302078030350603551D"
    "110101FF042B3029A02706082B06010505070804A01B3019060D2A863A0001848FB90F01020201040800DB1234567890"
    "A0300A06082A8648CE3D04030203470030440220167E394B92E8ABC9EE98E10028D015DBE86DBF2E2A559918FC581682"
    "217EDBAA0220253702D43048E4907EE265985203CF923D6C710C61D2D202CC673604D4AD7A9C";

/* Of the same key, by an issuer called T1. */
static const char certificate[] =
    "3082015C30820101A00302010202021122300A06082A8648CE3D040302300D310B300906035504030C0254313020170D"
    "3231303931303030303030305A180F39393939313233313233353935395A30003059301306072A8648CE3D020106082A"
    "8648CE3D030107034200049FAD84AEAE08BBEF7F010014D82CEF6A09DE2B0CF871B5CE0C4F1D13A59A593407CB45769F"
    "1070E2C2470FE5B1BFE63133C0B0CDC64EA4BF3791A8EC2A07FD4FA35C305A300E0603551D0F0101FF04040302078030"
    "350603551D110101FF042B3029A02706082B06010505070804A01B3019060D2A863A0001848FB90F01020201040800DB"
    "1234567890A030110603551D0E040A04084A0BF6E0B44D4D04300A06082A8648CE3D0403020349003046022100A078C6"
    "59ED496115EA4F5E06019553D59EEC088C0E5A184224DAF24A7C9D72B5022100F6B34A2CFEF30CE116CCFE328E38C3A0"
    "77CCBF8555ECCB21FD363D7A3B65C223";

#define KEY_ID UINT64_C(0x4A0BF6E0B44D4D04)

static const char in_order[] =
    "30818F30250201000A0100020100301A3018030202040408000000000000000004084A9BDEF1571EFB13303F0201020A"
    "01000201003034301803020780040890B3D51F3001000004084100000000000001301803020308040890B3D51F300100"
    "000408410000000000000230250201050A0100020100301A301803020780040890B3D51F300000010408410000000000"
    "0003";

/* keyAgreement before digitalSignature, cellUsage 0 written out, sequence numbers of six bytes. */
static const char in_its_own_way[] =
    "3081A530280201000A0100020100301D301B0302020402010004080000000000000000040848CF1B32697C4669304A02"
    "01020A010002060184A2B3C4D5303A301B03020308020100040890B3D51F3001000004084200000000000002301B0302"
    "0780020100040890B3D51F3001000004084200000000000001302D0201050A010002060182ACB15807301D301B030207"
    "80020100040890B3D51F3000000104084200000000000003";

/* One at a time: the message borrows the bytes. */
static struct gbcs_message answer(const char *code, const char *payload)
{
    static unsigned char bytes[4096];
    char hex[8192];
    struct gbcs_message m;
    struct err err = {0};
    const size_t len = strlen(payload) / 2;
    size_t n = 0;

    snprintf(hex, sizeof(hex), "DF090200000000000003E808" ESME "08" SUPPLIER NO_DATE "02%s%s%0*zX%s" SIGNED, code,
             len < 128   ? ""
             : len < 256 ? "81"
                         : "82",
             len < 256 ? 2 : 4, len, payload);
    for (const char *p = hex; p[0] != '\0'; p += 2)
        bytes[n++] = (unsigned char)strtoul((char[]){p[0], p[1], '\0'}, NULL, 16);
    if (gbcs_decode((struct text){(char *)bytes, n}, &m, NULL, NULL, &err) < 0)
        fail_msg("%s", err.msg);
    return m;
}

static void cs02c_and_cs02e_are_linked_by_the_key(void **state)
{
    const struct gbcs_message asked = answer("000A", certification_request);
    const struct gbcs_message held = answer("000C", certificate);
    struct certificate c;
    struct err err = {0};

    (void)state;
    assert_int_equal(asked.result, GBCS_SUCCESS);
    assert_true(asked.key_id == KEY_ID);
    assert_int_equal(held.result, GBCS_SUCCESS);
    assert_int_equal(x509_read(held.certificate, &c, &err), 0);
    assert_int_equal(c.kind, CERTIFICATE_DEVICE);
    assert_true(c.subject == UINT64_C(0x00DB1234567890A0));
    assert_int_equal(c.key_usage, KEY_DIGITAL_SIGNATURE);
    assert_true(c.key_id == KEY_ID);
    assert_string_equal(c.serial, "4386");
    assert_int_equal(c.not_after, INT64_C(253402300799) * INSTANT_SECOND);
}

static void expect_cell(const struct cell *c, enum party_role role, enum key_usage usage, uint64_t subject,
                        uint64_t key_id)
{
    assert_int_equal(c->role, role);
    assert_int_equal(c->key_usage, usage);
    assert_int_equal(c->cell_usage, CELL_MANAGEMENT);
    assert_true(c->subject == subject);
    assert_true(c->key_id == key_id);
}

static void cs02a_tells_the_cells_of_a_gas_proxy(void **state)
{
    const struct gbcs_message m = answer("0008", in_order);
    const uint64_t supplier = UINT64_C(0x90B3D51F30010000);

    (void)state;
    assert_int_equal(m.result, GBCS_SUCCESS);
    assert_int_equal(m.cell_count, 4);
    expect_cell(&m.cells[0], ROLE_ROOT, KEY_KEY_CERT_SIGN, 0, UINT64_C(0x4A9BDEF1571EFB13));
    expect_cell(&m.cells[1], ROLE_SUPPLIER, KEY_DIGITAL_SIGNATURE, supplier, UINT64_C(0x4100000000000001));
    expect_cell(&m.cells[2], ROLE_SUPPLIER, KEY_KEY_AGREEMENT, supplier, UINT64_C(0x4100000000000002));
    expect_cell(&m.cells[3], ROLE_TRANSITIONAL_COS, KEY_DIGITAL_SIGNATURE, UINT64_C(0x90B3D51F30000001),
                UINT64_C(0x4100000000000003));
}

static void cs02a_takes_cells_in_any_order_and_defaults_written_out(void **state)
{
    const struct gbcs_message m = answer("0008", in_its_own_way);
    const uint64_t supplier = UINT64_C(0x90B3D51F30010000);

    (void)state;
    assert_int_equal(m.result, GBCS_SUCCESS);
    assert_int_equal(m.cell_count, 4);
    expect_cell(&m.cells[0], ROLE_ROOT, KEY_KEY_CERT_SIGN, 0, UINT64_C(0x48CF1B32697C4669));
    expect_cell(&m.cells[1], ROLE_SUPPLIER, KEY_KEY_AGREEMENT, supplier, UINT64_C(0x4200000000000002));
    expect_cell(&m.cells[2], ROLE_SUPPLIER, KEY_DIGITAL_SIGNATURE, supplier, UINT64_C(0x4200000000000001));
    expect_cell(&m.cells[3], ROLE_TRANSITIONAL_COS, KEY_DIGITAL_SIGNATURE, UINT64_C(0x90B3D51F30000001),
                UINT64_C(0x4200000000000003));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cs02c_and_cs02e_are_linked_by_the_key),
        cmocka_unit_test(cs02a_tells_the_cells_of_a_gas_proxy),
        cmocka_unit_test(cs02a_takes_cells_in_any_order_and_defaults_written_out),
    };

    return cmocka_run_group_tests_name("gbcs keys and cells", tests, NULL, NULL);
}
