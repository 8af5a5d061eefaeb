/* Code maps: what response codes and Execution Statuses mean (R2). */
#include "input/criteria_json.h"

#include "domain/service.h"

#include "json_file_int.h"

#include <string.h>

#define DESCRIPTION_MAX 4096
#define MEANING_MAX     1024

struct class_word {
    const char *word;
    unsigned value;
};

static const struct class_word code_classes[] = {
    {"ok", CODE_OK},
    {"acknowledged", CODE_ACKNOWLEDGED},
    {"timed-out", CODE_TIMED_OUT},
    {"rejected", CODE_REJECTED},
    {"alert-success", CODE_ALERT_SUCCESS},
    {"alert-failure", CODE_ALERT_FAILURE},
    {NULL, 0},
};

static const struct class_word status_classes[] = {
    {"success", STATUS_SUCCESS},
    {"failure", STATUS_FAILURE},
    {"timed-out", STATUS_TIMED_OUT},
    {"rejected", STATUS_REJECTED},
    {"acknowledged", STATUS_ACKNOWLEDGED},
    {"unrecognised", STATUS_UNMAPPED},
    {"nothing", STATUS_EMPTY},
    {NULL, 0},
};

static int read_class(const struct json_file *f, const cJSON *item, const struct class_word *words, unsigned *out,
                      struct err *err)
{
    struct text t;
    char known[120] = "";

    if (json_file_text(f, item, 64, &t, err) < 0)
        return -1;
    for (const struct class_word *w = words; w->word != NULL; w++) {
        if (text_equal(t, text_of(w->word))) {
            *out = w->value;
            return 0;
        }
        strncat(known, w == words ? "" : ", ", sizeof(known) - strlen(known) - 1);
        strncat(known, w->word, sizeof(known) - strlen(known) - 1);
    }
    return json_file_fault(f, item, err, "'%.*s' is no class; the classes are %s", (int)t.len, t.ptr, known);
}

enum { WORD, CLASS, MEANING, ENTRY_NAMES };

/* One entry: the code or word, its class, and for people its meaning. */
static int read_entry(const struct json_file *f, const cJSON *item, const char *word_name,
                      const struct class_word *classes, char word[CODE_PATTERN_MAX + 1], unsigned *class,
                      struct err *err)
{
    const char *const names[ENTRY_NAMES] = {word_name, "class", "meaning"};
    const cJSON *found[ENTRY_NAMES];
    struct text t, meaning;

    if (json_file_members(f, item, names, ENTRY_NAMES, MEANING, found, err) < 0 ||
        json_file_text(f, found[WORD], CODE_PATTERN_MAX, &t, err) < 0 ||
        read_class(f, found[CLASS], classes, class, err) < 0 ||
        (found[MEANING] != NULL && json_file_text(f, found[MEANING], MEANING_MAX, &meaning, err) < 0))
        return -1;
    memset(word, 0, CODE_PATTERN_MAX + 1);
    memcpy(word, t.ptr, t.len);
    return 0;
}

static int read_codes(const struct json_file *f, const cJSON *item, struct code_map *out, struct err *err)
{
    if (json_file_array(f, item, err) < 0)
        return -1;
    for (const cJSON *at = item->child; at != NULL; at = at->next) {
        struct code_rule *const rule = &out->codes[out->code_count];
        unsigned class;
        if (out->code_count == CODE_RULES_MAX)
            return json_file_fault(f, at, err, "there are more than %d response codes", CODE_RULES_MAX);
        if (read_entry(f, at, "code", code_classes, rule->pattern, &class, err) < 0)
            return -1;
        rule->class = class;
        const char *star = strchr(rule->pattern, '*');
        if (star != NULL && star[1] != '\0')
            return json_file_fault(f, at, err, "'%s': '*' may stand at the end only", rule->pattern);
        for (size_t i = 0; i < out->code_count; i++)
            if (text_equal_nocase(text_of(out->codes[i].pattern), text_of(rule->pattern)))
                return json_file_fault(f, at, err, "the code '%s' is there twice", rule->pattern);
        out->code_count++;
    }
    return 0;
}

static int read_statuses(const struct json_file *f, const cJSON *item, struct code_map *out, struct err *err)
{
    if (json_file_array(f, item, err) < 0)
        return -1;
    for (const cJSON *at = item->child; at != NULL; at = at->next) {
        struct status_rule *const rule = &out->statuses[out->status_count];
        unsigned class;
        if (out->status_count == STATUS_RULES_MAX)
            return json_file_fault(f, at, err, "there are more than %d Execution Statuses", STATUS_RULES_MAX);
        if (read_entry(f, at, "status", status_classes, rule->word, &class, err) < 0)
            return -1;
        rule->class = class;
        for (size_t i = 0; i < out->status_count; i++)
            if (text_equal_nocase(text_of(out->statuses[i].word), text_of(rule->word)))
                return json_file_fault(f, at, err, "the status '%s' is there twice", rule->word);
        out->status_count++;
    }
    return 0;
}

/* The shipped services, where a file does not list its own. */
static void take_shipped_services(struct code_map *out)
{
    for (size_t i = 0; i < service_count(); i++)
        if (service_ends_in_dcc_systems(service_at(i)))
            out->dcc_services[out->dcc_service_count++] = service_at(i);
}

static int read_services(const struct json_file *f, const cJSON *item, struct code_map *out, struct err *err)
{
    struct text t;
    srv_code srv;

    if (item == NULL) {
        take_shipped_services(out);
        return 0;
    }
    if (json_file_array(f, item, err) < 0)
        return -1;
    for (const cJSON *at = item->child; at != NULL; at = at->next) {
        if (out->dcc_service_count == DCC_SERVICES_MAX)
            return json_file_fault(f, at, err, "there are more than %d services", DCC_SERVICES_MAX);
        if (json_file_text(f, at, SRV_TEXT_SIZE, &t, err) < 0)
            return -1;
        if (!srv_parse(t, &srv))
            return json_file_fault(f, at, err,
                                   "'%.*s' is no Service Reference Variant; wanted is one like 8.2 or 8.14.1",
                                   (int)t.len, t.ptr);
        out->dcc_services[out->dcc_service_count++] = srv;
    }
    return 0;
}

int code_map_read(struct text json, const char *name, struct code_map *out, struct err *err)
{
    enum { CODES, STATUSES, DESCRIPTION, SERVICES, NAMES };
    static const char *const names[] = {"response_codes", "execution_statuses", "description", "dcc_services"};
    struct json_file f;
    const cJSON *found[NAMES];
    struct text description;
    int rc = -1;

    memset(out, 0, sizeof(*out));
    if (json_file_read(&f, json, name, err) < 0)
        return -1;
    if (json_file_members(&f, f.root, names, NAMES, DESCRIPTION, found, err) == 0 &&
        (found[DESCRIPTION] == NULL ||
         json_file_text(&f, found[DESCRIPTION], DESCRIPTION_MAX, &description, err) == 0) &&
        read_codes(&f, found[CODES], out, err) == 0 && read_statuses(&f, found[STATUSES], out, err) == 0 &&
        read_services(&f, found[SERVICES], out, err) == 0)
        rc = 0;
    json_file_release(&f);
    return rc;
}
