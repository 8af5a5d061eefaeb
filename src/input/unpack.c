/* Decompression. The streams of gzip, bzip2 and xz are taken one by one here, since what stands behind the end of one
 * must not be dropped; those of zstd by libarchive, which goes on by itself: where their frames end is looked at here.
 */
#include "unpack_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <bzlib.h>
#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define INPUT_SIZE  65536
#define GZIP_WINDOW (15 + 16) /* the largest window; 16: a gzip header, and its checksums */
#define XZ_MEMORY   (UINT64_C(512) << 20)

static const char more_behind[] = "something that is not compressed stands behind its end";

enum step { STEP_ON, STEP_END, STEP_BAD, STEP_NO_MEMORY };

struct codec {
    bool (*begin)(struct unpacker *u);
    enum step (*step)(struct unpacker *u);
    void (*end)(struct unpacker *u);
};

/* Where in the frames of zstd the packed bytes have come to (RFC 8878). */
struct frames {
    enum { FRAME_MAGIC, FRAME_SKIPPED, FRAME_HEADER, FRAME_BLOCK } part; /* that begins next */
    unsigned char bytes[4];                                              /* of it, as many as tell it */
    size_t have;
    uint64_t skip;     /* bytes that tell nothing of where the frame ends */
    unsigned checksum; /* bytes behind the last block */
};

struct unpacker {
    const struct codec *codec; /* NULL: libarchive */
    union {
        z_stream gzip;
        bz_stream bzip2;
        lzma_stream xz;
    } state;
    struct archive *archive;
    struct frames frames;
    unpack_source source;
    void *ctx;
    struct err failed;  /* of the source, when libarchive asked it */
    const char *detail; /* what is wrong with the stream; NULL: not told */
    bool begun;         /* `state` holds memory */
    bool dry;           /* the source has no more */
    bool ended;         /* no further stream */
    unsigned char *in, *out;
    size_t in_len, out_len; /* left to be taken, and room */
    unsigned char input[INPUT_SIZE];
};

static const struct text magics[] = {[PACKING_GZIP] = TEXT_LITERAL("\x1f\x8b"),
                                     [PACKING_BZIP2] = TEXT_LITERAL("BZh"),
                                     [PACKING_XZ] = TEXT_LITERAL("\xfd\x37\x7a\x58\x5a"),
                                     [PACKING_ZSTD] = TEXT_LITERAL("\x28\xb5\x2f\xfd")};

enum packing packing_of(struct text head)
{
    for (unsigned i = PACKING_GZIP; i <= PACKING_ZSTD; i++)
        if (head.len >= magics[i].len && memcmp(head.ptr, magics[i].ptr, magics[i].len) == 0)
            return (enum packing)i;
    /* pzstd begins with a frame to be skipped. */
    if (head.len >= 4 && ((unsigned char)head.ptr[0] & 0xF0) == 0x50 && memcmp(head.ptr + 1, "\x2a\x4d\x18", 3) == 0)
        return PACKING_ZSTD;
    return PACKING_NONE;
}

/* ---- Each kind of stream: begin, a step from `in` to `out`, end ---- */

static bool gzip_begin(struct unpacker *u)
{
    u->state.gzip = (z_stream){0};
    return inflateInit2(&u->state.gzip, GZIP_WINDOW) == Z_OK;
}

static enum step gzip_step(struct unpacker *u)
{
    z_stream *const z = &u->state.gzip;
    int rc;

    z->next_in = u->in;
    z->avail_in = (uInt)u->in_len;
    z->next_out = u->out;
    z->avail_out = (uInt)u->out_len;
    rc = inflate(z, Z_NO_FLUSH);
    u->detail = z->msg;
    u->in = z->next_in;
    u->in_len = z->avail_in;
    u->out = z->next_out;
    u->out_len = z->avail_out;
    return rc == Z_STREAM_END                ? STEP_END
           : rc == Z_OK || rc == Z_BUF_ERROR ? STEP_ON
           : rc == Z_MEM_ERROR               ? STEP_NO_MEMORY
                                             : STEP_BAD;
}

static void gzip_end(struct unpacker *u)
{
    inflateEnd(&u->state.gzip);
}

static bool bzip2_begin(struct unpacker *u)
{
    u->state.bzip2 = (bz_stream){0};
    return BZ2_bzDecompressInit(&u->state.bzip2, 0, 0) == BZ_OK;
}

static enum step bzip2_step(struct unpacker *u)
{
    bz_stream *const bz = &u->state.bzip2;
    int rc;

    bz->next_in = (char *)u->in;
    bz->avail_in = (unsigned)u->in_len;
    bz->next_out = (char *)u->out;
    bz->avail_out = (unsigned)u->out_len;
    rc = BZ2_bzDecompress(bz);
    u->in = (unsigned char *)bz->next_in;
    u->in_len = bz->avail_in;
    u->out = (unsigned char *)bz->next_out;
    u->out_len = bz->avail_out;
    return rc == BZ_STREAM_END ? STEP_END : rc == BZ_OK ? STEP_ON : rc == BZ_MEM_ERROR ? STEP_NO_MEMORY : STEP_BAD;
}

static void bzip2_end(struct unpacker *u)
{
    BZ2_bzDecompressEnd(&u->state.bzip2);
}

static bool xz_begin(struct unpacker *u)
{
    u->state.xz = (lzma_stream)LZMA_STREAM_INIT;
    return lzma_stream_decoder(&u->state.xz, XZ_MEMORY, 0) == LZMA_OK;
}

static enum step xz_step(struct unpacker *u)
{
    lzma_stream *const xz = &u->state.xz;
    lzma_ret rc;

    xz->next_in = u->in;
    xz->avail_in = u->in_len;
    xz->next_out = u->out;
    xz->avail_out = u->out_len;
    rc = lzma_code(xz, LZMA_RUN);
    u->in += u->in_len - xz->avail_in;
    u->in_len = xz->avail_in;
    u->out = xz->next_out;
    u->out_len = xz->avail_out;
    return rc == LZMA_STREAM_END                               ? STEP_END
           : rc == LZMA_OK || rc == LZMA_BUF_ERROR             ? STEP_ON
           : rc == LZMA_MEM_ERROR || rc == LZMA_MEMLIMIT_ERROR ? STEP_NO_MEMORY
                                                               : STEP_BAD;
}

static void xz_end(struct unpacker *u)
{
    lzma_end(&u->state.xz);
}

static const struct codec codecs[] = {[PACKING_GZIP] = {.begin = gzip_begin, .step = gzip_step, .end = gzip_end},
                                      [PACKING_BZIP2] = {.begin = bzip2_begin, .step = bzip2_step, .end = bzip2_end},
                                      [PACKING_XZ] = {.begin = xz_begin, .step = xz_step, .end = xz_end}};

/* ---- Streams one behind the other ---- */

/* Sees to it that there is input, unless the source is dry. */
static int refill(struct unpacker *u, struct err *err)
{
    size_t got;

    if (u->in_len > 0 || u->dry)
        return 0;
    if (u->source(u->ctx, u->input, INPUT_SIZE, &got, err) < 0)
        return -1;
    u->dry = got < INPUT_SIZE;
    u->in = u->input;
    u->in_len = got;
    return 0;
}

static int begin(struct unpacker *u, struct err *err)
{
    u->begun = u->codec->begin(u);
    return u->begun ? 0 : err_nomem(err);
}

static void end(struct unpacker *u)
{
    if (u->begun)
        u->codec->end(u);
    u->begun = false;
}

/* Behind a stream: zeros may pad it, and another one may follow. */
static int next_stream(struct unpacker *u, struct err *err)
{
    const unsigned char first = (unsigned char)magics[u->codec - codecs].ptr[0];

    end(u);
    for (;;) {
        if (refill(u, err) < 0)
            return -1;
        if (u->in_len == 0) {
            u->ended = true;
            return 0;
        }
        if (*u->in != 0)
            break;
        u->in++;
        u->in_len--;
    }
    return *u->in == first ? begin(u, err) : err_set(err, ERR_DATA, "%s", more_behind);
}

static int step(struct unpacker *u, struct err *err)
{
    if (refill(u, err) < 0)
        return -1;
    if (u->in_len == 0)
        return err_set(err, ERR_DATA, "it is cut short");
    switch (u->codec->step(u)) {
    case STEP_ON:
        return 0;
    case STEP_END:
        return next_stream(u, err);
    case STEP_NO_MEMORY:
        return err_nomem(err);
    default:
        return err_set(err, ERR_DATA, "it is damaged%s%s", u->detail != NULL ? ": " : "",
                       u->detail != NULL ? u->detail : "");
    }
}

/* ---- zstd ---- */

/* Bytes of a frame's header behind its descriptor: window, dictionary, length of the content. */
static uint64_t header_rest(unsigned descriptor)
{
    static const unsigned dictionary[] = {0, 1, 2, 4}, content[] = {0, 2, 4, 8};
    const bool single = (descriptor & 0x20) != 0;

    return !single + dictionary[descriptor & 3] + (descriptor < 0x40 ? single : content[descriptor >> 6]);
}

/* A part of the frame whose first bytes are there. False: it is no frame. */
static bool begin_part(struct frames *f)
{
    const unsigned char *const b = f->bytes;
    const uint32_t number = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;

    switch (f->part) {
    case FRAME_MAGIC:
        f->part = (number & 0xFFFFFFF0) == 0x184D2A50 ? FRAME_SKIPPED : FRAME_HEADER;
        return f->part == FRAME_SKIPPED || number == 0xFD2FB528;
    case FRAME_SKIPPED:
        f->skip = number;
        f->part = FRAME_MAGIC;
        return true;
    case FRAME_HEADER:
        f->skip = header_rest(b[0]);
        f->checksum = (b[0] & 4) != 0 ? 4 : 0;
        f->part = FRAME_BLOCK;
        return true;
    default: /* a block: whether it is the last, its type, its length */
        f->skip = (b[0] & 6) == 2 ? 1 : number >> 3;
        if ((b[0] & 1) != 0) {
            f->skip += f->checksum;
            f->part = FRAME_MAGIC;
        }
        return true;
    }
}

/* Takes out the zeros that pad frames. False: something else stands behind one. */
static bool pass_frames(struct frames *f, unsigned char *bytes, size_t *len)
{
    static const size_t needed[] = {[FRAME_MAGIC] = 4, [FRAME_SKIPPED] = 4, [FRAME_HEADER] = 1, [FRAME_BLOCK] = 3};
    size_t kept = 0;

    for (size_t i = 0; i < *len;) {
        const size_t left = *len - i, skipped = f->skip < left ? (size_t)f->skip : left;

        memmove(bytes + kept, bytes + i, skipped);
        f->skip -= skipped;
        kept += skipped;
        i += skipped;
        if (i == *len)
            break;
        if (f->part == FRAME_MAGIC && f->have == 0 && bytes[i] == 0) {
            i++;
            continue;
        }
        f->bytes[f->have++] = bytes[i];
        bytes[kept++] = bytes[i++];
        if (f->have < needed[f->part])
            continue;
        if (!begin_part(f))
            return false;
        memset(f->bytes, 0, sizeof(f->bytes));
        f->have = 0;
    }
    *len = kept;
    return true;
}

static la_ssize_t archive_wants(struct archive *a, void *ctx, const void **out)
{
    struct unpacker *const u = ctx;
    const struct frames *const f = &u->frames;
    size_t got = 0;

    while (got == 0 && !u->dry) {
        if (u->source(u->ctx, u->input, INPUT_SIZE, &got, &u->failed) < 0) {
            archive_set_error(a, EIO, "%s", u->failed.msg);
            return -1;
        }
        u->dry = got < INPUT_SIZE;
        if (!pass_frames(&u->frames, u->input, &got)) {
            u->detail = more_behind;
            archive_set_error(a, EIO, "%s", more_behind);
            return -1;
        }
    }
    if (u->dry && (f->part != FRAME_MAGIC || f->have > 0 || f->skip > 0))
        u->detail = "it is cut short";
    *out = u->input;
    return (la_ssize_t)got;
}

static int fault_archive(struct unpacker *u, struct err *err)
{
    if (u->failed.code != ERR_NONE)
        return err_copy(err, &u->failed);
    if (archive_errno(u->archive) == ENOMEM)
        return err_nomem(err);
    return err_set(err, ERR_DATA, "%s", u->detail != NULL ? u->detail : "it is damaged");
}

static int open_archive(struct unpacker *u, struct err *err)
{
    struct archive_entry *entry;

    u->archive = archive_read_new();
    if (u->archive == NULL)
        return err_nomem(err);
    /* libarchive would go on without what it has no memory for, and use it. */
    entry = archive_entry_new2(u->archive);
    if (entry == NULL || archive_read_support_filter_zstd(u->archive) < ARCHIVE_WARN ||
        archive_read_support_format_raw(u->archive) != ARCHIVE_OK ||
        archive_read_support_format_empty(u->archive) != ARCHIVE_OK ||
        archive_read_set_callback_data(u->archive, u) != ARCHIVE_OK) {
        archive_entry_free(entry);
        return err_nomem(err);
    }
    const int rc = archive_read_open(u->archive, u, NULL, archive_wants, NULL) == ARCHIVE_OK
                       ? archive_read_next_header2(u->archive, entry)
                       : ARCHIVE_FATAL;
    archive_entry_free(entry);
    u->ended = rc == ARCHIVE_EOF;
    return rc == ARCHIVE_OK || rc == ARCHIVE_EOF ? 0 : fault_archive(u, err);
}

static int read_archive(struct unpacker *u, struct err *err)
{
    if (u->archive == NULL && open_archive(u, err) < 0)
        return -1;
    while (u->out_len > 0 && !u->ended) {
        const la_ssize_t n = archive_read_data(u->archive, u->out, u->out_len);
        if (n < 0)
            return fault_archive(u, err);
        u->ended = n == 0;
        u->out += n;
        u->out_len -= (size_t)n;
    }
    return 0;
}

/* ---- */

int unpacker_create(struct unpacker **out, enum packing packing, unpack_source source, void *ctx, struct err *err)
{
    struct unpacker *u = calloc(1, sizeof(*u));

    *out = NULL;
    if (u == NULL)
        return err_nomem(err);
    u->source = source;
    u->ctx = ctx;
    u->codec = packing != PACKING_ZSTD ? &codecs[packing] : NULL;
    if (u->codec != NULL && begin(u, err) < 0) {
        free(u);
        return -1;
    }
    *out = u;
    return 0;
}

void unpacker_destroy(struct unpacker *u)
{
    if (u == NULL)
        return;
    end(u);
    archive_read_free(u->archive);
    free(u);
}

int unpacker_read(struct unpacker *u, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    u->out = to;
    u->out_len = cap;
    if (u->codec == NULL && read_archive(u, err) < 0)
        return -1;
    while (u->out_len > 0 && !u->ended)
        if (step(u, err) < 0)
            return -1;
    *got = cap - u->out_len;
    return 0;
}
