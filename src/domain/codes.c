/* R2: what response codes and Execution Status words mean, by the mapping that users can extend. */
#include "domain/criteria.h"

#include "base/ascii.h"

#include <string.h>

/* The commonest look-up of all, so no strlen: a pattern of another length or another first letter is passed over. */
static bool same_as(const char *pattern, struct text t)
{
    if (ascii_lower(pattern[0]) != ascii_lower(t.ptr[0]) || t.len > CODE_PATTERN_MAX || pattern[t.len] != '\0')
        return false;
    for (size_t i = 1; i < t.len; i++)
        if (ascii_lower(pattern[i]) != ascii_lower(t.ptr[i]))
            return false;
    return true;
}

/* The length of the pattern when it matches, else 0. */
static size_t match_length(const char *pattern, struct text t)
{
    size_t i = 0;

    for (; pattern[i] != '\0' && pattern[i] != '*'; i++) {
        if (i == t.len)
            return 0;
        if (pattern[i] == '#' ? !ascii_is_digit(t.ptr[i]) : ascii_lower(pattern[i]) != ascii_lower(t.ptr[i]))
            return 0;
    }
    if (pattern[i] == '*')
        return i + 1;
    return i == t.len ? i : 0;
}

struct text code_of(struct text cell)
{
    const struct text t = text_trim(cell);
    size_t n = 0;

    while (n < t.len && (ascii_is_alnum(t.ptr[n]) || t.ptr[n] == '_' || t.ptr[n] == '/'))
        n++;
    return n > 0 ? (struct text){t.ptr, n} : t;
}

bool code_map_ends_in_dcc_systems(const struct code_map *map, srv_code srv)
{
    for (size_t i = 0; i < map->dcc_service_count; i++)
        if (map->dcc_services[i] == srv)
            return true;
    return false;
}

static bool find_exact(const struct code_map *map, struct text t, enum code_class *out)
{
    for (size_t i = 0; i < map->code_count; i++)
        if (same_as(map->codes[i].pattern, t)) {
            *out = map->codes[i].class;
            return true;
        }
    return false;
}

static bool find_code(const struct code_map *map, struct text t, enum code_class *out)
{
    size_t longest = 0;

    if (find_exact(map, t, out))
        return true;
    for (size_t i = 0; i < map->code_count; i++) {
        const size_t length = match_length(map->codes[i].pattern, t);

        if (length > longest) {
            longest = length;
            *out = map->codes[i].class;
        }
    }
    return longest > 0;
}

enum code_class code_classify(const struct code_map *map, struct text code)
{
    const struct text whole = text_trim(code);
    struct text t;
    enum code_class found;

    if (whole.len == 0)
        return CODE_UNMAPPED;
    if (find_exact(map, whole, &found)) /* mostly */
        return found;
    t = code_of(whole);
    if (text_equal_nocase(t, TEXT_LITERAL("IO"))) /* the letter, as some logs have it */
        t = TEXT_LITERAL("I0");
    return find_code(map, whole, &found) || find_code(map, t, &found) ? found : CODE_UNMAPPED;
}

static enum status_class number_class(struct text t)
{
    const bool hex = t.len > 2 && t.ptr[0] == '0' && ascii_lower(t.ptr[1]) == 'x';
    const bool sign = t.len > 1 && (t.ptr[0] == '-' || t.ptr[0] == '+');
    enum status_class found = STATUS_SUCCESS;

    for (size_t i = hex ? 2 : sign ? 1 : 0; i < t.len; i++) {
        if (hex ? hex_value(t.ptr[i]) < 0 : !ascii_is_digit(t.ptr[i]))
            return STATUS_UNMAPPED;
        if (t.ptr[i] != '0')
            found = STATUS_FAILURE;
    }
    return found;
}

enum status_class status_classify(const struct code_map *map, struct text status)
{
    const struct text t = text_trim(status);

    if (t.len == 0)
        return STATUS_EMPTY;
    for (size_t i = 0; i < map->status_count; i++)
        if (same_as(map->statuses[i].word, t))
            return map->statuses[i].class;
    return number_class(t);
}
