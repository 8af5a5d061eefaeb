/* Files under a profile: headings and words of their own, lines to be skipped, another encoding, months first. */
#include "input/form.h"

static const struct forms *profiles(void);
#define FORMS profiles()
#include "load.c"

static const struct forms *profiles(void)
{
    static const char *const keys[][3] = {{"profile any", "match", "*"},
                                          {"profile any", "encoding", "windows-1252"},
                                          {"profile any", "skip_lines", "1"},
                                          {"profile any", "time_zone", "Europe/London"},
                                          {"profile any", "dates", "month-first"},
                                          {"profile any.columns", "device_id", "Number"},
                                          {"profile any.columns", "gsme.status", "\"Commissioned\""},
                                          {"profile any.words", "device_type.IHDorCAD", "CAD"},
                                          {"profile any.words", "status.live", "Commissioned"},
                                          {"words.inventory", "status.live", "Pending"}};
    static struct forms forms;
    static bool made;
    struct err err = {0};

    for (size_t i = 0; !made && i < ARRAY_LEN(keys); i++)
        MUST(forms_take(&forms, keys[i][0], keys[i][1], keys[i][2], &err) == 0);
    made = true;
    return &forms;
}
