/* R11: packing what is said of a Device, and reading back what was said. */
#include "reported_int.h"

_Static_assert(VERDICTS == 5 && CLASSIFICATIONS == 7 && OBLIGATION_STATES == 5 && OBLIGATIONS == 6,
               "stored codes are made of these");

said_code said_pack(const struct judgement *j, instant as_of)
{
    said_code code = j->verdict;

    code = code * VERDICTS + j->legacy_verdict;
    code = code * CLASSIFICATIONS + j->classification;
    code = code * 2 + standing_of(j, as_of).commissioned;
    for (int o = 0; o < OBLIGATIONS; o++)
        code = code * OBLIGATION_STATES + j->obligations[o].state;
    return code + 1;
}

bool said_unpack(said_code code, struct said *out)
{
    if (code == 0)
        return false;
    code--;
    for (int o = OBLIGATIONS - 1; o >= 0; o--, code /= OBLIGATION_STATES)
        out->states[o] = (enum obligation_state)(code % OBLIGATION_STATES);
    out->commissioned = code % 2 != 0;
    code /= 2;
    out->classification = (enum classification)(code % CLASSIFICATIONS);
    code /= CLASSIFICATIONS;
    out->legacy_verdict = (enum verdict)(code % VERDICTS);
    code /= VERDICTS;
    out->verdict = (enum verdict)code;
    return code < VERDICTS;
}

struct standing said_standing(const struct said *s)
{
    return (struct standing){s->verdict, s->classification, s->commissioned};
}

int64_t day_of_run(instant as_of)
{
    return as_of / INSTANT_DAY - (as_of % INSTANT_DAY < 0);
}

static int step(struct reported *r, struct err *err)
{
    const int got = sql_step(r->store, r->stmt, err);

    r->at_end = got != 1;
    if (got == 1) {
        r->device = id_of(sqlite3_column_int64(r->stmt, 0));
        r->said = (said_code)sqlite3_column_int64(r->stmt, 2);
    }
    return got < 0 ? -1 : 0;
}

int reported_begin(struct reported *r, struct store *st, int64_t before_day, struct err *err)
{
    *r = (struct reported){.store = st};
    /* Beside max() SQLite gives the other columns of the row that holds it. */
    if (sql_prepare(st, &r->stmt, "SELECT device, max(day), said FROM said WHERE day<? GROUP BY device", err) < 0)
        return -1;
    sqlite3_bind_int64(r->stmt, 1, before_day);
    return step(r, err);
}

int reported_of(struct reported *r, uint64_t device, said_code *out, struct err *err)
{
    while (!r->at_end && r->device < device)
        if (step(r, err) < 0)
            return -1;
    *out = !r->at_end && r->device == device ? r->said : 0;
    return 0;
}

void reported_end(struct reported *r)
{
    sqlite3_finalize(r->stmt);
    *r = (struct reported){0};
}
