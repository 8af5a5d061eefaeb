/* Every column of every CSV kind: what is read, and what is rejected with which reason. */
#include "load_test.h"

#define SRV_ALL                                                                                                        \
    "device_id,srv,user_id,requested_at,request_id,user_role,credential_type,remote_party_role,command_variant,"       \
    "execution_at,other_device_id,responded_at,response_code,execution_status\n"
#define SRV_HEAD "00DB1234567890A0,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17T09:30:00Z,"
#define INV_ALL                                                                                                        \
    "device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region,manufacturer,model,firmware,s1_cohort," \
    "extracted_at\n"
#define INV_HEAD   "00:DB:12:34:56:78:90:A0,ESME,Commissioned,"
#define REG_ALL    "mpxn,supplier_id,effective_from,effective_to,network_operator_id\n"
#define ORG_ALL    "entity_id,party,role,in_smki_repository,key_id\n"
#define ORG_MARKET "entity_id,party,role,market_id\n"
#define WAIVER_ALL "device_id,model,party,obligation,reason,approver,reference,from,expires\n"
#define TICKET_ALL "incident_id,number,state,category,assignee,opened_at,extracted_at\n"
#define DSP_ALL    "device_id,checked_at,check,result\n"
#define SUPPLIER   "90-B3-D5-1F-30-01-00-00"
#define ZEROS      "00-00-00-00-00-00-00-00"

static struct kind_case {
    const char *heading, *row;
    const char *column; /* NULL: the row is good */
    const char *want;   /* in the reason, or in the record */
} cases[] = {
    /* srv-audit */
    {SRV_ALL, SRV_HEAD ",,,,,,,,,", NULL, "00-DB-12-34-56-78-90-A0|"},
    {SRV_ALL, SRV_HEAD "90-b3-d5-1f-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551615,,,,,,,,,", NULL,
     "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551615"},
    {SRV_ALL, SRV_HEAD "90b3d51f30010000:00DB1234567890A0:7,,,,,,,,,", NULL,
     "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:7"},
    {SRV_ALL, SRV_HEAD "90:b3:d5:1f:30:01:00:00:00:DB:12:34:56:78:90:A0:7,,,,,,,,,", NULL,
     "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:7"},
    {SRV_ALL, SRV_HEAD "90b3d51f30010000:00-DB-12-34-56-78-90-A0:7,,,,,,,,,", NULL,
     "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:7"},
    {SRV_ALL, SRV_HEAD "90b3d51f30010000:00DB1234567890A0:18446744073709551616,,,,,,,,,", "request_id", "no RequestID"},
    {SRV_ALL, SRV_HEAD "90b3d51f30010000:00DB1234567890A0:,,,,,,,,,", "request_id", "no RequestID"},
    {SRV_ALL, SRV_HEAD "90b3d51f30010000:00DB1234567890A0:-1,,,,,,,,,", "request_id", "no RequestID"},
    {SRV_ALL, SRV_HEAD "90b3d51f30010000:1000,,,,,,,,,", "request_id", "originator:target:counter"},
    {SRV_ALL, SRV_HEAD "7,,,,,,,,,", "request_id", "no RequestID"},
    {SRV_ALL, SRV_HEAD ",ES,,,,,,,,", NULL, "|ES|"},
    {SRV_ALL, SRV_HEAD ",XX,,,,,,,,", "user_role", "\"XX\" is no "},
    {SRV_ALL, SRV_HEAD ",,Key Agreement,,,,,,,", NULL, "|KeyAgreement|"},
    {SRV_ALL, SRV_HEAD ",,DS,,,,,,,", NULL, "|DigitalSignature|"},
    {SRV_ALL, SRV_HEAD ",,KeyCertSign,,,,,,,", "credential_type", "Digital Signature (DS) or Key Agreement (KA)"},
    {SRV_ALL, SRV_HEAD ",,,network operator,,,,,,", NULL, "|NetworkOperator|"},
    {SRV_ALL, SRV_HEAD ",,,Nobody,,,,,,", "remote_party_role", "wanted is one of Supplier, NetworkOperator"},
    {SRV_ALL, SRV_HEAD ",,,,8,,,,,", NULL, "|8|"},
    {SRV_ALL, SRV_HEAD ",,,,0,,,,,", "command_variant", "wanted is 1 to 8"},
    {SRV_ALL, SRV_HEAD ",,,,9,,,,,", "command_variant", "wanted is 1 to 8"},
    {SRV_ALL, SRV_HEAD ",,,,12,,,,,", "command_variant", "wanted is 1 to 8"},
    {SRV_ALL, SRV_HEAD ",,,,,3000-12-31,,,,", NULL, "3000-12-31T00:00:00Z"},
    {SRV_ALL, SRV_HEAD ",,,,,tomorrow,,,,", "execution_at", "\"tomorrow\" is not an instant"},
    {SRV_ALL, SRV_HEAD ",,,,,,00DB1234567890A1,,,", NULL, "00-DB-12-34-56-78-90-A1"},
    {SRV_ALL, SRV_HEAD ",,,,,,00DB,,,", "other_device_id", "is no EUI-64; wanted are 16 hexadecimal digits"},
    {SRV_ALL, SRV_HEAD ",,,,,,,17/09/2021 09:31,,", NULL, "2021-09-17T09:31:00Z"},
    {SRV_ALL, SRV_HEAD ",,,,,,,2021-09-17T09:31:00.1239+01:00,,", NULL, "2021-09-17T08:31:00.123Z"},
    {SRV_ALL, SRV_HEAD ",,,,,,,2021-02-30,,", "responded_at", "\"2021-02-30\" is no such instant"},
    {SRV_ALL, SRV_HEAD ",,,,,,,,  I0 ,\" Success \"", NULL, "|I0|Success|"},
    {SRV_ALL, SRV_HEAD ",,,,,,,,1234567890123456789012345678901,", NULL, "|1234567890123456789012345678901|"},
    {SRV_ALL, SRV_HEAD ",,,,,,,,12345678901234567890123456789012,", "response_code", "has 32 bytes, at most 31"},
    {SRV_ALL, "00DB1234567890A,6.17," SUPPLIER ",2021-09-17,,,,,,,,,,", "device_id", "is no EUI-64"},
    {SRV_ALL, ZEROS ",6.17," SUPPLIER ",2021-09-17,,,,,,,,,,", "device_id", "identifies nothing"},
    {SRV_ALL, "00DB1234567890A0,6.15," SUPPLIER ",2021-09-17,,,,,,,,,,", "srv",
     "does not say which variant of the service it was; wanted is 6.15.2 or 6.15.1"},
    {SRV_ALL, "00DB1234567890A0,SRV 6.17," SUPPLIER ",2021-09-17,,,,,,,,,,", NULL, "|6.17|"},
    {SRV_ALL, "00DB1234567890A0,99.9," SUPPLIER ",2021-09-17,,,,,,,,,,", NULL, "|99.9|"},
    {SRV_ALL, "00DB1234567890A0,6.170.1.2," SUPPLIER ",2021-09-17,,,,,,,,,,", "srv", "no Service Reference Variant"},
    {SRV_ALL, "00DB1234567890A0,," SUPPLIER ",2021-09-17,,,,,,,,,,", "srv", "is blank, but every row needs it"},
    {SRV_ALL, "00DB1234567890A0,\"  \"," SUPPLIER ",2021-09-17,,,,,,,,,,", "srv", "is blank, but every row needs it"},
    {SRV_ALL, "00DB1234567890A0,6.17,Supplier A,2021-09-17,,,,,,,,,,", "user_id", "\"Supplier A\" is no EUI-64"},
    {SRV_ALL, "00DB1234567890A0,6.17," SUPPLIER ",2021-09-17 24:01,,,,,,,,,,", "requested_at", "is no such instant"},
    /* inventory */
    {INV_ALL, INV_HEAD ",,,,,,,,,2021-10-01", NULL, "|ESME|Commissioned|SMETS2+|"},
    {INV_ALL, INV_HEAD "1,,,,,,,,MOC,2021-10-01", NULL, "|SMETS1|"},
    {INV_ALL, INV_HEAD "smets2,,,,,,,,,2021-10-01", NULL, "|SMETS2+|"},
    {INV_ALL, INV_HEAD "new,,,,,,,,,2021-10-01", "smets", "\"new\" is no SMETS version"},
    {INV_ALL, INV_HEAD ",2021-09-17T10:00:00Z,00DB1234567890A2,2000000000006,north,Acme,M1,1.0,,2021-10-01", NULL,
     "|2021-09-17T10:00:00Z|00-DB-12-34-56-78-90-A2|2000000000006|North|Acme|M1|1.0|"},
    {INV_ALL, INV_HEAD ",never,,,,,,,,2021-10-01", "commissioned_at", "is not an instant"},
    {INV_ALL, INV_HEAD ",,x,,,,,,,2021-10-01", "chf_id", "is no EUI-64"},
    {INV_ALL, INV_HEAD ",,,2000000000009,,,,,,2021-10-01", "mpxn", "\"2000000000009\" is "},
    {INV_ALL, INV_HEAD ",,,,West,,,,,2021-10-01", "csp_region", "wanted is one of North, Central, South"},
    {INV_ALL, INV_HEAD ",,,,,,,,XOC,2021-10-01", "s1_cohort", "wanted is one of IOC, MOC, FOC"},
    {INV_ALL, INV_HEAD ",,,,,,,,,", "extracted_at", "neither --extracted-at nor the file's name"},
    {INV_ALL, INV_HEAD ",,,,,,,,,2021-13-01", "extracted_at", "is no such instant"},
    {INV_ALL, "00DB1234567890A0,TOASTER,Commissioned,,,,,,,,,,2021-10-01", "device_type",
     "wanted is one of ESME, GSME"},
    {INV_ALL, "00DB1234567890A0,IHD,,,,,,,,,,,2021-10-01", NULL, "|IHD||"},
    {INV_ALL, "00DB1234567890A0,Consumer Access Device,Not Applicable,,,,,,,,,,2021-10-01", NULL, "|CAD||"},
    {INV_ALL, "00DB1234567890A0,ESME,,,,,,,,,,,2021-10-01", "status", "is blank, but every Device needs it"},
    {INV_ALL, "00DB1234567890A0,PPMID,Not Applicable,,,,,,,,,,2021-10-01", "status", "is blank, but every Device"},
    {INV_ALL, "00DB1234567890A0,ESME,Broken,,,,,,,,,,2021-10-01", "status", "\"Broken\" is no "},
    /* registration: days are days in London */
    {REG_ALL, "2000000000006," SUPPLIER ",2021-07-01,2021-07-31,", NULL,
     "2000000000006|90-B3-D5-1F-30-01-00-00|2021-06-30T23:00:00Z|2021-07-31T23:00:00Z|"},
    {REG_ALL, "2000000000006," SUPPLIER ",01/12/2021,," SUPPLIER, NULL,
     "2021-12-01T00:00:00Z||90-B3-D5-1F-30-01-00-00"},
    {REG_ALL, "0012345678," SUPPLIER ",2021-07-01T00:00:00Z,2021-07-01T00:00:01Z,", NULL, "12345678|"},
    {REG_ALL, "2000000000006," SUPPLIER ",2021-07-01,2021-07-01,", NULL, "2021-07-01T23:00:00Z"},
    /* it covers nothing (R1) */
    {REG_ALL, "2000000000006," SUPPLIER ",2021-07-02,2021-06-30,", NULL, "2021-07-01T23:00:00Z|2021-06-30T23:00:00Z"},
    {REG_ALL, "12345," SUPPLIER ",2021-07-01,,", "mpxn", "\"12345\" is "},
    {REG_ALL, "2000000000006,x,2021-07-01,,", "supplier_id", "names no party; wanted is an EUI-64"},
    {REG_ALL, "2000000000006," SUPPLIER ",x,,", "effective_from", "is not an instant"},
    {REG_ALL, "2000000000006," SUPPLIER ",2021-07-01,,x", "network_operator_id", "names no party"},
    {REG_ALL, "2000000000006,lark,2021-07-01,,NEEB", NULL, "2000000000006|LARK|"},
    {REG_ALL, "2000000000006," ZEROS ",2021-07-01,,", "supplier_id", "names no party"},
    /* organisations */
    {ORG_ALL, SUPPLIER ",\"Acme, Ltd\",supplier,,48cf97fa9f827fb5", NULL, "|Acme, Ltd|Supplier|yes|48CF97FA9F827FB5|"},
    {ORG_ALL, SUPPLIER ",Acme,Supplier,No,", NULL, "|no|"},
    {ORG_ALL, SUPPLIER ",Acme,Supplier,1,", NULL, "|yes|"},
    {ORG_ALL, SUPPLIER ",Acme,Supplier,false,", NULL, "|no|"},
    {ORG_ALL, ZEROS ",Root CA,Root,,", NULL, "|Root CA|Root|"},
    {ORG_ALL, SUPPLIER ",Acme,Supplier,perhaps,", "in_smki_repository", "is neither yes nor no"},
    {ORG_ALL, SUPPLIER ",Acme,Friend,,", "role", "\"Friend\" is no "},
    {ORG_ALL, SUPPLIER ",,Supplier,,", "party", "is blank"},
    {ORG_ALL, SUPPLIER ",Acme,Supplier,,48cf", "key_id", "is no key identifier; wanted are 16 hexadecimal digits"},
    {ORG_ALL, "x,Acme,Supplier,,", "entity_id", "is no EUI-64"},
    {ORG_ALL, ",Acme,Supplier,,", "entity_id", "is blank, but every row needs it or a market_id"},
    {ORG_MARKET, ",Acme,Supplier,ACME", NULL, "ACME|Acme|Supplier|"},
    {ORG_MARKET, SUPPLIER ",Acme,Supplier,ACME;AC", "market_id", "\"AC\" is no market identifier"},
    {WAIVER_ALL, "00DB1234567890A0,,,,lost key,A. Panel,SSC 12,2021-09-01,2021-12-31", NULL,
     "00-DB-12-34-56-78-90-A0||||lost key|A. Panel|SSC 12|2021-08-31T23:00:00Z|2022-01-01T00:00:00Z|"},
    {WAIVER_ALL, ",,N/A,Network Operator Credentials,agreed,Panel,,,2021-12-31", NULL,
     "||N/A|network-operator-credentials|agreed|Panel|||2022-01-01T00:00:00Z|"},
    {WAIVER_ALL, ",,,,lost key,Panel,,,2021-12-31", "", "says nothing of what it is for"},
    {WAIVER_ALL, ",M1,,,,Panel,,,2021-12-31", "reason", "is blank, but every row needs it"},
    {WAIVER_ALL, ",M1,,,lost key,Panel,,,", "expires", "is blank, but every row needs it"},
    {WAIVER_ALL, ",M1,,,lost key,Panel,,2021-12-31,2021-12-01", "expires", "is not after from"},
    {WAIVER_ALL, ",,,all,lost key,Panel,,,2021-12-31", "obligation",
     "\"all\" is no obligation; wanted is one of issue-credentials, device-certificates"},
    {TICKET_ALL, "PCI-00-DB-12-34-56-78-90-A2-1,INC0012,In Progress,CHF,J. Smith,2021-09-01T10:00:00Z,2021-10-01", NULL,
     "PCI-00-DB-12-34-56-78-90-A2-1|INC0012|In Progress|CHF|J. Smith|2021-09-01T10:00:00Z|2021-10-01T00:00:00Z|"},
    {TICKET_ALL, "X-1,,,,,,2021-10-01", "number", "is blank, but every row needs it"},
    {TICKET_ALL, "X-1,INC1,,,,soon,2021-10-01", "opened_at", "is not an instant"},
    {TICKET_ALL, "X-1,INC1,,,,,", "extracted_at", "is blank, and neither --extracted-at nor"},
    /* dsp-checks */
    {DSP_ALL, "00DB1234567890A0,2021-09-18,communicating,pass", NULL, "|communicating|pass|"},
    {DSP_ALL, "00DB1234567890A0,2021-09-18,Recovery Cell,FAIL", NULL, "|recovery-cell|fail|"},
    {DSP_ALL, "00DB1234567890A0,2021-09-18,communicating,", NULL, "|communicating||"},
    {DSP_ALL, "00DB1234567890A0,2021-09-18,smiling,pass", "check", "wanted is one of communicating, recovery-cell"},
    {DSP_ALL, "00DB1234567890A0,2021-09-18,communicating,maybe", "result", "wanted is one of pass, fail"},
    {DSP_ALL, "00DB1234567890A0,,communicating,pass", "checked_at", "is blank"},
};

static void check_case(void **state)
{
    const struct kind_case *c = *state;
    struct trial t;
    char content[2048], column[64];

    trial_init(&t);
    snprintf(content, sizeof(content), "%s%s\n", c->heading, c->row);
    const struct intake_file *f = trial_load_text(&t, "rows.csv", content);
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 1);
    trial_dump(&t);
    if (c->column == NULL) {
        assert_lacks(t.dump, "REJECT");
        assert_int_equal(f->rejected, 0);
    } else {
        snprintf(column, sizeof(column), "[%s] ", c->column);
        assert_contains(t.dump, column);
        assert_int_equal(f->rejected, 1);
    }
    assert_contains(t.dump, c->want);
    trial_release(&t);
}

static void the_first_and_last_instants_are_those_of_the_records(void **state)
{
    struct trial t;
    char at[INSTANT_TEXT_SIZE];

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "dsp.csv",
                                                  DSP_ALL "00DB1234567890A0,2021-09-18,communicating,pass\n"
                                                          "00DB1234567890A0,2021-09-16,communicating,\n"
                                                          "00DB1234567890A0,2021-09-17,communicating,\n");
    instant_format(f->first, at);
    assert_string_equal(at, "2021-09-16T00:00:00Z");
    instant_format(f->last, at);
    assert_string_equal(at, "2021-09-18T00:00:00Z");
    trial_release(&t);
}

static void market_identifiers_are_records_of_their_own(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load_text(
        &t, "parties.csv", ORG_MARKET SUPPLIER ",Acme,Supplier,ACME; ACM\n,Brook,NetworkOperator,BRK\n");
    assert_int_equal(f->rows, 4);
    assert_int_equal(f->rejected, 0);
    assert_contains(trial_dump(&t), SUPPLIER "|Acme|Supplier|");
    assert_contains(t.dump, " ACME|Acme|Supplier|");
    assert_contains(t.dump, " ACM|Acme|Supplier|");
    assert_contains(t.dump, " BRK|Brook|NetworkOperator|");
    trial_release(&t);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 2];

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        tests[i] = (struct CMUnitTest){cases[i].row, check_case, NULL, NULL, &cases[i]};
    tests[ARRAY_LEN(cases)] = (struct CMUnitTest)cmocka_unit_test(the_first_and_last_instants_are_those_of_the_records);
    tests[ARRAY_LEN(cases) + 1] = (struct CMUnitTest)cmocka_unit_test(market_identifiers_are_records_of_their_own);
    return cmocka_run_group_tests_name("kinds", tests, NULL, NULL);
}
