/* Any input file, from its bytes to the sorters: whatever the blocks it is read in, the same records and rejects. */
#include "fuzz.h"

#include "load_int.h"
#include "memory_file.h"

#include <string.h>

#ifndef KIND
#define KIND NULL /* told from the content */
#endif
#ifndef FORMS
#define FORMS NULL /* the configuration says nothing of other forms */
#endif
#define INPUT_MAX 65536 /* more than one block of the small size is enough */

static struct load *read_all(const char *path, size_t block_size)
{
    const struct load_options options = {.kind = KIND,
                                         .temp_dir = "/tmp",
                                         .memory_bytes = 1 << 20,
                                         .threads = 1,
                                         .extracted_at = 0,
                                         .rejects_are_percent = true,
                                         .max_rejects = 100,
                                         .forms = FORMS,
                                         .first_file = 1};
    struct load *l;
    struct err err = {0};

    MUST(load_create(&l, &options, &err) == 0);
    load_set_block_size(l, block_size);
    MUST(load_path(l, path, &err) == 0); /* trouble with the file is no failure */
    return l;
}

static void compare_files(const struct load *a, const struct load *b)
{
    const struct intake_files *const fa = load_files(a), *const fb = load_files(b);

    MUST(fa->count == fb->count);
    for (size_t i = 0; i < fa->count; i++) {
        const struct intake_file *const x = &fa->ptr[i], *const y = &fb->ptr[i];

        MUST(x->fate == y->fate && strcmp(x->kind, y->kind) == 0);
        if (x->fate == FILE_REFUSED)
            must_explain(&x->why);
        MUST(x->rows == y->rows && x->rejected == y->rejected && x->rejected <= x->rows);
        MUST(x->first == y->first && x->last == y->last && x->bytes == y->bytes);
        MUST(memcmp(x->sha256, y->sha256, DIGEST_SIZE) == 0);
    }
}

static void check_entry(const struct sorter_entry *e)
{
    const struct text packed = {(const char *)e->ptr, e->len};
    struct device_records records = {0};
    struct registration_row registration;
    struct organisation_row organisation;
    struct listed_row listed;
    struct reject reject;
    struct asked_row asked;
    struct answer_row answer;
    struct err err = {0};

    switch ((enum intake_class)e->class) {
    case INTAKE_DEVICE:
        MUST(evidence_unpack(&records, e->key, packed, &err) == 0);
        MUST(records.inventory_count + records.request_count + records.snapshot_count + records.check_count == 1);
        device_records_release(&records);
        break;
    case INTAKE_REGISTRATION:
        MUST(intake_unpack_registration(packed, &registration));
        break;
    case INTAKE_ORGANISATION:
        MUST(intake_unpack_organisation(packed, &organisation));
        break;
    case INTAKE_ASKED:
        MUST(intake_unpack_asked(packed, &asked));
        break;
    case INTAKE_ANSWER:
        MUST(intake_unpack_answer(packed, &answer));
        break;
    case INTAKE_WAIVER:
        MUST(intake_unpack_listed(packed, LISTED_WAIVERS, &listed));
        break;
    case INTAKE_TICKET:
        MUST(intake_unpack_listed(packed, LISTED_TICKETS, &listed));
        break;
    case INTAKE_REJECT:
        MUST(intake_unpack_reject(packed, &reject));
        MUST(reject.reason.len > 0 && text_is_utf8(reject.reason) && text_is_utf8(reject.column));
        break;
    }
}

static struct sorter_merge *merge_of(struct load *l)
{
    struct sorter *const *sorters;
    const size_t count = load_sorters(l, &sorters);
    struct sorter_merge *merge;
    struct err err = {0};

    MUST(sorter_merge_create(&merge, sorters, count, &err) == 0);
    return merge;
}

static void compare_entries(struct load *a, struct load *b)
{
    struct sorter_merge *const ma = merge_of(a), *const mb = merge_of(b);
    struct sorter_entry x, y;
    struct err err = {0};
    uint64_t sum_a = 0, sum_b = 0;
    int got;

    /* Entries of one key come in no promised order: what they add up to is compared. */
    while ((got = sorter_merge_next(ma, &x, &err)) == 1) {
        MUST(sorter_merge_next(mb, &y, &err) == 1);
        MUST(x.class == y.class && x.key == y.key);
        check_entry(&x);
        for (size_t i = 0; i < x.len; i++)
            sum_a += x.ptr[i];
        for (size_t i = 0; i < y.len; i++)
            sum_b += y.ptr[i];
    }
    MUST(got == 0 && sorter_merge_next(mb, &y, &err) == 0);
    MUST(sum_a == sum_b);
    sorter_merge_destroy(ma);
    sorter_merge_destroy(mb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[MEMORY_FILE_PATH_SIZE];
    struct load *whole, *in_parts;
    int fd;

    if (size > INPUT_MAX)
        return 0;
    fd = memory_file(data, size, path);
    whole = read_all(path, 1 << 20);
    in_parts = read_all(path, 1 + size % 97);
    compare_files(whole, in_parts);
    compare_entries(whole, in_parts);
    load_destroy(whole);
    load_destroy(in_parts);
    close(fd);
    return 0;
}
