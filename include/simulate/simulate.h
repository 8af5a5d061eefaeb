/* A synthetic population: every input kind, and the truth beside it (man: pcreport-simulate).
 *
 * Nothing here knows the rules: what a Device really holds is decided first, by the story it was given, and the
 * evidence is written from that. So the truth can be held against any judge. */
#ifndef PCREPORT_SIMULATE_SIMULATE_H
#define PCREPORT_SIMULATE_SIMULATE_H

#include "base/instant.h"

#define SIMULATE_PPM           1000000 /* rates are parts per million of the Devices that are judged */
#define SIMULATE_LEGACY_FAILED 70000
#define SIMULATE_TRULY_FAILED  10000
#define SIMULATE_DEVICES_MAX   UINT64_C(1000000000)
#define SIMULATE_PERIOD_DAYS   365 /* over which homes were fitted out, up to the day before the end */
#define SIMULATE_NIGHTS_MAX    100
#define SIMULATE_AS_OF         INT64_C(1759298400000) /* 2025-10-01T06:00:00Z, where nobody says otherwise */

struct simulation {
    uint64_t devices; /* 1 to SIMULATE_DEVICES_MAX */
    uint64_t seed;
    instant as_of; /* in the years 2000 to 2999 */
    /* What is to fail under the legacy criteria, and truly; the second is not more than the first, the first at most
     * half of all. */
    uint32_t legacy_failed_ppm;
    uint32_t truly_failed_ppm;
    bool gzip;
    /* 0: a file of each kind; else up to SIMULATE_NIGHTS_MAX: a folder for each night up to the end, named for its day,
     * with the files that arrive in it. The first brings all that was before it. */
    unsigned nights;
    /* So many UTC days, of the nights or else of the period, of which the log holds no request: fewer than the nights,
     * at most SIMULATE_PERIOD_DAYS - 1. */
    unsigned missing_nights;
    instant log_from;   /* the log holds no request made before it; INSTANT_NONE: it holds all others */
    bool duis;          /* write the log also as DUIS documents, into the folder duis; not with nights */
    const char *folder; /* exists; the files are made in it. NULL: nothing is written, only counted */
    void (*progress)(void *ctx, const char *phase, uint64_t done, uint64_t total); /* may be NULL */
    void *ctx;
};

struct simulated {
    uint64_t devices, requests, snapshots, checks, registrations; /* rows written */
    uint64_t bytes;                                               /* of all files, before compression */
    uint64_t pass, fail, pending, excluded;                       /* Devices by their true verdict */
    uint64_t decidable;
    unsigned missing_count;
    instant missing[SIMULATE_PERIOD_DAYS]; /* the days that the log lacks, ascending, each as its midnight */
};

/* Writes the population in memory that does not grow with it; the log is brought into the order of time by way of
 * temporary files in the folder. The same fields give the same bytes everywhere (of compressed files, the same
 * content). ERR_USAGE for fields out of range, ERR_CREATE and ERR_IO name the file; what was written by then stays. */
int simulate(const struct simulation *what, struct simulated *out, struct err *err);

#endif
