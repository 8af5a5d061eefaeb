/* The configuration. */
#include "fuzz.h"

#include "config_int.h"
#include "memory_file.h"

#include <string.h>

/* What was read is of a section that is known, and every form is found by its name. */
static void check(const struct config *c)
{
    struct config_setting setting = {0};

    for (size_t i = 0; i < c->entry_count; i++) {
        const char *const section = c->entries[i].section;
        bool known = config_is_form(section);

        for (size_t k = 0; !known && config_setting_at(k, &setting); k++)
            known = strcmp(setting.section, section) == 0;
        MUST(known);
    }
    for (size_t i = 0; i < c->forms.count; i++) {
        const struct form *const f = &c->forms.ptr[i];

        MUST((f->profile != NULL ? forms_profile(&c->forms, f->profile) : forms_of_kind(&c->forms, f->kind)) == f);
        (void)forms_match(&c->forms, "inventory.csv");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_FILE_PATH_SIZE];
    const int fd = memory_file(data, size, path);
    struct config config;
    struct buf whole = {0};
    struct err err = {0};

    MUST(setenv("PCREPORT_CONFIG", path, 1) == 0);
    config_init(&config);
    if (config_read(&config, NULL, &err) < 0)
        must_explain(&err);
    else
        check(&config);
    config_release(&config);
    MUST(read_small_file(path, &whole, &err) == 0 && whole.len == size);
    buf_release(&whole);
    close(fd);
    return 0;
}
