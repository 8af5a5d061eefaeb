/* inputs, inventory: rows that tell of all Devices of a premises. */
#include "load_test.h"

#define ESME "00-DB-12-34-56-78-90-A0"
#define GSME "00-DB-12-34-56-78-90-A1"
#define CHF  "00-DB-12-34-56-78-90-A2"
#define GPF  "00-DB-12-34-56-78-90-A3"

struct premises_case {
    const char *name, *content;
    int rows, rejected, passed_over; /* rows < 0: refused */
    const char *want[4];
    const char *ignored; /* columns that nothing is read from; NULL: none */
};

static const struct premises_case cases[] = {
    {"each Device is a record, on the hub of the row",
     "chf_deviceid,chf_devicestatus,esme_deviceid,esme_devicestatus,esme_importmpxn,gpf_deviceid,gsme_deviceid,"
     "gsme_importmpxn\n" CHF ",Commissioned," ESME ",Commissioned,1200023305967," GPF "," GSME ",75000011\n",
     4,
     0,
     0,
     {"1:000002 " ESME "|ESME|Commissioned|SMETS2+||" CHF "|1200023305967|",
      "1:000002 " GSME "|GSME||SMETS2+||" CHF "|75000011|", "1:000002 " CHF "|CHF|Commissioned|SMETS2+|||",
      "1:000002 " GPF "|"}},
    {"behind a prefix, in other cases",
     "smi_ESME_Device ID,smi_chf_guid,smi_csp_region,smi_import_mpan\n" ESME "," CHF ",North,1200023305967\n",
     2,
     0,
     0,
     {ESME "|ESME||SMETS2+||" CHF "|1200023305967|North|", CHF "|CHF||SMETS2+||||North|"}},
    {"a column of a Device that no type names is nobody's",
     "esme_deviceid,esme2_devicestatus,chf_deviceid,chf_devicestatus\n" ESME ",Decommissioned," CHF ",Commissioned\n",
     2,
     0,
     0,
     {ESME "|ESME||SMETS2+||" CHF "||", CHF "|CHF|Commissioned|"},
     "esme2_devicestatus"},
    {"a second Device of a type would be lost",
     "esme_deviceid,ESME2 Device ID,chf_deviceid\n" ESME "," GPF "," CHF "\n",
     -1,
     0,
     0,
     {"has Devices in the column 'ESME2 Device ID', which would be lost"}},
    {"with its number behind",
     "esme_deviceid,chf_deviceid,esme_deviceid_2\n" ESME "," CHF "," GPF "\n",
     -1,
     0,
     0,
     {"has Devices in the column 'esme_deviceid_2'"}},
    {"with its number before",
     "esme_deviceid,chf_deviceid,2nd_esme_deviceid\n" ESME "," CHF "," GPF "\n",
     -1,
     0,
     0,
     {"has Devices in the column '2nd_esme_deviceid'"}},
    {"so would a Device of no type",
     "device_id,esme_deviceid,chf_deviceid\n" GPF "," ESME "," CHF "\n",
     -1,
     0,
     0,
     {"has Devices in the column 'device_id'"}},
    {"in a second heading too",
     "esme_deviceid,chf_deviceid\n" ESME "," CHF "\nesme_deviceid,chf_deviceid,esme2_deviceid\n",
     -1,
     0,
     0,
     {"line 3: a second heading stands here, with Devices in the column 'esme2_deviceid'"}},
    {"what stands before a type elsewhere does not stand before it here",
     "old_esme_devicestatus,smi_esme_deviceid,smi_esme_devicestatus,smi_chf_deviceid,old_esme_deviceid,"
     "premises_devicestatus\nSuspended," ESME ",Commissioned," CHF "," GPF ",Decommissioned\n",
     2,
     0,
     0,
     {ESME "|ESME|Commissioned|SMETS2+||" CHF "||", CHF "|CHF||SMETS2+|"},
     "old_esme_devicestatus, old_esme_deviceid, premises_devicestatus"},
    {"what stands before one type stands before that one",
     "Electric ESME Device ID,Electric status,Gas GSME Device ID,Gas GSME status,csp region\n" ESME
     ",Commissioned," GSME ",Suspended,North\n",
     2,
     0,
     0,
     {ESME "|ESME||SMETS2+||||North|", GSME "|GSME|Suspended|SMETS2+||||North|"},
     "Electric status"},
    {"names in one word",
     "esmeDeviceId,gsmeDeviceId,mprn\n" ESME "," GSME ",75000011\n",
     2,
     0,
     0,
     {GSME "|", "|75000011|"}},
    {"a premises without a gas meter",
     "esme_deviceid,gsme_deviceid\n" ESME ",\n" ESME ",NULL\n",
     2,
     0,
     0,
     {"1:000002 " ESME "|", "1:000003 " ESME "|"}},
    {"one bad Device costs that Device",
     "esme_deviceid,gsme_deviceid\nx," GSME "\n",
     2,
     1,
     0,
     {"1:000002 REJECT @28 [esme_deviceid] \"x\" is no EUI-64", "1:000002 " GSME "|"}},
    {"a premises without Devices is passed over", "esme_deviceid,gsme_deviceid,note\n,,empty\n", 1, 0, 1, {""}},
    {"a status without an identifier is a reject",
     "esme_deviceid,gsme_deviceid,gsme_devicestatus,gsme_importmpxn\n" ESME ",,Commissioned,\n" ESME
     ",,Not Applicable,75000011\n",
     3,
     1,
     0,
     {"1:000002 " ESME "|", "1:000003 " ESME "|",
      "[gsme_deviceid] is blank, but 'gsme_devicestatus' tells of such a Device"}},
    {"so is a date, where nothing else is told",
     "esme_deviceid,chf_deviceid,chf_commissioneddate\n,,2021-09-01\n",
     1,
     1,
     0,
     {"[chf_deviceid] is blank, but 'chf_commissioneddate' tells"}},
    {"or what holds for all Devices of the row",
     "esme_deviceid,chf_deviceid,status\n,,Commissioned\n",
     1,
     1,
     0,
     {"is blank, but 'status' tells"}},
    {"a Device's own row with its relations is one of an inventory",
     "device_id,device_type,status,mpan,chf_deviceid,esme_deviceid\n" GPF ",GPF,Commissioned,," CHF "," ESME "\n",
     1,
     0,
     0,
     {GPF "|GPF|Commissioned|SMETS2+||" CHF "|"},
     "esme_deviceid"},
    {"behind title lines and a comment",
     "Estate\nprinted\n\n# c\nesme_deviceid;gsme_deviceid\n" ESME ";" GSME "\n",
     2,
     0,
     0,
     {"1:000006 " ESME "|", "1:000006 " GSME "|"}},
    {"its heading and its rows are no title lines of another",
     "esme_deviceid,esme_devicestatus\n" ESME ",Commissioned\ndevice_id,device_type,status\n" GPF ",GPF,Commissioned\n",
     -1,
     0,
     0,
     {"line 2: a row stands here, before the heading of inventory"}},
    {"nor are the rows of another its title lines",
     "device_id,device_type,status\n" GPF ",GPF,Commissioned\nesme_deviceid,gsme_deviceid\n" ESME "," GSME "\n",
     4,
     0,
     1,
     {"1:000002 " GPF "|GPF|", "1:000004 " ESME "|ESME|", "1:000004 " GSME "|GSME|"}},
    {"a second heading in another order counts from there on",
     "esme_deviceid,gpf_deviceid\n" ESME ",\ngpf_deviceid,esme_deviceid\n" GPF "," ESME "\n",
     4,
     0,
     1,
     {"1:000004 " GPF "|GPF|", "1:000004 " ESME "|ESME|"}},
    {"a plain one as well",
     "esme_deviceid,gpf_deviceid\n" ESME ",\ndevice_id,device_type,status\n" GPF ",GPF,Commissioned\n",
     3,
     0,
     1,
     {"1:000004 " GPF "|GPF|Commissioned|"}},
    {"a second heading with one Device type",
     "esme_deviceid,gpf_deviceid\n" ESME ",\ngpf_deviceid,gpf_devicestatus\n" GPF ",Commissioned\n",
     -1,
     0,
     0,
     {"a second heading stands here, which lacks 'device_id'"}},
    {"an extract with one identifier is an extract as ever",
     "device_id,device_type,status,chf_id\n" ESME ",ESME,,\n",
     1,
     1,
     0,
     {"[status] is blank"}},
};

static void check_case(void **state)
{
    const struct premises_case *const c = *state;
    struct trial t;

    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "premises-2021-10-01.csv", c->content);
    if (c->rows < 0) {
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_contains(f->why.msg, c->want[0]);
        trial_release(&t);
        return;
    }
    if (f->fate != FILE_READ)
        fail_msg("%s", f->why.msg);
    assert_string_equal(f->kind, "inventory");
    assert_int_equal(f->rows, c->rows);
    assert_int_equal(f->rejected, c->rejected);
    assert_int_equal(f->passed_over, c->passed_over);
    if (c->ignored != NULL)
        assert_string_equal(f->ignored_columns, c->ignored);
    for (size_t i = 0; i < ARRAY_LEN(c->want) && c->want[i] != NULL; i++)
        assert_contains(trial_dump(&t), c->want[i]);
    trial_release(&t);
}

static void a_profile_names_headings_and_values(void **state)
{
    struct forms forms = {0};
    struct err err = {0};
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_form(&forms, "profile premises", "match", "prem*");
    trial_form(&forms, "profile premises.columns", "esme.device_id", "Electricity");
    trial_form(&forms, "profile premises.columns", "gsme.device_id", "Gas");
    trial_form(&forms, "profile premises.columns", "gsme.status", "\"Commissioned\"");
    assert_int_equal(forms_check(&forms, &err), 0);
    t.options.forms = &forms;
    const struct intake_file *f =
        trial_load_text(&t, "premises-2021-10-01.csv", "Electricity,Gas\n" ESME "," GSME "\n");
    if (f->fate != FILE_READ)
        fail_msg("%s", f->why.msg);
    assert_int_equal(f->rows, 2);
    assert_contains(trial_dump(&t), GSME "|GSME|Commissioned|");
    assert_contains(t.dump, ESME "|ESME||");
    trial_release(&t);
    forms_release(&forms);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_LEN(cases) + 1];
    size_t n = 0;

    for (; n < ARRAY_LEN(cases); n++)
        tests[n] = (struct CMUnitTest){cases[n].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[n]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_profile_names_headings_and_values);
    return cmocka_run_group_tests_name("premises", tests, NULL, NULL);
}
