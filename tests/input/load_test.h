/* What the tests of loads share: files with given bytes, and all that a load made of them as text. */
#ifndef PCREPORT_TESTS_INPUT_LOAD_TEST_H
#define PCREPORT_TESTS_INPUT_LOAD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "load_int.h"

#define SRV_HEADING "device_id,srv,user_id,requested_at\n"
#define SRV_ROW     "00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-00,2021-09-17T09:30:00Z\n"

/* A load, its temporary folder, and what it held when it was finished. */
struct trial {
    char dir[64];
    struct load_options options;
    size_t block_size; /* 0: as usual */
    struct load *load;
    char *dump; /* one line an entry, in ascending order */
};

static inline void trial_init(struct trial *t)
{
    *t = (struct trial){.options = {.memory_bytes = 4 << 20,
                                    .threads = 2,
                                    .extracted_at = INSTANT_NONE,
                                    .rejects_are_percent = true,
                                    .max_rejects = 100,
                                    .first_file = 1}};
    strcpy(t->dir, "/tmp/pcreport-test-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    t->options.temp_dir = t->dir;
}

/* One key of the configuration. */
static inline void trial_form(struct forms *forms, const char *section, const char *key, const char *value)
{
    struct err err = {0};

    if (forms_take(forms, section, key, value, &err) < 0)
        fail_msg("[%s] %s = %s: %s", section, key, value, err.msg);
}

static inline void trial_write(const struct trial *t, const char *name, const void *bytes, size_t len)
{
    char path[256];
    FILE *fp;

    snprintf(path, sizeof(path), "%s/%s", t->dir, name);
    fp = fopen(path, "wb");
    assert_non_null(fp);
    assert_int_equal(fwrite(bytes, 1, len, fp), len);
    assert_int_equal(fclose(fp), 0);
}

static inline void trial_start(struct trial *t)
{
    struct err err = {0};

    if (load_create(&t->load, &t->options, &err) < 0)
        fail_msg("%s", err.msg);
    if (t->block_size > 0)
        load_set_block_size(t->load, t->block_size);
}

static inline struct intake_file *trial_load(struct trial *t, const char *name)
{
    struct err err = {0};
    char path[256];

    if (t->load == NULL)
        trial_start(t);
    snprintf(path, sizeof(path), "%s/%s", t->dir, name);
    if (load_path(t->load, strcmp(name, "-") == 0 ? name : path, &err) < 0)
        fail_msg("%s", err.msg);
    const struct intake_files *files = load_files(t->load);
    assert_true(files->count > 0);
    return &files->ptr[files->count - 1];
}

static inline struct intake_file *trial_load_text(struct trial *t, const char *name, const char *content)
{
    trial_write(t, name, content, strlen(content));
    return trial_load(t, name);
}

static inline int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void dump_device(struct buf *b, const struct sorter_entry *e)
{
    struct device_records r = {0};
    struct err err = {0};

    assert_int_equal(evidence_unpack(&r, e->key, (struct text){(const char *)e->ptr, e->len}, &err), 0);
    for (size_t i = 0; i < r.request_count; i++)
        request_canonical(b, &r.requests[i]);
    for (size_t i = 0; i < r.inventory_count; i++)
        inventory_canonical(b, &r.inventory[i]);
    for (size_t i = 0; i < r.snapshot_count; i++)
        snapshot_canonical(b, &r.snapshots[i]);
    for (size_t i = 0; i < r.check_count; i++)
        check_canonical(b, &r.checks[i]);
    device_records_release(&r);
}

static inline void dump_entry(struct buf *b, const struct sorter_entry *e)
{
    const struct text packed = {(const char *)e->ptr, e->len};
    struct source source;
    struct registration_row reg;
    struct organisation_row org;
    struct reject rej;
    struct asked_row asked;
    struct answer_row answer;

    assert_true(intake_source((enum intake_class)e->class, packed, &source));
    buf_printf(b, "%u:%06llu ", source.file, (unsigned long long)source.line);
    switch ((enum intake_class)e->class) {
    case INTAKE_DEVICE:
        dump_device(b, e);
        break;
    case INTAKE_REGISTRATION:
        assert_true(intake_unpack_registration(packed, &reg));
        registration_canonical(b, &reg);
        break;
    case INTAKE_ORGANISATION:
        assert_true(intake_unpack_organisation(packed, &org));
        organisation_canonical(b, &org);
        break;
    case INTAKE_ASKED:
        assert_true(intake_unpack_asked(packed, &asked));
        buf_printf(b, "ASKED %llu %016llX", (unsigned long long)asked.id.counter, (unsigned long long)asked.device);
        break;
    case INTAKE_ANSWER:
        assert_true(intake_unpack_answer(packed, &answer));
        buf_printf(b, "ANSWER %llu, %zu spared", (unsigned long long)answer.id.counter, answer.spared.len / 8);
        break;
    case INTAKE_WAIVER:
    case INTAKE_TICKET: {
        const enum listed list = e->class == INTAKE_WAIVER ? LISTED_WAIVERS : LISTED_TICKETS;
        struct listed_row row;
        assert_true(intake_unpack_listed(packed, list, &row));
        for (unsigned i = 0; i < list_facts[list].column_count; i++) {
            buf_add_text(b, row.values[i]);
            buf_add_byte(b, 0x1F);
        }
        break;
    }
    case INTAKE_REJECT:
        assert_true(intake_unpack_reject(packed, &rej));
        buf_printf(b, "REJECT @%llu [%.*s] %.*s <%zu:", (unsigned long long)rej.offset, (int)rej.column.len,
                   rej.column.ptr, (int)rej.reason.len, rej.reason.ptr, rej.bytes.len);
        buf_add(b, rej.bytes.ptr, rej.bytes.len < 200 ? rej.bytes.len : 200);
        buf_add_byte(b, '>');
        break;
    }
    for (size_t i = 0; i < b->len; i++)
        if (b->ptr[i] == 0x1F || b->ptr[i] == '\n' || b->ptr[i] == 0)
            b->ptr[i] = b->ptr[i] == 0x1F ? '|' : '?';
}

/* Everything that the load handed to the sorters: t->dump. */
static inline const char *trial_dump(struct trial *t)
{
    struct sorter *const *sorters;
    const size_t n = load_sorters(t->load, &sorters);
    struct sorter_merge *merge;
    struct sorter_entry e;
    struct err err = {0};
    struct buf all = {0};
    char *lines[4096];
    size_t count = 0;

    assert_int_equal(sorter_merge_create(&merge, sorters, n, &err), 0);
    while (sorter_merge_next(merge, &e, &err) == 1) {
        struct buf line = {0};
        dump_entry(&line, &e);
        assert_true(count < ARRAY_LEN(lines));
        lines[count++] = strdup(buf_cstr(&line));
        buf_release(&line);
    }
    sorter_merge_destroy(merge);
    qsort(lines, count, sizeof(lines[0]), compare_lines);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&all, "%s\n", lines[i]);
        free(lines[i]);
    }
    free(t->dump);
    t->dump = strdup(buf_cstr(&all));
    buf_release(&all);
    return t->dump;
}

static inline void trial_release(struct trial *t)
{
    char command[128];

    load_destroy(t->load);
    free(t->dump);
    snprintf(command, sizeof(command), "rm -rf '%s'", t->dir);
    assert_int_equal(system(command), 0);
}

static inline void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("'%s' is in:\n%s", part, text);
}

#endif
