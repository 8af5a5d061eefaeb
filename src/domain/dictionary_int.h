/* Words that many records share, each stored as one byte.
 *
 * The lists are part of the stored format. A word keeps its place for ever; and a word added at the end was spelt out
 * by stores written before, so adding one needs a migration that packs them anew, as any change of the format does. */
#ifndef PCREPORT_SRC_DOMAIN_DICTIONARY_INT_H
#define PCREPORT_SRC_DOMAIN_DICTIONARY_INT_H

#include "base/packed.h"
#include "domain/terms.h"

struct dictionary {
    const struct text *words;
    size_t count; /* at most 64, so that each fits one byte */
};

extern const struct dictionary dictionary_codes;    /* response codes */
extern const struct dictionary dictionary_statuses; /* words of the Execution Status */

/* A word of the dictionary, or else the text byte for byte. Takes at most ROOM_U64 + t.len. */
unsigned char *put_word(unsigned char *p, const struct dictionary *d, struct text t);
struct text get_word(struct packed_reader *u, const struct dictionary *d);

/* Takes at most ROOM_SRV. */
unsigned char *put_srv(unsigned char *p, srv_code srv);
srv_code get_srv(struct packed_reader *u);

#endif
