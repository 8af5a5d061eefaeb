/* Texts that come again and again (words, parties, codes) go into the workbook's shared texts, and cells name them by
 * number: less to write, to pack and to read. Which ones is decided as the rows come, in bounded memory: a text that
 * came often enough, as long as there is room. All others stand in their cells. */
#include "book_int.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS      8192 /* of the hash table; a power of two */
#define WORDS_MAX  (SLOTS / 2)
#define LENGTH_MAX 255  /* bytes */
#define SEEN       8192 /* a power of two; hundreds of books may be open at once, one for each party */
#define OFTEN      8    /* identifiers that come some times over are none */

/* What came at a place of a table that remembers the last hash only. */
struct seen {
    uint32_t mark, times;
};

int words_init(struct words *w, struct err *err)
{
    w->slots = calloc(SLOTS, sizeof(*w->slots));
    w->seen = calloc(SEEN, sizeof(*w->seen));
    return w->slots == NULL || w->seen == NULL ? err_nomem(err) : 0;
}

void words_release(struct words *w)
{
    free(w->slots);
    free(w->seen);
    buf_release(&w->texts);
}

static struct word *slot_of(const struct words *w, struct text t, uint64_t hash)
{
    size_t i = (size_t)hash & (SLOTS - 1);

    while (w->slots[i].hash != 0 && !(w->slots[i].hash == hash && w->slots[i].len == t.len &&
                                      memcmp(w->texts.ptr + w->slots[i].at, t.ptr, t.len) == 0))
        i = (i + 1) & (SLOTS - 1);
    return &w->slots[i];
}

const struct word *words_find(struct words *w, struct text t, uint64_t hash, bool *due)
{
    struct seen *const s = &w->seen[(hash >> 32) & (SEEN - 1)];
    const uint32_t mark = (uint32_t)hash;
    const struct word *found;

    *due = false;
    if (t.len > LENGTH_MAX)
        return NULL;
    found = slot_of(w, t, hash);
    if (found->hash != 0)
        return found;
    if (s->mark != mark)
        *s = (struct seen){mark, 0};
    s->times++;
    *due = s->times >= OFTEN && w->count < WORDS_MAX;
    return NULL;
}

const struct word *words_add(struct words *w, struct text t, uint64_t hash, const char *clean, lxw_sst *shared,
                             struct err *err)
{
    const struct sst_element *entry;
    struct word *const slot = slot_of(w, t, hash);
    const size_t at = w->texts.len;
    int rc;

    library_enter();
    entry = lxw_get_sst_index(shared, clean, 0);
    rc = library_leave(0, err);
    buf_add_text(&w->texts, t);
    if (rc < 0 || entry == NULL || w->texts.failed) {
        err_nomem(err);
        return NULL;
    }
    *slot = (struct word){
        .hash = hash,
        .clean = book_hash_text(text_of(clean)),
        .index = entry->index,
        .len = (uint32_t)t.len,
        .at = at,
        .style = book_style_of_word(t),
    };
    w->count++;
    return slot;
}
