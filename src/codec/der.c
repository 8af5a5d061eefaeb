/* DER: one tag, length and value after another, never past the end. */
#include "der_int.h"

#define LENGTH_BYTES_MAX 4

struct der der_open(struct text whole, struct der_fault *fault)
{
    return (struct der){whole, 0, whole.len, fault};
}

struct der der_inside(const struct der *d, const struct der_item *item)
{
    const size_t at = (size_t)(item->body.ptr - d->whole.ptr);

    return (struct der){d->whole, at, at + item->body.len, d->fault};
}

bool der_at_end(const struct der *d)
{
    return d->at >= d->end;
}

bool der_fail(const struct der *d, size_t at, const char *what)
{
    if (d->fault->what == NULL)
        *d->fault = (struct der_fault){what, at};
    return false;
}

static bool take_length(const struct der *d, size_t *at, size_t *out)
{
    const unsigned char *const p = (const unsigned char *)d->whole.ptr;
    size_t length = 0;

    if (*at >= d->end)
        return der_fail(d, *at, "is cut short");
    if (p[*at] < 0x80) {
        *out = p[(*at)++];
        return true;
    }
    const size_t count = p[*at] & 0x7F;
    if (count == 0 || count > LENGTH_BYTES_MAX)
        return der_fail(d, *at, count == 0 ? "the length is indefinite" : "the length has more than 4 bytes");
    if (count > d->end - *at - 1)
        return der_fail(d, *at, "is cut short");
    for (size_t i = 1; i <= count; i++)
        length = length << 8 | p[*at + i];
    *at += 1 + count;
    *out = length;
    return true;
}

bool der_next(struct der *d, struct der_item *out)
{
    size_t at = d->at, length = 0;

    if (der_at_end(d))
        return der_fail(d, d->at, "is cut short");
    const unsigned tag = (unsigned char)d->whole.ptr[at];
    if ((tag & 0x1F) == 0x1F)
        return der_fail(d, at, "the tag is of more than one byte");
    at++;
    if (!take_length(d, &at, &length))
        return false;
    if (length > d->end - at)
        return der_fail(d, d->at, "the length goes beyond the end");
    *out = (struct der_item){tag, {d->whole.ptr + at, length}};
    d->at = at + length;
    return true;
}

bool der_next_is(const struct der *d, unsigned tag)
{
    return !der_at_end(d) && (unsigned char)d->whole.ptr[d->at] == tag;
}

bool der_take(struct der *d, unsigned tag, const char *what, struct der_item *out)
{
    if (!der_at_end(d) && !der_next_is(d, tag))
        return der_fail(d, d->at, what);
    return der_next(d, out);
}
