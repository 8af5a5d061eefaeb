/* Files of records of several types: with parents, with quoted fields, with fixed widths. */
#include "input/form.h"

static const struct forms *layouts(void);
#define FORMS layouts()
#include "load.c"

static const struct forms *layouts(void)
{
    static const char *const keys[][3] = {{"layout groups", "kind", "registration"},
                                          {"layout groups", "separator", "bar"},
                                          {"layout groups", "header", "ZHV"},
                                          {"layout groups", "parent", "350"},
                                          {"layout groups", "record", "351"},
                                          {"layout groups", "trailer", "ZPT"},
                                          {"layout groups", "count", "3"},
                                          {"layout groups", "ZHV.network_operator_id", "5"},
                                          {"layout groups", "350.mpxn", "2"},
                                          {"layout groups", "351.supplier_id", "2"},
                                          {"layout groups", "351.effective_from", "3"},
                                          {"layout groups", "351.effective_to", "4"},
                                          {"layout quoted", "kind", "registration"},
                                          {"layout quoted", "separator", "comma"},
                                          {"layout quoted", "header", "A00"},
                                          {"layout quoted", "record", "E45"},
                                          {"layout quoted", "trailer", "Z99"},
                                          {"layout quoted", "count", "2"},
                                          {"layout quoted", "E45.mpxn", "2"},
                                          {"layout quoted", "E45.supplier_id", "3"},
                                          {"layout quoted", "E45.effective_from", "4"},
                                          {"layout fixed", "kind", "inventory"},
                                          {"layout fixed", "separator", "fixed"},
                                          {"layout fixed", "type", "1-2"},
                                          {"layout fixed", "header", "00"},
                                          {"layout fixed", "record", "10"},
                                          {"layout fixed", "10.device_id", "3-25"},
                                          {"layout fixed", "10.device_type", "26-29"},
                                          {"layout fixed", "10.status", "30-50"},
                                          {"words.registration", "supplier_id.X", "LARK"},
                                          {"read.registration", "time_zone", "Europe/London"}};
    static struct forms forms;
    static bool made;
    struct err err = {0};

    for (size_t i = 0; !made && i < ARRAY_LEN(keys); i++)
        MUST(forms_take(&forms, keys[i][0], keys[i][1], keys[i][2], &err) == 0);
    made = true;
    return &forms;
}
