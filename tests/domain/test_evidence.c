/* Packed evidence: every field comes back, equal bytes mean equal rows (R7), and damage is found, not followed. */
#include "domain/evidence.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(struct text got, struct text want)
{
    assert_int_equal(got.len, want.len);
    assert_int_equal(text_compare(got, want), 0);
}

static void assert_source(struct source got, struct source want)
{
    assert_int_equal(got.file, want.file);
    assert_true(got.line == want.line);
}

static void assert_outcome(const struct cell_outcome *got, const struct cell_outcome *want)
{
    assert_int_equal(got->role, want->role);
    assert_int_equal(got->key_usage, want->key_usage);
    assert_int_equal(got->cell_usage, want->cell_usage);
    assert_int_equal(got->status, want->status);
    assert_true(got->existing_subject == want->existing_subject);
    assert_true(got->new_subject == want->new_subject);
    assert_true(got->existing_key_id == want->existing_key_id);
    assert_true(got->new_key_id == want->new_key_id);
}

static void assert_request(const struct request_row *got, const struct request_row *want)
{
    assert_true(got->device == want->device);
    assert_int_equal(got->id.present, want->id.present);
    if (want->id.present) {
        assert_true(got->id.originator == want->id.originator);
        assert_true(got->id.target == want->id.target);
        assert_true(got->id.counter == want->id.counter);
    }
    assert_int_equal(got->srv, want->srv);
    assert_true(got->user_id == want->user_id);
    assert_true(got->requested_at == want->requested_at);
    assert_int_equal(got->user_role, want->user_role);
    assert_int_equal(got->credential_type, want->credential_type);
    assert_int_equal(got->remote_party_role, want->remote_party_role);
    assert_int_equal(got->command_variant, want->command_variant);
    assert_true(got->execution_at == want->execution_at);
    assert_true(got->other_device == want->other_device);
    assert_true(got->responded_at == want->responded_at);
    assert_text(got->response_code, want->response_code);
    assert_text(got->execution_status, want->execution_status);
    assert_int_equal(got->pre_command, want->pre_command);
    assert_int_equal(got->of_answer, want->of_answer);
    assert_text(got->sent_serial, want->sent_serial);
    assert_true(got->sent_key_id == want->sent_key_id);
    assert_int_equal(got->outcome_count, want->outcome_count);
    for (unsigned i = 0; i < want->outcome_count; i++)
        assert_outcome(&got->outcomes[i], &want->outcomes[i]);
    assert_source(got->source, want->source);
}

/* When it was made, by whom and by which RequestID is read without the rest. */
static void assert_made(struct text packed, const struct request_row *row)
{
    struct packed_reader reader = {(const unsigned char *)packed.ptr, (const unsigned char *)packed.ptr + packed.len,
                                   false};
    struct packed_record record;
    struct request_id id;
    instant requested_at;
    uint64_t sender;
    bool elsewhere;

    assert_true(evidence_next(&reader, &record));
    assert_true(evidence_request_made(&record, &requested_at, &sender, &elsewhere));
    assert_true(requested_at == row->requested_at);
    assert_true(sender == row->user_id);
    assert_int_equal(elsewhere, row->id.present && row->id.target != row->device);
    assert_true(evidence_request_id(record.identity, row->device, &id));
    assert_int_equal(id.present, row->id.present);
    if (row->id.present)
        assert_true(id.originator == row->id.originator && id.target == row->id.target &&
                    id.counter == row->id.counter);
}

static void assert_request_comes_back(const struct request_row *row)
{
    struct buf b = {0};
    struct device_records r = {0};
    struct err err = {0};

    evidence_pack_request(&b, row);
    assert_false(b.failed);
    assert_int_equal(evidence_unpack(&r, row->device, buf_text(&b), &err), 0);
    assert_int_equal(r.request_count, 1);
    assert_request(&r.requests[0], row);
    assert_made(buf_text(&b), row);
    device_records_release(&r);
    buf_release(&b);
}

#define HUNDRED "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjj"

static struct request_case {
    const char *name;
    struct request_row row;
} request_cases[] = {
    {"blank but for what is required",
     {.device = DEVICE, .requested_at = 0, .execution_at = INSTANT_NONE, .responded_at = INSTANT_NONE}},
    {"no instant at all",
     {.device = 1, .requested_at = INSTANT_NONE, .execution_at = INSTANT_NONE, .responded_at = INSTANT_NONE}},
    {"RequestID of zeros",
     {.device = DEVICE,
      .id = {.present = true},
      .requested_at = NOON,
      .execution_at = INSTANT_NONE,
      .responded_at = INSTANT_NONE}},
    {"RequestID of the greatest numbers, sent by another user",
     {.device = UINT64_MAX,
      .id = {true, UINT64_MAX, UINT64_MAX - 1, UINT64_MAX},
      .srv = UINT32_MAX,
      .user_id = 1,
      .requested_at = INSTANT_LAST,
      .execution_at = INSTANT_LAST,
      .responded_at = INSTANT_FIRST,
      .sent_key_id = UINT64_MAX,
      .other_device = UINT64_MAX,
      .source = {UINT32_MAX, UINT64_MAX}}},
    {"answered before it was asked, with milliseconds, before 1970",
     {.device = DEVICE, .requested_at = -1, .execution_at = -1001, .responded_at = -86400123, .user_id = OTHER}},
    {"without RequestID, future-dated, typed",
     {.device = DEVICE,
      .srv = SRV(6, 17, 0),
      .user_id = OTHER,
      .requested_at = NOON + 1,
      .user_role = USER_RSA,
      .credential_type = KEY_KEY_CERT_SIGN,
      .remote_party_role = ROLE_LOAD_CONTROLLER,
      .command_variant = 8,
      .execution_at = NOON + 999,
      .responded_at = NOON,
      .response_code = {"E080801", 7},
      .execution_status = {"Successfully Executed", 21}}},
    {"code and status no list has, as long as they may be",
     {.device = DEVICE,
      .srv = SRV(255, 255, 255),
      .requested_at = NOON,
      .execution_at = INSTANT_NONE,
      .responded_at = INSTANT_NONE,
      .response_code = {HUNDRED, RESPONSE_CODE_MAX},
      .execution_status = {HUNDRED "abcdefghijklmnopqrstuvwxyz!", EXECUTION_STATUS_MAX},
      .sent_serial = {"1461501637330902918203684832716283019655932542975", SERIAL_MAX}}},
    {"code and status with blanks and in other case stay as they are",
     {.device = DEVICE,
      .requested_at = NOON,
      .execution_at = INSTANT_NONE,
      .responded_at = INSTANT_NONE,
      .response_code = {" I0 ", 4},
      .execution_status = {"sUCCESS", 7}}},
};

static void request_case_comes_back(void **state)
{
    const struct request_case *c = *state;

    assert_request_comes_back(&c->row);
}

static void full_request_comes_back(void **state)
{
    struct request_row row = full_request();

    (void)state;
    assert_request_comes_back(&row);
    row.id.present = false;
    assert_request_comes_back(&row);
    row.outcome_count = CELL_OUTCOMES_MAX;
    for (unsigned i = 0; i < CELL_OUTCOMES_MAX; i++)
        row.outcomes[i] = (struct cell_outcome){(enum party_role)(i % PARTY_ROLES),
                                                (enum key_usage)(i % KEY_USAGES),
                                                (enum cell_usage)(i % CELL_USAGES),
                                                (uint8_t)i,
                                                i & 1 ? UINT64_MAX : 0,
                                                i & 2 ? UINT64_MAX : 0,
                                                i & 4 ? UINT64_MAX : 0,
                                                i & 8 ? UINT64_MAX : 0};
    assert_request_comes_back(&row);
}

static void assert_inventory_comes_back(const struct inventory_row *row)
{
    struct buf b = {0};
    struct device_records r = {0};
    struct err err = {0};
    const struct inventory_row *got;

    evidence_pack_inventory(&b, row);
    assert_int_equal(evidence_unpack(&r, row->device, buf_text(&b), &err), 0);
    assert_int_equal(r.inventory_count, 1);
    got = &r.inventory[0];
    assert_true(got->device == row->device);
    assert_true(got->extracted_at == row->extracted_at);
    assert_int_equal(got->type, row->type);
    assert_int_equal(got->status, row->status);
    assert_int_equal(got->smets, row->smets);
    assert_int_equal(got->region, row->region);
    assert_int_equal(got->cohort, row->cohort);
    assert_true(got->commissioned_at == row->commissioned_at);
    assert_true(got->chf == row->chf);
    assert_true(got->mpxn == row->mpxn);
    assert_text(got->manufacturer, row->manufacturer);
    assert_text(got->model, row->model);
    assert_text(got->firmware, row->firmware);
    assert_source(got->source, row->source);
    assert_true(got->repeated_until == row->extracted_at);
    assert_int_equal(got->commissioned_on, row->commissioned_on);
    assert_false(got->conflict);
    assert_int_equal(got->filled, 0);
    device_records_release(&r);
    buf_release(&b);
}

static void inventory_comes_back(void **state)
{
    struct inventory_row row = full_inventory();

    (void)state;
    assert_inventory_comes_back(&row);
    row.commissioned_on = true;
    row.mpxn = UINT64_MAX;
    row.manufacturer = (struct text){HUNDRED, 100};
    row.model = (struct text){HUNDRED HUNDRED HUNDRED, NAME_MAX_BYTES};
    row.cohort = COHORT_NONE;
    assert_inventory_comes_back(&row);
    assert_inventory_comes_back(
        &(struct inventory_row){.device = 1, .extracted_at = INSTANT_NONE, .commissioned_at = INSTANT_NONE});
    assert_inventory_comes_back(&(struct inventory_row){.extracted_at = INSTANT_LAST,
                                                        .commissioned_at = INSTANT_LAST,
                                                        .type = DEVICE_CAD,
                                                        .status = SMI_RECOVERED,
                                                        .cohort = COHORT_FOC});
}

static void checks_come_back(void **state)
{
    (void)state;
    for (int kind = CHECK_NONE; kind < CHECK_KINDS; kind++)
        for (int result = RESULT_BLANK; result < CHECK_RESULTS; result++) {
            struct buf b = {0};
            struct device_records r = {0};
            struct check_row row = full_check();

            row.kind = (enum check_kind)kind;
            row.result = (enum check_result)result;
            row.conflict = result == RESULT_PASS;
            evidence_pack_check(&b, &row);
            assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(&b), NULL), 0);
            assert_int_equal(r.check_count, 1);
            assert_true(r.checks[0].device == DEVICE && r.checks[0].checked_at == NOON);
            assert_int_equal(r.checks[0].kind, kind);
            assert_int_equal(r.checks[0].result, result);
            assert_int_equal(r.checks[0].conflict, row.conflict);
            assert_source(r.checks[0].source, row.source);
            device_records_release(&r);
            buf_release(&b);
        }
}

static void assert_contents(const struct snapshot *got, const struct cell *cells, const struct device_cert *certs)
{
    for (size_t i = 0; i < got->cell_count; i++) {
        assert_int_equal(got->cells[i].role, cells[i].role);
        assert_int_equal(got->cells[i].key_usage, cells[i].key_usage);
        assert_int_equal(got->cells[i].cell_usage, cells[i].cell_usage);
        assert_int_equal(got->cells[i].ok, cells[i].ok);
        assert_true(got->cells[i].subject == cells[i].subject);
        assert_true(got->cells[i].key_id == cells[i].key_id);
    }
    for (size_t i = 0; i < got->cert_count; i++) {
        assert_int_equal(got->certs[i].key_usage, certs[i].key_usage);
        assert_true(got->certs[i].not_before == certs[i].not_before);
        assert_true(got->certs[i].subject == certs[i].subject);
        assert_true(got->certs[i].key_id == certs[i].key_id);
        assert_true(got->certs[i].issuer_key_id == certs[i].issuer_key_id);
        assert_text(got->certs[i].serial, certs[i].serial);
    }
}

static void snapshots_come_back(void **state)
{
    struct buf b = {0};
    struct device_records r = {0};
    struct snapshot snap = full_snapshot();
    const struct snapshot bare = {
        .device = DEVICE, .taken_at = NOON + 1, .source_name = {HUNDRED, SNAPSHOT_SOURCE_MAX}};

    (void)state;
    snap.conflict = true;
    evidence_pack_snapshot(&b, &snap);
    evidence_pack_snapshot(&b, &bare);
    assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(&b), NULL), 0);
    assert_int_equal(r.snapshot_count, 2);
    assert_true(r.snapshots[0].device == DEVICE && r.snapshots[0].taken_at == NOON);
    assert_text(r.snapshots[0].source_name, snap.source_name);
    assert_true(r.snapshots[0].answered && r.snapshots[0].conflict);
    assert_source(r.snapshots[0].source, snap.source);
    assert_int_equal(r.snapshots[0].cell_count, ARRAY_LEN(sample_cells));
    assert_int_equal(r.snapshots[0].cert_count, ARRAY_LEN(sample_certs));
    assert_int_equal(r.snapshots[0].certs[1].not_before == INSTANT_NONE, 1);
    assert_contents(&r.snapshots[0], sample_cells, sample_certs);
    assert_text(r.snapshots[1].source_name, bare.source_name);
    assert_false(r.snapshots[1].answered || r.snapshots[1].conflict);
    assert_int_equal(r.snapshots[1].cell_count + r.snapshots[1].cert_count, 0);
    device_records_release(&r);
    buf_release(&b);
}

/* ---- Equal bytes, equal rows ---- */

static struct packed_record only_record(const struct buf *b)
{
    struct packed_reader u = {.at = b->ptr, .end = b->ptr + b->len};
    struct packed_record rec;

    assert_true(evidence_next(&u, &rec));
    assert_true(u.at == u.end);
    return rec;
}

static void r7_canon_leaves_out_the_source_only(void **state)
{
    const struct request_row row = full_request();
    struct request_row other = row;
    struct buf a = {0};
    struct buf b = {0};

    (void)state;
    other.source = (struct source){900, 100000};
    evidence_pack_request(&a, &row);
    evidence_pack_request(&b, &other);
    assert_text(only_record(&a).canon, only_record(&b).canon);
    assert_source(only_record(&b).source, other.source);
    buf_release(&a);
    buf_release(&b);
}

#define REQUEST_CHANGES 28

/* Row number `which` differs from row 0 in one field. */
static struct request_row changed_request(unsigned which, bool with_id)
{
    struct request_row r = full_request();

    r.id.present = with_id;
    switch (which) {
        /* clang-format off */
    case 1: r.id.present = !with_id; break;
    case 2: r.srv = SRV(6, 17, 0); break;
    case 3: r.user_id++; break;
    case 4: r.requested_at++; break;
    case 5: r.user_role = USER_NONE; break;
    case 6: r.credential_type = KEY_NONE; break;
    case 7: r.remote_party_role = ROLE_NONE; break;
    case 8: r.command_variant = 0; break;
    case 9: r.execution_at = INSTANT_NONE; break;
    case 10: r.other_device = 0; break;
    case 11: r.responded_at = INSTANT_NONE; break;
    case 12: r.response_code = (struct text){0}; break;
    case 13: r.execution_status = rows_text("success "); break;
    case 14: r.pre_command = false; break;
    case 15: r.sent_serial = (struct text){0}; break;
    case 16: r.sent_key_id = 0; break;
    case 17: r.outcome_count = 1; break;
    case 18: r.outcomes[1].role = ROLE_DCC; break;
    case 19: r.outcomes[1].key_usage = KEY_NONE; break;
    case 20: r.outcomes[1].cell_usage = CELL_MANAGEMENT; break;
    case 21: r.outcomes[1].status = 0; break;
    case 22: r.outcomes[1].existing_subject = 0; break;
    case 23: r.outcomes[1].new_subject = THIRD; break;
    case 24: r.outcomes[1].existing_key_id = 0; break;
    case 25: r.outcomes[1].new_key_id = 6; break;
    case 26: r.response_code = rows_text("IO"); break;
    case 27: r.user_role = USER_DCC; break;
    default: break;
        /* clang-format on */
    }
    return r;
}

static void r7_requests_that_differ_in_any_field_differ_in_canon_and_text(void **state)
{
    (void)state;
    for (unsigned with_id = 0; with_id < 2; with_id++)
        for (unsigned i = 0; i < REQUEST_CHANGES; i++)
            for (unsigned j = 0; j < REQUEST_CHANGES; j++) {
                const struct request_row left = changed_request(i, with_id != 0);
                const struct request_row right = changed_request(j, with_id != 0);
                struct buf b[4] = {0};
                struct text a_canon;
                struct text b_canon;

                evidence_pack_request(&b[0], &left);
                evidence_pack_request(&b[1], &right);
                request_canonical(&b[2], &left);
                request_canonical(&b[3], &right);
                a_canon = only_record(&b[0]).canon;
                b_canon = only_record(&b[1]).canon;
                assert_int_equal(text_equal(a_canon, b_canon), i == j);
                assert_int_equal(text_equal(buf_text(&b[2]), buf_text(&b[3])), i == j);
                assert_int_equal(request_same_identity(&left, &right),
                                 text_equal(only_record(&b[0]).identity, only_record(&b[1]).identity));
                for (size_t k = 0; k < ARRAY_LEN(b); k++)
                    buf_release(&b[k]);
            }
}

static void r7_request_identity_is_the_request_id_or_what_was_asked(void **state)
{
    struct request_row a = full_request();
    struct request_row b = full_request();

    (void)state;
    b.srv = SRV(6, 17, 0);
    b.requested_at++;
    assert_true(request_same_identity(&a, &b));
    b.id.target++;
    assert_false(request_same_identity(&a, &b));
    b = full_request();
    b.id.counter++;
    assert_false(request_same_identity(&a, &b));
    a.id.present = false;
    b.id.present = false;
    assert_true(request_same_identity(&a, &b));
    b.responded_at++;
    b.other_device++;
    b.user_role = USER_NONE;
    assert_true(request_same_identity(&a, &b));
    b.remote_party_role = ROLE_NONE;
    assert_false(request_same_identity(&a, &b));
}

static void r7_order_of_cells_does_not_matter_and_duplicates_are_kept(void **state)
{
    struct snapshot snap = full_snapshot();
    struct cell cells[ARRAY_LEN(sample_cells)];
    struct device_cert certs[ARRAY_LEN(sample_certs)];
    struct buf b[4] = {0};

    (void)state;
    for (size_t i = 0; i < snap.cell_count; i++)
        cells[i] = sample_cells[snap.cell_count - 1 - i];
    for (size_t i = 0; i < snap.cert_count; i++)
        certs[i] = sample_certs[snap.cert_count - 1 - i];
    evidence_pack_snapshot(&b[0], &snap);
    snapshot_canonical(&b[2], &snap);
    snap.cells = cells;
    snap.certs = certs;
    evidence_pack_snapshot(&b[1], &snap);
    snapshot_canonical(&b[3], &snap);
    assert_text(buf_text(&b[0]), buf_text(&b[1]));
    assert_text(buf_text(&b[2]), buf_text(&b[3]));

    snap.cells++; /* one of two alike is gone */
    snap.cell_count--;
    buf_clear(&b[1]);
    evidence_pack_snapshot(&b[1], &snap);
    assert_false(text_equal(only_record(&b[0]).canon, only_record(&b[1]).canon));
    for (size_t k = 0; k < ARRAY_LEN(b); k++)
        buf_release(&b[k]);
}

static void canonical_texts_are_as_written_out(void **state)
{
    const struct organisation_row org = {.entity = OTHER,
                                         .key_id = UINT64_C(0x48CF97FA9F827FB5),
                                         .party = rows_text("Network, North"),
                                         .role = ROLE_NETWORK_OPERATOR,
                                         .in_smki_repository = true};
    const struct check_row check = full_check();
    struct snapshot snap = full_snapshot();
    struct buf b = {0};

    (void)state;
    organisation_canonical(&b, &org);
    assert_string_equal(buf_cstr(&b), "90-B3-D5-1F-30-02-00-00\x1FNetwork, North\x1FNetworkOperator\x1Fyes\x1F"
                                      "48CF97FA9F827FB5\x1F");
    buf_clear(&b);
    check_canonical(&b, &check);
    assert_string_equal(buf_cstr(&b), "00-DB-12-34-56-78-90-A0\x1F"
                                      "2021-09-17T12:00:00Z\x1F"
                                      "communicating\x1Fpass\x1F");
    buf_clear(&b);
    snap.cells += 2;
    snap.cell_count = 1;
    snap.cert_count = 1;
    snapshot_canonical(&b, &snap);
    assert_string_equal(buf_cstr(&b), "00-DB-12-34-56-78-90-A0\x1F"
                                      "2021-09-17T12:00:00Z\x1F"
                                      "6.24.1\x1Ftrue\x1F"
                                      "Supplier\x1FKeyAgreement\x1FprePaymentTopUp\x1F\x1F\x1Fnot ok\x1F"
                                      "DigitalSignature\x1F"
                                      "3039823674\x1F"
                                      "2021-09-17T12:00:00Z\x1F"
                                      "00-DB-12-34-56-78-90-A0\x1F"
                                      "0000000000000008\x1F"
                                      "0000000000000009\x1F");
    buf_release(&b);
}

/* ---- Order ---- */

static int compare_canon(const void *a, const void *b)
{
    return text_compare(((const struct packed_record *)a)->canon, ((const struct packed_record *)b)->canon);
}

/* Puts packed records in the order in which a Device holds them. */
static void put_in_order(struct buf *b)
{
    struct packed_reader u = {.at = b->ptr, .end = b->ptr + b->len};
    struct packed_record recs[64];
    struct buf sorted = {0};
    size_t n = 0;

    while (evidence_next(&u, &recs[n]))
        n++;
    assert_false(u.failed);
    qsort(recs, n, sizeof(recs[0]), compare_canon);
    for (size_t i = 0; i < n; i++)
        buf_add_text(&sorted, recs[i].whole);
    buf_release(b);
    *b = sorted;
}

static void records_lie_in_order_of_kind_and_time(void **state)
{
    static const instant times[] = {NOON, -5, INSTANT_LAST, INSTANT_NONE, 0, NOON - 1};
    struct buf b = {0};
    struct device_records r = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        struct check_row check = full_check();
        struct snapshot snap = full_snapshot();
        struct inventory_row inventory = full_inventory();
        struct request_row request = full_request();

        check.checked_at = times[i];
        snap.taken_at = times[i];
        snap.source_name = (struct text){HUNDRED, ARRAY_LEN(times) - i}; /* the longer, the earlier in the list */
        inventory.extracted_at = times[i];
        request.id.counter = i % 2 ? 7 : 70000; /* of each request, three rows */
        request.responded_at = NOON + (instant)i;
        evidence_pack_check(&b, &check);
        evidence_pack_snapshot(&b, &snap);
        evidence_pack_request(&b, &request);
        evidence_pack_inventory(&b, &inventory);
    }
    put_in_order(&b);
    assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(&b), NULL), 0);
    assert_int_equal(r.request_count, ARRAY_LEN(times));
    for (size_t i = 1; i < ARRAY_LEN(times); i++) {
        assert_true(r.inventory[i - 1].extracted_at < r.inventory[i].extracted_at);
        assert_true(r.checks[i - 1].checked_at < r.checks[i].checked_at);
        assert_true(r.snapshots[i - 1].taken_at < r.snapshots[i].taken_at);
        assert_int_equal(request_same_identity(&r.requests[i - 1], &r.requests[i]), i != 3);
    }
    assert_int_equal(evidence_unpack_inventory(&r, DEVICE, buf_text(&b), NULL), 0);
    assert_int_equal(r.inventory_count, ARRAY_LEN(times));
    assert_int_equal(r.request_count + r.snapshot_count + r.check_count, 0);
    device_records_release(&r);
    buf_release(&b);
}

static void snapshots_keep_their_cells_while_the_arrays_grow(void **state)
{
    struct buf b = {0};
    struct device_records r = {0};

    (void)state;
    for (size_t i = 0; i < 500; i++) {
        struct snapshot snap = full_snapshot();

        snap.taken_at = NOON + (instant)i;
        snap.cell_count = i % 6;
        snap.cert_count = i % 4;
        evidence_pack_snapshot(&b, &snap);
    }
    for (int again = 0; again < 2; again++) {
        assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(&b), NULL), 0);
        assert_int_equal(r.snapshot_count, 500);
        for (size_t i = 0; i < 500; i++) {
            assert_int_equal(r.snapshots[i].cell_count, i % 6);
            assert_int_equal(r.snapshots[i].cert_count, i % 4);
            assert_contents(&r.snapshots[i], sample_cells, sample_certs);
        }
    }
    device_records_release(&r);
    buf_release(&b);
}

static void add_canonical(struct buf *b, const struct device_records *r)
{
    for (size_t i = 0; i < r->inventory_count; i++)
        inventory_canonical(b, &r->inventory[i]);
    for (size_t i = 0; i < r->request_count; i++)
        request_canonical(b, &r->requests[i]);
    for (size_t i = 0; i < r->snapshot_count; i++)
        snapshot_canonical(b, &r->snapshots[i]);
}

static void texts_that_are_kept_outlive_the_packed_bytes(void **state)
{
    const struct inventory_row inventory = full_inventory();
    const struct snapshot snap = full_snapshot();
    struct request_row request = full_request();
    struct buf b = {0}, before = {0}, after = {0};
    struct device_records r = {0};

    (void)state;
    evidence_pack_inventory(&b, &inventory);
    evidence_pack_request(&b, &request);
    request.id.counter++;
    request.response_code = TEXT_LITERAL("a code of no dictionary");
    request.execution_status = TEXT_LITERAL("nor is this word");
    evidence_pack_request(&b, &request);
    evidence_pack_snapshot(&b, &snap);
    for (int again = 0; again < 2; again++) {
        struct buf bytes = {0};

        buf_add_text(&bytes, buf_text(&b));
        assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(&bytes), NULL), 0);
        buf_clear(&before);
        buf_clear(&after);
        add_canonical(&before, &r);
        assert_int_equal(evidence_keep_texts(&r, buf_text(&bytes), NULL), 0);
        memset(bytes.ptr, 0xFF, bytes.len);
        buf_release(&bytes);
        add_canonical(&after, &r);
        assert_int_equal(r.request_count, 2);
        assert_true(text_equal(buf_text(&before), buf_text(&after)));
    }
    device_records_release(&r);
    buf_release(&before);
    buf_release(&after);
    buf_release(&b);
}

static void many_cells_are_sorted_too(void **state)
{
    struct cell cells[300];
    struct snapshot snap = full_snapshot();
    struct buf b = {0};
    struct device_records r = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        cells[i] = (struct cell){.role = ROLE_SUPPLIER, .subject = (i * 7919) % 300 + 1};
    snap.cells = cells;
    snap.cell_count = ARRAY_LEN(cells);
    evidence_pack_snapshot(&b, &snap);
    assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(&b), NULL), 0);
    assert_int_equal(r.snapshots[0].cell_count, ARRAY_LEN(cells));
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        assert_true(r.snapshots[0].cells[i].subject == i + 1);
    device_records_release(&r);
    buf_release(&b);
}

static void typical_request_is_compact(void **state)
{
    struct buf b = {0};
    struct request_row row = full_request();

    (void)state;
    row.execution_at = INSTANT_NONE;
    row.other_device = 0;
    row.pre_command = row.of_answer = false;
    row.sent_serial = (struct text){0};
    row.sent_key_id = 0;
    row.outcome_count = 0;
    row.source = (struct source){12, 4000000};
    evidence_pack_request(&b, &row);
    assert_in_range(b.len, 20, 36);
    buf_release(&b);
}

/* ---- Damage ---- */

static struct buf sample_device(void)
{
    struct buf b = {0};
    struct request_row request = full_request();
    const struct inventory_row inventory = full_inventory();
    const struct snapshot snap = full_snapshot();
    const struct check_row check = full_check();

    evidence_pack_inventory(&b, &inventory);
    evidence_pack_request(&b, &request);
    request.id.present = false;
    request.response_code = rows_text("E31415");
    evidence_pack_request(&b, &request);
    evidence_pack_snapshot(&b, &snap);
    evidence_pack_check(&b, &check);
    return b;
}

/* Uses whatever came out, so that a bad number or pointer in it is seen. */
static void read_all(const struct device_records *r)
{
    struct buf b = {0};

    for (size_t i = 0; i < r->inventory_count; i++)
        inventory_canonical(&b, &r->inventory[i]);
    for (size_t i = 0; i < r->request_count; i++)
        request_canonical(&b, &r->requests[i]);
    for (size_t i = 0; i < r->snapshot_count; i++)
        snapshot_canonical(&b, &r->snapshots[i]);
    for (size_t i = 0; i < r->check_count; i++) {
        assert_in_range(r->checks[i].kind, 0, CHECK_KINDS - 1);
        assert_in_range(r->checks[i].result, 0, CHECK_RESULTS - 1);
        check_canonical(&b, &r->checks[i]);
    }
    buf_release(&b);
}

/* Returns whether it was taken for sound. The bytes lie at the very end of their memory. */
static bool try_bytes(struct device_records *r, const unsigned char *bytes, size_t len)
{
    unsigned char *copy = malloc(len > 0 ? len : 1);
    struct err err = {0};
    int rc;

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    rc = evidence_unpack(r, DEVICE, (struct text){(const char *)copy, len}, &err);
    if (rc < 0) {
        assert_int_equal(err.code, ERR_DATA);
        assert_non_null(strstr(err.msg, "the packed evidence of Device 00-DB-12-34-56-78-90-A0 is damaged"));
        assert_int_equal(r->inventory_count + r->request_count + r->snapshot_count + r->check_count, 0);
    } else {
        read_all(r);
    }
    free(copy);
    return rc == 0;
}

/* Nothing that is computed from an instant of a hostile store is to overflow. */
static void an_instant_of_no_year_from_1900_to_9999_is_damage(void **state)
{
    static const instant instants[] = {INSTANT_FIRST - 1, INSTANT_FIRST, INSTANT_LAST, INSTANT_LAST + 1, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
        const bool sound = instants[i] >= INSTANT_FIRST && instants[i] <= INSTANT_LAST;
        const struct check_row check = {.device = DEVICE, .checked_at = instants[i]};
        const struct request_row request = {.device = DEVICE,
                                            .srv = 617,
                                            .requested_at = instants[i],
                                            .execution_at = INSTANT_NONE,
                                            .responded_at = INSTANT_NONE};
        const struct inventory_row inventory = {
            .device = DEVICE, .type = DEVICE_ESME, .extracted_at = INSTANT_FIRST, .commissioned_at = instants[i]};
        struct device_records r = {0};
        struct buf b = {0};

        evidence_pack_check(&b, &check);
        assert_int_equal(try_bytes(&r, b.ptr, b.len), sound);
        buf_clear(&b);
        evidence_pack_request(&b, &request);
        assert_int_equal(try_bytes(&r, b.ptr, b.len), sound);
        buf_clear(&b);
        evidence_pack_inventory(&b, &inventory);
        assert_int_equal(try_bytes(&r, b.ptr, b.len), sound);
        buf_release(&b);
        device_records_release(&r);
    }
}

static void a_cut_device_is_damaged_unless_cut_between_records(void **state)
{
    struct buf b = sample_device();
    struct device_records r = {0};
    size_t sound = 0;

    (void)state;
    for (size_t len = 0; len <= b.len; len++)
        sound += try_bytes(&r, b.ptr, len);
    assert_int_equal(sound, 6); /* after none to five records */
    device_records_release(&r);
    buf_release(&b);
}

static void any_byte_may_be_any_other(void **state)
{
    struct buf b = sample_device();
    struct device_records r = {0};

    (void)state;
    for (size_t i = 0; i < b.len; i++) {
        const unsigned char was = b.ptr[i];

        for (unsigned byte = 0; byte < 256; byte++) {
            b.ptr[i] = (unsigned char)byte;
            try_bytes(&r, b.ptr, b.len);
        }
        b.ptr[i] = was;
    }
    device_records_release(&r);
    buf_release(&b);
}

static void random_bytes_are_survived(void **state)
{
    struct buf b = sample_device();
    struct device_records r = {0};
    uint64_t seed = 1;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        struct buf bent = {0};

        buf_add(&bent, b.ptr, b.len);
        for (unsigned i = 0; i < 1 + round % 6; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            bent.ptr[(seed >> 33) % bent.len] = (unsigned char)(seed >> 25);
        }
        try_bytes(&r, bent.ptr, bent.len);
        buf_release(&bent);
    }
    device_records_release(&r);
    buf_release(&b);
}

static struct damage_case {
    const char *name;
    unsigned char bytes[24];
    size_t len;
} damage_cases[] = {
    {"a record of no bytes", {0}, 1},
    {"a length without its bytes", {0x7F}, 1},
    {"a length over 64 bits", {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, 10},
    {"a kind that is none", {6, 9, 0, 0, 1, 1, 3}, 7},
    {"an identity longer than the record", {6, 4, 200, 0, 1, 1, 3}, 7},
    {"a trailer longer than the record", {6, 4, 0, 0, 1, 1, 200}, 7},
    {"an unknown flag", {16, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0x80, 1, 1, 3}, 17},
    {"a result that is none", {16, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9, 0, 1, 1, 3}, 17},
    {"more than the fields", {17, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 3}, 18},
    {"more cells than there are bytes for",
     {20, 3, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 1, 1, 3},
     21},
};

/* What most of the cases above differ from in one byte. */
static void the_sound_record_beside_them_is_read(void **state)
{
    static const unsigned char sound[] = {16, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 3};
    struct device_records r = {0};

    (void)state;
    assert_true(try_bytes(&r, sound, sizeof(sound)));
    device_records_release(&r);
}

static void damage_is_told(void **state)
{
    const struct damage_case *c = *state;
    struct device_records r = {0};

    assert_false(try_bytes(&r, c->bytes, c->len));
    device_records_release(&r);
}

int main(void)
{
    static const struct CMUnitTest fixed[] = {
        cmocka_unit_test(full_request_comes_back),
        cmocka_unit_test(inventory_comes_back),
        cmocka_unit_test(checks_come_back),
        cmocka_unit_test(snapshots_come_back),
        cmocka_unit_test(r7_canon_leaves_out_the_source_only),
        cmocka_unit_test(r7_requests_that_differ_in_any_field_differ_in_canon_and_text),
        cmocka_unit_test(r7_request_identity_is_the_request_id_or_what_was_asked),
        cmocka_unit_test(r7_order_of_cells_does_not_matter_and_duplicates_are_kept),
        cmocka_unit_test(canonical_texts_are_as_written_out),
        cmocka_unit_test(records_lie_in_order_of_kind_and_time),
        cmocka_unit_test(snapshots_keep_their_cells_while_the_arrays_grow),
        cmocka_unit_test(texts_that_are_kept_outlive_the_packed_bytes),
        cmocka_unit_test(many_cells_are_sorted_too),
        cmocka_unit_test(typical_request_is_compact),
        cmocka_unit_test(an_instant_of_no_year_from_1900_to_9999_is_damage),
        cmocka_unit_test(a_cut_device_is_damaged_unless_cut_between_records),
        cmocka_unit_test(the_sound_record_beside_them_is_read),
        cmocka_unit_test(any_byte_may_be_any_other),
        cmocka_unit_test(random_bytes_are_survived),
    };
    struct CMUnitTest tests[ARRAY_LEN(fixed) + ARRAY_LEN(request_cases) + ARRAY_LEN(damage_cases)];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(request_cases); i++)
        tests[n++] = (struct CMUnitTest){request_cases[i].name, request_case_comes_back, NULL, NULL, &request_cases[i]};
    for (size_t i = 0; i < ARRAY_LEN(damage_cases); i++)
        tests[n++] = (struct CMUnitTest){damage_cases[i].name, damage_is_told, NULL, NULL, &damage_cases[i]};
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        tests[n++] = fixed[i];
    return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
