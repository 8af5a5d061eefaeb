/* The waivers that a store holds, as the rules want them. */
#ifndef PCREPORT_JUDGING_WAIVERS_H
#define PCREPORT_JUDGING_WAIVERS_H

#include "rules/waiver.h"
#include "store/store.h"

struct waivers {
    struct waiver *ptr;
    size_t count, cap;
    struct buf models; /* what they borrow */
};

/* All of them, whenever they hold. Parties are those of the directory; an identifier that it does not know is a party
 * of its own. */
int waivers_read(struct waivers *out, struct store *st, const struct directory *directory, struct err *err);
void waivers_release(struct waivers *w);

#endif
