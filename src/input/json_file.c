/* Strict reading of small JSON files. */
#include "json_file_int.h"

#include "base/ascii.h"
#include "base/json_tape.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX TAPE_DEPTH_MAX
#define PATH_SIZE 200
#define SHOWN_MAX 40 /* bytes of a name from the file */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static unsigned long line_of(const struct json_file *f, size_t at)
{
    unsigned long line = 1;

    for (size_t i = 0; i < at && i < f->json.len; i++)
        line += f->json.ptr[i] == '\n';
    return line;
}

int json_file_read(struct json_file *f, struct text json, const char *name, struct err *err)
{
    struct buf copy = {0}; /* ended by a NUL: cJSON has been known to look one byte too far */

    *f = (struct json_file){.json = json, .name = name};
    if (json.len > JSON_FILE_MAX)
        return err_set(err, ERR_CONFIG, "'%s' is too large: at most %u bytes", name, JSON_FILE_MAX);
    if (json_guard(json, name, ERR_CONFIG, err) < 0)
        return -1;
    buf_add_text(&copy, json);
    const char *const cstr = buf_cstr(&copy);
    if (!copy.failed)
        f->root = cJSON_ParseWithLength(cstr, json.len + 1);
    buf_release(&copy);
    return f->root != NULL ? 0 : err_nomem(err); /* nothing else is left that can go wrong */
}

void json_file_release(struct json_file *f)
{
    cJSON_Delete(f->root);
    f->root = NULL;
}

/* Where the nth value of the file begins, names not counted: cJSON keeps no places. */
static size_t place_of(const struct json_file *f, size_t nth)
{
    const char *const s = f->json.ptr;
    const size_t len = f->json.len;
    size_t i = 0;

    while (i < len) {
        const size_t start = i++;
        if (ascii_is_one_of(s[start], " \t\r\n,:]}\xEF\xBB\xBF")) /* the last three: a byte order mark */
            continue;
        if (s[start] == '"') {
            while (s[i] != '"')
                i += s[i] == '\\' ? 2 : 1;
            for (i++; i < len && is_blank(s[i]); i++) {
            }
            if (i < len && s[i] == ':')
                continue;
        } else if (s[start] != '{' && s[start] != '[') {
            while (i < len && !is_blank(s[i]) && s[i] != ',' && s[i] != ']' && s[i] != '}')
                i++;
        }
        if (nth-- == 0)
            return start;
    }
    return len;
}

/* Walks the tree in the order of the file as far as `item`: returns its depth; way[0] is the root and way[depth] the
 * item. *nth counts the values before it. */
static size_t find_way(const struct json_file *f, const cJSON *item, const cJSON *way[DEPTH_MAX + 1], size_t *nth)
{
    size_t depth = 0;

    way[0] = f->root;
    for (*nth = 0; way[depth] != item; ++*nth) {
        if (way[depth]->child != NULL) {
            assert(depth < DEPTH_MAX);
            depth++;
            way[depth] = way[depth - 1]->child;
            continue;
        }
        while (depth > 0 && way[depth]->next == NULL)
            depth--;
        way[depth] = way[depth]->next;
        assert(way[depth] != NULL);
    }
    return depth;
}

/* "device_types.ESME: ", or "" for the root. */
static void format_path(const cJSON *const *way, size_t depth, char path[PATH_SIZE])
{
    size_t len = 0;

    path[0] = '\0';
    for (size_t i = 1; i <= depth && len < PATH_SIZE; i++) {
        size_t index = 0;
        for (const cJSON *at = way[i - 1]->child; at != way[i]; at = at->next)
            index++;
        if (cJSON_IsArray(way[i - 1]))
            len += (size_t)snprintf(path + len, PATH_SIZE - len, "[%zu]", index);
        else
            len += (size_t)snprintf(path + len, PATH_SIZE - len, "%s%.*s", i > 1 ? "." : "", SHOWN_MAX, way[i]->string);
    }
    if (depth > 0 && len < PATH_SIZE)
        snprintf(path + len, PATH_SIZE - len, ": ");
}

int json_file_fault(const struct json_file *f, const cJSON *item, struct err *err, const char *fmt, ...)
{
    const cJSON *way[DEPTH_MAX + 1];
    char what[300], path[PATH_SIZE];
    size_t nth;
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    format_path(way, find_way(f, item, way, &nth), path);
    return err_set(err, ERR_CONFIG, "'%s', line %lu: %s%s", f->name, line_of(f, place_of(f, nth)), path, what);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static int unknown_name(const struct json_file *f, const cJSON *item, const char *const *names, size_t count,
                        struct err *err)
{
    char known[240] = "";
    size_t len = 0;

    for (size_t i = 0; i < count && len < sizeof(known); i++)
        len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", i > 0 ? ", " : "", names[i]);
    return json_file_fault(f, item, err, "'%.*s' is not known here; known are %s", SHOWN_MAX, item->string, known);
}

int json_file_members(const struct json_file *f, const cJSON *object, const char *const *names, size_t count,
                      size_t required, const cJSON **found, struct err *err)
{
    if (!cJSON_IsObject(object))
        return json_file_fault(f, object, err, "an object is wanted here");
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        if (!is_one_of(item->string, names, count))
            return unknown_name(f, item, names, count, err);
    }
    for (size_t i = 0; i < count; i++) {
        found[i] = cJSON_GetObjectItemCaseSensitive(object, names[i]);
        if (i < required && found[i] == NULL)
            return json_file_fault(f, object, err, "'%s' is missing", names[i]);
    }
    return 0;
}

int json_file_text(const struct json_file *f, const cJSON *item, size_t max, struct text *out, struct err *err)
{
    if (!cJSON_IsString(item))
        return json_file_fault(f, item, err, "a string is wanted here");
    *out = text_trim(text_of(item->valuestring));
    if (out->len == 0)
        return json_file_fault(f, item, err, "the string is empty");
    if (out->len > max)
        return json_file_fault(f, item, err, "the string is too long: at most %zu bytes", max);
    return 0;
}

int json_file_number(const struct json_file *f, const cJSON *item, int64_t min, int64_t max, int64_t *out,
                     struct err *err)
{
    const double n = item->valuedouble;

    /* In this order: a double is made an integer only where it is within range. */
    if (!cJSON_IsNumber(item) || !(n >= (double)min && n <= (double)max) || n != (double)(int64_t)n)
        return json_file_fault(f, item, err, "a whole number from %lld to %lld is wanted here", (long long)min,
                               (long long)max);
    *out = (int64_t)n;
    return 0;
}

int json_file_array(const struct json_file *f, const cJSON *item, struct err *err)
{
    return cJSON_IsArray(item) ? 0 : json_file_fault(f, item, err, "an array is wanted here");
}
