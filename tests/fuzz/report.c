/* Report files. */
#include "fuzz.h"

#include "output/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report report;
    struct err err = {0};

    if (report_parse(&report, "x.sql", (struct text){(const char *)data, size}, &err) < 0) {
        must_explain(&err);
        return 0;
    }
    MUST(report.name[0] != '\0' && report.sql[0] != '\0' && report.column_count > 0);
    for (size_t i = 0; i < report.column_count; i++)
        MUST(report.columns[i].width >= 1 && report.columns[i].width <= REPORT_WIDTH_MAX);
    report_release(&report);
    return 0;
}
