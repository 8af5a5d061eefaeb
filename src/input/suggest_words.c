/* Suggests words: those that a column does not know, and what may be meant by them. */
#include "suggest_int.h"

#include "fault_int.h"
#include "fields_int.h"

#include <string.h>

#define WORDS_SHOWN 20  /* of a column */
#define KEY_SHOWN   150 /* bytes */

static bool is_told(const struct form *form, const char *column, struct text word)
{
    const size_t len = strlen(column);

    for (size_t i = 0; form != NULL && i < form->words.count; i++) {
        const char *const name = form->words.ptr[i].name;
        if (strncmp(name, column, len) == 0 && name[len] == '.' && text_same_word(text_of(name + len + 1), word))
            return true;
    }
    return false;
}

static bool is_unknown(const struct making *m, size_t c, struct text word)
{
    const struct column *const column = column_at(m, c);

    return word.len > 0 && !column_accepts(column, word) && !is_told(m->job->profile, column->name, word) &&
           !is_told(forms_of_kind(m->job->options->forms, m->nearest.ops->kind->name), column->name, word);
}

static bool came_before(const struct glimpse_field *field, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (field->values[i].len > 0 && text_same_word(field->values[i], field->values[row]))
            return true;
    return false;
}

/* A misspelling of a word is taken for it; what else a word means only people can tell. */
static const char *meant_by(const struct vocabulary *v, struct text word)
{
    const char *nearest = NULL;
    unsigned least = 3;

    for (unsigned i = 1; i < v->count; i++) {
        const unsigned distance = text_distance(word, text_of(v->words[i]));
        if (distance < least && strlen(v->words[i]) >= 6) {
            least = distance;
            nearest = v->words[i];
        }
    }
    return nearest;
}

/* As a key of a configuration, where '=' and ':' end one: then it stands for all that begins so. */
static bool write_key(struct text word, struct buf *out)
{
    size_t len = 0;

    while (len < word.len && len < KEY_SHOWN && word.ptr[len] != '=' && word.ptr[len] != ':')
        len++;
    if (len < 2 || secret_is(word) || !suggest_name((struct text){word.ptr, len}, out))
        return false;
    if (len < word.len)
        buf_add_byte(out, '*');
    return true;
}

static void write_word(const struct making *m, size_t c, struct text word)
{
    const struct vocabulary *const v = column_at(m, c)->words;
    const char *const meant = meant_by(v, word);
    struct buf key = {0};

    if (!write_key(word, &key)) {
        buf_printf(m->out, "; %s: no configuration can tell what '", column_at(m, c)->name);
        suggest_shown(m->out, word);
        buf_add_str(m->out, "' means\n");
    } else if (meant != NULL) {
        buf_printf(m->out, "%s.%.*s = %s\n", column_at(m, c)->name, (int)key.len, (const char *)key.ptr, meant);
    } else {
        buf_printf(m->out, "; %s.%.*s = ?    (one of", column_at(m, c)->name, (int)key.len, (const char *)key.ptr);
        for (unsigned i = 1; i < v->count; i++)
            buf_printf(m->out, "%s %s", i > 1 ? "," : "", v->words[i]);
        buf_add_str(m->out, ")\n");
    }
    buf_release(&key);
}

void suggest_words(const struct making *m)
{
    bool any = false;

    for (size_t c = 0; c < m->nearest.ops->table->column_count; c++) {
        const struct glimpse_field *const field = column_at(m, c)->words != NULL ? field_of(m, c) : NULL;
        size_t shown = 0;
        for (size_t i = 0; field != NULL && i < m->glimpse->rows && shown < WORDS_SHOWN; i++) {
            if (!is_unknown(m, c, field->values[i]) || came_before(field, i))
                continue;
            if (!any)
                buf_printf(m->out, "[words.%s]\n", m->nearest.ops->kind->name);
            any = true;
            write_word(m, c, field->values[i]);
            shown++;
        }
    }
}
