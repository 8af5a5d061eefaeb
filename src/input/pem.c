#include "pem_int.h"

#include <string.h>

#define BEGIN  "-----BEGIN "
#define END    "-----END "
#define DASHES "-----"

static bool starts(struct text t, size_t at, const char *with)
{
    const size_t len = strlen(with);

    return t.len - at >= len && memcmp(t.ptr + at, with, len) == 0;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Where, from `from` on, a line begins with dashes; t.len when nowhere. */
static size_t find_dashes(struct text t, size_t from)
{
    for (size_t at = from; at < t.len; at++) {
        const char *const found = memmem(t.ptr + at, t.len - at, DASHES, sizeof(DASHES) - 1);
        if (found == NULL)
            break;
        at = (size_t)(found - t.ptr);
        if (at == 0 || is_line_end(t.ptr[at - 1]))
            return at;
    }
    return t.len;
}

static size_t line_length(struct text t, size_t at)
{
    size_t len = 0;

    while (at + len < t.len && !is_line_end(t.ptr[at + len]))
        len++;
    return len;
}

/* What stands between the first word of the line and the dashes at its end. */
static bool read_label(struct text t, size_t at, const char *word, struct text *out)
{
    struct text line = text_trim((struct text){t.ptr + at, line_length(t, at)});
    const size_t before = strlen(word), after = sizeof(DASHES) - 1;

    if (line.len < before + after || !starts(line, line.len - after, DASHES))
        return false;
    *out = (struct text){line.ptr + before, line.len - before - after};
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
    size_t at = find_dashes(t, from);
    struct text end_label;

    while (at < t.len && !starts(t, at, BEGIN))
        at = find_dashes(t, at + 1);
    *out = (struct pem_block){.at = at};
    if (at == t.len)
        return PEM_NONE;
    const size_t body = at + line_length(t, at);
    size_t end = find_dashes(t, body);
    while (end < t.len && !starts(t, end, BEGIN) && !starts(t, end, END))
        end = find_dashes(t, end + 1);
    if (end == t.len)
        return PEM_OPEN;
    if (!read_label(t, at, BEGIN, &out->label))
        return fault_at(out, end, "the BEGIN line does not end with dashes");
    if (starts(t, end, BEGIN))
        return fault_at(out, end, "the block has no END line");
    const size_t behind = end + line_length(t, end);
    if (!read_label(t, end, END, &end_label))
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
