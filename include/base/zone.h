/* Time zones: from the time on a clock to an instant. UTC and Europe/London are known by themselves, so that they mean
 * the same on every machine; other names are those of the system's time zone database. */
#ifndef PCREPORT_BASE_ZONE_H
#define PCREPORT_BASE_ZONE_H

#include "base/err.h"
#include "base/instant.h"

struct zone; /* NULL is UTC */

/* Names as in the database: "Europe/London" ("GB" too), "UTC", "Europe/Dublin". *out is NULL for UTC. An unknown name
 * is ERR_CONFIG. Changes $TZ for a moment where the database is asked: call it while no other thread runs. */
int zone_create(struct zone **out, const char *name, struct err *err);
void zone_destroy(struct zone *z); /* NULL is allowed */

/* What the zone's clocks are ahead of UTC at `at`, in milliseconds; 1970 to 2099, beyond that as at the nearer end. */
int64_t zone_offset(const struct zone *z, instant at);

/* `wall` is what the clock shows, counted as if it were UTC. A time that comes twice when the clocks go back is the
 * first of the two. False when the clocks never show it, because they go forward over it. */
bool zone_instant(const struct zone *z, instant wall, instant *out);

#endif
