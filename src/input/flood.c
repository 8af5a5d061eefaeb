/* What is given up for its rejects. */
#include "flood_int.h"

#include <stdio.h>

#define SHARE_LEFT 256 /* of all the room, a part for each path */

void flood_begin_path(struct flood *f)
{
    f->by_path = 0;
    f->gave_up = false;
}

uint64_t flood_room(const struct flood *f)
{
    const uint64_t by_others = f->spent - f->by_path;
    uint64_t room = by_others < f->most ? f->most - by_others : 0;

    if (room < f->most / SHARE_LEFT)
        room = f->most / SHARE_LEFT;
    return room > f->by_path ? room - f->by_path : 0;
}

static bool is_mostly_bad(uint64_t rows, uint64_t rejected)
{
    return 2 * rejected > rows;
}

bool flood_is_over(const struct flood *f, uint64_t rows, uint64_t rejected, uint64_t bytes, bool over_max)
{
    return bytes > flood_room(f) && (over_max || is_mostly_bad(rows, rejected));
}

void flood_give_up(struct flood *f, struct intake_file *file, const struct tally *sum, bool is_member)
{
    const bool by_others = f->by_path + sum->rejected_bytes <= f->most;
    char room[32];

    snprintf(room, sizeof(room), f->most >> 20 > 0 ? "%llu MiB" : "%llu bytes",
             (unsigned long long)(f->most >> 20 > 0 ? f->most >> 20 : f->most));
    f->gave_up = true;
    file->fate = by_others ? FILE_LEFT : FILE_REFUSED; /* what is left, the next run reads */
    err_set(&file->why, ERR_DATA,
            "'%s' was given up after %llu rows, of which %llu are bad: bad rows of %s take more room than is kept for "
            "such in a run, %s; %s%s; the first: %s",
            file->name, (unsigned long long)sum->rows, (unsigned long long)sum->rejected,
            by_others        ? "this and other files"
            : f->by_path > 0 ? "this archive"
                             : "this file",
            room, by_others ? "read it in a run of its own" : "mend it, or leave it out",
            is_member ? " (what stands behind it in its archive was not read)" : "",
            sum->sample_count > 0 ? sum->samples[0].text : "");
    file->why.line = sum->sample_count > 0 ? (unsigned long)sum->samples[0].line : 0;
}

void flood_add(struct flood *f, const struct tally *sum, bool kept)
{
    if (kept && !is_mostly_bad(sum->rows, sum->rejected))
        return;
    f->spent += sum->rejected_bytes;
    f->by_path += sum->rejected_bytes;
}
