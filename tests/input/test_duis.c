/* duis: documents from the bytes of a stream to records, and what is wrong with those that are none. */
#include "load_test.h"

#include "input/duis.h"

#define DEVICE  "00-DB-12-34-56-78-90-A0"
#define USER    "90-B3-D5-1F-30-01-00-00"
#define COUNTER "1631872800000" /* 2021-09-17T10:00:00Z */
#define NS      "xmlns:sr=\"http://www.dccinterface.co.uk/ServiceUserGateway\""

#define REQUEST(variant, srv, body)                                                                                    \
    "<sr:Request " NS " schemaVersion=\"5.4\"><sr:Header><sr:RequestID>" USER ":" DEVICE ":" COUNTER                   \
    "</sr:RequestID><sr:CommandVariant>" variant "</sr:CommandVariant><sr:ServiceReferenceVariant>" srv                \
    "</sr:ServiceReferenceVariant></sr:Header><sr:Body>" body "</sr:Body></sr:Request>"
#define RESPONSE(code, srv, body)                                                                                      \
    "<sr:Response " NS " schemaVersion=\"5.1\"><sr:Header><sr:RequestID>" USER ":" DEVICE ":" COUNTER                  \
    "</sr:RequestID><sr:ResponseCode>" code "</sr:ResponseCode>"                                                       \
    "<sr:ResponseDateTime>2021-09-17T10:00:02.5Z</sr:ResponseDateTime></sr:Header><sr:Body><sr:ResponseMessage>"       \
    "<sr:ServiceReferenceVariant>" srv "</sr:ServiceReferenceVariant>" body                                            \
    "</sr:ResponseMessage></sr:Body></sr:Response>"
#define ALERT(head, body)                                                                                              \
    "<Response schemaVersion=\"1.0\"><Header><ResponseID>" DEVICE ":" USER ":2002</ResponseID>"                        \
    "<ResponseCode>I0</ResponseCode>" head "</Header><Body>" body "</Body></Response>"
#define AT "<ResponseDateTime>2021-09-17T10:00:02</ResponseDateTime>"

/* Certificates of organisations: one of 90-B3-D5-1F-30-02-00-00, and one that names nobody. */
#define CERTIFICATE                                                                                                    \
    "MIH2MIHcoAMCAQICAQEwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCSTEwIhgPMjAyMTAxMDEwMDAwMDBaGA8yMDk5MTIzMTIzNTk1"             \
    "OVowFDESMBAGA1UELQMJAJCz1R8wAgAAMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg"             \
    "9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9aMiMCAwCwYDVR0PBAQDAgeAMBEGA1UdDgQKBAhKAAAAAAAA"             \
    "ATAKBggqhkjOPQQDAgMJADAGAgEBAgEB"
#define NAMELESS                                                                                                       \
    "MIHiMIHIoAMCAQICAQEwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCSTEwIhgPMjAyMTAxMDEwMDAwMDBaGA8yMDk5MTIzMTIzNTk1"             \
    "OVowADBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tK"             \
    "fA+eFivOM1drMV7Oy7ZAaDe/UfWjIjAgMAsGA1UdDwQEAwIDCDARBgNVHQ4ECgQISgAAAAAAAAIwCgYIKoZIzj0EAwIDCQAwBgIB"             \
    "AQIBAQ=="
/* And one of the Device itself. */
#define OWN_CERTIFICATE                                                                                                \
    "MIIBDDCB8qADAgECAgEHMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkkxMCIYDzIwMjEwOTAxMDkwMDAwWhgPMjA5OTEyMzEyMzU5"             \
    "NTlaMAAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARrF9Hy4SxCR/i85uVjpEDydwN9gS3rM6D0oTlF2JjClk/jQuL+Gn+bjufr"             \
    "SnwPnhYrzjNXazFezsu2QGg3v1H1o0wwSjALBgNVHQ8EBAMCB4AwEQYDVR0OBAoECAAAAAAAAAAHMCgGA1UdEQQhMB+gHQYIKwYB"             \
    "BQUHCASgETAPBgMqAwQECADbEjRWeJCgMAoGCCqGSM49BAMCAwkAMAYCAQECAQE="
#define SENT(name, certificate) "<sr:" name ">" certificate "</sr:" name ">"

/* As canonical texts have them: device, SRV, user, requested_at, RequestID. */
#define ROW(srv) DEVICE "|" srv "|" USER "|2021-09-17T10:00:00Z|" USER ":" DEVICE ":" COUNTER "|"

static struct document_case {
    const char *name, *content;
    unsigned rows, rejected;
    const char *holds[3]; /* in the dump */
} documents[] = {
    {"a request",
     REQUEST("4", "6.17",
             "<sr:IssueSecurityCredentials><sr:CredentialType>Digital "
             "Signature</sr:CredentialType></sr:IssueSecurityCredentials>"),
     1,
     0,
     {ROW("6.17") "|DigitalSignature||4|"}},
    {"a request without a prefix",
     "<Request schemaVersion='1.0'><Header><RequestID>" USER ":" DEVICE ":7</RequestID><ServiceReferenceVariant>6.17"
     "</ServiceReferenceVariant></Header><Body/></Request>",
     1,
     0,
     {DEVICE "|6.17|" USER "||" USER ":" DEVICE ":7|"}},
    {"the role of a replacement",
     REQUEST("5", "6.15.1",
             "<sr:RemotePartyRole>NetworkOperator</sr:RemotePartyRole><sr:ExecutionDateTime>3000-12-31T00:00:00.00Z</"
             "sr:ExecutionDateTime>"),
     1,
     0,
     {"|NetworkOperator|5|3000-12-31T00:00:00Z|"}},
    {"the certificates that a replacement sends",
     REQUEST("4", "6.15.1",
             "<sr:ReplacementCertificates>" SENT("DigitalSigningCertificate", CERTIFICATE) SENT(
                 "KeyAgreementCertificate", NAMELESS) "</sr:ReplacementCertificates><sr:RemotePartyRole>NetworkOperator"
                                                      "</sr:RemotePartyRole>"),
     1,
     0,
     {"|NetworkOperator|DigitalSignature|management|255||90-B3-D5-1F-30-02-00-00||4A00000000000001|"
      "NetworkOperator|KeyAgreement|management|255||||4A00000000000002"}},
    {"those of a Change of Supplier are a Supplier's",
     REQUEST("1", "6.23", SENT("KeyAgreementTopUpCertificate", CERTIFICATE)),
     1,
     0,
     {"|Supplier|KeyAgreement|prePaymentTopUp|255||90-B3-D5-1F-30-02-00-00||"}},
    {"without a role nobody can tell to which cells",
     REQUEST("4", "6.15.1",
             SENT("DigitalSigningCertificate", CERTIFICATE) "<sr:ExecutionDateTime>3000-12-31</sr:ExecutionDateTime>"),
     1,
     0,
     {"|4|3000-12-31T00:00:00Z|||||no|||\n"}},
    {"a certificate that is sent and cannot be read, or is none in Base64: whose it is nobody can tell",
     REQUEST("4", "6.21",
             "<sr:RemotePartyRole>Supplier</sr:RemotePartyRole>" SENT("DigitalSigningCertificate", "[removed]")
                 SENT("KeyAgreementCertificate", "AAAA")),
     1,
     0,
     {"|Supplier|DigitalSignature|management|255|||||Supplier|KeyAgreement|management|255|||||"}},
    {"one that was emptied was sent all the same (R4.3)",
     REQUEST("4", "6.15.1",
             "<sr:RemotePartyRole>NetworkOperator</sr:RemotePartyRole><sr:DigitalSigningCertificate/>" SENT(
                 "KeyAgreementCertificate", "<!-- removed -->") SENT("KeyAgreementTopUpCertificate", " ")),
     1,
     0,
     {"|NetworkOperator|DigitalSignature|management|255|||||NetworkOperator|KeyAgreement|management|255|||||"
      "NetworkOperator|KeyAgreement|prePaymentTopUp|255|||||"}},
    {"of one of a Device it is known whose it is, and that it is no organisation's (R4.3)",
     REQUEST(
         "4", "6.15.1",
         "<sr:RemotePartyRole>NetworkOperator</sr:RemotePartyRole>" SENT("DigitalSigningCertificate", OWN_CERTIFICATE)),
     1,
     0,
     {"|NetworkOperator|DigitalSignature|management|255||" DEVICE "||"}},
    {"the certificate of a 6.15.2",
     REQUEST("4", "6.15.2", SENT("DeviceCertificate", OWN_CERTIFICATE)),
     1,
     0,
     {ROW("6.15.2") "|DigitalSignature||4|", "|7|0000000000000007|"}},
    {"a 6.15.2 whose certificate cannot be read is one all the same (R4.2)",
     REQUEST("4", "6.15.2", SENT("DeviceCertificate", "REDACTED")),
     1,
     0,
     {ROW("6.15.2") "|||4|"}},
    {"and so is one whose certificate was emptied (R4.2)",
     REQUEST("4", "6.15.2", "<sr:DeviceCertificate/>"),
     1,
     0,
     {ROW("6.15.2") "|||4|"}},
    {"another service's certificates are not asked for",
     REQUEST("4", "8.5", SENT("KeyAgreementCertificate", "AAAA")),
     1,
     0,
     {ROW("8.5")}},
    {"a read names roles, and is about none",
     REQUEST("1", "6.24.1", "<sr:RemotePartyRole>Supplier</sr:RemotePartyRole>"),
     1,
     0,
     {ROW("6.24.1") "|||1|"}},
    {"a join",
     REQUEST("1", "8.7.2", "<sr:OtherDeviceID>00-DB-12-34-56-78-90-A4</sr:OtherDeviceID>"),
     1,
     0,
     {"|1||00-DB-12-34-56-78-90-A4|"}},
    {"a request to DCC systems is about the Devices in its body",
     REQUEST("8", "11.1",
             "<sr:DeviceIDList><sr:DeviceID>00-DB-12-34-56-78-90-A1</sr:DeviceID><sr:DeviceID>00-DB-12-34-56-78-90-A2</"
             "sr:DeviceID></sr:DeviceIDList>"),
     2,
     0,
     {"00-DB-12-34-56-78-90-A1|11.1|", "00-DB-12-34-56-78-90-A2|11.1|"}},
    {"an acknowledgement", RESPONSE("I99", "6.17", ""), 1, 0, {ROW("6.17") "||||||2021-09-17T10:00:02.500Z|I99|"}},
    {"a transform step",
     RESPONSE("I0", "6.17", "<sr:PreCommand><sr:GBCSPayload>3wkB</sr:GBCSPayload></sr:PreCommand>"),
     1,
     0,
     {"|I0||yes"}},
    {"a command for local delivery is no answer of the Device",
     RESPONSE("I0", "6.17", "<sr:LocalCommand><sr:GBCSPayload>3wkB</sr:GBCSPayload></sr:LocalCommand>"),
     1,
     0,
     {ROW("6.17") "|||2||"}},
    {"an answer of the adapter has its RequestID in parts",
     "<ns2:ServiceResponse "
     "xmlns:ns2='http://www.cgi.com/DccAdapter/core/ServiceResponse'><ns2:Header><ns2:OriginatorEui>" USER
     "</ns2:OriginatorEui><ns2:TargetEui>" DEVICE "</ns2:TargetEui><ns2:OriginatorCounter>" COUNTER
     "</ns2:OriginatorCounter><ns2:ResponseCode>E20</ns2:ResponseCode></ns2:Header><ns2:Body/></ns2:ServiceResponse>",
     1,
     0,
     {USER ":" DEVICE ":" COUNTER "|", "|E20|"}},
    {"an answer to 11.1 names its exceptions alone: the other Devices are those of the request",
     RESPONSE("I0", "11.1",
              "<DSPUpdateFirmwareWarning>"
              "<NotCommissionedDeviceIDList><DeviceID>00-DB-12-34-56-78-90-A1</DeviceID><DeviceID>x</DeviceID>"
              "</NotCommissionedDeviceIDList></DSPUpdateFirmwareWarning>"),
     3,
     1,
     {"00-DB-12-34-56-78-90-A1|11.1|", "|NotCommissioned|", "ANSWER " COUNTER ", 1 spared"}},
    {"a request of DCC systems that names no Device is passed over, and known to its answer",
     REQUEST("8", "8.2", "<ReadInventory><MPxN>2000000000006</MPxN></ReadInventory>"),
     0,
     0,
     {"ASKED"}},
    {"a device alert proves that the Device communicates",
     ALERT(AT, "<DeviceAlertMessage><AlertCode>8F12</AlertCode></DeviceAlertMessage>"),
     1,
     0,
     {DEVICE "|2021-09-17T10:00:02Z|alert 8F12|true|"}},
    {"a meter taken out of use",
     ALERT(AT, "<DCCAlertMessage><DCCAlertCode>N1</DCCAlertCode><DCCAlert><DeviceStatusChangeEvent><DeviceID>" DEVICE
               "</DeviceID><DeviceStatusChange><MeterDecommissioningOrWithdrawal/></DeviceStatusChange></"
               "DeviceStatusChangeEvent></DCCAlert></DCCAlertMessage>"),
     1,
     0,
     {DEVICE "|8.3|", "|N1|"}},
    {"a DCC alert about no Device is no record",
     ALERT(AT, "<DCCAlertMessage><DCCAlertCode>N24</DCCAlertCode></DCCAlertMessage>"),
     0,
     0,
     {""}},
    {"an inventory",
     RESPONSE("I0", "8.2",
              "<sr:DSPInventory><sr:Device><sr:DeviceID>" DEVICE
              "</sr:DeviceID><sr:DeviceType>ESME</sr:DeviceType><sr:DeviceStatus>InstalledNotCommissioned</"
              "sr:DeviceStatus><sr:SMETSCHTSVersion>SMETS "
              "V5.0</sr:SMETSCHTSVersion><sr:ImportMPxN>2000000000006</sr:ImportMPxN></sr:Device>"
              "<sr:Device><sr:DeviceID>00-DB-12-34-56-78-90-A2</sr:DeviceID><sr:DeviceType>CHF</"
              "sr:DeviceType><sr:DeviceStatus>Commissioned</sr:DeviceStatus></sr:Device>"
              "<sr:Device><sr:DeviceID>00-DB-12-34-56-78-90-A3</sr:DeviceID><sr:DeviceType>Toaster</sr:DeviceType></"
              "sr:Device></sr:DSPInventory>"),
     3,
     1,
     {DEVICE "|ESME|InstalledNotCommissioned|SMETS2+||00-DB-12-34-56-78-90-A2|2000000000006|",
      "00-DB-12-34-56-78-90-A2|CHF|Commissioned|", "\"Toaster\" is no device type"}},
    {"Latin-1 is read as it is declared",
     "<?xml version='1.0' encoding='ISO-8859-1'?>" RESPONSE(
         "I0", "8.2",
         "<sr:DSPInventory><sr:DeviceID>" DEVICE
         "</sr:DeviceID><sr:DeviceType>ESME</sr:DeviceType><sr:DeviceStatus>Commissioned</"
         "sr:DeviceStatus><sr:DeviceModel>\xC9toile</sr:DeviceModel></sr:DSPInventory>"),
     1,
     0,
     {"|\xC3\x89toile|"}},
    {"an encoding that nobody knows",
     "<?xml version='1.0' encoding='KLINGON-1'?>" RESPONSE("I0", "6.17", ""),
     1,
     1,
     {"unknown encoding"}},
    {"UTF-16 is said of text that was turned into UTF-8",
     "<?xml version='1.0' encoding='utf-16'?>" RESPONSE("I0", "6.17", ""),
     1,
     0,
     {"|I0|"}},
    {"a SOAP envelope with the document as text",
     "<s:Envelope xmlns:s='x'><s:Body><![CDATA[" RESPONSE("I0", "6.17", "") "]]></s:Body></s:Envelope>",
     1,
     1,
     {"is a SOAP envelope without an element Request or Response of DUIS"}},
    {"another root", "<Error><RequestID/></Error>", 1, 1, {"its root is 'Error', neither Request nor Response"}},
    {"bytes that are no UTF-8",
     RESPONSE("I0", "6.17", "<a>\xFF</a>"),
     1,
     1,
     {"not well-formed (invalid token) (line 1 of the document)"}},
    {"a DOCTYPE",
     "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"<sr:Request>\"><!ENTITY c '&b;&b;'>]>" REQUEST("5", "6.17", "&c;"),
     1,
     1,
     {"holds a DOCTYPE"}},
    {"a DOCTYPE that is not closed",
     "<!DOCTYPE a [" REQUEST("5", "6.17", "") "\n<?xml version='1.0'?>" REQUEST("5", "6.17", ""),
     2,
     1,
     {"holds a DOCTYPE", ROW("6.17")}},
    {"another root", "<a>RequestID</a>", 1, 1, {"is no DUIS document"}},
    {"no RequestID",
     "<Request schemaVersion='5.4'><Header><ServiceReferenceVariant>6.17</ServiceReferenceVariant></Header></Request>",
     1,
     1,
     {"[RequestID] is missing"}},
    {"a RequestID that is none",
     "<Response schemaVersion='5.4'><Header><RequestID>1:2:3</RequestID></Header></Response>",
     1,
     1,
     {"[RequestID] \"1:2:3\" is not originator:target:counter"}},
    {"a day that does not exist",
     "<Response "
     "schemaVersion='5.4'><Header><ResponseDateTime>2021-02-30T00:00:00Z</ResponseDateTime></Header></Response>",
     1,
     1,
     {"[ResponseDateTime]"}},
    {"a payload that is no Base64",
     RESPONSE("I0", "6.17", "<sr:GBCSPayload>3wk$</sr:GBCSPayload>"),
     1,
     1,
     {"its GBCSPayload no Base64 at character 4"}},
};

static void check_document(void **state)
{
    const struct document_case *c = *state;
    struct trial t;
    trial_init(&t);
    t.options.kind = "duis";
    const struct intake_file *f = trial_load_text(&t, "one.xml", c->content);

    assert_int_equal(f->fate, FILE_READ);
    trial_dump(&t);
    for (size_t i = 0; i < ARRAY_LEN(c->holds) && c->holds[i] != NULL; i++)
        assert_contains(t.dump, c->holds[i]);
    assert_int_equal(f->rows - f->passed_over, c->rows);
    assert_int_equal(f->rejected, c->rejected);
    assert_true(f->rows > 0); /* no document vanishes */
    trial_release(&t);
}

/* Streams: what stands between two good documents costs itself, and neither of them. */
#define GOOD    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" REQUEST("5", "6.17", "")
#define BARE    REQUEST("5", "6.17", "")
#define ESCAPED "some &lt;sr:Request schemaVersion='5.1'&gt;&lt;/sr:Request>"

static struct stream_case {
    const char *name, *between;
    unsigned rows, rejected;
} streams[] = {
    {"nothing", "", 2, 0},
    {"blanks and lines", " \r\n\t\n", 2, 0},
    {"a byte order mark", " \xEF\xBB\xBF \xEF\xBB\xBF", 2, 0},
    {"a document without a declaration", BARE, 3, 0},
    {"comments, instructions and CDATA that look like tags",
     "<!-- </sr:Request> <?xml ?> --><?pi </sr:Request> ?>" REQUEST(
         "5", "6.17", "<a b='>' c=\"/>\"/><!-- <x> --><![CDATA[</sr:Body><?xml ?>]]>"),
     3, 0},
    {"an envelope around one",
     "<?xml version='1.0'?><s:Envelope xmlns:s='x'><s:Header><a/></s:Header><s:Body>" BARE "</s:Body></s:Envelope>", 3,
     0},
    {"a list around two, with more in it",
     "<?xml version='1.0'?><list>\n<!-- <x> --><m id='1'>" BARE "<t>text</t></m> and <m>" BARE "</m><m/></list>", 4, 0},
    {"a broken one within a list", "<list><m><sr:Request " NS "><a></sr:Request></m><m>" BARE "</m></list>", 4, 1},
    {"a list that does not end", "<list><m>" BARE "</m><m>", 4, 1},
    {"one as text in CDATA within a list", "<list><m>" BARE "</m><m><![CDATA[" BARE "]]></m></list>", 4, 1},
    {"one as text before the first element", "<list><m><![CDATA[<?xml version='1.0'?>" BARE "]]></m>" BARE "</list>", 4,
     1},
    {"escaped ones, in an element, beside elements and in an attribute",
     "<list>" BARE "<m>" ESCAPED "</m>" ESCAPED "<m a='&#60;Response xmlns=\"x\"'/></list>", 6, 3},
    {"words about documents within a list",
     "<list>" BARE "<m>a &lt;Request&gt;, a <![CDATA[<Response> ]]> &amp; more</m>&lt;Request is text</list>", 3, 0},
    {"words", "these are no documents", 3, 1},
    {"a document cut short in its text", "<?xml version='1.0'?><sr:Request " NS "><sr:Header>some", 3, 1},
    {"a document cut short in a tag", "<sr:Request " NS "><sr:Head", 3, 1},
    {"a document cut short in an attribute", "<sr:Request " NS "><a b=\"", 3, 1},
    {"a document cut short in a comment", "<sr:Request " NS "><!-- some", 3, 1},
    {"a document cut short in CDATA", "<sr:Request " NS "><![CDATA[ some", 3, 1},
    {"a document cut short in an instruction", "<sr:Request " NS "><?pi some", 3, 1},
    {"a tag closed twice", "<sr:Request " NS "><a></a></a></sr:Request>", 3, 1},
    {"tags across", "<sr:Request " NS "><a><b></a></b></sr:Request>", 3, 1},
    {"an end alone", "</sr:Request>", 3, 1},
    {"a document of its own kind", "<other/>", 3, 1},
};

static void check_stream(void **state)
{
    const struct stream_case *c = *state;
    char *whole_dump = NULL, text[8192];
    static const size_t sizes[] = {0, 1, 7, 64, 333};

    snprintf(text, sizeof(text), "%s%s%s\n", GOOD, c->between, GOOD);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct trial t;
        trial_init(&t);
        t.block_size = sizes[i];
        const struct intake_file *f = trial_load_text(&t, "many.xml", text);

        assert_int_equal(f->fate, FILE_READ);
        assert_string_equal(f->kind, "duis");
        trial_dump(&t);
        if (f->rows != c->rows || f->rejected != c->rejected)
            fail_msg("%llu rows, %llu rejected:\n%s", (unsigned long long)f->rows, (unsigned long long)f->rejected,
                     t.dump);
        if (whole_dump == NULL)
            whole_dump = strdup(t.dump);
        assert_string_equal(t.dump, whole_dump);
        trial_release(&t);
    }
    free(whole_dump);
}

/* Loads what is made of so many times a part between a start and an end. */
static struct intake_file *load_repeated(struct trial *t, const char *start, const char *part, size_t times,
                                         const char *end)
{
    struct buf b = {0};

    buf_add_str(&b, start);
    for (size_t i = 0; i < times; i++)
        buf_add_str(&b, part);
    buf_add_str(&b, end);
    assert_false(b.failed);
    trial_write(t, "large.xml", b.ptr, b.len);
    buf_release(&b);
    return trial_load(t, "large.xml");
}

static void a_request_of_many_devices_is_a_row_for_each(void **state)
{
    struct trial t;
    struct buf devices = {0}, document = {0};

    (void)state;
    for (unsigned i = 1; i <= 5000; i++)
        buf_printf(&devices, "<DeviceID>00-DB-12-34-56-78-%02X-%02X</DeviceID>", i >> 8, i & 0xFF);
    for (int good = 1; good >= 0; good--) {
        trial_init(&t);
        buf_clear(&document);
        buf_printf(&document, REQUEST("8", "11.1", "%s%s"), buf_cstr(&devices), good ? "" : "<DeviceID>x</DeviceID>");
        const struct intake_file *f = trial_load_text(&t, "many.xml", buf_cstr(&document));
        assert_int_equal(f->rows, good ? 5000 : 5001); /* a bad one costs itself */
        assert_int_equal(f->rejected, good ? 0 : 1);
        trial_release(&t);
    }
    buf_release(&devices);
    buf_release(&document);
}

static void nested_too_deep_is_a_reject(void **state)
{
    struct trial t;

    (void)state;
    for (size_t depth = 98; depth <= 99; depth++) { /* below the root and the body */
        trial_init(&t);
        struct buf b = {0}, deep = {0};
        for (size_t i = 0; i < depth; i++)
            buf_add_str(&deep, "<a>");
        for (size_t i = 0; i < depth; i++)
            buf_add_str(&deep, "</a>");
        buf_printf(&b, REQUEST("5", "6.17", "%s"), buf_cstr(&deep));
        assert_int_equal(trial_load_text(&t, "deep.xml", buf_cstr(&b))->rejected, depth == 99);
        buf_release(&b);
        buf_release(&deep);
        trial_release(&t);
    }
    trial_init(&t);
    const struct intake_file *f = load_repeated(&t, GOOD "<Request schemaVersion='1.0'>", "<a>", 1000000, GOOD);
    assert_int_equal(f->rows, 3);
    assert_int_equal(f->rejected, 1);
    trial_release(&t);
}

static void a_document_over_16_mib_is_a_reject(void **state)
{
    static const char start[] = "<Request schemaVersion='1.0'><Header><RequestID>" USER ":" DEVICE
                                ":7</RequestID><ServiceReferenceVariant>6.17</ServiceReferenceVariant></Header><Body>";
    static const char end[] = "</Body></Request>";
    const size_t room = DUIS_DOCUMENT_MAX - strlen(start) - strlen(end);

    (void)state;
    for (size_t over = 0; over <= 1; over++) {
        struct trial t;
        trial_init(&t);
        const struct intake_file *f = load_repeated(&t, start, "x", room + over, "</Body></Request>\n" GOOD);
        assert_int_equal(f->rows, 2);
        assert_int_equal(f->rejected, over);
        trial_dump(&t);
        assert_contains(t.dump, over ? "longer than 16 MiB" : ":7|");
        trial_release(&t);
    }
}

/* What is never closed makes no scan go over the same bytes again and again. */
static void many_broken_documents_are_read_in_time(void **state)
{
    static const char *const parts[] = {"<Request xmlns=''><![CDATA[", "<Request xmlns=''><!-- ",
                                        "<Request xmlns=''><?a ",      "<?xml version='1.0'?><!DOCTYPE '",
                                        "<Request xmlns=''>",          "<a b='<!DOCTYPE \"["};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct trial t;
        trial_init(&t);
        t.options.kind = "duis";
        const struct intake_file *f = load_repeated(&t, GOOD, parts[i], 50000, "");
        assert_int_equal(f->fate, FILE_READ);
        assert_true(f->rejected > 0 && f->rows == f->rejected + 1);
        trial_release(&t);
    }
}

static void a_record_is_placed_where_its_document_begins(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_load_text(&t, "many.xml", "\n\n" GOOD "\n\n" BARE "\n<broken");
    trial_dump(&t);
    assert_contains(t.dump, "1:000003 " ROW("6.17"));
    assert_contains(t.dump, "1:000006 " ROW("6.17"));
    assert_contains(t.dump, "1:000007 REJECT");
    trial_release(&t);
}

static void the_elements_are_told_in_their_order(void **state)
{
    struct duis_parser *p;
    struct duis_document d;
    struct err err = {0};

    (void)state;
    assert_int_equal(duis_parser_create(&p, &err), 0);
    for (int turn = 0; turn < 2; turn++) { /* the memory is used again */
        assert_int_equal(
            duis_read(p, TEXT_LITERAL(RESPONSE(" I0 ", "6.17", "<sr:GBCSPayload>3wk\nB</sr:GBCSPayload>")), &d, &err),
            0);
        assert_false(d.request);
        assert_true(text_equal(d.schema_version, TEXT_LITERAL("5.1")));
        assert_int_equal(d.field_count, 6);
        assert_string_equal(duis_name_text(d.fields[3].name), "ResponseMessage");
        assert_int_equal(d.fields[3].value.len, 0);
        assert_true(text_equal(duis_value(&d, DUIS_RESPONSE_CODE), TEXT_LITERAL("I0")));
        assert_true(text_equal(d.payload, TEXT_LITERAL("\xDF\x09\x01")));
        assert_int_equal(duis_read(p, TEXT_LITERAL("<Request>\n</Reques>"), &d, &err), -1);
        assert_int_equal(err.code, ERR_DATA);
        assert_int_equal(err.line, 2);
        err = (struct err){0};
    }
    duis_parser_destroy(p);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(a_request_of_many_devices_is_a_row_for_each),
        cmocka_unit_test(nested_too_deep_is_a_reject),
        cmocka_unit_test(a_document_over_16_mib_is_a_reject),
        cmocka_unit_test(many_broken_documents_are_read_in_time),
        cmocka_unit_test(a_record_is_placed_where_its_document_begins),
        cmocka_unit_test(the_elements_are_told_in_their_order),
    };
    struct CMUnitTest tests[ARRAY_LEN(documents) + ARRAY_LEN(streams) + ARRAY_LEN(others)];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        tests[n++] = (struct CMUnitTest){documents[i].name, check_document, NULL, NULL, &documents[i]};
    for (size_t i = 0; i < ARRAY_LEN(streams); i++)
        tests[n++] = (struct CMUnitTest){streams[i].name, check_stream, NULL, NULL, &streams[i]};
    memcpy(tests + n, others, sizeof(others));
    return cmocka_run_group_tests_name("duis", tests, NULL, NULL);
}
