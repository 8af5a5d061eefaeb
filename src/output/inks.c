/* What the series of charts look like: what fails looks the same on every page and sheet, and no two of a chart are
 * told apart by colour alone. The colours are those of page.css in the light. */
#include "output/markup.h"

#include <string.h>

const struct chart_ink *chart_ink(const char *column, size_t number)
{
    static const struct chart_ink fails = {"fail", 0xB4161B, FILL_SOLID}, unsure = {"unsure", 0x96620A, FILL_OPEN},
                                  legacy = {"legacy", 0x46566B, FILL_SOLID};
    static const struct {
        const char *column;
        const struct chart_ink *ink;
    } meanings[] = {
        {"legacy_rate", &legacy}, {"revised_rate", &fails},     {"revised_rate_at_most", &unsure}, {"failed", &fails},
        {"unverified", &unsure},  {"incidents_raised", &fails}, {"incidents_avoided", &legacy},
    };
    static const struct chart_ink others[] = {
        {"c1", 0x8A3F06, FILL_SOLID},  {"c2", 0x1D5FAE, FILL_HATCHED}, {"c3", 0x0B5A54, FILL_BARRED},
        {"c4", 0x7C3AED, FILL_DOTTED}, {"c5", 0x5C6470, FILL_SOLID},   {"c6", 0x7A5230, FILL_SOLID},
    };

    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (strcmp(column, meanings[i].column) == 0)
            return meanings[i].ink;
    return &others[number % ARRAY_LEN(others)];
}
