/* R7: which requests without a RequestID are the same as another when a Device is unpacked. */
#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 64
#define DS       KEY_DIGITAL_SIGNATURE
#define KA       KEY_KEY_AGREEMENT
#define NO       ROLE_NETWORK_OPERATOR

/* A request; `counter` 0: without a RequestID. */
struct told {
    uint64_t counter;
    int64_t after_ms;
    enum key_usage type;
    enum party_role role;
    int64_t execution_ms; /* after the request; 0: not future-dated */
};

static struct request_row row_of(const struct told *t)
{
    return (struct request_row){
        .device = DEVICE,
        .id = {t->counter != 0, t->counter != 0 ? OTHER : 0, t->counter != 0 ? DEVICE : 0, t->counter},
        .srv = SRV(6, 15, 2),
        .user_id = OTHER,
        .requested_at = NOON + t->after_ms,
        .credential_type = t->type,
        .remote_party_role = t->role,
        .execution_at = t->execution_ms != 0 ? NOON + t->after_ms + t->execution_ms : INSTANT_NONE,
        .responded_at = INSTANT_NONE,
        .source = {1, 1},
    };
}

static int compare_records(const void *a, const void *b)
{
    return text_compare(((const struct packed_record *)a)->canon, ((const struct packed_record *)b)->canon);
}

/* Packs the rows in the order of a packed Device, and unpacks them. */
static void unpack_rows(struct device_records *out, const struct request_row *rows, size_t count, struct buf *packed)
{
    struct packed_record records[ROWS_MAX];
    struct buf b = {0};
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        evidence_pack_request(&b, &rows[i]);

    struct packed_reader u = {b.ptr, b.ptr + b.len, false};

    while (n < count && evidence_next(&u, &records[n]))
        n++;
    qsort(records, n, sizeof(*records), compare_records);
    buf_clear(packed);
    for (size_t i = 0; i < n; i++)
        buf_add_text(packed, records[i].whole);
    assert_int_equal(evidence_unpack(out, DEVICE, buf_text(packed), NULL), 0);
    assert_int_equal(out->request_count, count);
    buf_release(&b);
}

static size_t requests_in(const struct device_records *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->request_count; i += request_rows(&r->requests[i], r->request_count - i))
        n++;
    return n;
}

static size_t in_doubt(const struct device_records *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->request_count; i++)
        n += r->requests[i].twin == TWIN_IN_DOUBT;
    return n;
}

static void r7_a_request_without_a_request_id_is_the_same_as_one_it_does_not_differ_from(void **state)
{
    static const struct {
        struct told rows[4];
        size_t count, requests, doubtful;
    } cases[] = {
        {{{7, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}, 2, 1, 0},
        {{{7, 0, DS, 0, 0}, {0, 0, 0, 0, 0}}, 2, 1, 0}, /* blank differs from nothing */
        {{{7, 0, 0, 0, 0}, {0, 0, DS, NO, 5000}}, 2, 1, 0},
        {{{7, 0, DS, 0, 0}, {0, 0, KA, 0, 0}}, 2, 2, 0},
        {{{7, 0, 0, NO, 0}, {0, 0, 0, ROLE_SUPPLIER, 0}}, 2, 2, 0},
        {{{7, 0, 0, 0, 5000}, {0, 0, 0, 0, 6000}}, 2, 2, 0},
        {{{7, 0, 0, 0, 5000}, {0, 0, 0, 0, -6000}}, 2, 1, 0}, /* before its request: as if blank */
        {{{7, 0, 0, 0, 0}, {8, 0, 0, 0, 0}}, 2, 2, 0},        /* two RequestIDs are never the same */
        {{{7, 0, 0, 0, 0}, {8, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}, 3, 2, 0},
        /* to the second where either has no fraction */
        {{{7, 412, 0, 0, 0}, {0, 0, 0, 0, 0}}, 2, 1, 0},
        {{{7, 0, 0, 0, 0}, {0, 999, 0, 0, 0}}, 2, 1, 0},
        {{{7, 0, 0, 0, 0}, {0, 1000, 0, 0, 0}}, 2, 2, 0},
        {{{7, 412, 0, 0, 0}, {0, 413, 0, 0, 0}}, 2, 2, 0},
        {{{7, 412, 0, 0, 0}, {0, 412, 0, 0, 0}}, 2, 1, 0},
        /* two without a RequestID: a finding */
        {{{0, 0, DS, 0, 0}, {0, 0, 0, 0, 0}}, 2, 1, 1},
        {{{0, 0, DS, 0, 0}, {0, 0, KA, 0, 0}}, 2, 2, 0},
        {{{0, 100, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 200, 0, 0, 0}}, 3, 2, 1},
        {{{7, 0, 0, 0, 0}, {0, 0, DS, 0, 0}, {0, 0, 0, NO, 0}}, 3, 1, 1},
        /* of several the first: the untyped is that of Digital Signature, and so Key Agreement is another */
        {{{7, 0, DS, 0, 0}, {8, 0, KA, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, KA, 0, 0}}, 4, 2, 0},
        {{{7, 0, 0, 0, 0}, {8, 0, DS, 0, 0}, {0, 0, 0, 0, 0}}, 3, 2, 0},
    };
    struct device_records r = {0};
    struct buf packed = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request_row rows[ROWS_MAX];

        for (size_t k = 0; k < cases[i].count; k++)
            rows[k] = row_of(&cases[i].rows[k]);
        unpack_rows(&r, rows, cases[i].count, &packed);
        assert_int_equal(requests_in(&r), cases[i].requests);
        assert_int_equal(in_doubt(&r), cases[i].doubtful);
    }
    device_records_release(&r);
    buf_release(&packed);
}

/* Of the request with the RequestID `counter`: how many rows it has. */
static size_t rows_of(const struct device_records *r, uint64_t counter)
{
    size_t n;

    for (size_t i = 0; i < r->request_count; i += n) {
        n = request_rows(&r->requests[i], r->request_count - i);
        for (size_t k = i; k < i + n; k++)
            if (r->requests[k].id.counter == counter)
                return n;
    }
    return 0;
}

static void r7_of_several_it_is_the_first_by_type_role_execution_and_request_id(void **state)
{
    static const struct {
        struct told rows[3];
        uint64_t want; /* the RequestID that the one without is */
    } cases[] = {
        {{{7, 0, KA, 0, 0}, {8, 0, DS, 0, 0}, {0, 0, 0, 0, 0}}, 8},
        {{{7, 0, 0, NO, 0}, {8, 0, 0, ROLE_SUPPLIER, 0}, {0, 0, 0, 0, 0}}, 8},
        {{{7, 0, 0, 0, 6000}, {8, 0, 0, 0, 5000}, {0, 0, 0, 0, 0}}, 8},
        {{{8, 0, 0, 0, 0}, {7, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}, 7},
        {{{7, 0, DS, 0, 0}, {8, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}, 8}, /* what is not given comes first */
    };
    struct device_records r = {0};
    struct buf packed = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request_row rows[3];

        for (size_t k = 0; k < 3; k++)
            rows[k] = row_of(&cases[i].rows[k]);
        unpack_rows(&r, rows, 3, &packed);
        assert_int_equal(rows_of(&r, cases[i].want), 2);
    }
    device_records_release(&r);
    buf_release(&packed);
}

/* The fields of a request are those of all its rows. */
static void r7_the_rows_of_a_request_tell_together_what_it_is(void **state)
{
    const struct told asked = {7, 0, 0, 0, 0};
    const struct told without = {0, 0, KA, 0, 0};
    struct request_row rows[3] = {row_of(&asked), row_of(&asked), row_of(&without)};
    struct device_records r = {0};
    struct buf packed = {0};

    (void)state;
    rows[1].requested_at = INSTANT_NONE; /* an answer by itself, which tells neither */
    rows[1].srv = 0;
    rows[1].credential_type = KA;
    rows[1].responded_at = NOON + 5;
    unpack_rows(&r, rows, 3, &packed);
    assert_int_equal(requests_in(&r), 1);
    rows[1].credential_type = DS;
    unpack_rows(&r, rows, 3, &packed);
    assert_int_equal(requests_in(&r), 2);
    rows[1].credential_type = KEY_NONE;
    rows[2].user_id = THIRD; /* another originator */
    unpack_rows(&r, rows, 3, &packed);
    assert_int_equal(requests_in(&r), 2);
    rows[2].user_id = OTHER;
    rows[2].srv = SRV(6, 17, 0);
    unpack_rows(&r, rows, 3, &packed);
    assert_int_equal(requests_in(&r), 2);
    device_records_release(&r);
    buf_release(&packed);
}

/* A request whose instant nobody tells is like no other. */
static void r7_without_an_instant_there_is_no_twin(void **state)
{
    const struct told asked = {7, 0, 0, 0, 0};
    const struct told without = {0, 0, 0, 0, 0};
    struct request_row rows[2] = {row_of(&asked), row_of(&without)};
    struct device_records r = {0};
    struct buf packed = {0};

    (void)state;
    rows[0].requested_at = INSTANT_NONE;
    unpack_rows(&r, rows, 2, &packed);
    assert_int_equal(requests_in(&r), 2);
    device_records_release(&r);
    buf_release(&packed);
}

/* A RequestID that names another Device is evidence of nothing: its rows lend nothing to a request of this one. */
static void r7_a_request_that_went_astray_is_no_twin(void **state)
{
    const struct told astray = {7, 0, 0, NO, 0};
    const struct told plain = {0, 0, 0, 0, 0};
    struct request_row rows[2] = {row_of(&astray), row_of(&plain)};
    struct device_records r = {0};
    struct buf packed = {0};

    (void)state;
    rows[0].id.target = DEVICE + 1;
    unpack_rows(&r, rows, 2, &packed);
    assert_int_equal(requests_in(&r), 2);
    rows[0].srv = rows[1].srv = SRV(8, 2, 0); /* it ends in DCC systems, and its target is no Device */
    unpack_rows(&r, rows, 2, &packed);
    assert_int_equal(requests_in(&r), 1);
    device_records_release(&r);
    buf_release(&packed);
}

/* Those with a twin among those without, wherever each lies: no row is lost or there twice. */
static void r7_every_row_is_there_once_whichever_have_twins(void **state)
{
    struct device_records r = {0};
    struct buf packed = {0};

    (void)state;
    for (unsigned pattern = 0; pattern < 256; pattern++) {
        struct request_row rows[ROWS_MAX];
        bool seen[ROWS_MAX + 1] = {false};
        size_t n = 0, twins = 0;

        for (unsigned i = 0; i < 8; i++) {
            const struct told with = {i + 1, 1000 * i, DS, 0, 0}, without = {0, 1000 * i, 0, NO, 0};
            rows[n++] = row_of(&with);
            twins += pattern >> i & 1U;
            if ((pattern >> i & 1U) != 0)
                rows[n++] = row_of(&without);
        }
        for (size_t i = 0; i < n; i++)
            rows[i].source.line = i + 1;
        unpack_rows(&r, rows, n, &packed);
        assert_int_equal(requests_in(&r), 8);
        for (size_t i = 0; i < r.request_count; i++) {
            assert_false(seen[r.requests[i].source.line]);
            seen[r.requests[i].source.line] = true;
            twins -= r.requests[i].twin == TWIN;
        }
        assert_int_equal(twins, 0);
    }
    device_records_release(&r);
    buf_release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r7_a_request_without_a_request_id_is_the_same_as_one_it_does_not_differ_from),
        cmocka_unit_test(r7_of_several_it_is_the_first_by_type_role_execution_and_request_id),
        cmocka_unit_test(r7_the_rows_of_a_request_tell_together_what_it_is),
        cmocka_unit_test(r7_without_an_instant_there_is_no_twin),
        cmocka_unit_test(r7_a_request_that_went_astray_is_no_twin),
        cmocka_unit_test(r7_every_row_is_there_once_whichever_have_twins),
    };

    return cmocka_run_group_tests_name("twins", tests, NULL, NULL);
}
