/* A small store, made once of a few rows of each kind, in a file that is gone with the process. */
#ifndef PCREPORT_TESTS_FUZZ_STORE_H
#define PCREPORT_TESTS_FUZZ_STORE_H

#include "base/file.h"
#include "base/shipped.h"
#include "fuzz.h"
#include "input/criteria_json.h"
#include "input/load.h"
#include "judging/coverage.h"
#include "judging/query.h"
#include "judging/run.h"
#include "memory_file.h"

#include <string.h>

#define FUZZ_AS_OF INT64_C(1633069800000) /* 2021-10-01T06:30:00Z */

static char fuzz_store_path[64];

static void fuzz_store_remove(void)
{
    unlink(fuzz_store_path);
}

static inline void fuzz_store_load(struct load *l, const char *text)
{
    char path[MEMORY_FILE_PATH_SIZE];
    struct err err = {0};
    const int fd = memory_file((const uint8_t *)text, strlen(text), path);

    MUST(load_path(l, path, &err) == 0);
    close(fd);
}

/* What judges it: the shipped criteria, and the parties of the store. */
static inline void fuzz_context(struct judge_context *out, const struct directory *directory)
{
    static struct criteria legacy, revised;
    static struct code_map codes;
    struct err err = {0};

    if (codes.code_count == 0) {
        MUST(criteria_read(shipped_find("criteria/legacy.json")->text, "legacy.json", &legacy, &err) == 0);
        MUST(criteria_read(shipped_find("criteria/revised.json")->text, "revised.json", &revised, &err) == 0);
        MUST(code_map_read(shipped_find("criteria/codes.json")->text, "codes.json", &codes, &err) == 0);
    }
    *out = (struct judge_context){.directory = directory,
                                  .legacy = &legacy,
                                  .revised = &revised,
                                  .codes = &codes,
                                  .as_of = FUZZ_AS_OF,
                                  .settings = &judge_settings_default};
}

/* Makes the store with a run in it, where there is none yet; its path. */
static inline const char *fuzz_store(void)
{
    static const char *const files[] = {
        "device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region\n"
        "00-DB-12-34-00-00-00-01,CHF,Commissioned,SMETS2+,2021-09-01T10:00:00Z,00-DB-12-34-00-00-00-01,,North\n"
        "00-DB-12-34-00-00-00-02,ESME,Commissioned,SMETS2+,2021-09-02T10:00:00Z,00-DB-12-34-00-00-00-01,2000000000015,"
        "North\n"
        "00-DB-12-34-00-00-00-03,GPF,Commissioned,SMETS2+,2021-09-02T10:00:00Z,00-DB-12-34-00-00-00-01,,North\n",
        "device_id,srv,user_id,requested_at,credential_type,responded_at,response_code,execution_status\n"
        "00-DB-12-34-00-00-00-02,6.17,90-B3-D5-1F-30-01-00-01,2021-09-03T10:00:00Z,Digital "
        "Signature,2021-09-03T10:05:00Z,I0,"
        "Success\n"
        "00-DB-12-34-00-00-00-02,6.15.1,90-B3-D5-1F-30-01-00-01,2021-09-03T11:00:00Z,,2021-09-03T11:05:00Z,E5,Failure\n"
        "00-DB-12-34-00-00-00-0X,6.17,90-B3-D5-1F-30-01-00-01,2021-09-03T10:00:00Z,,,,\n",
        "entity_id,party,role,in_smki_repository\n90-B3-D5-1F-30-01-00-01,Acme Energy,Supplier,yes\n"
        "90-B3-D5-1F-30-01-00-02,Northern Wires,Network Operator,yes\n",
        "mpxn,supplier,network_operator,effective_from\n"
        "2000000000015,90-B3-D5-1F-30-01-00-01,90-B3-D5-1F-30-01-00-02,2021-01-01\n",
        "device_id,srv,user_id,requested_at,request_id\n"
        "00-DB-12-34-00-00-00-04,11.1,90-B3-D5-1F-30-01-00-01,2021-09-04T10:00:00Z,"
        "90-B3-D5-1F-30-01-00-01:90-B3-D5-1F-30-00-00-02:7\n"
        "00-DB-12-34-00-00-00-05,11.1,90-B3-D5-1F-30-01-00-01,2021-09-04T10:00:00Z,"
        "90-B3-D5-1F-30-01-00-01:90-B3-D5-1F-30-00-00-02:7\n",
    };
    const struct load_options options = {.temp_dir = "/tmp",
                                         .memory_bytes = 1 << 20,
                                         .threads = 1,
                                         .extracted_at = FUZZ_AS_OF - INSTANT_HOUR,
                                         .rejects_are_percent = true,
                                         .max_rejects = 100,
                                         .first_file = 1};
    struct judged *judged;
    struct judge_context context;
    struct directory *directory;
    struct run_account account;
    struct store *st;
    struct err err = {0};
    struct sorter *const *all;
    struct load *l;
    size_t sorters;

    if (fuzz_store_path[0] != '\0')
        return fuzz_store_path;
    snprintf(fuzz_store_path, sizeof(fuzz_store_path), "/tmp/pcreport-fuzz-%d.db", (int)getpid());
    unlink(fuzz_store_path);
    atexit(fuzz_store_remove);
    MUST(load_create(&l, &options, &err) == 0);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        fuzz_store_load(l, files[i]);
    MUST(store_open(&st, fuzz_store_path, STORE_WRITE, &err) == 0);
    sorters = load_sorters(l, &all);
    MUST(store_absorb(st, all, sorters, load_files_mutable(l), NULL, NULL, &err) == 0);
    load_destroy(l);
    MUST(store_directory(st, INSTANT_MAX, &directory, &err) == 0);
    fuzz_context(&context, directory);
    MUST(store_judge(st, &context, NULL, 1, "/tmp", NULL, NULL, &judged, &err) == 0);
    MUST(store_run(st, judged, NULL, false, &account, &err) == 0);
    MUST(store_run_ended(st, judged, &(struct run_end){.as_of = context.as_of}, &account, &err) == 0);
    judged_destroy(judged);
    directory_destroy(directory);
    store_close(st);
    return fuzz_store_path;
}

#endif
