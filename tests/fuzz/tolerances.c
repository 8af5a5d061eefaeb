/* Tolerances. */
#include "fuzz.h"

#include "input/tolerances_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tolerances t = {0};
    struct err err = {0};

    if (tolerances_read((struct text){(const char *)data, size}, "tolerances.csv", &t, &err) < 0) {
        must_explain(&err);
    } else {
        for (size_t i = 0; i < t.count; i++) {
            MUST(t.ptr[i].measure < TOLERANCE_MEASURES && t.ptr[i].scope_is < TOLERANCE_SCOPES);
            MUST(t.ptr[i].breach >= 0 && t.ptr[i].line > 1 && text_is_utf8(t.ptr[i].scope));
        }
    }
    tolerances_release(&t);
    return 0;
}
