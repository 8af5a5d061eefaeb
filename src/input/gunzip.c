#include "gunzip_int.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>

#define INPUT_SIZE  65536
#define GZIP_WINDOW (15 + 16) /* the largest window; 16: a gzip header, and its checksums */
#define GZIP_FIRST  0x1f      /* the byte with which a member begins */

struct gunzip {
    z_stream z;
    gunzip_source source;
    void *ctx;
    bool dry;   /* the source has no more */
    bool ended; /* no further member */
    unsigned char input[INPUT_SIZE];
};

int gunzip_create(struct gunzip **out, gunzip_source source, void *ctx, struct err *err)
{
    struct gunzip *g = calloc(1, sizeof(*g));

    *out = NULL;
    if (g == NULL)
        return err_nomem(err);
    g->source = source;
    g->ctx = ctx;
    if (inflateInit2(&g->z, GZIP_WINDOW) != Z_OK) {
        free(g);
        return err_nomem(err);
    }
    *out = g;
    return 0;
}

void gunzip_destroy(struct gunzip *g)
{
    if (g == NULL)
        return;
    inflateEnd(&g->z);
    free(g);
}

/* Sees to it that there is input, unless the source is dry. */
static int refill(struct gunzip *g, struct err *err)
{
    size_t got;

    if (g->z.avail_in > 0 || g->dry)
        return 0;
    if (g->source(g->ctx, g->input, INPUT_SIZE, &got, err) < 0)
        return -1;
    g->dry = got < INPUT_SIZE;
    g->z.next_in = g->input;
    g->z.avail_in = (uInt)got;
    return 0;
}

/* Behind a member: another one may follow. */
static int next_member(struct gunzip *g, struct err *err)
{
    if (refill(g, err) < 0)
        return -1;
    if (g->z.avail_in == 0 || *g->z.next_in != GZIP_FIRST)
        g->ended = true;
    else
        inflateReset(&g->z);
    return 0;
}

static int step(struct gunzip *g, struct err *err)
{
    if (refill(g, err) < 0)
        return -1;
    if (g->z.avail_in == 0)
        return err_set(err, ERR_DATA, "it is cut short");
    switch (inflate(&g->z, Z_NO_FLUSH)) {
    case Z_OK:
    case Z_BUF_ERROR: /* more input is wanted */
        return 0;
    case Z_STREAM_END:
        return next_member(g, err);
    case Z_MEM_ERROR:
        return err_nomem(err);
    default:
        return err_set(err, ERR_DATA, "it is damaged: %s", g->z.msg != NULL ? g->z.msg : "no valid gzip");
    }
}

int gunzip_read(struct gunzip *g, unsigned char *to, size_t cap, size_t *got, struct err *err)
{
    g->z.next_out = to;
    g->z.avail_out = (uInt)cap;
    while (g->z.avail_out > 0 && !g->ended)
        if (step(g, err) < 0)
            return -1;
    *got = cap - g->z.avail_out;
    return 0;
}
