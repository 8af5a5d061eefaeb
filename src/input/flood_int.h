/* How much room rejects may take: they are spilled until all files are read, and a few bytes of a compressed file can
 * be millions of them. */
#ifndef PCREPORT_INPUT_FLOOD_INT_H
#define PCREPORT_INPUT_FLOOD_INT_H

#include "load_int.h"

/* Of a load. What rejects take among good rows is not counted: it is a share of what the rows take. */
struct flood {
    uint64_t most;    /* bytes that rejects of files that are mostly bad, or refused, may take */
    uint64_t spent;   /* by those files so far */
    uint64_t by_path; /* of that, by members of the path being read */
    bool gave_up;     /* a file of that path; what stands behind it is not to be read */
};

void flood_begin_path(struct flood *f);

/* The bytes that rejects of the file being read may take, should it be mostly bad. Where other files took all there is,
 * each path has some still, for a good file that begins badly. */
uint64_t flood_room(const struct flood *f);

/* Whether the file being read is to be given up, whatever its end may bring. `over_max`: it has more rejects so far
 * than
 * --max-rejects lets pass. */
bool flood_is_over(const struct flood *f, uint64_t rows, uint64_t rejected, uint64_t bytes, bool over_max);
/* Refuses it, or leaves it for another run where it is other files that took the room. */
void flood_give_up(struct flood *f, struct intake_file *file, const struct tally *sum, bool is_member);

/* Counts a file that was read; `kept`: it was not refused or left. */
void flood_add(struct flood *f, const struct tally *sum, bool kept);

#endif
