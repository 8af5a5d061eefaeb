/* Criteria files and code maps: each input is read as both, and a map is asked about its own text. */
#include "fuzz.h"

#include "input/criteria_json.h"

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
    MUST(code_classify(&map, json) <= CODE_ALERT_FAILURE);
    MUST(status_classify(&map, json) <= STATUS_UNMAPPED);
    return 0;
}
