/* The layouts that travel inside the program (layouts/): read as the configuration is, before it. */
#include "config_int.h"

#include "base/shipped.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

struct shipped_reading {
    struct forms *forms;
    const char *name;
    struct err *err;
};

static int take(void *user, const char *section, const char *key, const char *value)
{
    const struct shipped_reading *const r = user;
    struct err why = {0};

    if (forms_take(r->forms, section, key, value, &why) == 0)
        return 1;
    err_set(r->err, ERR_BUG, "%s: [%s]: %s", r->name, section, why.msg);
    return 0;
}

static int read_one(struct forms *forms, const struct shipped *file, struct err *err)
{
    struct shipped_reading r = {forms, file->name, err};
    char *const text = strndup(file->text.ptr, file->text.len);
    int line;

    if (text == NULL)
        return err_nomem(err);
    line = ini_parse_string(text, take, &r);
    free(text);
    return line == 0 ? 0 : err_set(err, ERR_BUG, "%s: line %d cannot be read", file->name, line);
}

int layouts_read_shipped(struct forms *forms, struct err *err)
{
    static const char folder[] = "layouts/";

    for (size_t i = 0; i < shipped_count; i++)
        if (strncmp(shipped_files[i].name, folder, strlen(folder)) == 0 && read_one(forms, &shipped_files[i], err) < 0)
            return -1;
    return 0;
}
