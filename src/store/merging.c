/* The records of one Device: merged with what was there (R7), and counted. */
#include "absorb_int.h"

int merging_create(struct merging *m, const struct account *account, struct err *err)
{
    *m = (struct merging){0};
    return counter_create(&m->counter, account, err) < 0 ? -1 : merger_create(&m->merger, err);
}

void merging_release(struct merging *m)
{
    buf_release(&m->out);
    merger_destroy(m->merger);
    counter_release(&m->counter);
}

int merging_run(struct merging *m, struct text existing, struct text fresh, bool *changed, struct err *err)
{
    return merger_run(m->merger, existing, fresh, counter_count, &m->counter, &m->out, changed, err);
}
