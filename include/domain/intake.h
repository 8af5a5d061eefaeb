/* What the readers hand to the store: sorter entries in a few classes, and an account of each file. */
#ifndef PCREPORT_DOMAIN_INTAKE_H
#define PCREPORT_DOMAIN_INTAKE_H

#include "base/digest.h"
#include "domain/evidence.h"
#include "domain/listed.h"

/* Classes of sorter entries. The payload of INTAKE_DEVICE is one packed record (domain/evidence.h); those of the others
 * are packed and unpacked below. */
enum intake_class {
    INTAKE_ORGANISATION, /* key: Entity Identifier */
    INTAKE_REGISTRATION, /* key: MPxN */
    INTAKE_ASKED,        /* key: the RequestID's counter; a request that ends in DCC systems, for one of its Devices */
    INTAKE_ANSWER,       /* the same; an answer that names no Device: its Devices are those of the request */
    INTAKE_WAIVER,       /* key: intake_listed_key */
    INTAKE_TICKET,       /* the same */
    INTAKE_DEVICE,       /* key: Device */
    INTAKE_REJECT        /* key: file << 40 | line: ascending within the file */
};

void intake_pack_registration(struct buf *b, const struct registration_row *row);
void intake_pack_organisation(struct buf *b, const struct organisation_row *row);
bool intake_unpack_registration(struct text packed, struct registration_row *out);
bool intake_unpack_organisation(struct text packed, struct organisation_row *out); /* borrows the party's name */

/* A Device of a request whose RequestID names the DCC; device 0: it has none. */
struct asked_row {
    struct request_id id;
    uint64_t device;
    struct source source;
};

/* What is said of all Devices of a request but the spared ones, which the answer names with an outcome of their own. */
struct answer_row {
    struct request_id id;
    struct text spared; /* 8 bytes a Device, big-endian */
    struct text record; /* a packed request (domain/evidence.h) that is of every Device */
    struct source source;
};
void intake_pack_asked(struct buf *b, const struct asked_row *row);
void intake_pack_answer(struct buf *b, const struct answer_row *row);
bool intake_unpack_asked(struct text packed, struct asked_row *out);
bool intake_unpack_answer(struct text packed, struct answer_row *out); /* borrows the texts */
void intake_pack_listed(struct buf *b, enum listed list, const struct listed_row *row);
bool intake_unpack_listed(struct text packed, enum listed list, struct listed_row *out); /* borrows the texts */
uint64_t intake_listed_key(enum listed list, const struct listed_row *row); /* the same for rows of the same values */

/* The rows by themselves, without source and extraction: the same exactly when they say the same. */
void registration_pack(struct buf *b, const struct registration_row *row);
void organisation_pack(struct buf *b, const struct organisation_row *row);
bool registration_unpack(struct text packed, struct registration_row *out);
bool organisation_unpack(struct text packed, struct organisation_row *out); /* borrows the party's name */

/* A row that could not be used. */
#define REJECT_BYTES_MAX 65536 /* of the original bytes; longer ones are cut */
struct reject {
    struct source source;
    uint64_t offset;    /* of the record's first byte in the file, from 0 */
    struct text column; /* the heading of the column at fault; "" when it is the row as a whole */
    struct text reason; /* what is wrong and what is wanted */
    struct text bytes;  /* the record as it stands in the file, without its line end */
};
void intake_pack_reject(struct buf *b, const struct reject *r);
bool intake_unpack_reject(struct text packed, struct reject *out);
uint64_t intake_reject_key(const struct source *s);

/* The source of an entry of any class, without unpacking the rest. */
bool intake_source(enum intake_class class, struct text packed, struct source *out);

/* What became of one input file (or archive member). */
enum file_fate {
    FILE_READ,    /* its entries count */
    FILE_KNOWN,   /* already stored: entries, if any, are dropped */
    FILE_REFUSED, /* unusable as a whole: entries, if any, are dropped */
    FILE_LEFT /* it changed while it was read, or bad rows of other files left no room: left for another time, entries
                 are dropped */
};

/* In what a file differs from another of the same content: each makes it a file of its own. */
enum file_difference {
    FILE_OTHER_KIND = 1,
    FILE_OTHER_EXTRACT = 2, /* the instant of extraction */
    FILE_OTHER_READING = 4  /* the mapping and settings it is read with */
};

/* What the rows of a file show of the file itself. */
enum file_finding {
#define FINDING(symbol, what, mend) FINDING_##symbol,
#include "domain/findings.def"
#undef FINDING
    FILE_FINDINGS
};
const char *file_finding_what(enum file_finding f);
const char *file_finding_mend(enum file_finding f);

#define FINDING_EXAMPLE_MAX 79
struct found {
    uint64_t count; /* 0: not found */
    uint64_t line;  /* of the first */
    char example[FINDING_EXAMPLE_MAX + 1];
};

struct intake_file {
    uint32_t number;  /* number in the store, as in struct source */
    char *name;       /* path as given; for a member "archive.zip: member.csv" */
    size_t path_len;  /* of the path in it */
    const char *kind; /* "srv-audit" ...; "" when it was not recognised */
    enum file_fate fate;
    struct err why;                       /* FILE_REFUSED, FILE_LEFT: what is wrong and what would mend it */
    unsigned char sha256[DIGEST_SIZE];    /* of the content, after decompression */
    uint64_t bytes;                       /* of the content, after decompression */
    instant extracted_at;                 /* of rows that do not say; INSTANT_NONE: not told, or of no matter */
    unsigned char read_with[DIGEST_SIZE]; /* hash of the mapping and settings it is read with; zeros: none */
    char *same_as;                        /* the name of a file with this content; NULL: none is known */
    unsigned differs;                     /* in what from that one (enum file_difference); 0: it is the same file */
    uint64_t rows, rejected;              /* rows read, and of them rejected */
    uint64_t passed_over;                 /* and of them those that carry nothing: comments, footers, headings */
    uint64_t titles;                      /* lines before the heading, which are no rows and were passed over */
    bool heading_mended;                  /* its quotes or delimiters were wrong, and left one way to read it */
    struct found found[FILE_FINDINGS];
    instant first, last;   /* of the records' instants; INSTANT_NONE when there are none */
    uint64_t days;         /* of UTC on which records have instants; 0: not counted */
    char *ignored_columns; /* unknown headings, joined by ", "; NULL when none */
    char *dialect;         /* for people: "CSV, comma, CRLF"; NULL when not known */
    /* Filled by the store: */
    uint64_t stored, merged;
};

/* A growing list of files; the strings in it are its own. */
struct intake_files {
    struct intake_file *ptr;
    size_t count, cap;
};
/* Notes that `name` has the same content, and in what `file` differs from it (0: in nothing), unless another is noted
 * that differs in less. False: no memory. */
bool intake_file_note_same(struct intake_file *file, struct text name, unsigned differs);
unsigned intake_file_differs(const struct intake_file *a, const struct intake_file *b); /* but for the content */
struct intake_file *intake_files_add(struct intake_files *list, const char *name);      /* NULL: no memory */
void intake_files_release(struct intake_files *list);

#endif
