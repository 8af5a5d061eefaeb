/* Borrowed text, and a growing byte buffer. */
#ifndef PCREPORT_BASE_TEXT_H
#define PCREPORT_BASE_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Borrowed bytes, not ended by a NUL. ptr may be NULL when len is 0. */
struct text {
    const char *ptr;
    size_t len;
};

#define TEXT_LITERAL(s) ((struct text){(s), sizeof(s) - 1})

struct text text_of(const char *cstr); /* NULL gives the empty text */
struct text text_trim(struct text t);  /* without blanks and tabs at either end */
bool text_equal(struct text a, struct text b);
bool text_equal_nocase(struct text a, struct text b); /* ASCII */
int text_compare(struct text a, struct text b);       /* bytewise; a prefix comes first */
bool text_is_utf8(struct text t);                     /* well-formed, no surrogates; a NUL is allowed */

/* Length of the well-formed sequence that begins at s (Unicode table 3-7), of which `left` > 0 bytes may be read; 0
 * when there is none. */
size_t text_utf8_sequence(const unsigned char *s, size_t left);

/* Writes the text so that it can be shown in a message: what acts on a terminal or cannot be seen as <U+FEFF>, bytes
 * that are no UTF-8 as \\xFF; cut with "..." where it does not fit. Returns the length; `size` is 16 at least. */
size_t text_show(struct text t, char *out, size_t size);

/* Compares the words of a vocabulary as people type them: ASCII case, blanks (those of no width too), '-' and '_' do
 * not matter. */
bool text_same_word(struct text a, struct text b);

/* What somebody may have meant. How many letters must be added, left out, changed or swapped with a neighbour to make b
 * of a; case does not matter. Words over 63 bytes are compared by their beginnings. */
unsigned text_distance(struct text a, struct text b);
/* Whether b may be what was meant by a: a small distance, or one begins with the other. */
bool text_near(struct text a, struct text b);
/* The nearest word, NULL when none is near. */
const char *text_nearest(const char *typed, const char *const *words, size_t count);

/* A growing buffer. {0} is a valid empty one; buf_release makes it that again. A failed growth (no memory) sets
 * `failed`, after which every call is a no-op: check once at the end. */
struct buf {
    unsigned char *ptr;
    size_t len;
    size_t cap;
    bool failed;
};

/* Whether any buffer of this process has failed: then something is missing somewhere, whoever forgot to look. */
bool buf_ever_failed(void);
void buf_note_failed(void); /* that something else was left out for want of memory, and is told so */
/* As if there had been no room for more. */
void buf_fail(struct buf *b);

void buf_release(struct buf *b);
void buf_release_into(struct buf *b, struct buf *out); /* what b could not hold, out lacks: it failed as well */
void buf_clear(struct buf *b);                         /* keeps the memory, and `failed` */
bool buf_grow(struct buf *b, size_t more);             /* what buf_reserve does where there is no room */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_text(struct buf *b, struct text t);
void buf_add_str(struct buf *b, const char *cstr);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct text buf_text(const struct buf *b); /* borrowed until the next change of b */
const char *buf_cstr(struct buf *b);       /* the same, ended by a NUL; "" when the buffer failed */

/* Room for so many bytes more behind the last. These two are called for each byte of what is packed. */
static inline bool buf_reserve(struct buf *b, size_t more)
{
    return (!b->failed && b->ptr != NULL && more <= b->cap - b->len) || buf_grow(b, more);
}

static inline void buf_add_byte(struct buf *b, unsigned char byte)
{
    if (buf_reserve(b, 1))
        b->ptr[b->len++] = byte;
}

/* A part of what it holds, borrowed until its next change. Nothing may be added to the NULL of one that holds nothing.
 */
static inline struct text buf_part(const struct buf *b, size_t at, size_t len)
{
    return b->ptr == NULL ? (struct text){NULL, 0} : (struct text){(const char *)b->ptr + at, len};
}

/* The same, as long as it is. What it wrote already stays as it is. */
void show_text(struct buf *b, struct text t);

#endif
