/* The packed evidence of a Device: its inventory, requests, snapshots and checks in one run of bytes.
 *
 * A packed Device is a sequence of packed records in ascending order of their `canon` bytes. Each packed record is
 *     varint length of what follows
 *     canon:   kind (1 byte), length of the identity (1 byte), identity, payload
 *     trailer: flags (1 byte), varint file, varint line
 *     length of the trailer (1 byte)
 * so records can be ordered, told apart and copied without being unpacked. The identity is that of R7; but for
 * inventory rows it is empty, and the payload is the row (with its length before it) and the set of the extracts that
 * say so. The format is stored: a change needs another version of the store. */
#ifndef PCREPORT_DOMAIN_EVIDENCE_H
#define PCREPORT_DOMAIN_EVIDENCE_H

#include "base/packed.h"
#include "domain/record.h"

enum record_kind { RECORD_INVENTORY = 1, RECORD_REQUEST, RECORD_SNAPSHOT, RECORD_CHECK };

#define RECORD_CONFLICT 1 /* flag: another row claimed this identity and said otherwise (R7) */

/* Each appends one packed record. Cells and certificates of a snapshot are put in order, so that the order in which a
 * Device listed them does not matter. */
void evidence_pack_inventory(struct buf *b, const struct inventory_row *row);
void evidence_pack_request(struct buf *b, const struct request_row *row);
void evidence_pack_snapshot(struct buf *b, const struct snapshot *snap);
void evidence_pack_check(struct buf *b, const struct check_row *row);

/* An inventory record again, for a row (as inventory_split tells it) and another set of extracts. */
void evidence_pack_said(struct buf *b, struct text row, struct text extracts, const struct source *source);

/* Where one packed record was read, of which nothing else is looked at. false: it is none. */
bool evidence_source(struct text packed, struct source *out);

/* A packed record, seen from outside. All pointers are borrowed from the packed bytes. */
struct packed_record {
    struct text whole;    /* with the leading length */
    struct text canon;    /* compares as R7 orders and tells apart */
    struct text identity; /* within canon: kind, length, identity */
    enum record_kind kind;
    unsigned char flags;
    struct source source;
};

/* Steps through packed records. Returns false at the end, or with u->failed set when the bytes are malformed. */
bool evidence_next(struct packed_reader *u, struct packed_record *out);

/* When a packed request was made and by whom, without unpacking the rest, and whether its RequestID is spelt with a
 * target, as it is where that is not the Device. false: malformed. */
bool evidence_request_made(const struct packed_record *rec, instant *requested_at, uint64_t *user_id, bool *elsewhere);
/* The RequestID of a request of the Device by the identity of its packed records; `present` is false where it has none.
 * false: malformed. */
bool evidence_request_id(struct text identity, uint64_t device, struct request_id *out);

/* A Device, unpacked into arrays that are reused from one Device to the next. Texts are borrowed from the packed bytes.
 * Rows of one request (R7) lie next to one another; all else is in ascending order of time. */
struct device_records {
    uint64_t device;
    /* One row for each unbroken run of extracts that say the same; blanks are filled (R7). */
    struct inventory_row *inventory;
    size_t inventory_count;
    struct request_row *requests;
    size_t request_count;
    struct snapshot *snapshots;
    size_t snapshot_count;
    struct check_row *checks;
    size_t check_count;

    /* Private: memory behind the arrays. */
    struct cell *cells;
    struct device_cert *certs;
    struct cell_outcome *outcomes;
    char *texts; /* copies that evidence_keep_texts made */
    struct inventory_says *says;
    size_t says_count, says_cap;
    size_t inventory_cap, request_cap, snapshot_cap, check_cap, cell_count, cell_cap, cert_count, cert_cap,
        outcome_count, outcome_cap;
};

/* 0, -1 with ERR_DATA when the bytes are malformed, or ERR_NOMEM when memory is short. {0} is a valid empty struct. */
int evidence_unpack(struct device_records *out, uint64_t device, struct text packed, struct err *err);
/* The same for the inventory rows alone, which come first and are quick to reach; the other counts are 0. */
int evidence_unpack_inventory(struct device_records *out, uint64_t device, struct text packed, struct err *err);
/* Copies the texts that the records borrow from their packed bytes, which then need not be kept: of a Device that has
 * much, they are more than all texts that are told. ERR_NOMEM. */
int evidence_keep_texts(struct device_records *r, struct text packed, struct err *err);
void device_records_release(struct device_records *r);

/* True when both rows are of one request (R7): the same RequestID, or without one the same (SRV, originator,
 * requested_at, credential type, role, execution_at). A row with a RequestID and one without are two requests. */
bool request_same_identity(const struct request_row *a, const struct request_row *b);

/* The rows of the request that begins at rows[0], of `count` rows of struct device_records: at least 1. */
size_t request_rows(const struct request_row *rows, size_t count);

/* The canonical text of a record (R7): its fields but for the source, in the order of the inputs' columns, as they are
 * written out, each ended by the byte 0x1F; in a snapshot, `answered`, then for each cell in ascending order of their
 * texts role, key_usage, cell_usage, subject_id, key_id, status ("ok" or "not ok"), then for each device certificate
 * likewise key_usage, serial, not_before, subject_id, key_id, issuer_key_id. Compared bytewise. */
void inventory_canonical(struct buf *b, const struct inventory_row *row);
void request_canonical(struct buf *b, const struct request_row *row);
void snapshot_canonical(struct buf *b, const struct snapshot *snap);
void check_canonical(struct buf *b, const struct check_row *row);
void registration_canonical(struct buf *b, const struct registration_row *row);
void organisation_canonical(struct buf *b, const struct organisation_row *row);

#endif
