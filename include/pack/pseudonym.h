/* Pseudonyms: keyed hashes in the place of what identifies a Device or a consumer's supply. */
#ifndef PCREPORT_PACK_PSEUDONYM_H
#define PCREPORT_PACK_PSEUDONYM_H

#include "domain/cursor.h"
#include "domain/directory.h"

#define PSEUDONYM_KEY_MIN 16
#define PSEUDONYM_KEY_MAX 4096

struct pseudonyms {
    struct buf key;                    /* empty: texts stay as they are */
    const struct directory *directory; /* borrowed */
};

/* Reads the key: the bytes of the file without line ends at their end, 16 to 4096 of them. ERR_NO_INPUT, ERR_CONFIG. */
int pseudonyms_read_key(struct pseudonyms *p, const char *path, struct err *err);
void pseudonyms_release(struct pseudonyms *p); /* wipes the key */

enum pseudonym_text {
    TEXT_OF_RECORDS,   /* numbers of six digits and more may be MPxNs, serial numbers or keys: they are replaced */
    TEXT_OF_FILE_NAME, /* the same, but eight digits that are a date (20211001) stay */
    TEXT_OF_FAULT,     /* the same, but what is quoted is left out: a broken identifier, which is known by no form */
    TEXT_AS_READ       /* a row that was rejected: left out whole */
};

/* Appends the text with each Device identifier in it replaced by "D-" and 24 hexadecimal digits, each number that may
 * be an MPxN by "M-" and as many. Entity Identifiers of organisations in the directory stay. The same key gives the
 * same pseudonym for the same Device, however its identifier is written. */
void pseudonym_add(const struct pseudonyms *p, struct text t, enum pseudonym_text kind, struct buf *out);

/* What a column of that name holds: "file" the name of one, "reason" and "example" of a fault, "bytes" the row of a
 * reject. */
enum pseudonym_text pseudonym_text_of(const char *column);

/* A cursor over the same rows whose texts went through the pseudonyms, which are borrowed. It owns `rows`. NULL, and
 * `rows` is still the caller's: no memory. */
struct cursor *pseudonym_cursor(const struct pseudonyms *p, struct cursor *rows);

/* A whole page or event, in which only what people read is replaced: of HTML not the style, of JSON only what stands in
 * quotes. */
void pseudonym_add_html(const struct pseudonyms *p, struct text page, struct buf *out);
void pseudonym_add_json(const struct pseudonyms *p, struct text json, struct buf *out);

/* Tells packs made with one key from others, without telling the key: 16 hexadecimal digits. */
#define PSEUDONYM_CHECK_SIZE 17
void pseudonyms_check(const struct pseudonyms *p, char out[PSEUDONYM_CHECK_SIZE]);

#endif
