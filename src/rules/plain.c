/* Words in plain language. */
#include "rules/plain.h"

#include <string.h>

static const struct plain_word words[] = {
#define PLAIN(word, plain, sentence) {PLAIN_VERDICTS, word, plain, sentence},
#include "rules/plain.def"
#undef PLAIN
#define REASON(id, sort, plain, sentence) {PLAIN_REASONS, #id, plain, sentence},
#include "rules/reasons.def"
#undef REASON
#define OBLIGATION(id, word, column, rule, legacy_srv, legacy_check, read, cells, plain, asks, legacy_asks)            \
    {PLAIN_OBLIGATIONS, column, plain, asks},
#include "domain/obligations.def"
#undef OBLIGATION
};

const struct plain_word *plain_word_at(size_t i)
{
    return i < ARRAY_LEN(words) ? &words[i] : NULL;
}

static bool is_word(struct text t, const char *word)
{
    if (t.len != strlen(word))
        return false;
    for (size_t i = 0; i < t.len; i++)
        if ((t.ptr[i] == '-' ? '_' : t.ptr[i]) != word[i])
            return false;
    return true;
}

const struct plain_word *plain_word_find(struct text word)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (is_word(word, words[i].word))
            return &words[i];
    return NULL;
}
