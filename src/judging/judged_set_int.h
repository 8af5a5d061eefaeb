/* The judged set: one compact record a Device, in blocks, in memory while small and in an anonymous file when not. */
#ifndef PCREPORT_JUDGING_JUDGED_SET_INT_H
#define PCREPORT_JUDGING_JUDGED_SET_INT_H

#include "judging/judged.h"
#include "reported_int.h"
#include "rules/related.h"

/* Some records, one after another, ascending by Device. */
struct judged_block {
    uint64_t first; /* Device */
    uint64_t at;
    size_t len;
};

/* A Device about whose data there is something to say: enum suspicion as bits. */
struct suspect {
    uint64_t device;
    uint64_t suspicions;
};

struct judged {
    const struct judge_context *ctx;
    bool filtered;
    bool is_night; /* `said` of its records is what was reported before */
    struct judged_totals totals;
    struct judged_block *blocks;
    size_t count, cap;
    struct buf memory; /* all blocks, until they are too many */
    int fd;            /* -1: they are not */
    uint64_t size;
    char *temp_dir;
    struct sorter *on_hub;   /* R9.3: struct firmware_entry by CHF, while judging; NULL: none yet */
    struct buf firmware;     /* R9.3: struct firmware_rejection, ascending by CHF, then by Device and instant */
    struct buf suspects;     /* struct suspect, ascending by Device; those that the inventory does not name too */
    struct counted *counted; /* counts.c; NULL: of no Device */
};

/* ---- counts.c: what is counted once, whoever asks ---- */

struct counted;
int counted_create(struct counted **out, struct err *err);
void counted_destroy(struct counted *c);

/* ---- judged.c: R9.3, which needs the other Devices on the HAN ---- */

/* A firmware message on its way to the others of its HAN. */
struct firmware_entry {
    uint64_t chf, device;
    instant requested_at, until;
    uint64_t user;
    unsigned char type; /* of the Device */
    bool refused;
    char code[RESPONSE_CODE_MAX + 1];
};

struct firmware_rejection {
    struct firmware_entry refusal, activation;
};

/* Appends the messages of a Device to `out`, refusals only where its verdict is wanted. */
void firmware_note(struct buf *out, const struct judgement *j, const struct related *r, bool wanted);
int judged_add_firmware(struct judged *j, struct text entries, struct err *err);
/* After the last Device: finds what blocked what. */
int judged_join_firmware(struct judged *j, struct err *err);

int judged_create(struct judged **out, const struct judge_context *ctx, const char *temp_dir, struct err *err);
/* Appends a record to a block that is being made. Its length is in a fixed number of bytes: every query that passes
 * over Devices reads it. */
void judged_add_record(struct buf *block, struct text record);
/* Appends a block (nothing when it is empty). */
int judged_append(struct judged *j, struct text records, uint64_t first, struct err *err);

/* A record: what the views show. `judgement.inventory` is &inventory; evidence references are left out; texts are
 * borrowed from the packed record. */
struct judged_row {
    struct judgement judgement;
    struct inventory_row inventory;
    struct packed_reader related; /* what is left of the record */
};

/* `r` may be NULL. */
void judged_pack(struct buf *out, const struct judgement *j, const struct related *r, instant as_of, said_code said);

/* ---- judged_row.c: R9.1 and R9.2 at the end of a record ---- */

/* The last stands for nothing behind the record: R9.1, of some slot it is known what it holds. */
enum related_bit { RELATED_OPERATOR = 1, RELATED_JOINS = 2, RELATED_OPERATOR_SEEN = 4 };

/* In this order, each where its bit is set; the other Devices of pairs (packed_take_u64) until there is no more. -1
 * when the record is malformed. */
int related_unpack_operator(struct packed_reader *u, struct operator_exception *out, struct err *err);

/* What can be told of a record without unpacking it. */
struct judged_head {
    uint64_t device;
    unsigned char verdict, legacy_verdict, classification, type, region;
    unsigned char related; /* bits of enum related_bit */
    bool commissioned;     /* as in struct standing */
    said_code said;        /* R11: what was reported of it before; 0: nothing, or it was not asked */
};

#define JUDGED_HEAD_REST 6                       /* bytes of what is in the head alone */
#define JUDGED_HEAD_SIZE (13 + JUDGED_HEAD_REST) /* bytes of all of it in a record */

/* Reads records in order. Made by judged_rewind on zeroed memory. */
struct judged_cursor {
    const struct judged *judged;
    size_t block;                 /* the one that is read; SIZE_MAX: none yet */
    struct buf bytes;             /* its content, where it lies in a file */
    const unsigned char *begin;   /* of its content */
    struct packed_reader at;      /* what is left of it */
    const unsigned char *present; /* the present record, with its length */
    uint64_t last;                /* its Device */
    struct text record;           /* the present record, without its length */
};

void judged_rewind(struct judged_cursor *c, const struct judged *j);
void judged_cursor_release(struct judged_cursor *c);
/* Goes to where `device` is, if there: the next record read is that of it or of one shortly before. Cheap for ascending
 * Devices. */
int judged_seek(struct judged_cursor *c, uint64_t device, struct err *err);
/* 1 with the head of the next record, 0 at the end, -1 on failure. */
int judged_next(struct judged_cursor *c, struct judged_head *head, struct err *err);
/* The rest of it; borrowed until the next call of judged_next. -1 when it is malformed. */
int judged_row_read(const struct judged_cursor *c, struct judged_row *out, struct err *err);

#endif
