/* Criteria files and code maps. */
#include "input/criteria_json.h"

#include "domain/service.h"
#include "json_file_int.h"

#include <string.h>

/* ---- Criteria ---- */

#define DAYS_MAX        3650
#define COS_GRACE_DAYS  14
#define BEFORE_HOURS    24
#define SUCCESSES_MAX   99
#define DESCRIPTION_MAX 4096

enum { OWED_BY, SUCCESSES, CELLS, OBLIGATION_NAMES };
static const char *const obligation_names[] = {"owed_by", "successes", "cells"};

/* "KeyAgreement", or with the cell usage behind it "KeyAgreement prePaymentTopUp". */
static int read_cell(const struct json_file *f, const cJSON *item, struct cell_kind *out, struct err *err)
{
    struct text t, usage, cell = {0};
    const char *blank;
    unsigned key_usage, cell_usage;

    if (json_file_text(f, item, 64, &t, err) < 0)
        return -1;
    blank = memchr(t.ptr, ' ', t.len);
    usage = (struct text){t.ptr, blank != NULL ? (size_t)(blank - t.ptr) : t.len};
    if (blank != NULL)
        cell = text_trim((struct text){blank, t.len - usage.len});
    if (!term_parse(&vocab_key_usage, usage, &key_usage) || key_usage == KEY_NONE ||
        !term_parse(&vocab_cell_usage, cell, &cell_usage))
        return json_file_fault(f, item, err,
                               "'%.*s' is no cell; wanted is a key usage, as DigitalSignature or KeyAgreement, and "
                               "prePaymentTopUp behind it where that is meant",
                               (int)t.len, t.ptr);
    *out = (struct cell_kind){key_usage, cell_usage};
    return 0;
}

static int read_cells(const struct json_file *f, const cJSON *item, struct obligation_terms *out, struct err *err)
{
    if (json_file_array(f, item, err) < 0)
        return -1;
    for (const cJSON *at = item->child; at != NULL; at = at->next) {
        if (out->cell_count == CRITERIA_CELLS_MAX)
            return json_file_fault(f, at, err, "there are more than %d cells", CRITERIA_CELLS_MAX);
        struct cell_kind *const cell = &out->cells[out->cell_count];
        if (read_cell(f, at, cell, err) < 0)
            return -1;
        for (size_t i = 0; i < out->cell_count; i++)
            if (out->cells[i].key_usage == cell->key_usage && out->cells[i].cell_usage == cell->cell_usage)
                return json_file_fault(f, at, err, "the same cell is named twice");
        out->cell_count++;
    }
    return out->cell_count > 0 ? 0 : json_file_fault(f, item, err, "there is no cell in the array");
}

static int read_obligation(const struct json_file *f, const cJSON *item, enum obligation which,
                           struct obligation_terms *out, struct err *err)
{
    const bool about_cells =
        which == OBLIGATION_NETWORK_OPERATOR_CREDENTIALS || which == OBLIGATION_SUPPLIER_CREDENTIALS;
    const cJSON *found[OBLIGATION_NAMES];
    struct text owed_by;
    int64_t successes = 0;

    if (json_file_members(f, item, obligation_names, OBLIGATION_NAMES, 1, found, err) < 0 ||
        json_file_text(f, found[OWED_BY], 64, &owed_by, err) < 0)
        return -1;
    if (text_equal(owed_by, TEXT_LITERAL("Supplier")))
        out->owed_by = OWED_BY_SUPPLIER;
    else if (text_equal(owed_by, TEXT_LITERAL("DCC")))
        out->owed_by = OWED_BY_DCC;
    else
        return json_file_fault(f, found[OWED_BY], err, "an obligation is owed by \"Supplier\" or \"DCC\"");
    if (found[SUCCESSES] != NULL && json_file_number(f, found[SUCCESSES], 1, SUCCESSES_MAX, &successes, err) < 0)
        return -1;
    out->successes = (uint8_t)successes;
    if (found[CELLS] != NULL && !about_cells)
        return json_file_fault(f, found[CELLS], err, "'%s' is not about cells", obligation_word(which));
    if (found[CELLS] != NULL && read_cells(f, found[CELLS], out, err) < 0)
        return -1;
    if (about_cells && found[CELLS] == NULL && found[SUCCESSES] == NULL)
        return json_file_fault(f, item, err, "'%s' needs 'cells' (or 'successes', in legacy criteria)",
                               obligation_word(which));
    return 0;
}

static int read_device_type(const struct json_file *f, const cJSON *item, enum device_type type, struct criteria *out,
                            struct err *err)
{
    const char *words[OBLIGATIONS + 1];
    const cJSON *found[OBLIGATIONS + 1];
    int64_t days = 0;

    for (unsigned i = 0; i < OBLIGATIONS; i++)
        words[i] = obligation_word((enum obligation)i);
    words[OBLIGATIONS] = "obligation_days";
    if (json_file_members(f, item, words, OBLIGATIONS + 1, 0, found, err) < 0)
        return -1;
    if (found[OBLIGATIONS] != NULL && json_file_number(f, found[OBLIGATIONS], 1, DAYS_MAX, &days, err) < 0)
        return -1;
    out->type_obligation_ms[type] = days * INSTANT_DAY;
    for (unsigned i = 0; i < OBLIGATIONS; i++)
        if (found[i] != NULL && read_obligation(f, found[i], (enum obligation)i, &out->terms[type][i], err) < 0)
            return -1;
    return 0;
}

/* Every Device type must be there: one that is forgotten would owe nothing in silence. */
static int read_device_types(const struct json_file *f, const cJSON *item, struct criteria *out, struct err *err)
{
    const char *words[DEVICE_TYPES - 1];
    const cJSON *found[DEVICE_TYPES - 1];

    for (unsigned i = 1; i < DEVICE_TYPES; i++)
        words[i - 1] = term_word(&vocab_device_type, i);
    if (json_file_members(f, item, words, DEVICE_TYPES - 1, DEVICE_TYPES - 1, found, err) < 0)
        return -1;
    for (unsigned i = 1; i < DEVICE_TYPES; i++)
        if (read_device_type(f, found[i - 1], (enum device_type)i, out, err) < 0)
            return -1;
    return 0;
}

enum { NAME, DESCRIPTION, OBLIGATION_DAYS, RESPONSE_WINDOW_HOURS, TYPES, COS_GRACE, BEFORE, CRITERIA_NAMES };
static const char *const criteria_names[] = {
    "name", "description", "obligation_days", "response_window_hours", "device_types", "cos_grace_days", "before_hours",
};

static int read_criteria(const struct json_file *f, struct criteria *out, struct err *err)
{
    const cJSON *found[CRITERIA_NAMES];
    struct text name, description;
    int64_t days, hours, grace = COS_GRACE_DAYS, before = BEFORE_HOURS;

    if (json_file_members(f, f->root, criteria_names, CRITERIA_NAMES, COS_GRACE, found, err) < 0 ||
        json_file_text(f, found[NAME], CRITERIA_NAME_MAX, &name, err) < 0 ||
        json_file_text(f, found[DESCRIPTION], DESCRIPTION_MAX, &description, err) < 0 ||
        json_file_number(f, found[OBLIGATION_DAYS], 0, DAYS_MAX, &days, err) < 0 ||
        json_file_number(f, found[RESPONSE_WINDOW_HOURS], 0, DAYS_MAX * 24, &hours, err) < 0 ||
        (found[COS_GRACE] != NULL && json_file_number(f, found[COS_GRACE], 0, DAYS_MAX, &grace, err) < 0) ||
        (found[BEFORE] != NULL && json_file_number(f, found[BEFORE], 0, DAYS_MAX * 24, &before, err) < 0))
        return -1;
    memcpy(out->name, name.ptr, name.len);
    out->obligation_ms = days * INSTANT_DAY;
    out->response_window_ms = hours * INSTANT_HOUR;
    out->cos_grace_ms = grace * INSTANT_DAY;
    out->before_ms = before * INSTANT_HOUR;
    return read_device_types(f, found[TYPES], out, err);
}

int criteria_read(struct text json, const char *name, struct criteria *out, struct err *err)
{
    struct json_file f;
    int rc;

    *out = (struct criteria){0};
    if (json_file_read(&f, json, name, err) < 0)
        return -1;
    rc = read_criteria(&f, out, err);
    json_file_release(&f);
    return rc;
}

/* ---- Code maps: what response codes and Execution Statuses mean (R2) ---- */

#define MEANING_MAX 1024

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
    enum { CODES, STATUSES, ABOUT, SERVICES, NAMES };
    static const char *const names[] = {"response_codes", "execution_statuses", "description", "dcc_services"};
    struct json_file f;
    const cJSON *found[NAMES];
    struct text description;
    int rc = -1;

    memset(out, 0, sizeof(*out));
    if (json_file_read(&f, json, name, err) < 0)
        return -1;
    if (json_file_members(&f, f.root, names, NAMES, ABOUT, found, err) == 0 &&
        (found[ABOUT] == NULL || json_file_text(&f, found[ABOUT], DESCRIPTION_MAX, &description, err) == 0) &&
        read_codes(&f, found[CODES], out, err) == 0 && read_statuses(&f, found[STATUSES], out, err) == 0 &&
        read_services(&f, found[SERVICES], out, err) == 0)
        rc = 0;
    json_file_release(&f);
    return rc;
}
