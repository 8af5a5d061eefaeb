/* Meter points: who is registered for them, and how that became known. */
#include "life_int.h"

#define MPAN_STEP            UINT64_C(3141592653) /* prime to 10: different premises, different numbers */
#define MPAN_SERIALS         UINT64_C(10000000000)
#define MPRN_BASE            UINT64_C(3000000000)
#define MPRN_OF_FORMER       UINT64_C(1000000000)
#define MPRN_OF_INDEPENDENT  UINT64_C(7500000000)
#define YEAR_DAYS            365
#define CHANGES_A_YEAR       20 /* of a hundred customers */
#define STRAY_DAYS           10 /* of a switch that was withdrawn, where it is not a single one */
#define STRAY_DAY_PER_MILLE  20 /* of the meter points */
#define STRAY_DAYS_PER_MILLE 10
#define NOTICE_S             (3 * DAY_S) /* a registration is told so long before it begins */

uint64_t point_other_operator(const struct point *p)
{
    if (p->fuel == GAS)
        return transporter_entity(p->distributor == transporter_entity(0) ? 1 : 0);
    return distributor_entity(p->distributor == distributor_entity(0) ? 1 : 0);
}

/* The thirteenth digit of an MPAN core is the weighted sum of the others, modulo 11, modulo 10. */
static mpxn_code mpan(unsigned area, uint64_t number)
{
    static const unsigned weights[] = {43, 41, 37, 31, 29, 23, 19, 17, 13, 7, 5, 3}; /* from the right */
    const uint64_t core = (10 + area) * MPAN_SERIALS + number * MPAN_STEP % MPAN_SERIALS;
    uint64_t rest = core;
    unsigned sum = 0;

    for (size_t i = 0; i < ARRAY_LEN(weights); i++, rest /= 10)
        sum += (unsigned)(rest % 10) * weights[i];
    return UINT64_C(10000000000000) + core * 10 + sum % 11 % 10;
}

/* London's midnight at which a registration takes effect. */
static int64_t begins_s(int64_t day)
{
    return day * DAY_S - instant_london_offset(day * INSTANT_DAY);
}

static void draw_change(const struct home *h, struct point *pt, enum change change, struct dice *d)
{
    const int64_t first = h->day + AGE_PROMPT + 1;
    const int64_t last = h->world->end_day - 2;

    pt->winner = pt->supplier;
    pt->change_s = NO_TIME;
    if (change == CHANGE_NEVER)
        return;
    if (change == CHANGE_EARLY)
        pt->change_day = h->day + dice_between(d, 5, 8);
    else if (change == CHANGE_BEFORE_LOOK)
        pt->change_day = h->day + dice_between(d, 12, 14);
    else if (first < last && dice_below(d, 100 * YEAR_DAYS) < (uint32_t)h->age_days * CHANGES_A_YEAR)
        pt->change_day = dice_between(d, first, last);
    else
        return;
    pt->winner = draw_other_supplier(d, pt->supplier);
    pt->change_s = begins_s(pt->change_day);
}

/* A switch that was entered and withdrawn: one of a day may come at any time, as it counts for nothing; one of more
 * keeps away from the days in which the obligations are met. */
static void draw_stray(const struct home *h, struct point *pt)
{
    struct dice d = dice_for(h->world->what->seed, h->number * FUELS + (uint64_t)pt->fuel, FOR_SWITCH);
    const uint32_t at = dice_below(&d, 1000);
    const int64_t last = h->world->end_day - 3 - STRAY_DAYS;
    const int64_t first = at < STRAY_DAY_PER_MILLE ? h->day - 5 : h->day + AGE_PROMPT + 1;

    if (pt->change_s != NO_TIME || at >= STRAY_DAY_PER_MILLE + STRAY_DAYS_PER_MILLE || first > last)
        return;
    pt->stray = draw_other_supplier(&d, pt->supplier);
    pt->stray_day = dice_between(&d, first, last);
    pt->stray_days = at < STRAY_DAY_PER_MILLE ? 1 : STRAY_DAYS;
}

void point_make(struct point *pt, const struct home *h, enum fuel fuel, const struct story *of,
                const struct story *proxy)
{
    struct dice d = dice_for(h->world->what->seed, h->number * FUELS + (uint64_t)fuel, FOR_POINT);
    const bool independent = proxy != NULL && proxy->independent;

    *pt = (struct point){.there = true, .fuel = fuel};
    pt->supplier = draw_supplier(&d);
    pt->former = dice_percent(&d, 15) ? draw_other_supplier(&d, pt->supplier) : pt->supplier;
    pt->since_day = h->day - dice_between(&d, 30, 900);
    draw_change(h, pt, of != NULL ? of->change : CHANGE_AS_IT_COMES, &d);
    if (fuel == ELECTRICITY) {
        pt->mpxn = mpan(h->area, h->number);
        pt->distributor = distributor_entity(h->area);
    } else {
        pt->mpxn = UINT64_C(10000000000) + (independent ? MPRN_OF_INDEPENDENT : MPRN_BASE) + h->number;
        pt->distributor = transporter_entity(independent ? INDEPENDENT : areas[h->area].transporter);
    }
    draw_stray(h, pt);
    pt->registered_operator = of != NULL && of->no_operator_registered ? 0 : pt->distributor;
}

void point_make_former(struct point *pt, const struct point *present)
{
    *pt = *present;
    pt->mpxn += MPRN_OF_FORMER;
    pt->supplier = pt->former = pt->winner = (pt->supplier + 1) % SUPPLIERS;
    pt->distributor = pt->registered_operator = point_other_operator(pt);
    pt->change_s = NO_TIME;
    pt->stray_days = 0;
}

/* With a to_day of 0 it has no end. */
static void write_registration(struct world *w, const struct point *pt, unsigned supplier, int64_t from_day,
                               int64_t to_day, int64_t told_s)
{
    struct sink *const s = layout_sink(w->layout, OUT_REGISTRATION, told_s);
    char *p = sink_line(s);

    p = put_char(put_mpxn(p, pt->mpxn), ',');
    p = put_char(put_eui(p, supplier_entity(supplier, pt->fuel)), ',');
    p = put_char(put_date(p, &w->days, from_day), ',');
    if (to_day != 0)
        p = put_date(p, &w->days, to_day);
    p = put_eui(put_char(p, ','), pt->registered_operator);
    sink_end(s, put_char(p, '\n'));
    w->done->registrations++;
}

/* A registration with an end, which may be told in a later night than its beginning. */
static void write_ended(struct world *w, const struct point *pt, unsigned supplier, int64_t from_day, int64_t to_day,
                        int64_t end_told_s)
{
    const int64_t told_s = begins_s(from_day) - NOTICE_S;

    if (layout_night(w->layout, told_s) < layout_night(w->layout, end_told_s))
        write_registration(w, pt, supplier, from_day, 0, told_s);
    write_registration(w, pt, supplier, from_day, to_day, end_told_s);
}

void point_tell_registrations(struct world *w, const struct point *pt)
{
    const int64_t since_s = begins_s(pt->since_day) - NOTICE_S;

    if (pt->former != pt->supplier)
        write_ended(w, pt, pt->former, pt->since_day - 700, pt->since_day - 1, since_s);
    if (pt->change_s != NO_TIME) {
        write_ended(w, pt, pt->supplier, pt->since_day, pt->change_day - 1, pt->change_s - NOTICE_S);
        write_registration(w, pt, pt->winner, pt->change_day, 0, pt->change_s - NOTICE_S);
    } else {
        write_registration(w, pt, pt->supplier, pt->since_day, 0, since_s);
    }
    if (pt->stray_days > 0)
        write_ended(w, pt, pt->stray, pt->stray_day, pt->stray_day + pt->stray_days - 1,
                    begins_s(pt->stray_day + pt->stray_days));
}
