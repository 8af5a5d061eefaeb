/* R7: merging gives one result for any split, order and repetition of the records. */
#include "domain/merge.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct tally {
    unsigned stored[16], merged[16]; /* by file */
};

static void tally_one(void *ctx, uint32_t file, bool stored)
{
    struct tally *t = ctx;

    assert_in_range(file, 0, 15);
    (stored ? t->stored : t->merged)[file]++;
}

/* Merges `fresh` into `device`; returns whether that changed it. */
static bool merge_into(struct buf *device, const struct buf *fresh, struct tally *tally)
{
    struct merger *m;
    struct buf out = {0};
    struct tally unused = {0};
    struct err err = {0};
    bool changed = false;

    assert_int_equal(merger_create(&m, &err), 0);
    assert_int_equal(merger_run(m, buf_text(device), buf_text(fresh), tally_one, tally != NULL ? tally : &unused, &out,
                                &changed, &err),
                     0);
    merger_destroy(m);
    buf_release(device);
    *device = out;
    return changed;
}

static struct device_records unpacked(const struct buf *device)
{
    struct device_records r = {0};

    assert_int_equal(evidence_unpack(&r, DEVICE, buf_text(device), NULL), 0);
    return r;
}

static void assert_source(struct source got, uint32_t file, uint64_t line)
{
    assert_int_equal(got.file, file);
    assert_int_equal(got.line, line);
}

static struct request_row request_from(uint32_t file, uint64_t line)
{
    struct request_row row = full_request();

    row.source = (struct source){file, line};
    return row;
}

static struct check_row check_from(uint32_t file, uint64_t line, enum check_result result)
{
    struct check_row row = full_check();

    row.source = (struct source){file, line};
    row.result = result;
    return row;
}

static void r7_every_distinct_answer_is_kept_and_the_first_makes_the_request(void **state)
{
    struct request_row row = request_from(2, 8);
    struct buf device = {0};
    struct buf fresh = {0};
    struct tally tally = {0};
    struct device_records r;

    (void)state;
    evidence_pack_request(&fresh, &row);
    row = request_from(2, 7);
    row.response_code = rows_text("I99");
    evidence_pack_request(&fresh, &row);
    row = request_from(3, 1);
    row.id.counter++;
    evidence_pack_request(&fresh, &row);
    assert_true(merge_into(&device, &fresh, &tally));
    r = unpacked(&device);
    assert_int_equal(r.request_count, 3);
    assert_true(request_same_identity(&r.requests[0], &r.requests[1]));
    assert_int_equal(tally.stored[2], 1);
    assert_int_equal(tally.merged[2], 1);
    assert_int_equal(tally.stored[3], 1);
    assert_int_equal(tally.merged[3], 0);
    device_records_release(&r);
    buf_release(&device);
    buf_release(&fresh);
}

static void r7_rows_alike_keep_the_source_that_was_there(void **state)
{
    struct request_row old = request_from(5, 50);
    struct request_row early = request_from(1, 9);
    struct request_row late = request_from(1, 10);
    struct buf device = {0};
    struct buf fresh = {0};
    struct tally tally = {0};
    struct device_records r;

    (void)state;
    evidence_pack_request(&fresh, &late);
    evidence_pack_request(&fresh, &early);
    evidence_pack_request(&fresh, &late);
    assert_true(merge_into(&device, &fresh, &tally));
    r = unpacked(&device);
    assert_int_equal(r.request_count, 1);
    assert_source(r.requests[0].source, 1, 9); /* of new ones, the lower */
    assert_int_equal(tally.stored[1], 1);
    assert_int_equal(tally.merged[1], 2);
    device_records_release(&r);

    buf_clear(&device);
    evidence_pack_request(&device, &old);
    tally = (struct tally){0};
    assert_false(merge_into(&device, &fresh, &tally));
    r = unpacked(&device);
    assert_source(r.requests[0].source, 5, 50); /* one there outweighs them all */
    assert_int_equal(tally.stored[1], 0);
    assert_int_equal(tally.merged[1], 3);
    device_records_release(&r);
    buf_release(&device);
    buf_release(&fresh);
}

static void r7_a_request_with_and_one_without_request_id_are_two(void **state)
{
    struct request_row row = request_from(1, 1);
    struct buf device = {0};
    struct buf fresh = {0};
    struct tally tally = {0};

    (void)state;
    evidence_pack_request(&fresh, &row);
    row.id.present = false;
    evidence_pack_request(&fresh, &row);
    merge_into(&device, &fresh, &tally);
    assert_int_equal(tally.stored[1], 2);
    buf_release(&device);
    buf_release(&fresh);
}

/* In the order in which R7 prefers them, last first. */
static struct check_case {
    const char *name;
    enum check_result weaker, stronger;
} check_cases[] = {
    {"R7 fail outweighs pass", RESULT_PASS, RESULT_FAIL},
    {"R7 fail outweighs blank", RESULT_BLANK, RESULT_FAIL},
    {"R7 pass outweighs blank", RESULT_BLANK, RESULT_PASS},
};

static void r7_check_that_outweighs_is_kept(void **state)
{
    const struct check_case *c = *state;

    for (int stored_first = 0; stored_first < 3; stored_first++) { /* one stored, the other, or both fresh */
        const struct check_row weaker = check_from(1, 1, c->weaker);
        const struct check_row stronger = check_from(2, 1, c->stronger);
        struct buf device = {0};
        struct buf fresh = {0};
        struct tally tally = {0};
        struct device_records r;

        evidence_pack_check(stored_first == 1 ? &device : &fresh, &weaker);
        evidence_pack_check(stored_first == 2 ? &device : &fresh, &stronger);
        merge_into(&device, &fresh, &tally);
        r = unpacked(&device);
        assert_int_equal(r.check_count, 1);
        assert_int_equal(r.checks[0].result, c->stronger);
        assert_true(r.checks[0].conflict);
        assert_source(r.checks[0].source, 2, 1);
        assert_int_equal(tally.stored[1], stored_first == 0);
        assert_int_equal(tally.merged[2], stored_first != 2);
        device_records_release(&r);
        buf_release(&device);
        buf_release(&fresh);
    }
}

static struct snapshot piece_of(size_t first_cell, size_t cells, size_t certs, bool answered, uint32_t file)
{
    struct snapshot piece = full_snapshot();

    piece.cells += first_cell;
    piece.cell_count = cells;
    piece.cert_count = certs;
    piece.answered = answered;
    piece.source = (struct source){file, 1};
    return piece;
}

static void r7_snapshots_of_one_identity_are_one_look_in_pieces(void **state)
{
    const struct snapshot first = piece_of(0, 2, 0, false, 2), second = piece_of(1, 3, 2, true, 1);

    (void)state;
    for (unsigned stored = 0; stored < 3; stored++) { /* the first, the second, or neither */
        struct buf device = {0};
        struct buf fresh = {0};
        struct device_records r;

        evidence_pack_snapshot(stored == 0 ? &device : &fresh, &first);
        evidence_pack_snapshot(stored == 1 ? &device : &fresh, &second);
        assert_true(merge_into(&device, &fresh, NULL));
        assert_false(merge_into(&device, &fresh, NULL)); /* exact repeats once */
        r = unpacked(&device);
        assert_int_equal(r.snapshot_count, 1);
        assert_true(r.snapshots[0].answered); /* if any piece says so */
        assert_int_equal(r.snapshots[0].cell_count, 4);
        for (size_t i = 0; i < 4; i++)
            assert_memory_equal(&r.snapshots[0].cells[i], &sample_cells[i], offsetof(struct cell, ok));
        assert_int_equal(r.snapshots[0].cert_count, 2);
        assert_false(r.snapshots[0].conflict);
        assert_source(r.snapshots[0].source, stored == 0 ? 2 : 1, 1);
        device_records_release(&r);
        buf_release(&device);
        buf_release(&fresh);
    }
}

static void r4_0_two_values_for_one_part_of_a_look_are_a_conflict(void **state)
{
    struct cell cells[] = {sample_cells[0], sample_cells[0]};
    struct device_cert certs[] = {sample_certs[0], sample_certs[0]};

    (void)state;
    for (unsigned which = 0; which < 3; which++) { /* repeats, two cells, two certificates */
        struct snapshot first = piece_of(0, 1, 1, true, 1), second = piece_of(0, 1, 1, true, 2);
        struct buf device = {0};
        struct buf fresh = {0};
        struct device_records r;

        cells[1].subject = which == 1 ? THIRD : cells[0].subject;
        certs[1].not_before = which == 2 ? NOON + 1 : certs[0].not_before;
        second.cells = &cells[1];
        second.certs = &certs[1];
        evidence_pack_snapshot(&device, &first);
        evidence_pack_snapshot(&fresh, &second);
        assert_int_equal(merge_into(&device, &fresh, NULL), which > 0);
        r = unpacked(&device);
        assert_int_equal(r.snapshots[0].cell_count, which == 1 ? 2 : 1);
        assert_int_equal(r.snapshots[0].cert_count, which == 2 ? 2 : 1);
        assert_int_equal(r.snapshots[0].conflict, which > 0);
        device_records_release(&r);
        buf_release(&device);
        buf_release(&fresh);
    }
}

static struct inventory_row inventory_from(uint32_t file, uint64_t line, instant extracted_at, const char *model)
{
    struct inventory_row row = full_inventory();

    row.source = (struct source){file, line};
    row.extracted_at = extracted_at;
    row.model = text_of(model);
    return row;
}

static void r7_an_inventory_row_that_extracts_repeat_is_kept_once(void **state)
{
    struct buf device = {0};
    struct buf fresh = {0};
    struct tally tally = {0};
    size_t before = 0;

    (void)state;
    for (uint32_t night = 1; night <= 9; night++) {
        const struct inventory_row row = inventory_from(night, 7, NOON + night * INSTANT_DAY, "A");
        struct device_records r;

        buf_clear(&fresh);
        evidence_pack_inventory(&fresh, &row);
        assert_true(merge_into(&device, &fresh, &tally));
        r = unpacked(&device);
        assert_int_equal(r.inventory_count, 1);
        assert_int_equal(r.inventory[0].extracted_at, NOON + INSTANT_DAY);
        assert_int_equal(r.inventory[0].repeated_until, row.extracted_at);
        assert_source(r.inventory[0].source, 1, 7); /* that was there */
        assert_int_equal(tally.stored[night], 1);   /* each is a record of its own */
        device_records_release(&r);
        if (night == 1)
            before = device.len;
        else /* how much later the last is, and one step as often as there are */
            assert_in_range(device.len, before + 4, before + 7);
    }
    assert_false(merge_into(&device, &fresh, &tally));
    assert_int_equal(tally.merged[9], 1);
    buf_release(&device);
    buf_release(&fresh);
}

static void r7_of_rows_of_one_extract_the_first_makes_the_record(void **state)
{
    const struct inventory_row rows[] = {inventory_from(2, 9, NOON, "A"), inventory_from(2, 8, NOON, "B"),
                                         inventory_from(1, 9, NOON, "C"), inventory_from(3, 1, NOON + 1, "A")};
    struct buf device = {0};
    struct buf fresh = {0};
    struct tally tally = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        evidence_pack_inventory(&fresh, &rows[i]);
    merge_into(&device, &fresh, &tally);
    assert_int_equal(tally.stored[1], 1);
    assert_int_equal(tally.merged[1], 0);
    assert_int_equal(tally.stored[2], 0);
    assert_int_equal(tally.merged[2], 2);
    assert_int_equal(tally.stored[3], 1);
    buf_release(&device);
    buf_release(&fresh);
}

static void r7_rows_alike_are_no_conflict_and_a_conflict_once_seen_stays(void **state)
{
    struct check_row row = check_from(1, 1, RESULT_PASS);
    struct buf device = {0};
    struct buf fresh = {0};
    struct device_records r;

    (void)state;
    evidence_pack_check(&device, &row);
    evidence_pack_check(&fresh, &row);
    assert_false(merge_into(&device, &fresh, NULL));
    r = unpacked(&device);
    assert_false(r.checks[0].conflict);
    device_records_release(&r);

    row.conflict = true;
    buf_clear(&fresh);
    evidence_pack_check(&fresh, &row);
    assert_true(merge_into(&device, &fresh, NULL));
    row.conflict = false;
    buf_clear(&fresh);
    evidence_pack_check(&fresh, &row);
    assert_false(merge_into(&device, &fresh, NULL));
    r = unpacked(&device);
    assert_true(r.checks[0].conflict);
    device_records_release(&r);
    buf_release(&device);
    buf_release(&fresh);
}

/* A packed record whose payload is cut short, its frame being sound. */
static void pack_damaged(struct buf *b, const struct buf *sound)
{
    struct packed_reader u = {sound->ptr, sound->ptr + sound->len, false};
    struct packed_record rec;

    assert_true(evidence_next(&u, &rec));

    const size_t head = (size_t)(rec.canon.ptr - rec.whole.ptr);

    assert_int_equal(head, 1); /* the length is one byte */
    buf_add_byte(b, (unsigned char)(rec.whole.len - head - 1));
    buf_add(b, rec.canon.ptr, rec.canon.len - 1);
    buf_add(b, rec.canon.ptr + rec.canon.len, rec.whole.len - head - rec.canon.len);
}

static void r7_a_damaged_row_of_an_identity_is_told(void **state)
{
    const struct check_row check = check_from(1, 1, RESULT_PASS);
    const struct snapshot snap = piece_of(0, 1, 0, true, 1);
    const struct inventory_row inventory = inventory_from(1, 1, NOON, "A");

    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        for (unsigned fresh_too = 0; fresh_too < 2; fresh_too++) {
            struct buf sound = {0}, damaged = {0}, out = {0};
            struct merger *m;
            struct err err = {0};
            bool changed;

            if (kind == 0)
                evidence_pack_check(&sound, &check);
            else if (kind == 1)
                evidence_pack_snapshot(&sound, &snap);
            else
                evidence_pack_inventory(&sound, &inventory);
            pack_damaged(&damaged, &sound);
            assert_int_equal(merger_create(&m, NULL), 0);
            assert_int_equal(merger_run(m, buf_text(fresh_too ? &sound : &damaged),
                                        buf_text(fresh_too ? &damaged : &sound), tally_one, &(struct tally){0}, &out,
                                        &changed, &err),
                             -1);
            assert_int_equal(err.code, ERR_DATA);
            assert_non_null(strstr(err.msg, "packed records of a Device are damaged"));
            merger_destroy(m);
            buf_release(&sound);
            buf_release(&damaged);
            buf_release(&out);
        }
    }
}

static void damaged_bytes_are_told(void **state)
{
    struct merger *m;
    struct buf out = {0};
    struct buf good = {0};
    struct buf unordered = {0};
    struct request_row row = request_from(1, 1);
    bool changed;

    (void)state;
    evidence_pack_request(&good, &row);
    evidence_pack_request(&unordered, &row);
    evidence_pack_request(&unordered, &row);
    assert_int_equal(merger_create(&m, NULL), 0);
    for (unsigned i = 0; i < 3; i++) {
        const struct text sound = buf_text(&good);
        const struct text cut = {sound.ptr, sound.len - 1};
        struct err err = {0};

        assert_int_equal(merger_run(m,
                                    i == 0   ? cut
                                    : i == 1 ? buf_text(&unordered)
                                             : sound,
                                    i == 2 ? cut : sound, NULL, NULL, &out, &changed, &err),
                         -1);
        assert_int_equal(err.code, ERR_DATA);
    }
    merger_destroy(m);
    buf_release(&good);
    buf_release(&unordered);
    buf_release(&out);
}

/* ---- Any split, any order, any repetition ---- */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* A record out of so few that many claim one identity, and some are the same. */
static void pack_random(struct buf *b, uint64_t *seed, uint64_t line)
{
    static const char *const words[] = {"", "a", "b\x1F", "b", "\x1F"}; /* the end of fields makes texts alike */
    struct request_row request = full_request();
    struct inventory_row inventory = full_inventory();
    struct snapshot snap = full_snapshot();
    struct check_row check = full_check();
    const struct source source = {(uint32_t)(next_random(seed) % 5 + 1), line};

    switch (next_random(seed) % 4) {
    case 0:
        request.source = source;
        request.id.present = next_random(seed) % 2;
        request.id.counter = next_random(seed) % 2;
        request.execution_at = next_random(seed) % 2 ? INSTANT_NONE : NOON;
        request.response_code = text_of(words[next_random(seed) % 3]);
        evidence_pack_request(b, &request);
        break;
    case 1:
        inventory.source = source;
        inventory.type = (enum device_type)(next_random(seed) % 3);
        inventory.extracted_at += (instant)(next_random(seed) % 4) * INSTANT_DAY;
        inventory.manufacturer = text_of(words[next_random(seed) % ARRAY_LEN(words)]);
        inventory.model = text_of(words[next_random(seed) % ARRAY_LEN(words)]);
        evidence_pack_inventory(b, &inventory);
        break;
    case 2:
        snap.source = source;
        snap.taken_at += (instant)(next_random(seed) % 2);
        snap.answered = next_random(seed) % 2;
        snap.cell_count = next_random(seed) % 3;
        snap.cells += next_random(seed) % 3;
        snap.cert_count = next_random(seed) % 2;
        evidence_pack_snapshot(b, &snap);
        break;
    default:
        check.source = source;
        check.kind = (enum check_kind)(next_random(seed) % 2 + 1);
        check.result = (enum check_result)(next_random(seed) % 3);
        evidence_pack_check(b, &check);
        break;
    }
}

#define RECORDS_MAX 24

struct record_set {
    struct buf bytes;
    struct packed_record records[RECORDS_MAX];
    size_t count;
};

static struct record_set random_set(uint64_t *seed)
{
    struct record_set set = {.count = next_random(seed) % RECORDS_MAX + 1};
    struct packed_reader u;

    for (size_t i = 0; i < set.count; i++)
        pack_random(&set.bytes, seed, i + 1);
    u = (struct packed_reader){.at = set.bytes.ptr, .end = set.bytes.ptr + set.bytes.len};
    for (size_t i = 0; i < set.count; i++)
        assert_true(evidence_next(&u, &set.records[i]));
    return set;
}

static void shuffle(struct record_set *set, uint64_t *seed)
{
    for (size_t i = set->count; i > 1; i--) {
        const size_t j = next_random(seed) % i;
        const struct packed_record moved = set->records[i - 1];

        set->records[i - 1] = set->records[j];
        set->records[j] = moved;
    }
}

/* The set in some order, in parts, some records more than once; a part may be merged by itself before. */
static struct buf merged_somehow(struct record_set *set, uint64_t *seed)
{
    struct buf device = {0};
    struct buf part = {0};

    shuffle(set, seed);
    for (size_t i = 0; i < set->count; i++) {
        buf_add_text(&part, set->records[i].whole);
        if (next_random(seed) % 3 == 0)
            buf_add_text(&part, set->records[next_random(seed) % (i + 1)].whole);
        if (next_random(seed) % 4 == 0 || i + 1 == set->count) {
            if (next_random(seed) % 2 == 0) {
                struct buf alone = {0};

                merge_into(&alone, &part, NULL);
                buf_release(&part);
                part = alone;
            }
            merge_into(&device, &part, NULL);
            buf_clear(&part);
        }
    }
    buf_release(&part);
    return device;
}

static void assert_say_the_same(const struct buf *a, const struct buf *b)
{
    struct packed_reader left = {.at = a->ptr, .end = a->ptr + a->len};
    struct packed_reader right = {.at = b->ptr, .end = b->ptr + b->len};
    struct packed_record x;
    struct packed_record y;

    while (evidence_next(&left, &x)) {
        assert_true(evidence_next(&right, &y));
        assert_true(text_equal(x.canon, y.canon));
        assert_int_equal(x.flags, y.flags);
    }
    assert_true(left.at == left.end && right.at == right.end);
}

static void r7_merging_is_commutative_associative_and_idempotent(void **state)
{
    uint64_t seed = 42;

    (void)state;
    for (unsigned round = 0; round < 1500; round++) {
        struct record_set set = random_set(&seed);
        struct buf whole = {0};

        merge_into(&whole, &set.bytes, NULL);
        for (unsigned way = 0; way < 3; way++) {
            struct buf other = merged_somehow(&set, &seed);

            assert_say_the_same(&whole, &other);
            assert_false(merge_into(&other, &set.bytes, NULL)); /* all of it is there already */
            buf_release(&other);
        }
        buf_release(&whole);
        buf_release(&set.bytes);
    }
}

/* ---- Reference rows ---- */

static void r7_a_registration_with_an_end_outweighs_one_without(void **state)
{
    const struct registration_row open = {.effective_from = NOON, .effective_to = INSTANT_NONE, .supplier = OTHER};
    struct registration_row ended = open;
    struct registration_row later = open;

    (void)state;
    ended.effective_to = NOON + 1;
    ended.supplier = 1; /* the lesser text */
    assert_true(registration_prefer(&ended, &open) > 0);
    assert_true(registration_prefer(&open, &ended) < 0);
    assert_int_equal(registration_prefer(&open, &open), 0);
    later.supplier++;
    assert_true(registration_prefer(&later, &open) > 0);
    assert_true(registration_prefer(&open, &later) < 0);
    later.supplier--;
    later.source.line = 99;
    later.conflict = true;
    assert_int_equal(registration_prefer(&open, &later), 0);
}

static struct name_case {
    const char *less, *more;
} name_cases[] = {
    {"Alpha", "Beta"}, {"Alpha", "Alpha Energy"}, {"", "Alpha"}, {"Alpha\x01", "Alpha"}, {"Alpha", "Alpha\x1F"},
};

static void r7_organisations_are_chosen_as_their_texts_compare(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(name_cases); i++) {
        const struct organisation_row less = {.entity = OTHER, .party = text_of(name_cases[i].less)};
        const struct organisation_row more = {.entity = OTHER, .party = text_of(name_cases[i].more)};

        assert_true(organisation_prefer(&more, &less) > 0);
        assert_true(organisation_prefer(&less, &more) < 0);
        assert_int_equal(organisation_prefer(&less, &less), 0);
    }
    for (size_t i = 0; i + 1 < ARRAY_LEN(name_cases); i++) {
        const struct organisation_row less = {.entity = OTHER, .party = text_of(name_cases[i].less)};
        const struct organisation_row more = {.entity = OTHER, .party = text_of(name_cases[i].more)};
        struct buf a = {0};
        struct buf b = {0};

        organisation_canonical(&a, &less);
        organisation_canonical(&b, &more);
        assert_true(text_compare(buf_text(&a), buf_text(&b)) < 0);
        buf_release(&a);
        buf_release(&b);
    }
}

/* Whichever of its pieces was answered, and in whatever order they come. */
static void r7_a_look_is_answered_where_any_piece_is(void **state)
{
    (void)state;
    for (unsigned answered = 0; answered < 3; answered++)
        for (unsigned stored = 0; stored < 3; stored++) {
            struct buf device = {0};
            struct buf fresh = {0};
            struct device_records r;

            for (unsigned i = 0; i < 3; i++) {
                const struct snapshot piece = piece_of(i, 1, 0, i == answered, i + 1);

                evidence_pack_snapshot(i == stored ? &device : &fresh, &piece);
            }
            assert_true(merge_into(&device, &fresh, NULL));
            r = unpacked(&device);
            assert_int_equal(r.snapshot_count, 1);
            assert_true(r.snapshots[0].answered);
            assert_int_equal(r.snapshots[0].cell_count, 3);
            assert_source(r.snapshots[0].source, stored + 1, 1);
            device_records_release(&r);
            buf_release(&device);
            buf_release(&fresh);
        }
}

static void a_stray_byte_is_damage(void **state)
{
    static const char byte[] = {5};
    struct merger *m;
    struct buf out = {0};
    bool changed;

    (void)state;
    assert_int_equal(merger_create(&m, NULL), 0);
    for (unsigned fresh = 0; fresh < 2; fresh++) {
        const struct text stray = {byte, 1}, nothing = {NULL, 0};
        struct err err = {0};

        assert_int_equal(
            merger_run(m, fresh ? nothing : stray, fresh ? stray : nothing, NULL, NULL, &out, &changed, &err), -1);
        assert_int_equal(err.code, ERR_DATA);
    }
    merger_destroy(m);
    buf_release(&out);
}

/* Rows alike, pieces of one look, extracts that repeat a row: named by the lowest of their sources, in whatever order.
 */
static void r7_the_lowest_source_is_named_in_any_order(void **state)
{
    static const struct source sources[] = {{1, 9}, {1, 10}, {2, 1}};
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct buf device = {0};
        struct buf fresh = {0};
        struct device_records r;

        for (unsigned k = 0; k < 3; k++) {
            const struct source source = sources[orders[i][k]];
            const struct request_row request = request_from(source.file, source.line);
            const struct inventory_row row = inventory_from(source.file, source.line, NOON + orders[i][k], "A");
            struct snapshot piece = piece_of(orders[i][k], 1, 0, true, source.file);

            piece.source = source;
            evidence_pack_request(&fresh, &request);
            evidence_pack_inventory(&fresh, &row);
            evidence_pack_snapshot(&fresh, &piece);
        }
        assert_true(merge_into(&device, &fresh, NULL));
        r = unpacked(&device);
        assert_int_equal(r.request_count, 1);
        assert_source(r.requests[0].source, 1, 9);
        assert_int_equal(r.inventory_count, 1);
        assert_source(r.inventory[0].source, 1, 9);
        assert_int_equal(r.snapshot_count, 1);
        assert_source(r.snapshots[0].source, 1, 9);
        device_records_release(&r);
        buf_release(&device);
        buf_release(&fresh);
    }
}

/* Answers whose bytes differ by one: in the order of their bytes, whichever was there. */
static void r7_answers_are_kept_in_order_however_little_they_differ(void **state)
{
    static const char *const codes[] = {"X0", "X1", "X2"};

    (void)state;
    for (unsigned stored = 0; stored < 3; stored++) {
        struct buf device = {0};
        struct buf fresh = {0};
        struct device_records r;

        for (unsigned i = 0; i < 3; i++) {
            struct request_row row = request_from(1, 1);

            row.response_code = rows_text(codes[i]);
            evidence_pack_request(i == stored ? &device : &fresh, &row);
        }
        assert_true(merge_into(&device, &fresh, NULL));
        assert_false(merge_into(&device, &fresh, NULL)); /* which refuses what is out of order */
        r = unpacked(&device);
        assert_int_equal(r.request_count, 3);
        for (unsigned i = 0; i < 3; i++)
            assert_true(text_equal(r.requests[i].response_code, text_of(codes[i])));
        device_records_release(&r);
        buf_release(&device);
        buf_release(&fresh);
    }
}

/* The files of one extract need not follow one another. */
static void r7_rows_of_one_extract_are_counted_together_whatever_lies_between(void **state)
{
    const struct inventory_row rows[] = {inventory_from(1, 1, NOON, "A"), inventory_from(2, 1, NOON + 1, "B"),
                                         inventory_from(3, 1, NOON, "C"), inventory_from(4, 1, NOON + 1, "D")};
    struct buf device = {0};
    struct buf fresh = {0};
    struct tally tally = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        evidence_pack_inventory(&fresh, &rows[i]);
    merge_into(&device, &fresh, &tally);
    for (unsigned file = 1; file <= 4; file++) {
        assert_int_equal(tally.stored[file], file <= 2);
        assert_int_equal(tally.merged[file], file > 2);
    }
    buf_release(&device);
    buf_release(&fresh);
}

int main(void)
{
    static const struct CMUnitTest fixed[] = {
        cmocka_unit_test(r7_every_distinct_answer_is_kept_and_the_first_makes_the_request),
        cmocka_unit_test(r7_rows_alike_keep_the_source_that_was_there),
        cmocka_unit_test(r7_a_request_with_and_one_without_request_id_are_two),
        cmocka_unit_test(r7_snapshots_of_one_identity_are_one_look_in_pieces),
        cmocka_unit_test(r4_0_two_values_for_one_part_of_a_look_are_a_conflict),
        cmocka_unit_test(r7_an_inventory_row_that_extracts_repeat_is_kept_once),
        cmocka_unit_test(r7_of_rows_of_one_extract_the_first_makes_the_record),
        cmocka_unit_test(r7_rows_alike_are_no_conflict_and_a_conflict_once_seen_stays),
        cmocka_unit_test(r7_a_damaged_row_of_an_identity_is_told),
        cmocka_unit_test(damaged_bytes_are_told),
        cmocka_unit_test(r7_merging_is_commutative_associative_and_idempotent),
        cmocka_unit_test(r7_a_registration_with_an_end_outweighs_one_without),
        cmocka_unit_test(r7_organisations_are_chosen_as_their_texts_compare),
        cmocka_unit_test(r7_a_look_is_answered_where_any_piece_is),
        cmocka_unit_test(a_stray_byte_is_damage),
        cmocka_unit_test(r7_the_lowest_source_is_named_in_any_order),
        cmocka_unit_test(r7_answers_are_kept_in_order_however_little_they_differ),
        cmocka_unit_test(r7_rows_of_one_extract_are_counted_together_whatever_lies_between),
    };
    struct CMUnitTest tests[ARRAY_LEN(fixed) + ARRAY_LEN(check_cases)];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(check_cases); i++)
        tests[n++] =
            (struct CMUnitTest){check_cases[i].name, r7_check_that_outweighs_is_kept, NULL, NULL, &check_cases[i]};
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        tests[n++] = fixed[i];
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
