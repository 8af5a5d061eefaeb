/* R7: which inventory row counts at which instant, and what fills its blanks. */
#include "domain/merge.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY INSTANT_DAY

struct said {
    instant at; /* days after NOON */
    const char *model;
};

static struct inventory_row row_of(const struct said *s)
{
    struct inventory_row row = full_inventory();

    row.extracted_at = NOON + s->at * DAY;
    row.model = text_of(s->model);
    return row;
}

/* Merges the rows one after another, then unpacks; the texts are borrowed from `device`. */
static struct device_records told(const struct inventory_row *rows, size_t count, struct buf *device)
{
    struct device_records r = {0};
    struct merger *m;

    assert_int_equal(merger_create(&m, NULL), 0);
    for (size_t i = 0; i < count; i++) {
        struct buf fresh = {0}, out = {0};
        bool changed;

        evidence_pack_inventory(&fresh, &rows[i]);
        assert_int_equal(merger_run(m, buf_text(device), buf_text(&fresh), NULL, NULL, &out, &changed, NULL), 0);
        buf_release(device);
        buf_release(&fresh);
        *device = out;
    }
    merger_destroy(m);
    assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(device), NULL), 0);
    return r;
}

static void expect_run(const struct inventory_row *row, instant from, instant until, const char *model, bool conflict)
{
    assert_int_equal(row->extracted_at, NOON + from * DAY);
    assert_int_equal(row->repeated_until, NOON + until * DAY);
    assert_true(text_equal(row->model, text_of(model)));
    assert_int_equal(row->conflict, conflict);
}

static void r7_a_row_counts_from_the_first_extract_of_an_unbroken_run(void **state)
{
    static const struct said all[] = {{1, "A"}, {2, "A"}, {3, "B"}, {4, "A"}, {5, "A"}, {6, "C"}};
    static const unsigned orders[][6] = {
        {0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {0, 4, 2, 1, 3, 5}, {3, 0, 5, 2, 4, 1}};

    (void)state;
    for (size_t o = 0; o < ARRAY_LEN(orders); o++) { /* a file that comes late changes nothing */
        struct inventory_row rows[6];
        struct device_records r;
        struct buf device = {0};

        for (size_t i = 0; i < 6; i++)
            rows[i] = row_of(&all[orders[o][i]]);
        r = told(rows, 6, &device);
        assert_int_equal(r.inventory_count, 4);
        expect_run(&r.inventory[0], 1, 2, "A", false);
        expect_run(&r.inventory[1], 3, 3, "B", false);
        expect_run(&r.inventory[2], 4, 5, "A", false);
        expect_run(&r.inventory[3], 6, 6, "C", false);
        device_records_release(&r);
        buf_release(&device);
    }
}

static void r7_a_late_extract_breaks_a_run_where_it_says_otherwise(void **state)
{
    static const struct said all[] = {{1, "A"}, {3, "A"}, {4, "A"}, {2, "B"}};
    struct inventory_row rows[4];
    struct device_records r;
    struct buf device = {0};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        rows[i] = row_of(&all[i]);
    r = told(rows, 4, &device);
    assert_int_equal(r.inventory_count, 3);
    expect_run(&r.inventory[0], 1, 1, "A", false);
    expect_run(&r.inventory[1], 2, 2, "B", false);
    expect_run(&r.inventory[2], 3, 4, "A", false); /* from the next that says so, not from the last */
    device_records_release(&r);
    buf_release(&device);
}

/* Two rows of one extract: `better` counts, whichever came first. */
static void expect_preferred(const struct inventory_row *better, const struct inventory_row *worse)
{
    for (unsigned turned = 0; turned < 2; turned++) {
        const struct inventory_row rows[] = {turned ? *worse : *better, turned ? *better : *worse};
        struct buf device = {0};
        struct device_records r = told(rows, 2, &device);

        assert_int_equal(r.inventory_count, 1);
        assert_true(r.inventory[0].conflict);
        assert_int_equal(r.inventory[0].type, better->type);
        assert_int_equal(r.inventory[0].status, better->status);
        assert_true(r.inventory[0].commissioned_at == better->commissioned_at);
        assert_int_equal(r.inventory[0].commissioned_on, better->commissioned_on);
        device_records_release(&r);
        buf_release(&device);
    }
}

static void r7_of_two_rows_of_one_extract_one_counts(void **state)
{
    struct inventory_row better = full_inventory(), worse = full_inventory();

    (void)state;
    worse.status = SMI_SUSPENDED; /* Commissioned before others, whatever else they say */
    worse.commissioned_at = better.commissioned_at - DAY;
    expect_preferred(&better, &worse);

    worse = better;
    worse.commissioned_at++; /* then the earlier commissioning instant, */
    worse.type = DEVICE_GPF;
    expect_preferred(&better, &worse);
    worse.commissioned_at = INSTANT_NONE; /* which one without has not */
    expect_preferred(&better, &worse);

    worse = better;
    better.type = DEVICE_GPF; /* else the greater text, though it is the greater number too */
    worse.type = DEVICE_ESME;
    expect_preferred(&better, &worse);
    better.type = DEVICE_ESME; /* and here the lesser number */
    worse.type = DEVICE_CHF;
    expect_preferred(&better, &worse);

    worse = better; /* a time of day tells more than a date */
    better.commissioned_at = worse.commissioned_at = INT64_C(1631836800000);
    worse.commissioned_on = true;
    expect_preferred(&better, &worse);
}

static void r7_a_conflict_marks_the_run_it_lies_in(void **state)
{
    static const struct said all[] = {{1, "B"}, {2, "B"}, {2, "A"}, {3, "B"}, {4, "A"}};
    struct inventory_row rows[5];
    struct device_records r;
    struct buf device = {0};

    (void)state;
    for (size_t i = 0; i < 5; i++)
        rows[i] = row_of(&all[i]);
    r = told(rows, 5, &device);
    assert_int_equal(r.inventory_count, 2);
    expect_run(&r.inventory[0], 1, 3, "B", true);
    expect_run(&r.inventory[1], 4, 4, "A", false);
    device_records_release(&r);
    buf_release(&device);
}

static void r7_blanks_are_filled_from_the_latest_earlier_extract_that_has_them(void **state)
{
    struct inventory_row rows[3] = {full_inventory(), full_inventory(), full_inventory()};
    struct device_records r;
    struct buf device = {0};

    (void)state;
    for (int i = 0; i < 3; i++)
        rows[i].extracted_at = NOON + i * DAY;
    rows[0].commissioned_on = true;
    rows[1].commissioned_at = rows[2].commissioned_at = INSTANT_NONE;
    rows[1].mpxn++;
    rows[2].mpxn = 0;
    rows[1].chf = 0;
    rows[2].chf = THIRD;
    rows[2].manufacturer = rows_text(""); /* stays blank */
    rows[2].region = CSP_NONE;
    r = told(rows, 3, &device);
    assert_int_equal(r.inventory_count, 3);
    assert_int_equal(r.inventory[0].filled, 0);
    assert_int_equal(r.inventory[1].commissioned_at, rows[0].commissioned_at);
    assert_true(r.inventory[1].commissioned_on);
    assert_int_equal(r.inventory[1].chf, rows[0].chf);
    assert_int_equal(r.inventory[1].filled, INVENTORY_FILLED_COMMISSIONED | INVENTORY_FILLED_CHF);
    assert_int_equal(r.inventory[2].commissioned_at, rows[0].commissioned_at); /* through the one between */
    assert_int_equal(r.inventory[2].mpxn, rows[1].mpxn);
    assert_int_equal(r.inventory[2].chf, THIRD);
    assert_int_equal(r.inventory[2].filled, INVENTORY_FILLED_COMMISSIONED | INVENTORY_FILLED_MPXN);
    assert_int_equal(r.inventory[2].manufacturer.len, 0);
    assert_int_equal(r.inventory[2].region, CSP_NONE);
    device_records_release(&r);
    buf_release(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r7_a_row_counts_from_the_first_extract_of_an_unbroken_run),
        cmocka_unit_test(r7_a_late_extract_breaks_a_run_where_it_says_otherwise),
        cmocka_unit_test(r7_of_two_rows_of_one_extract_one_counts),
        cmocka_unit_test(r7_a_conflict_marks_the_run_it_lies_in),
        cmocka_unit_test(r7_blanks_are_filled_from_the_latest_earlier_extract_that_has_them),
    };

    return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
