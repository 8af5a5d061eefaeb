/* Criteria files and code maps: each input is read as both, and a map is asked about its own rules. */
#include "fuzz.h"

#include "input/criteria_json.h"

#include <string.h>

/* A rule's own text, with a digit where it has '#', is a code that the map knows. */
static void ask_codes(const struct code_map *map)
{
    char code[sizeof(map->codes[0].pattern)];

    for (size_t i = 0; i < map->code_count; i++) {
        strcpy(code, map->codes[i].pattern);
        for (char *at = code; (at = strchr(at, '#')) != NULL;)
            *at = '1';
        const enum code_class class = code_classify(map, text_of(code));
        MUST(class <= CODE_ALERT_FAILURE && class != CODE_UNMAPPED);
    }
    for (size_t i = 0; i < map->status_count; i++)
        MUST(status_classify(map, text_of(map->statuses[i].word)) < STATUS_UNMAPPED);
    for (size_t i = 0; i < map->dcc_service_count; i++)
        MUST(code_map_ends_in_dcc_systems(map, map->dcc_services[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text json = {(const char *)data, size};
    struct criteria criteria;
    static struct code_map map;
    struct err err = {0};

    if (criteria_read(json, "criteria.json", &criteria, &err) < 0)
        must_explain(&err);
    err = (struct err){0};
    if (code_map_read(json, "codes.json", &map, &err) < 0) {
        must_explain(&err);
        return 0;
    }
    ask_codes(&map);
    MUST(code_classify(&map, json) <= CODE_ALERT_FAILURE);
    MUST(status_classify(&map, json) <= STATUS_UNMAPPED);
    return 0;
}
