/* What a load knows of its files: old ones, limits, kinds, and when an inventory was taken. */
#include "load_test.h"

#include "job_form_int.h"

#define INV_HEADING "device_id,device_type,status\n"
#define INV_ROW     "00-DB-12-34-56-78-90-A0,ESME,Commissioned\n"

struct store {
    unsigned char digest[DIGEST_SIZE];
    uint64_t size;
    unsigned differs; /* from the file that is asked for, what has its content */
    int asked;
};

static bool known_content(void *ctx, const unsigned char sha256[DIGEST_SIZE])
{
    struct store *s = ctx;

    s->asked++;
    return memcmp(s->digest, sha256, DIGEST_SIZE) == 0;
}

static bool known_size(void *ctx, uint64_t bytes)
{
    return ((const struct store *)ctx)->size == bytes;
}

static bool known_file(void *ctx, struct intake_file *file)
{
    const struct store *const s = ctx;

    if (memcmp(s->digest, file->sha256, DIGEST_SIZE) != 0)
        return false;
    assert_string_equal(file->kind, "srv-audit");
    return intake_file_note_same(file, TEXT_LITERAL("before.csv"), s->differs) && s->differs == 0;
}

/* A load that asks a store which has `content`. */
static void ask(struct trial *t, struct store *store, const char *content)
{
    store->size = strlen(content);
    digest_of(content, strlen(content), store->digest);
    trial_init(t);
    t->options.known_file = known_file;
    t->options.known_content = known_content;
    t->options.known_size = known_size;
    t->options.ctx = store;
}

static void a_stored_file_is_not_parsed_again(void **state)
{
    static const char content[] = SRV_HEADING SRV_ROW;
    struct store store = {0};
    struct trial t;

    (void)state;
    ask(&t, &store, content);
    const struct intake_file *f = trial_load_text(&t, "old.csv", content);
    assert_int_equal(f->fate, FILE_KNOWN);
    assert_string_equal(f->same_as, "before.csv");
    assert_int_equal(f->rows, 0);
    assert_int_equal(f->bytes, sizeof(content) - 1);
    assert_memory_equal(f->sha256, store.digest, DIGEST_SIZE);
    /* Of the same size, and yet another file. */
    f = trial_load_text(&t, "new.csv",
                        "device_id,srv,user_id,requested_at\n"
                        "00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17T09:30:01Z\n");
    assert_int_equal(f->fate, FILE_READ);
    assert_null(f->same_as);
    assert_int_equal(f->rows, 1);
    assert_int_equal(store.asked, 2);
    trial_release(&t);
}

static void a_stored_content_is_read_again_when_something_else_differs(void **state)
{
    static const char content[] = SRV_HEADING SRV_ROW;
    struct store store = {.differs = FILE_OTHER_READING};
    struct trial t;

    (void)state;
    ask(&t, &store, content);
    const struct intake_file *const f = trial_load_text(&t, "old.csv", content);
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 1);
    assert_string_equal(f->same_as, "before.csv");
    assert_int_equal(f->differs, FILE_OTHER_READING);
    trial_release(&t);
}

static void the_same_content_twice_is_known_the_second_time(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    assert_int_equal(trial_load_text(&t, "a.csv", SRV_HEADING SRV_ROW)->fate, FILE_READ);
    const struct intake_file *f = trial_load_text(&t, "b.csv", SRV_HEADING SRV_ROW);
    assert_int_equal(f->fate, FILE_KNOWN);
    assert_int_equal(f->number, 2);
    assert_non_null(strstr(f->same_as, "/a.csv"));
    trial_release(&t);
}

/* R7: a Device that is again as it was is told by the same bytes under another date. */
static void the_same_content_of_another_day_is_another_extract(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_load_text(&t, "smi-2021-10-01.csv", INV_HEADING INV_ROW);
    const struct intake_file *f = trial_load_text(&t, "smi-2021-10-03.csv", INV_HEADING INV_ROW);
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->differs, FILE_OTHER_EXTRACT);
    assert_contains(trial_dump(&t), "2021-10-03T00:00:00Z");
    /* The day in other words is the same day. */
    assert_int_equal(trial_load_text(&t, "smi_20211003.csv", INV_HEADING INV_ROW)->fate, FILE_KNOWN);
    trial_release(&t);
}

static void grow_it(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows)
{
    FILE *const fp = fopen(ctx, "ab");

    (void)file, (void)bytes, (void)total, (void)rows;
    assert_non_null(fp);
    fputs(SRV_ROW, fp);
    assert_int_equal(fclose(fp), 0);
}

static void the_hash_is_of_all_bytes_whatever_the_blocks(void **state)
{
    static const size_t sizes[] = {0, 100, 1000, 70000};
    struct buf content = {0};
    unsigned char digest[DIGEST_SIZE];

    (void)state;
    buf_add_str(&content, "a title\n\n" SRV_HEADING);
    for (unsigned i = 0; i < 3000; i++)
        buf_add_str(&content, i % 1000 == 0 ? SRV_ROW "\n" : SRV_ROW);
    buf_add_str(&content, "no end");
    digest_of(content.ptr, content.len, digest);
    for (unsigned threads = 1; threads <= 4; threads++)
        for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
            struct trial t;

            trial_init(&t);
            t.options.threads = threads;
            t.block_size = sizes[i];
            trial_write(&t, "log.csv", content.ptr, content.len);
            const struct intake_file *const f = trial_load(&t, "log.csv");
            assert_int_equal(f->fate, FILE_READ);
            assert_int_equal(f->bytes, content.len);
            assert_memory_equal(f->sha256, digest, DIGEST_SIZE);
            trial_release(&t);
        }
    buf_release(&content);
}

static void a_file_that_grows_while_it_is_read_is_left_alone(void **state)
{
    char path[256];
    struct trial t;

    (void)state;
    trial_init(&t);
    snprintf(path, sizeof(path), "%s/log.csv", t.dir);
    t.options.progress = grow_it;
    t.options.ctx = path;
    const struct intake_file *const f = trial_load_text(&t, "log.csv", SRV_HEADING SRV_ROW);
    assert_int_equal(f->fate, FILE_LEFT);
    assert_contains(f->why.msg, "/log.csv' changed while it was read");
    trial_release(&t);
}

/* Many files of different content: each is looked up in the index. */
static void every_one_of_many_files_is_found_again(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < 200; i++) {
            char content[200];

            snprintf(content, sizeof(content),
                     SRV_HEADING "00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17T09:30:00.%03dZ\n", i);
            assert_int_equal(trial_load_text(&t, "row.csv", content)->fate, again ? FILE_KNOWN : FILE_READ);
        }
    trial_release(&t);
}

static const char ten_rows_one_bad[] = SRV_HEADING SRV_ROW SRV_ROW SRV_ROW SRV_ROW SRV_ROW
    "x,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17\n" SRV_ROW SRV_ROW SRV_ROW SRV_ROW;

static struct limit_case {
    const char *name;
    bool percent;
    double max;
    enum file_fate want;
} limits[] = {
    {"exactly the share that may be bad", true, 10, FILE_READ},
    {"one over the share", true, 9.9, FILE_REFUSED},
    {"no bad row may be", true, 0, FILE_REFUSED},
    {"exactly the number that may be bad", false, 1, FILE_READ},
    {"one over the number", false, 0, FILE_REFUSED},
};

static void check_limit(void **state)
{
    const struct limit_case *c = *state;
    struct trial t;

    trial_init(&t);
    t.options.rejects_are_percent = c->percent;
    t.options.max_rejects = c->max;
    const struct intake_file *f = trial_load_text(&t, "rows.csv", ten_rows_one_bad);
    assert_int_equal(f->fate, c->want);
    assert_int_equal(f->rows, 10);
    assert_int_equal(f->rejected, 1);
    if (c->want == FILE_REFUSED) {
        assert_int_equal(f->why.code, ERR_DATA);
        assert_int_equal(f->why.line, 7);
        assert_contains(f->why.msg, "has 1 bad row of 10, more than --max-rejects");
        assert_contains(f->why.msg, "the first: line 7, 'device_id': \"x\" is no EUI-64");
    }
    trial_release(&t);
}

static void the_first_rejects_are_named_in_order(void **state)
{
    struct trial t;
    struct buf b = {0};

    (void)state;
    trial_init(&t);
    t.block_size = 50;
    t.options.threads = 3;
    t.options.max_rejects = 10;
    buf_add_str(&b, SRV_HEADING);
    for (int i = 0; i < 200; i++)
        buf_printf(&b, "%d,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17\n", i);
    trial_write(&t, "rows.csv", b.ptr, b.len);
    buf_release(&b);
    const char *msg = trial_load(&t, "rows.csv")->why.msg;
    assert_contains(msg, "has 200 bad rows of 200");
    assert_contains(msg, "the first: line 2, 'device_id': \"0\" is no EUI-64");
    assert_contains(msg, "; line 3, 'device_id': \"1\"");
    trial_release(&t);
}

#define BAD_ROW "x,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17\n"

/* 2,000 rows, of which one in `bad_of` is bad. */
static const struct intake_file *load_rows(struct trial *t, const char *name, int bad_of)
{
    struct buf b = {0};

    buf_add_str(&b, SRV_HEADING);
    for (int i = 0; i < 2000; i++)
        buf_add_str(&b, i % bad_of != 0 ? SRV_ROW : BAD_ROW);
    buf_printf(&b, "\n%s\n", name); /* no other file has the same content */
    trial_write(t, name, b.ptr, b.len);
    buf_release(&b);
    return trial_load(t, name);
}

static void begin_flood(struct trial *t, uint64_t most)
{
    trial_init(t);
    t->block_size = 400;
    t->options.threads = 1;
    t->options.rejected_bytes_max = most;
}

/* Few bytes that are compressed well are many rejects: what is mostly wrong is given up before its end; what has as
 * many among good rows is not. */
static void a_flood_of_rejects_is_given_up_but_not_many_among_good_rows(void **state)
{
    (void)state;
    for (int good = 0; good < 2; good++) {
        struct trial t;

        begin_flood(&t, 4000);
        const struct intake_file *const f = load_rows(&t, "rows.csv", good == 1 ? 4 : 1);
        assert_int_equal(f->fate, good == 1 ? FILE_READ : FILE_REFUSED);
        if (good == 0) {
            assert_int_equal(f->why.code, ERR_DATA);
            assert_true(f->rows < 300);
            assert_contains(
                f->why.msg,
                "bad rows of this file take more room than is kept for such in a run, 4000 bytes; mend it, or "
                "leave it out; the first: line 2, 'device_id'");
        }
        trial_release(&t);
    }
}

/* The room is that of a run, not of a file: those behind the first get what is left, and what is good goes on. */
static void the_rejects_of_all_files_have_one_room(void **state)
{
    struct trial t;

    (void)state;
    begin_flood(&t, 400000);
    for (int i = 0; i < 8; i++) {
        char name[32];
        snprintf(name, sizeof(name), "bad-%d.csv", i);
        const struct intake_file *const f = load_rows(&t, name, 1);

        assert_int_equal(f->fate, i == 0 ? FILE_READ : FILE_LEFT); /* --max-rejects is 100% here */
        if (i > 0)
            assert_contains(f->why.msg,
                            "bad rows of this and other files take more room than is kept for such in a run, "
                            "400000 bytes; read it in a run of its own; the first");
        if (i > 1)
            assert_true(f->rows < 200); /* some room is left for each */
        snprintf(name, sizeof(name), "good-%d.csv", i);
        assert_int_equal(load_rows(&t, name, 4)->fate, FILE_READ);
    }
    assert_int_equal(trial_load_text(&t, "small.csv", SRV_HEADING BAD_ROW BAD_ROW)->fate, FILE_READ);
    trial_release(&t);
}

static struct date_case {
    const char *name, *want; /* "": no date */
} dates[] = {
    {"smi-2021-10-01.csv", "2021-10-01T00:00:00Z"},
    {"smi_20211001.csv", "2021-10-01T00:00:00Z"},
    {"20211001", "2021-10-01T00:00:00Z"},
    {"smi-2021-10-01-of-20211001.csv", "2021-10-01T00:00:00Z"},
    {"smi-2021-10-01-2021-10-02.csv", ""},
    {"smi-2021-02-30.csv", ""},
    {"smi-120211001.csv", ""},
    {"smi-202110010000.csv", ""},
    {"smi-20211001T180000Z.csv", "2021-10-01T18:00:00Z"},
    {"smi-20211001T1800.csv", "2021-10-01T18:00:00Z"},
    {"smi-2021-10-01T18:00:05Z.csv", "2021-10-01T18:00:05Z"},
    {"smi-2021-10-01_18-00-05.csv", "2021-10-01T18:00:05Z"},
    {"smi_20211001_180005.csv", "2021-10-01T18:00:05Z"},
    {"smi_20211001180005.csv", "2021-10-01T18:00:05Z"},
    {"smi_20211001_0600.csv", ""}, /* a time, or the number of a part */
    {"smi_20211001_1800.csv", ""},
    {"smi-20211001-1234.csv", ""},
    {"smi-20211001-0500.csv", ""},
    {"smi-20211001-9934.csv", "2021-10-01T00:00:00Z"}, /* no time of day */
    {"smi-20211001T18.csv", "2021-10-01T18:00:00Z"},
    {"smi-20211001T18Z.csv", "2021-10-01T18:00:00Z"},
    {"smi-20211001T18+01:00.csv", "2021-10-01T17:00:00Z"},
    {"smi-2021-10-01T18:30.csv", "2021-10-01T18:30:00Z"},
    {"smi-2021-10-01 18:30.csv", "2021-10-01T18:30:00Z"},
    {"smi_2021_10_01_18_00_05.csv", ""},
    {"smi_20211001_18_00_05.csv", "2021-10-01T18:00:05Z"},
    {"smi_20211001_18-00.csv", ""}, /* a time, or part 18 */
    {"smi_20211001_18.00.csv", ""},
    {"smi_20211001_18_00.csv", ""},
    {"smi_20211001_18h00.csv", ""},
    {"smi_20211001_6pm.csv", ""},
    {"smi_20211001_PM.csv", ""},
    {"smi-2021-10-01-18h.csv", ""},
    {"smi-2021-10-01-pmo.csv", "2021-10-01T00:00:00Z"},
    {"smi_20211001_02-99.csv", "2021-10-01T00:00:00Z"},
    {"smi_20211001_02.csv", "2021-10-01T00:00:00Z"},
    {"smi-20211001T250000Z.csv", ""}, /* no time, and no number either */
    {"smi-20211001T1860.csv", ""},
    {"smi-20211001T180.csv", ""},
    {"smi-20211001_25-00-00.csv", ""},
    {"smi-20211001test.csv", "2021-10-01T00:00:00Z"},
    {"smi-20211001-993412.csv", "2021-10-01T00:00:00Z"}, /* no time of day */
    {"smi-20211001T180000+0100.csv", "2021-10-01T17:00:00Z"},
    {"smi-20211001T180000+01:00.csv", "2021-10-01T17:00:00Z"},
    {"smi-20211001T180000-05:00.csv", "2021-10-01T23:00:00Z"},
    {"smi-2021-10-01T18:00:00BST.csv", "2021-10-01T17:00:00Z"},
    {"smi-20211001T180000UTC.csv", "2021-10-01T18:00:00Z"},
    {"smi-20211001+0100.csv", "2021-09-30T23:00:00Z"},
    {"smi-20211001Z.csv", "2021-10-01T00:00:00Z"},
    {"smi-20211001T180000+9900.csv", ""}, /* no zone */
    {"smi-20211001T180000-0500.csv", ""}, /* a zone, or the number of a part */
    {"smi-20211001T180000-0001.csv", "2021-10-01T18:00:00Z"},
    {"smi-20211001T180000-12.csv", "2021-10-01T18:00:00Z"},
    {"smi-20211001.2.csv", "2021-10-01T00:00:00Z"},
    {"smi-20211001T060000Z-20211001T180000Z.csv", ""},
    {"smi 2021-10-01 06.30.00 PM.csv", "2021-10-01T18:30:00Z"}, /* twelve hours on */
    {"smi 2021-10-01 06.30.00\xE2\x80\xAFPM.csv", "2021-10-01T18:30:00Z"},
    {"smi-20211001-063000PM.csv", "2021-10-01T18:30:00Z"},
    {"smi-20211001T063000pm.csv", "2021-10-01T18:30:00Z"},
    {"smi-20211001T06pm.csv", "2021-10-01T18:00:00Z"},
    {"smi-2021-10-01T06:30PM.csv", "2021-10-01T18:30:00Z"},
    {"smi-2021-10-01-06-30-00-PM.csv", "2021-10-01T18:30:00Z"},
    {"smi-2021-10-01-06-30-00-AM.csv", "2021-10-01T06:30:00Z"},
    {"smi-2021-10-01T12:30am.csv", "2021-10-01T00:30:00Z"},
    {"smi-2021-10-01T12:30pm.csv", "2021-10-01T12:30:00Z"},
    {"smi-2021-10-01T06:30PM+01:00.csv", "2021-10-01T17:30:00Z"},
    {"smi-2021-10-01T06:30PMZ.csv", "2021-10-01T18:30:00Z"},
    {"smi-2021-10-01T06:30PMx.csv", ""},
    {"smi-2021-10-01T18:30PM.csv", ""},
    {"smi-2021-10-01T00:30AM.csv", ""},
    {"smi-20211001-063000-amended.csv", "2021-10-01T06:30:00Z"},
    {"smi 2021-10-01 at 18.30.05.csv", "2021-10-01T18:30:05Z"},
    {"smi 2021-10-01 at 06.30.05 PM.csv", "2021-10-01T18:30:05Z"},
    {"smi 2021-10-01 at 6.30.05 PM.csv", ""},
    {"smi 2021-10-01 at 18.csv", "2021-10-01T18:00:00Z"},
    {"smi 2021-10-01 at 18.30.csv", ""},
    {"smi 2021-10-01 at rest.csv", "2021-10-01T00:00:00Z"},
    {"smi 2021-10-01 - 18.30.05.csv", "2021-10-01T18:30:05Z"},
    {"smi 2021-10-01 18.30.05 BST.csv", "2021-10-01T17:30:05Z"},
    {"smi-2021-10-01-6.30pm.csv", ""},
    {"smi 2021-10-01 6 pm.csv", ""},
    {"smi-2021-10-01-18hrs.csv", ""},
    {"smi_20211001_18u00.csv", ""},
    {"smi-2021-10-01-h18.csv", ""},
    {"smi-2021-10-01-noon.csv", ""},
    {"smi_20211001_T18.csv", ""},
    {"smi_20211001_T2.csv", "2021-10-01T00:00:00Z"},
    {"smi-2021-10-01-nooner.csv", "2021-10-01T00:00:00Z"},
    {"smi-2021-10-01-2-hub.csv", "2021-10-01T00:00:00Z"},
    {"smi-2021-10-01-H2.csv", "2021-10-01T00:00:00Z"},
    {"smi-2021-1-01.csv", ""},
    {"smi.csv", ""},
    {"", ""},
};

static void check_date(void **state)
{
    const struct date_case *c = *state;
    char at[INSTANT_TEXT_SIZE];
    bool has_date;

    instant_format(file_name_instant(c->name, &has_date), at);
    assert_string_equal(at, c->want);
}

static void an_inventory_without_a_column_is_dated_by_its_name(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_load_text(&t, "smi-2021-10-01.csv", INV_HEADING INV_ROW);
    assert_contains(trial_dump(&t), "2021-10-01T00:00:00Z");
    trial_release(&t);
}

static void the_option_outweighs_the_name(void **state)
{
    struct trial t;
    const char *why;

    (void)state;
    trial_init(&t);
    assert_int_equal(instant_parse(text_of("2021-11-11"), ZONE_UTC, DATE_START, &t.options.extracted_at, &why), 0);
    trial_load_text(&t, "smi-2021-10-01.csv", INV_HEADING INV_ROW);
    assert_contains(trial_dump(&t), "2021-11-11T00:00:00Z");
    trial_release(&t);
}

static void the_column_outweighs_the_option(void **state)
{
    struct trial t;
    const char *why;

    (void)state;
    trial_init(&t);
    assert_int_equal(instant_parse(text_of("2021-11-11"), ZONE_UTC, DATE_START, &t.options.extracted_at, &why), 0);
    trial_load_text(&t, "x.csv",
                    "device_id,device_type,status,extracted_at\n00DB1234567890A0,ESME,Commissioned,2021-12-12\n"
                    "00DB1234567890A1,ESME,Commissioned,\n");
    trial_dump(&t);
    assert_contains(t.dump, "1:000002 00-DB-12-34-56-78-90-A0|ESME|");
    assert_contains(t.dump, "2021-12-12T00:00:00Z");
    assert_contains(t.dump, "2021-11-11T00:00:00Z");
    trial_release(&t);
}

static void an_inventory_that_is_not_dated_is_refused(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load_text(&t, "smi.csv", INV_HEADING INV_ROW);
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "does not say when the extract was taken: give --extracted-at");
    trial_release(&t);
}

static void an_unknown_kind_is_wrong_usage(void **state)
{
    struct trial t;
    struct err err = {0};

    (void)state;
    trial_init(&t);
    t.options.kind = "nonsense";
    assert_int_equal(load_create(&t.load, &t.options, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_contains(err.msg, "'nonsense' is no kind of input");
    trial_release(&t);
}

static void every_kind_is_listed_and_found(void **state)
{
    size_t count;
    const struct load_kind *kinds = load_kinds(&count);

    (void)state;
    assert_true(count >= 7);
    assert_null(kinds[count].name);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(readers_find(kinds[i].name)->kind, &kinds[i]);
        assert_non_null(kinds[i].summary);
    }
    assert_null(readers_find("nonsense"));
}

static void count_progress(void *ctx, const char *file, uint64_t bytes, uint64_t total, uint64_t rows)
{
    (void)rows;
    assert_non_null(file);
    assert_true(bytes <= total);
    ++*(int *)ctx;
}

static void progress_is_told(void **state)
{
    struct trial t;
    int calls = 0;

    (void)state;
    trial_init(&t);
    t.options.progress = count_progress;
    t.options.ctx = &calls;
    trial_load_text(&t, "a.csv", SRV_HEADING SRV_ROW);
    assert_true(calls > 0);
    trial_release(&t);
}

int main(void)
{
    static struct CMUnitTest tests[160] = {
        cmocka_unit_test(a_stored_file_is_not_parsed_again),
        cmocka_unit_test(a_stored_content_is_read_again_when_something_else_differs),
        cmocka_unit_test(the_same_content_twice_is_known_the_second_time),
        cmocka_unit_test(the_same_content_of_another_day_is_another_extract),
        cmocka_unit_test(the_hash_is_of_all_bytes_whatever_the_blocks),
        cmocka_unit_test(a_file_that_grows_while_it_is_read_is_left_alone),
        cmocka_unit_test(every_one_of_many_files_is_found_again),
        cmocka_unit_test(a_flood_of_rejects_is_given_up_but_not_many_among_good_rows),
        cmocka_unit_test(the_rejects_of_all_files_have_one_room),
        cmocka_unit_test(the_first_rejects_are_named_in_order),
        cmocka_unit_test(an_inventory_without_a_column_is_dated_by_its_name),
        cmocka_unit_test(the_option_outweighs_the_name),
        cmocka_unit_test(the_column_outweighs_the_option),
        cmocka_unit_test(an_inventory_that_is_not_dated_is_refused),
        cmocka_unit_test(an_unknown_kind_is_wrong_usage),
        cmocka_unit_test(every_kind_is_listed_and_found),
        cmocka_unit_test(progress_is_told),
    };
    size_t n = 0;

    while (tests[n].name != NULL)
        n++;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        tests[n++] = (struct CMUnitTest){limits[i].name, check_limit, NULL, NULL, &limits[i]};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++)
        tests[n++] = (struct CMUnitTest){dates[i].name, check_date, NULL, NULL, &dates[i]};
    return _cmocka_run_group_tests("load", tests, n, NULL, NULL);
}
