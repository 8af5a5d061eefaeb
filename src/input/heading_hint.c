/* Whether a line may be a heading at all: what every row that is no record is asked, and a hostile file has millions of
 * them. A name is told by its letters and digits alone, so whatever heading_match would take is found here; what is
 * found here need be none. */
#include "heading_int.h"

#include "base/ascii.h"

#include <pthread.h>
#include <string.h>

#define SLOTS 4096 /* a power of two; some 250 names share them */

/* Kinds, a bit each by their place in reader_kinds. */
static struct slot {
    uint16_t named; /* they have a column of such a name */
    uint16_t twice; /* and two of them */
} slots[SLOTS];
_Static_assert(READER_COUNT <= 16, "a bit for each kind");

#define ALL_KINDS UINT16_MAX

static const struct {
    const char *kind, *name;
} shipped[] = {
#define HEADING(kind, column, heading) {kind, heading},
#include "headings.def"
#undef HEADING
};

static bool begins_type[256]; /* whether the name of a Device type begins with it */

static uint32_t add_to_hash(uint32_t hash, char c)
{
    return (hash ^ (unsigned char)ascii_lower(c)) * UINT32_C(0x01000193);
}

static struct slot *slot_of(uint32_t hash)
{
    return &slots[(hash ^ hash >> 12) & (SLOTS - 1)];
}

static struct slot *slot_of_name(struct text name)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < name.len; i++)
        if (ascii_is_alnum(name.ptr[i]))
            hash = add_to_hash(hash, name.ptr[i]);
    return slot_of(hash);
}

static void add_name(const struct reader_ops *ops, const char *name)
{
    const uint16_t bit = heading_kind_bit(ops);
    struct slot *const s = slot_of_name(text_of(name));

    s->twice |= s->named & bit;
    s->named |= bit;
}

static void add_names(void)
{
    for (size_t i = 0; i < READER_COUNT; i++) {
        const struct reader_ops *const ops = readers_find(reader_kinds[i].name);

        for (size_t c = 0; ops->table != NULL && c < ops->table->column_count; c++)
            add_name(ops, ops->table->columns[c].name);
    }
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
        add_name(readers_find(shipped[i].kind), shipped[i].name);
    for (unsigned type = 1; type < DEVICE_TYPES; type++)
        begins_type[(unsigned char)ascii_lower(*term_word(&vocab_device_type, type))] = true;
}

static bool parts_names(char c)
{
    return c == ',' || c == ';' || c == '\t' || c == '|' || c == '"';
}

/* Whether the configuration maps such a name, or one in which a delimiter stands. */
static bool is_mapped(const struct forms *forms, struct text name)
{
    for (size_t i = 0; forms != NULL && i < forms->count; i++)
        for (size_t k = 0; k < forms->ptr[i].columns.count; k++) {
            const char *const value = forms->ptr[i].columns.ptr[k].value;

            if (value[0] != '"' && (strpbrk(value, ",;\t|\"") != NULL || text_same_word(name, text_of(value))))
                return true;
        }
    return false;
}

/* Whether a word of it begins with a Device type, as the names of premises do. */
static bool tells_device_type(struct text t, size_t at)
{
    for (unsigned type = 1; begins_type[(unsigned char)ascii_lower(t.ptr[at])] && type < DEVICE_TYPES; type++) {
        const struct text word = text_of(term_word(&vocab_device_type, type));

        if (t.len - at > word.len && text_equal_nocase((struct text){t.ptr + at, word.len}, word))
            return true;
    }
    return false;
}

struct heading_hint heading_hint(const struct job *job, struct text line)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const struct slot none = {0};
    struct heading_hint out = {0};
    size_t begin = 0;
    uint32_t hash = 0;
    bool empty = true, behind_word = false;

    pthread_once(&once, add_names);
    for (size_t i = 0; i <= line.len; i++) {
        if (i < line.len && !parts_names(line.ptr[i])) {
            const bool in_word = ascii_is_alnum(line.ptr[i]);

            if (in_word && !behind_word && tells_device_type(line, i))
                out.may_be |= heading_kind_bit(&reader_inventory);
            hash = in_word ? add_to_hash(hash, line.ptr[i]) : hash;
            empty &= !in_word;
            behind_word = in_word;
            continue;
        }
        const struct text name = {line.ptr + begin, i - begin};
        struct slot s = empty ? none : *slot_of(hash);

        if (is_mapped(job->options->forms, name))
            s = (struct slot){ALL_KINDS, ALL_KINDS};
        out.may_be |= s.twice | (out.named & s.named);
        out.named |= s.named;
        begin = i + 1;
        hash = 0;
        empty = true;
        behind_word = false;
    }
    return out;
}
