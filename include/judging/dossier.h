/* One Device with everything the rules ask of it, for whoever tells its story. */
#ifndef PCREPORT_JUDGING_DOSSIER_H
#define PCREPORT_JUDGING_DOSSIER_H

#include "rules/judge.h"
#include "store/store.h"

/* R11: what the latest run of a day said of a Device, where the one before said otherwise. */
struct reported_line {
    instant run_as_of;
    bool is_there; /* false: nothing any more */
    enum verdict verdict, legacy_verdict;
    enum classification classification;
};

#define EXTRACT_FILES_MAX 16

/* Everything about one Device, for `explain`. Arrays live until dossier_release. */
struct dossier {
    struct device_facts facts;
    struct device_records records;
    struct registration_row *registrations;
    size_t registration_count;
    struct reported_line *reported; /* by as-of, ascending; of runs not after as_of */
    size_t reported_count;
    /* R7: the files of the inventory extract in force, one of which says the row, where the file that the row was kept
     * from is of another extract: on which line is not kept, as what every night repeats is kept once */
    uint32_t extract_files[EXTRACT_FILES_MAX];
    size_t extract_file_count;
};
/* 1 when the store knows the Device, 0 when not, -1 on failure. as_of decides which MPxN and which registrations count;
 * whole_extracts as in struct judge_settings. */
int dossier_read(struct store *st, uint64_t device, instant as_of, bool whole_extracts, struct dossier *out,
                 struct err *err);
void dossier_release(struct dossier *s);

/* The Devices of a meter point as at as_of, ascending: those whose inventory names the MPxN, and GPFs that have it from
 * a GSME on their hub (R1). Reads every inventory row. The caller frees *out. */
int dossier_devices_at(struct store *st, mpxn_code mpxn, instant as_of, uint64_t **out, size_t *count, struct err *err);

#endif
