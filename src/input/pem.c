#include "pem_int.h"

#include <string.h>

#define BEGIN  "-----BEGIN "
#define END    "-----END "
#define DASHES "-----"

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Where, from `from` on, a mark stands; t.len when nowhere. Text may stand before it, and a block be glued to another.
 */
static size_t find(struct text t, size_t from, const char *mark)
{
    const char *const found = from < t.len ? memmem(t.ptr + from, t.len - from, mark, strlen(mark)) : NULL;

    return found != NULL ? (size_t)(found - t.ptr) : t.len;
}

static size_t line_length(struct text t, size_t at)
{
    size_t len = 0;

    while (at + len < t.len && !is_line_end(t.ptr[at + len]))
        len++;
    return len;
}

/* What stands between the mark at `at` and the dashes that follow it in its line; *behind is behind these. */
static bool read_label(struct text t, size_t at, const char *mark, struct text *out, size_t *behind)
{
    const size_t from = at + strlen(mark), line_end = at + line_length(t, at);
    const size_t dashes = find((struct text){t.ptr, line_end}, from, DASHES);

    if (dashes == line_end)
        return false;
    *out = (struct text){t.ptr + from, dashes - from};
    *behind = dashes + sizeof(DASHES) - 1;
    return true;
}

static enum pem_result fault_at(struct pem_block *out, size_t end, const char *fault)
{
    out->len = end - out->at;
    out->fault = fault;
    return PEM_BLOCK;
}

enum pem_result pem_next(struct text t, size_t from, struct pem_block *out)
{
    const size_t at = find(t, from, BEGIN);
    struct text end_label;
    size_t body = at, behind;

    *out = (struct pem_block){.at = at};
    if (at == t.len)
        return PEM_NONE;
    const bool good = read_label(t, at, BEGIN, &out->label, &body);
    if (!good)
        body = at + line_length(t, at);
    const size_t end = find(t, body, END), next = find(t, body, BEGIN);
    if (end == t.len && next == t.len)
        return PEM_OPEN;
    if (!good)
        return fault_at(out, next < end ? next : end, "the BEGIN line does not end with dashes");
    if (next < end)
        return fault_at(out, next, "the block has no END line");
    behind = end + line_length(t, end);
    if (!read_label(t, end, END, &end_label, &behind))
        return behind == t.len ? PEM_OPEN : fault_at(out, behind, "the END line does not end with dashes");
    if (!text_equal(end_label, out->label))
        return fault_at(out, behind, "the END line names something else than the BEGIN line");
    out->body = (struct text){t.ptr + body, end - body};
    return fault_at(out, behind, NULL);
}

bool pem_is_private_key(struct text label)
{
    return memmem(label.ptr, label.len, "PRIVATE KEY", 11) != NULL;
}

bool pem_is_certificate(struct text label)
{
    return text_equal(label, TEXT_LITERAL("CERTIFICATE")) || text_equal(label, TEXT_LITERAL("X509 CERTIFICATE"));
}
