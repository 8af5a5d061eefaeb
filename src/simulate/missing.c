#include "missing_int.h"

#include "dice_int.h"
#include "log_int.h"
#include "put_int.h"

#include <stdlib.h>

/* Days from which the missing ones are drawn: those of the nights, else all of the period. The day on which the story
 * ends is never missing. */
static unsigned days_of(const struct simulation *what)
{
    return what->nights > 0 ? what->nights - 1 : SIMULATE_PERIOD_DAYS;
}

static bool is_drawn(const struct simulated *drawn, instant day)
{
    for (unsigned i = 0; i < drawn->missing_count; i++)
        if (drawn->missing[i] == day)
            return true;
    return false;
}

static int by_day(const void *a, const void *b)
{
    const instant x = *(const instant *)a;
    const instant y = *(const instant *)b;

    return (x > y) - (x < y);
}

void missing_draw(const struct simulation *what, struct simulated *out)
{
    const unsigned days = days_of(what);
    const instant end_day = what->as_of - what->as_of % INSTANT_DAY;
    struct dice d = dice_for(what->seed, 0, FOR_MISSING);

    while (out->missing_count < what->missing_nights) {
        const instant day = end_day - dice_between(&d, 1, days) * INSTANT_DAY;

        if (!is_drawn(out, day))
            out->missing[out->missing_count++] = day;
    }
    qsort(out->missing, out->missing_count, sizeof(*out->missing), by_day);
}

bool missing_keeps(const struct simulation *what, const struct simulated *drawn, int64_t requested_s)
{
    const instant at = requested_s * INSTANT_SECOND;

    if (what->log_from != INSTANT_NONE && at < what->log_from)
        return false;
    return drawn->missing_count == 0 || !is_drawn(drawn, at - at % INSTANT_DAY);
}

int missing_write(const struct simulation *what, const struct simulated *drawn, uint64_t *bytes, struct err *err)
{
    struct calendar days = {0};
    struct sink *s = NULL;

    if (drawn->missing_count == 0)
        return 0;
    if (sink_create(&s, what->folder, "missing-nights.txt", false, err) < 0)
        return -1;
    for (unsigned i = 0; i < drawn->missing_count; i++)
        sink_end(s, put_char(put_date(sink_line(s), &days, drawn->missing[i] / INSTANT_DAY), '\n'));
    *bytes += sink_bytes(s);
    return sink_close(s, err);
}
