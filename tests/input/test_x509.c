/* x509 and keystore: from files of certificates to records; and that no private key gets anywhere. */
#include "load_test.h"

#include "cert_take_int.h"
#include "certificates_test.h"
#include "codec/base64.h"

#define ACME_ROW  "90-B3-D5-1F-30-01-00-00|90-B3-D5-1F-30-01-00-00|Supplier|yes|4CA9A71D3B224340|"
#define WIRES_ROW "90-B3-D5-1F-30-02-00-00|90-B3-D5-1F-30-02-00-00|NetworkOperator|yes|4CDEA267412B1280|"
#define METER_ROW                                                                                                      \
    "00-DB-12-34-56-78-90-A0|2021-09-17T10:02:00Z|X.509 4A7C13B0EDE6735C|false|"                                       \
    "DigitalSignature|64101545746175790368578629013619351501|2021-09-17T10:02:00Z|00-DB-12-34-56-78-90-A0|"            \
    "4A7C13B0EDE6735C|47D40AF3412904A0|"
#define METER_KA_ROW                                                                                                   \
    "00-DB-12-34-56-78-90-A0|2021-09-17T10:02:00Z|X.509 4D6D895986319BCD|false|"                                       \
    "KeyAgreement|3039823674|2021-09-17T10:02:00Z|00-DB-12-34-56-78-90-A0|4D6D895986319BCD|47D40AF3412904A0|"

#define ENTRY(more) "{\"certificate\":\"" SUPPLIER_JSON "\",\"name\":\"acme\",\"role\":2" more "}"
#define STORE(entry)                                                                                                   \
    "{\"90b3d51f30010000\":{\"digitalSignature\":{\"1\":" entry "},\"keyAgreement\":{}},\n"                            \
    "\"90b3d51f30020000\":{\"keyAgreement\":{\"2\":{\"name\":\"wires\",\"certificate\":\"" OPERATOR_JSON               \
    "\",\"role\":3}}}}\n"

static const struct file_case {
    const char *name, *content;
    int rows; /* -1: the file is refused */
    int rejected;
    const char *wants[3];
} files[] = {
    {"an organisation", SUPPLIER_PEM, 1, 0, {"1:000001 " ACME_ROW}},
    {"many blocks, and text around them",
     "Bag Attributes\n  x: y\n" SUPPLIER_PEM "\n\nsubject=CN = x\n" OPERATOR_PEM "behind",
     2,
     0,
     {"1:000003 " ACME_ROW, WIRES_ROW}},
    {"a byte order mark, and text in the line of the block",
     "\xEF\xBB\xBF" SUPPLIER_PEM "the other: " OPERATOR_PEM,
     2,
     0,
     {"1:000001 " ACME_ROW, WIRES_ROW}},
    {"what a Device was issued, each key by itself", METER_PEM METER_KA_PEM, 2, 0, {METER_ROW, METER_KA_ROW}},
    {"authorities and signers of XML are no rows", AUTHORITY_PEM SIGNER_PEM SUPPLIER_PEM, 1, 0, {ACME_ROW}},
    {"a certificate that names nobody", WEB_SITE_PEM, 1, 1, {"names neither an organisation", "-----BEGIN CERT"}},
    {"a private key", SUPPLIER_PEM PRIVATE_KEY_PEM, 2, 1, {"[] a private key is here; its bytes are not kept <0:>"}},
    {"an encrypted one",
     ENCRYPTED_KEY_PEM OPERATOR_PEM,
     2,
     1,
     {"[] a private key is here; its bytes are not kept <0:>"}},
    {"a private key under another name",
     "-----BEGIN CERTIFICATE-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END CERTIFICATE-----\n",
     1,
     1,
     {"no certificate at byte 0: the length goes beyond the end; its bytes are not kept <0:>"}},
    {"and not even Base64",
     "-----BEGIN CERTIFICATE-----\nMIGHAgEAMBMGByqGSM49AgE*\n-----END CERTIFICATE-----\n",
     1,
     1,
     {"no Base64 at character 25: the character has no place in it; its bytes are not kept <0:>"}},
    {"a certificate that is spoilt",
     "-----BEGIN CERTIFICATE-----\nMIIBYzCCAQugAwIBAgIB*\n-----END CERTIFICATE-----\n",
     1,
     1,
     {"no Base64 at character 22: the character has no place in it <75:-----BEGIN CERTIFICATE-----?MIIB"}},
    {"a block without an end, before a private key",
     "-----BEGIN CERTIFICATE-----\nMIIB\n" PRIVATE_KEY_PEM SUPPLIER_PEM,
     3,
     2,
     {"1:000001 REJECT @0 [] the block has no END line; its bytes are not kept <0:>", "1:000003 REJECT", ACME_ROW}},
    {"a block cut short",
     SUPPLIER_PEM "-----BEGIN CERTIFICATE-----\nMIIB\n",
     2,
     1,
     {"the block has no END line: the file may be cut short; its bytes are not kept <0:>"}},
    {"another end than beginning",
     "-----BEGIN CERTIFICATE-----\nMIIB\n-----END X509 CRL-----\n",
     1,
     1,
     {"the END line names something else than the BEGIN line"}},
    {"something else in PEM",
     "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n",
     1,
     1,
     {"the PEM block is no certificate; its bytes are not kept <0:>"}},

    {"a key store", STORE(ENTRY("")), 2, 0, {"1:000001 " ACME_ROW, "1:000002 " WIRES_ROW}},
    {"a byte order mark", "\xEF\xBB\xBF" STORE(ENTRY("")), 2, 0, {ACME_ROW, WIRES_ROW}},
    {"with private keys", STORE(ENTRY(",\"private_key\":\"" PRIVATE_KEY_JSON "\"")), 2, 0, {ACME_ROW, WIRES_ROW}},
    {"an entry of a private key alone",
     STORE("{\"private_key\":\"" PRIVATE_KEY_JSON "\"}"),
     2,
     1,
     {"[] the entry has no certificate; its bytes are not kept <0:>", WIRES_ROW}},
    {"a private key in the place of a certificate",
     STORE("{\"certificate\":\"" PRIVATE_KEY_JSON "\"}"),
     2,
     1,
     {"certificate is no PEM block of a certificate; its bytes are not kept <0:>", WIRES_ROW}},
    {"a name that is there twice",
     STORE(ENTRY(",\"role\":3")),
     2,
     1,
     {"[] the entry is no JSON that can be read; its bytes are not kept <0:>", WIRES_ROW}},
    {"a quote that is missing",
     STORE("{\"certificate: \"" SUPPLIER_JSON "\"}"),
     2,
     1,
     {"is no whole JSON object: a quote or a bracket is missing; its bytes are not kept <0:>", WIRES_ROW}},
    {"a key store cut short",
     "{\"90b3d51f30010000\":{\"digitalSignature\":{\"1\":" ENTRY("") ",\"2\":{\"cert",
     2,
     1,
     {ACME_ROW, "the key store is not closed: the file may be cut short; its bytes are not kept <0:>"}},
    {"an array in the place of a tree", "{\"digitalSignature\":[" ENTRY("") "," ENTRY("") "]}", 2, 0, {ACME_ROW}},
};

static void load_it(struct trial *t, const struct file_case *c, int *rows, int *rejected)
{
    const struct intake_file *const file = trial_load_text(t, "file.txt", c->content);

    *rows = file->fate == FILE_READ ? (int)(file->rows - file->passed_over) : -1;
    *rejected = (int)file->rejected;
    for (size_t i = 0; i < ARRAY_LEN(c->wants) && c->wants[i] != NULL; i++)
        assert_contains(trial_dump(t), c->wants[i]);
}

static void blocks_may_be_glued_together(void **state)
{
    static const char glued[] = "-----BEGIN X-----\nAA\n-----END X----------BEGIN Y-----\nBB\n-----END Y-----";
    const struct text t = TEXT_LITERAL(glued);
    struct pem_block block;

    (void)state;
    assert_int_equal(pem_next(t, 0, &block), PEM_BLOCK);
    assert_null(block.fault);
    assert_true(text_equal(block.label, TEXT_LITERAL("X")));
    assert_int_equal(pem_next(t, block.at + block.len, &block), PEM_BLOCK);
    assert_null(block.fault);
    assert_true(text_equal(block.label, TEXT_LITERAL("Y")));
    assert_int_equal(block.at + block.len, t.len);
}

static void run_case(void **state)
{
    const struct file_case *const c = *state;
    static const size_t block_sizes[] = {0, 1, 7, 64, 500};

    for (size_t i = 0; i < ARRAY_LEN(block_sizes); i++) {
        struct trial t;
        int rows, rejected;

        trial_init(&t);
        t.block_size = block_sizes[i];
        load_it(&t, c, &rows, &rejected);
        assert_int_equal(rows, c->rows);
        assert_int_equal(rejected, c->rejected);
        assert_lacks(trial_dump(&t), "MIGHAgEAMBMGByqGSM49");
        trial_release(&t);
    }
}

/* A key in a file that is taken for something else. */
static void no_kind_keeps_a_private_key(void **state)
{
    (void)state;
    struct trial t;

    trial_init(&t);
    t.options.kind = "certificates";
    (void)trial_load_text(&t, "keys.json", "{\"device_id\":1,\"key\":\"" PRIVATE_KEY_JSON "\"}\n");
    assert_contains(trial_dump(&t), "REJECT");
    assert_contains(trial_dump(&t), "<0:>");
    trial_release(&t);
}

static void what_is_neither_pem_nor_der_is_refused(void **state)
{
    (void)state;
    struct trial t;

    trial_init(&t);
    t.options.kind = "x509";
    const struct intake_file *const file = trial_load_text(&t, "x.pem", "nothing\n");
    assert_int_equal(file->fate, FILE_REFUSED);
    assert_contains(file->why.msg, "holds no certificate, neither in PEM nor in DER");
    trial_release(&t);
}

static void add_der(struct buf *b, const char *pem)
{
    struct pem_block block;

    assert_int_equal(pem_next(text_of(pem), 0, &block), PEM_BLOCK);
    assert_int_equal(base64_decode(block.body, b, NULL), 0);
}

/* What stands behind the two certificates: rejects there are, and what they say. */
static void der_may_be_glued_together(void **state)
{
    static const struct {
        const char *between, *behind;
        int rejected;
        const char *want;
    } ends[] = {{"", "", 0, ACME_ROW},
                {"\n", "\r\n", 0, WIRES_ROW},
                {"", "\x30\x82\x01", 1, "is cut short; its bytes are not kept <0:>"},
                {"", "\x30\x84\x7F\xFF\xFF\xFF", 1, "its bytes are not kept <0:>"},
                {"", "text", 1, "REJECT @"},
                {"", "\x30\x80", 1, "the length is indefinite; its bytes are not kept <0:>"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        for (size_t block_size = 0; block_size <= 700; block_size += 350) {
            struct buf b = {0};
            struct trial t;

            trial_init(&t);
            t.block_size = block_size;
            add_der(&b, SUPPLIER_PEM);
            buf_add_str(&b, ends[i].between);
            add_der(&b, OPERATOR_PEM);
            buf_add_str(&b, ends[i].behind);
            trial_write(&t, "two.der", b.ptr, b.len);
            buf_release(&b);
            const struct intake_file *const file = trial_load(&t, "two.der");
            assert_int_equal(file->fate, FILE_READ);
            assert_int_equal(file->rows, 2 + ends[i].rejected);
            assert_int_equal(file->rejected, ends[i].rejected);
            assert_contains(trial_dump(&t), ACME_ROW);
            assert_contains(trial_dump(&t), WIRES_ROW);
            assert_contains(trial_dump(&t), ends[i].want);
            trial_release(&t);
        }
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_LEN(files) + 4] = {
        cmocka_unit_test(der_may_be_glued_together),
        cmocka_unit_test(no_kind_keeps_a_private_key),
        cmocka_unit_test(what_is_neither_pem_nor_der_is_refused),
        cmocka_unit_test(blocks_may_be_glued_together),
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        tests[i + 4] = (struct CMUnitTest){files[i].name, run_case, NULL, NULL, (void *)(uintptr_t)&files[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
