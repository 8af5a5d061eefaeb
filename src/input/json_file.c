/* Strict reading of small JSON files. */
#include "json_file_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static unsigned long line_of(const struct json_file *f, size_t at)
{
    unsigned long line = 1;

    for (size_t i = 0; i < at && i < f->json.len; i++)
        line += f->json.ptr[i] == '\n';
    return line;
}

int json_file_read(struct json_file *f, struct text json, const char *name, struct err *err)
{
    struct tape_fault fault;

    *f = (struct json_file){.json = json, .name = name};
    if (json.len >= 3 && memcmp(json.ptr, "\xEF\xBB\xBF", 3) == 0)
        f->json = (struct text){json.ptr + 3, json.len - 3};
    if (tape_read(&f->tape, f->json, &fault))
        return 0;
    err_set(err, ERR_CONFIG, "'%s', line %lu: %s", name, line_of(f, fault.at), fault.what);
    json_file_release(f);
    return -1;
}

void json_file_release(struct json_file *f)
{
    tape_release(&f->tape);
}

int json_file_fault(const struct json_file *f, uint32_t item, struct err *err, const char *fmt, ...)
{
    char what[300];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    return err_set(err, ERR_CONFIG, "'%s', line %lu: %s", f->name, line_of(f, f->tape.items[item].at), what);
}

int json_file_expect(const struct json_file *f, uint32_t item, enum tape_type type, struct err *err)
{
    static const char *const words[] = {"null", "true", "false", "a number", "a string", "an array", "an object"};

    return f->tape.items[item].type == type ? 0 : json_file_fault(f, item, err, "%s is wanted here", words[type]);
}

static bool is_one_of(struct text t, const struct text *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(t, names[i]))
            return true;
    return false;
}

int json_file_members(const struct json_file *f, uint32_t item, const struct text *names, size_t count, size_t required,
                      uint32_t *found, struct err *err)
{
    char known[240] = "";
    size_t len = 0;

    if (json_file_expect(f, item, TAPE_OBJECT, err) < 0)
        return -1;
    for (size_t i = 0; i < count && len < sizeof(known); i++)
        len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%.*s", i > 0 ? ", " : "", (int)names[i].len,
                                names[i].ptr);
    for (uint32_t at = tape_step(&f->tape, item, 0); at != 0; at = tape_step(&f->tape, item, at)) {
        const struct text name = f->tape.items[at].text;
        if (!is_one_of(name, names, count))
            return json_file_fault(f, at, err, "'%.*s' is not known here; known are %s",
                                   (int)(name.len < 40 ? name.len : 40), name.ptr, known);
    }
    tape_members(&f->tape, item, names, count, found);
    for (size_t i = 0; i < required; i++)
        if (found[i] == 0)
            return json_file_fault(f, item, err, "'%.*s' is missing", (int)names[i].len, names[i].ptr);
    return 0;
}

int json_file_text(const struct json_file *f, uint32_t item, size_t max, struct text *out, struct err *err)
{
    if (json_file_expect(f, item, TAPE_STRING, err) < 0)
        return -1;
    *out = text_trim(f->tape.items[item].text);
    if (out->len == 0)
        return json_file_fault(f, item, err, "the string is empty");
    if (out->len > max)
        return json_file_fault(f, item, err, "the string is too long: at most %zu bytes", max);
    return 0;
}

int json_file_number(const struct json_file *f, uint32_t item, int64_t min, int64_t max, int64_t *out, struct err *err)
{
    const struct text t = f->tape.items[item].text;
    int64_t n = 0;

    if (json_file_expect(f, item, TAPE_NUMBER, err) < 0)
        return -1;
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] < '0' || t.ptr[i] > '9' || n > max)
            return json_file_fault(f, item, err, "a whole number from %lld to %lld is wanted here", (long long)min,
                                   (long long)max);
        n = n * 10 + (t.ptr[i] - '0');
    }
    if (n < min || n > max)
        return json_file_fault(f, item, err, "a whole number from %lld to %lld is wanted here", (long long)min,
                               (long long)max);
    *out = n;
    return 0;
}
