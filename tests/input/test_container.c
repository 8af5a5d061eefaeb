/* Compressed files and archives, and files that cannot be read. */
#include "load_test.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#define ORG_HEADING "entity_id,party,role\n"
#define ORG_ROW     "90-B3-D5-1F-30-01-00-00,Acme,Supplier\n"

struct member {
    const char *name, *content;
};

static const struct member two[] = {{"in/srv.csv", SRV_HEADING SRV_ROW}, {"org.csv", ORG_HEADING ORG_ROW}};

/* Packs members into dir/name; `filter` and `format` as libarchive numbers them. */
static void pack_members(const struct trial *t, const char *name, int format, int filter, const struct member *members,
                         size_t count)
{
    struct archive *a = archive_write_new();
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", t->dir, name);
    assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
    assert_true(archive_write_add_filter(a, filter) >= ARCHIVE_WARN);
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *e = archive_entry_new();
        const bool folder = members[i].content == NULL;
        archive_entry_set_pathname(e, members[i].name);
        archive_entry_set_filetype(e, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(e, 0644);
        if (!folder)
            archive_entry_set_size(e, (la_int64_t)strlen(members[i].content));
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        if (!folder)
            archive_write_data(a, members[i].content, strlen(members[i].content));
        archive_entry_free(e);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
}

static size_t read_packed(const struct trial *t, const char *name, unsigned char *out, size_t size)
{
    char path[256];
    FILE *fp;

    snprintf(path, sizeof(path), "%s/%s", t->dir, name);
    fp = fopen(path, "rb");
    assert_non_null(fp);
    const size_t len = fread(out, 1, size, fp);
    assert_true(len < size);
    fclose(fp);
    return len;
}

static void cut_file(const struct trial *t, const char *name, long from_end)
{
    char path[256];
    struct stat st;

    snprintf(path, sizeof(path), "%s/%s", t->dir, name);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size - from_end), 0);
}

static void a_compressed_file_is_read_as_its_content(void **state)
{
    static const struct {
        const char *name;
        int filter;
    } packed[] = {
        {"srv.csv.gz", ARCHIVE_FILTER_GZIP}, {"srv.csv.zst", ARCHIVE_FILTER_ZSTD}, {"no-suffix", ARCHIVE_FILTER_GZIP}};
    struct trial t;
    unsigned char digest[DIGEST_SIZE];

    (void)state;
    trial_init(&t);
    const struct intake_file *plain = trial_load_text(&t, "srv.csv", SRV_HEADING SRV_ROW);
    assert_int_equal(plain->fate, FILE_READ);
    memcpy(digest, plain->sha256, DIGEST_SIZE);
    for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
        pack_members(&t, packed[i].name, ARCHIVE_FORMAT_RAW, packed[i].filter, two, 1);
        const struct intake_file *f = trial_load(&t, packed[i].name);
        assert_null(strstr(f->name, ": "));
        assert_string_equal(f->kind, "srv-audit");
        assert_int_equal(f->fate, FILE_KNOWN); /* the content is what counts: it was read a moment ago */
        assert_int_equal(f->bytes, strlen(two[0].content));
        assert_memory_equal(f->sha256, digest, DIGEST_SIZE);
    }
    trial_release(&t);
}

static void every_member_of_an_archive_is_a_file(void **state)
{
    static const struct {
        const char *name;
        int format, filter;
    } packed[] = {{"all.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
                  {"all.tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP},
                  {"all.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE}};
    static const struct member members[] = {
        {"in/", NULL}, {"in/srv.csv", SRV_HEADING SRV_ROW}, {"notes.txt", "hello\n"}, {"org.csv", ORG_HEADING ORG_ROW}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
        struct trial t;
        trial_init(&t);
        pack_members(&t, packed[i].name, packed[i].format, packed[i].filter, members, ARRAY_LEN(members));
        trial_load(&t, packed[i].name);
        const struct intake_files *files = load_files(t.load);
        assert_int_equal(files->count, 3);
        assert_contains(files->ptr[0].name, ": in/srv.csv");
        assert_int_equal(files->ptr[0].number, 1);
        assert_int_equal(files->ptr[0].fate, FILE_READ);
        assert_int_equal(files->ptr[1].fate, FILE_REFUSED);
        assert_contains(files->ptr[1].why.msg, "notes.txt' is of no known kind");
        assert_int_equal(files->ptr[2].fate, FILE_READ);
        assert_int_equal(files->ptr[2].number, 3);
        assert_string_equal(files->ptr[2].kind, "organisations");
        trial_release(&t);
    }
}

static void member_names_are_made_fit_to_be_shown(void **state)
{
    static const struct member member = {"a\x1b[31m\nb.csv", SRV_HEADING SRV_ROW};
    struct trial t;

    (void)state;
    trial_init(&t);
    pack_members(&t, "x.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, &member, 1);
    assert_contains(trial_load(&t, "x.tar")->name, ": a?[31m?b.csv");
    trial_release(&t);
}

static void a_truncated_file_is_refused_with_what_is_wrong(void **state)
{
    static const int rows[] = {1, 20000}; /* it is seen before the first row, or after many */

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct trial t;
        struct buf b = {0};
        trial_init(&t);
        buf_add_str(&b, ORG_HEADING);
        for (int k = 0; k < rows[i]; k++)
            buf_printf(&b, "90-B3-D5-1F-30-01-%02X-%02X,Party %d,Supplier\n", k >> 8 & 255, k & 255, k * 7919 % 10007);
        const struct member member = {"org.csv", buf_cstr(&b)};
        pack_members(&t, "org.csv.gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &member, 1);
        buf_release(&b);
        cut_file(&t, "org.csv.gz", 30);
        const struct intake_file *f = trial_load(&t, "org.csv.gz");
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_int_equal(f->why.code, ERR_DATA);
        assert_contains(f->why.msg, "org.csv.gz' cannot be read to its end (it is cut short); get a whole copy of it");
        trial_release(&t);
    }
}

/* One bit in each byte: what stands in the header besides the content may be anything. */
static void a_damaged_gzip_never_passes_for_another_content(void **state)
{
    static const struct member member = {"org.csv", ORG_HEADING ORG_ROW};
    unsigned char packed[512], digest[DIGEST_SIZE];
    size_t len, refused = 0;
    struct trial t;

    (void)state;
    trial_init(&t);
    memcpy(digest, trial_load_text(&t, "org.csv", member.content)->sha256, DIGEST_SIZE);
    pack_members(&t, "org.csv.gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &member, 1);
    len = read_packed(&t, "org.csv.gz", packed, sizeof(packed));
    for (size_t i = 2; i < len; i++) {
        packed[i] ^= 0x10;
        trial_write(&t, "damaged.gz", packed, len);
        const struct intake_file *f = trial_load(&t, "damaged.gz");
        if (f->fate == FILE_REFUSED)
            refused++;
        else
            assert_memory_equal(f->sha256, digest, DIGEST_SIZE);
        packed[i] ^= 0x10;
    }
    assert_true(refused >= len - 12);
    trial_release(&t);
}

static void gzip_members_are_one_content_and_what_follows_is_none(void **state)
{
    static const struct member parts[] = {{"a", ORG_HEADING}, {"b", ORG_ROW}};
    unsigned char packed[1024];
    size_t len = 0;
    struct trial t;

    (void)state;
    trial_init(&t);
    for (size_t i = 0; i < 2; i++) {
        pack_members(&t, "part.gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &parts[i], 1);
        len += read_packed(&t, "part.gz", packed + len, sizeof(packed) - len);
    }
    packed[len++] = '\0';
    trial_write(&t, "both.gz", packed, len);
    const struct intake_file *f = trial_load(&t, "both.gz");
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 1);
    trial_release(&t);
}

static void a_truncated_archive_costs_the_member_that_is_cut(void **state)
{
    struct trial t;
    struct buf big = {0};
    struct member members[2] = {two[0], {"org.csv", NULL}};

    (void)state;
    trial_init(&t);
    buf_add_str(&big, ORG_HEADING);
    for (int i = 0; i < 3000; i++)
        buf_add_str(&big, ORG_ROW);
    members[1].content = buf_cstr(&big);
    pack_members(&t, "all.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, members, 2);
    buf_release(&big);
    cut_file(&t, "all.tar", 50000);
    trial_load(&t, "all.tar");
    const struct intake_files *files = load_files(t.load);
    assert_int_equal(files->count, 2);
    assert_int_equal(files->ptr[0].fate, FILE_READ);
    assert_int_equal(files->ptr[1].fate, FILE_REFUSED);
    assert_contains(files->ptr[1].why.msg, "org.csv' cannot be read to its end");
    trial_release(&t);
}

/* Puts dir/name and `more` bytes one behind the other; -1: the file itself once more. */
static void append(const struct trial *t, const char *name, const void *more, long len)
{
    unsigned char bytes[65536];
    size_t n = read_packed(t, name, bytes, sizeof(bytes) / 2);

    memcpy(bytes + n, len < 0 ? bytes : more, len < 0 ? n : (size_t)len);
    trial_write(t, name, bytes, n + (len < 0 ? n : (size_t)len));
}

static struct stream_case {
    const char *name;
    int filter;
} streams[] = {{"srv.csv.gz", ARCHIVE_FILTER_GZIP},
               {"srv.csv.bz2", ARCHIVE_FILTER_BZIP2},
               {"srv.csv.xz", ARCHIVE_FILTER_XZ},
               {"srv.csv.zst", ARCHIVE_FILTER_ZSTD}};

static void streams_one_behind_the_other_are_one_content(void **state)
{
    const struct stream_case *c = *state;
    struct trial t;

    trial_init(&t);
    pack_members(&t, c->name, ARCHIVE_FORMAT_RAW, c->filter, two, 1);
    append(&t, c->name, NULL, -1);
    const struct intake_file *f = trial_load(&t, c->name);
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->bytes, 2 * strlen(two[0].content));
    trial_release(&t);
}

static void a_cut_in_the_second_stream_refuses_the_file(void **state)
{
    const struct stream_case *c = *state;

    for (long cut = 1; cut < 20; cut += 6) {
        struct trial t;

        trial_init(&t);
        pack_members(&t, c->name, ARCHIVE_FORMAT_RAW, c->filter, two, 1);
        append(&t, c->name, NULL, -1);
        cut_file(&t, c->name, cut);
        const struct intake_file *f = trial_load(&t, c->name);
        assert_int_equal(f->fate, FILE_REFUSED);
        assert_contains(f->why.msg, "cannot be read to its end (it is cut short");
        assert_contains(f->why.msg, "get a whole copy of it");
        trial_release(&t);
    }
}

static void what_stands_behind_a_stream_refuses_the_file(void **state)
{
    const struct stream_case *c = *state;
    struct trial t;

    trial_init(&t);
    pack_members(&t, c->name, ARCHIVE_FORMAT_RAW, c->filter, two, 1);
    append(&t, c->name, SRV_ROW, (long)strlen(SRV_ROW));
    const struct intake_file *f = trial_load(&t, c->name);
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "stands behind its end");
    trial_release(&t);
}

static void zeros_behind_a_stream_are_padding(void **state)
{
    const struct stream_case *c = *state;
    static const char zeros[700];
    struct trial t;

    trial_init(&t);
    pack_members(&t, c->name, ARCHIVE_FORMAT_RAW, c->filter, two, 1);
    append(&t, c->name, zeros, sizeof(zeros));
    assert_int_equal(trial_load(&t, c->name)->fate, FILE_READ);
    trial_release(&t);
}

/* pzstd writes such frames. */
static void zstd_may_begin_with_a_frame_to_be_skipped(void **state)
{
    static const char frame[] = "\x50\x2a\x4d\x18\x04\x00\x00\x00\x01\x02\x03\x04";
    unsigned char bytes[4096];
    struct trial t;

    (void)state;
    trial_init(&t);
    pack_members(&t, "srv.csv.zst", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD, two, 1);
    memcpy(bytes, frame, sizeof(frame) - 1);
    const size_t n = read_packed(&t, "srv.csv.zst", bytes + sizeof(frame) - 1, sizeof(bytes) - sizeof(frame));
    trial_write(&t, "srv.csv.zst", bytes, n + sizeof(frame) - 1);
    const struct intake_file *f = trial_load(&t, "srv.csv.zst");
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->bytes, strlen(two[0].content));
    trial_release(&t);
}

static struct archive_case {
    const char *name;
    int format, filter;
} archives[] = {{"all.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE},
                {"all.tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP},
                {"all.tar.zst", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_ZSTD},
                {"all.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE}};

static void archives_one_behind_the_other_give_all_their_members(void **state)
{
    const struct archive_case *c = *state;
    struct trial t;

    trial_init(&t);
    pack_members(&t, c->name, c->format, c->filter, two, 2);
    append(&t, c->name, NULL, -1);
    trial_load(&t, c->name);
    const struct intake_files *files = load_files(t.load);
    assert_int_equal(files->count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(files->ptr[i].fate, i < 2 ? FILE_READ : FILE_KNOWN);
    trial_release(&t);
}

static void what_stands_behind_an_archive_is_told(void **state)
{
    const struct archive_case *c = *state;
    struct trial t;

    trial_init(&t);
    pack_members(&t, c->name, c->format, c->filter, two, 2);
    append(&t, c->name, SRV_ROW, (long)strlen(SRV_ROW));
    const struct intake_file *f = trial_load(&t, c->name);
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "cannot be read to its end");
    trial_release(&t);
}

static void zeros_behind_an_archive_are_padding(void **state)
{
    const struct archive_case *c = *state;
    static const char zeros[5 * 512];
    struct trial t;

    trial_init(&t);
    pack_members(&t, c->name, c->format, c->filter, two, 2);
    append(&t, c->name, zeros, sizeof(zeros));
    assert_int_equal(trial_load(&t, c->name)->fate, FILE_READ);
    assert_int_equal(load_files(t.load)->count, 2);
    trial_release(&t);
}

/* Where it was cut between two members nothing else tells it. */
static void a_tar_archive_without_its_end_is_told(void **state)
{
    unsigned char bytes[16384];
    struct trial t;

    (void)state;
    trial_init(&t);
    pack_members(&t, "all.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, two, 2);
    assert_true(read_packed(&t, "all.tar", bytes, sizeof(bytes)) > 1024);
    trial_write(&t, "all.tar", bytes, 1024); /* a header and a block of content */
    const struct intake_file *f = trial_load(&t, "all.tar");
    assert_int_equal(load_files(t.load)->count, 2);
    assert_int_equal(load_files(t.load)->ptr[0].fate, FILE_READ);
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_contains(f->why.msg, "/all.tar' ends without the mark that ends an archive");
    trial_release(&t);
}

static void a_zip_archive_cut_in_its_directory_is_told(void **state)
{
    (void)state;
    for (long cut = 1; cut < 60; cut += 11) {
        struct trial t;

        trial_init(&t);
        pack_members(&t, "all.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, two, 2);
        cut_file(&t, "all.zip", cut);
        assert_contains(trial_load(&t, "all.zip")->why.msg, "cannot be read to its end");
        trial_release(&t);
    }
}

static void what_packers_add_is_passed_over_and_counted(void **state)
{
    static const struct member members[] = {{"in/srv.csv", SRV_HEADING SRV_ROW},
                                            {"__MACOSX/in/._srv.csv", "x"},
                                            {"in/.DS_Store", "x"},
                                            {"in/Thumbs.db", "x"},
                                            {"in/", NULL}};
    struct trial t;

    (void)state;
    trial_init(&t);
    pack_members(&t, "all.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, members, ARRAY_LEN(members));
    assert_int_equal(trial_load(&t, "all.zip")->fate, FILE_READ);
    assert_int_equal(load_files(t.load)->count, 1);
    assert_int_equal(load_passed_over(t.load), 3);
    trial_release(&t);
}

static void a_damaged_checksum_costs_every_member(void **state)
{
    struct member members[2] = {two[0], {"org.csv", NULL}};
    unsigned char packed[8192];
    struct buf big = {0};
    struct trial t;

    (void)state;
    trial_init(&t);
    buf_add_str(&big, ORG_HEADING);
    for (int i = 0; i < 9000; i++) /* more than is unpacked at once */
        buf_add_str(&big, ORG_ROW);
    members[1].content = buf_cstr(&big);
    pack_members(&t, "all.tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, members, 2);
    buf_release(&big);
    const size_t len = read_packed(&t, "all.tar.gz", packed, sizeof(packed));
    packed[len - 8] ^= 1;
    trial_write(&t, "all.tar.gz", packed, len);
    trial_load(&t, "all.tar.gz");
    const struct intake_files *files = load_files(t.load);
    assert_int_equal(files->count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(files->ptr[i].fate, FILE_REFUSED);
        assert_contains(files->ptr[i].why.msg, "cannot be read to its end (it is damaged: incorrect data check)");
    }
    trial_release(&t);
}

static void an_archive_in_an_archive_is_refused(void **state)
{
    static const struct member member = {"inner.gz", "\x1f\x8b\x08 something"};
    struct trial t;

    (void)state;
    trial_init(&t);
    pack_members(&t, "x.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, &member, 1);
    assert_contains(trial_load(&t, "x.zip")->why.msg, "is itself compressed or an archive; unpack it once");
    trial_release(&t);
}

static void what_holds_nothing_is_empty(void **state)
{
    static const struct member nothing = {"x", ""};
    struct trial t;

    (void)state;
    trial_init(&t);
    assert_contains(trial_load_text(&t, "empty", "")->why.msg, "empty' is empty");
    pack_members(&t, "empty.gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &nothing, 1);
    assert_contains(trial_load(&t, "empty.gz")->why.msg, "empty.gz' is empty");
    pack_members(&t, "empty.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, 0);
    assert_contains(trial_load(&t, "empty.zip")->why.msg, "empty.zip' is empty");
    trial_release(&t);
}

static void a_missing_file_is_missing(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load(&t, "nowhere.csv");
    assert_int_equal(f->fate, FILE_REFUSED);
    assert_int_equal(f->why.code, ERR_NO_INPUT);
    assert_contains(f->why.msg, "nowhere.csv': No such file");
    trial_release(&t);
}

static void a_directory_is_told_as_such(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    const struct intake_file *f = trial_load(&t, ".");
    assert_int_equal(f->why.code, ERR_NO_INPUT);
    assert_contains(f->why.msg, "is a directory; name its files or use run --inbox");
    trial_release(&t);
}

/* Runs a load with dir/name as standard input, through a pipe. */
static const struct intake_file *load_piped(struct trial *t, const char *name)
{
    char command[256];
    const int saved = dup(STDIN_FILENO);
    FILE *pipe;

    snprintf(command, sizeof(command), "cat '%s/%s'", t->dir, name);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_true(dup2(fileno(pipe), STDIN_FILENO) >= 0);
    const struct intake_file *f = trial_load(t, "-");
    assert_true(dup2(saved, STDIN_FILENO) >= 0);
    close(saved);
    pclose(pipe);
    return f;
}

static void standard_input_is_read_plain_or_compressed(void **state)
{
    struct trial t;

    (void)state;
    trial_init(&t);
    trial_write(&t, "srv.csv", two[0].content, strlen(two[0].content));
    const struct intake_file *f = load_piped(&t, "srv.csv");
    assert_int_equal(f->fate, FILE_READ);
    assert_string_equal(f->name, "-");
    assert_int_equal(f->rows, 1);
    pack_members(&t, "org.csv.gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &two[1], 1);
    f = load_piped(&t, "org.csv.gz");
    assert_int_equal(f->fate, FILE_READ);
    assert_string_equal(f->kind, "organisations");
    pack_members(&t, "all.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, two, 2);
    f = load_piped(&t, "all.zip");
    assert_string_equal(f->name, "-: org.csv");
    assert_int_equal(f->fate, FILE_KNOWN);
    trial_release(&t);
}

static void a_gzip_bomb_is_streamed(void **state)
{
    struct trial t;
    struct buf b = {0};

    (void)state;
    trial_init(&t);
    buf_add_str(&b, SRV_HEADING SRV_ROW);
    for (int i = 0; i < 64 * 1024 * 1024 / 64; i++)
        buf_add_str(&b, "                                                               \n");
    const struct member bomb = {"bomb", buf_cstr(&b)};
    pack_members(&t, "bomb.gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &bomb, 1);
    buf_release(&b);
    const struct intake_file *f = trial_load(&t, "bomb.gz");
    assert_int_equal(f->fate, FILE_READ);
    assert_int_equal(f->rows, 1);
    assert_true(f->bytes > 64 * 1024 * 1024);
    trial_release(&t);
}

/* A few bytes of an archive may be rejects without end, in members each of which would be within bounds. */
static void a_flood_of_rejects_ends_the_reading_of_an_archive(void **state)
{
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_ZIP};
    struct buf bad = {0};

    (void)state;
    buf_add_str(&bad, SRV_HEADING);
    for (int i = 0; i < 2000; i++)
        buf_printf(&bad, "%d,\n", i);
    const struct member members[] = {two[0], {"a.csv", buf_cstr(&bad)}, {"b.csv", buf_cstr(&bad)}, two[1]};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct trial t;

        trial_init(&t);
        t.block_size = 400;
        t.options.max_rejects = 0; /* so that each of them is refused */
        t.options.rejected_bytes_max = 200000;
        pack_members(&t, "bomb", formats[i], ARCHIVE_FILTER_NONE, members, ARRAY_LEN(members));
        trial_load(&t, "bomb");
        const struct intake_files *const files = load_files(t.load);
        assert_int_equal(files->count, 3);
        assert_int_equal(files->ptr[0].fate, FILE_READ);
        assert_int_equal(files->ptr[1].fate, FILE_REFUSED);
        assert_contains(files->ptr[1].why.msg, "has 2000 bad rows of 2000");
        assert_int_equal(files->ptr[2].fate, FILE_REFUSED);
        assert_true(files->ptr[2].rows < 1900);
        assert_contains(
            files->ptr[2].why.msg,
            "bad rows of this archive take more room than is kept for such in a run, 200000 bytes; mend it, or "
            "leave it out (what stands behind it in its archive was not read); the first: line 2");
        /* The next path is another matter. */
        assert_int_equal(trial_load_text(&t, "good.csv", SRV_HEADING SRV_ROW SRV_ROW)->fate, FILE_READ);
        trial_release(&t);
    }
    buf_release(&bad);
}

int main(void)
{
#define STREAM(test, n)                                                                                                \
    {                                                                                                                  \
        streams[n].name, test, NULL, NULL, &streams[n]                                                                 \
    }
#define STREAMS(test) STREAM(test, 0), STREAM(test, 1), STREAM(test, 2), STREAM(test, 3)
#define ARCHIVE(test, n)                                                                                               \
    {                                                                                                                  \
        archives[n].name, test, NULL, NULL, &archives[n]                                                               \
    }
#define ARCHIVES(test) ARCHIVE(test, 0), ARCHIVE(test, 1), ARCHIVE(test, 2), ARCHIVE(test, 3)
    const struct CMUnitTest tests[] = {
        STREAMS(streams_one_behind_the_other_are_one_content),
        STREAMS(a_cut_in_the_second_stream_refuses_the_file),
        STREAMS(what_stands_behind_a_stream_refuses_the_file),
        STREAMS(zeros_behind_a_stream_are_padding),
        cmocka_unit_test(zstd_may_begin_with_a_frame_to_be_skipped),
        ARCHIVES(archives_one_behind_the_other_give_all_their_members),
        ARCHIVES(what_stands_behind_an_archive_is_told),
        ARCHIVE(zeros_behind_an_archive_are_padding, 0),
        ARCHIVE(zeros_behind_an_archive_are_padding, 1),
        ARCHIVE(zeros_behind_an_archive_are_padding, 2),
        ARCHIVE(zeros_behind_an_archive_are_padding, 3),
        cmocka_unit_test(a_tar_archive_without_its_end_is_told),
        cmocka_unit_test(a_zip_archive_cut_in_its_directory_is_told),
        cmocka_unit_test(what_packers_add_is_passed_over_and_counted),
        cmocka_unit_test(a_compressed_file_is_read_as_its_content),
        cmocka_unit_test(every_member_of_an_archive_is_a_file),
        cmocka_unit_test(member_names_are_made_fit_to_be_shown),
        cmocka_unit_test(a_truncated_file_is_refused_with_what_is_wrong),
        cmocka_unit_test(a_damaged_gzip_never_passes_for_another_content),
        cmocka_unit_test(gzip_members_are_one_content_and_what_follows_is_none),
        cmocka_unit_test(a_truncated_archive_costs_the_member_that_is_cut),
        cmocka_unit_test(a_damaged_checksum_costs_every_member),
        cmocka_unit_test(an_archive_in_an_archive_is_refused),
        cmocka_unit_test(what_holds_nothing_is_empty),
        cmocka_unit_test(a_missing_file_is_missing),
        cmocka_unit_test(a_directory_is_told_as_such),
        cmocka_unit_test(standard_input_is_read_plain_or_compressed),
        cmocka_unit_test(a_gzip_bomb_is_streamed),
        cmocka_unit_test(a_flood_of_rejects_ends_the_reading_of_an_archive),
    };

    return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
