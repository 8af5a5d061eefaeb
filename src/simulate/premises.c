/* A home: its hub, its meters, and what else hangs on the hub. */
#include "life_int.h"

#define SATURDAY          6 /* days of the week from Sunday, 0; 1970-01-01 was a Thursday */
#define THURSDAY          4
#define SERIAL_BITS       40
#define EXCHANGED_PERCENT 3 /* of the homes with gas: the gas meter was exchanged */

struct premises {
    struct home home;
    uint64_t first_device;
    unsigned count, most;
    struct dice dice;
    bool smets1, gas;
    enum s1_cohort cohort;
    int64_t hub_s; /* when the hub was commissioned */
    struct point points[FUELS];
    struct point former_gas; /* the meter point of a gas meter that was exchanged */
    bool exchanging;         /* the Device that is added is that gas meter */
    const struct model *hub_model;
    bool hub_old_firmware;
    struct device devices[8];
};

/* Fitters work from Monday to Saturday; what fell on a Sunday is done the day before. */
static void draw_day(struct premises *p)
{
    const int64_t latest = p->home.world->end_day - 1;

    p->home.day = latest - dice_below(&p->dice, SIMULATE_PERIOD_DAYS);
    if ((p->home.day + THURSDAY) % 7 == 0 && dice_percent(&p->dice, 97))
        p->home.day--;
    else if ((p->home.day + THURSDAY) % 7 == SATURDAY && dice_percent(&p->dice, 60))
        p->home.day--;
    p->home.age_days = (int)(latest - p->home.day);
    p->hub_s = p->home.day * DAY_S + dice_between(&p->dice, 8 * HOUR_S, 17 * HOUR_S - 1);
}

/* Exclusions from what is judged, in a thousand SMETS2+ Devices. */
static const struct exclusion {
    const char *story;
    unsigned in_thousand;
    enum smi_status status;
} exclusions[] = {
    {"decommissioned", 14, SMI_DECOMMISSIONED},
    {"suspended", 4, SMI_SUSPENDED},
    {"not-commissioned", 6, SMI_INSTALLED_NOT_COMMISSIONED},
    {"no-commissioning-instant", 3, SMI_COMMISSIONED},
    {"commissioned-after-the-end", 1, SMI_COMMISSIONED},
};

static bool owes(enum device_type type)
{
    return type == DEVICE_ESME || type == DEVICE_GSME || type == DEVICE_GPF || type == DEVICE_CHF;
}

static bool has_late_step(const struct story *s)
{
    return s->operator== STEP_LATE || s->certificates[1] == STEP_LATE || s->turn == TURN_DURING_LOOK;
}

/* A change of Supplier that belongs to the gas meter's story must not be in the way of the gas proxy's. */
static const struct story *fit_proxy(const struct premises *p, const struct story *s)
{
    for (unsigned i = 0; i < p->count; i++)
        if (p->devices[i].type == DEVICE_GSME && p->devices[i].story->change == CHANGE_EARLY && has_late_step(s))
            return story_plain();
    return s;
}

/* Slots for the Network Operator are wrong mostly for gas, and mostly in the cohort that was taken over first. */
static const char *smets1_story(enum s1_cohort cohort, enum device_type type, struct dice *d)
{
    const bool gas = type == DEVICE_GPF;
    unsigned wrong = cohort == COHORT_IOC ? (gas ? 80U : 40U) : cohort == COHORT_MOC ? (gas ? 20U : 8U) : 3U;
    const uint32_t at = dice_below(d, 1000);

    if ((!gas && type != DEVICE_ESME) || at >= wrong)
        return "smets1";
    return at % 10 < 6 ? "smets1-wrong-operator" : at % 10 < 8 ? "smets1-half-wrong-operator" : "smets1-no-operator";
}

static void choose_story(struct premises *p, struct device *d)
{
    struct world *const w = p->home.world;
    struct dice dice = dice_for(w->what->seed, d->subject, FOR_DEVICE);
    uint32_t at = dice_below(&dice, 1000);

    d->tells_commissioning = true;
    d->status = SMI_COMMISSIONED;
    if (p->smets1) {
        d->story = story_excluded(smets1_story(p->cohort, d->type, &dice));
        return;
    }
    if (p->exchanging) {
        d->story = story_excluded("exchanged");
        d->status = SMI_DECOMMISSIONED;
        return;
    }
    if (!owes(d->type)) {
        d->story = story_excluded("no-obligations");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(exclusions); i++) {
        if (at < exclusions[i].in_thousand) {
            d->story = story_excluded(exclusions[i].story);
            d->status = exclusions[i].status;
            if (d->status == SMI_DECOMMISSIONED || d->status == SMI_SUSPENDED)
                d->status_since_s = dice_between(&dice, d->commissioned_s, w->end_s);
            return;
        }
        at -= exclusions[i].in_thousand;
    }
    d->story = story_next(&w->counts, &w->shares, w->what->seed, d->type, p->home.age_days);
    if (d->type == DEVICE_GPF)
        d->story = fit_proxy(p, d->story);
    if (d->story->again)
        d->first_s = w->end_s - (EARLIER_EXTRACT_DAYS + dice_between(&dice, 20, 200)) * DAY_S;
}

/* The hub's two functions are one product; the first that has a habit chooses it. */
static void choose_model(struct premises *p, struct device *d)
{
    struct dice dice = dice_for(p->home.world->what->seed, d->subject, FOR_IDENTIFIER);
    const bool of_hub = d->type == DEVICE_CHF || d->type == DEVICE_GPF;
    uint64_t serial = (p->first_device + p->count + 1) * GOLDEN;

    if (!of_hub || p->hub_model == NULL)
        d->model = draw_model(&dice, of_hub ? DEVICE_CHF : d->type, d->story->habit);
    else
        d->model = p->hub_model;
    d->old_firmware = d->model->habit != HABIT_NONE && d->model->habit == d->story->habit;
    if (of_hub && p->hub_model != NULL)
        d->old_firmware |= p->hub_old_firmware;
    if (of_hub) {
        p->hub_model = d->model;
        p->hub_old_firmware = d->old_firmware;
    }
    serial = (serial ^ dice_mix(p->home.world->what->seed)) & ((UINT64_C(1) << SERIAL_BITS) - 1);
    d->id = d->model->oui << SERIAL_BITS | serial;
}

static struct device *add_device(struct premises *p, enum device_type type, int64_t minutes_after_hub)
{
    struct device *const d = &p->devices[p->count];

    if (p->count == p->most)
        return NULL;
    *d = (struct device){
        .type = type,
        .subject = p->first_device + p->count,
        .smets = p->smets1 ? SMETS_1 : SMETS_2,
        .cohort = p->cohort,
        .region = areas[p->home.area].csp,
        .commissioned_s = p->hub_s + minutes_after_hub * MINUTE_S + dice_below(&p->dice, 420),
        .first_s = NO_TIME,
        .status_since_s = NO_TIME,
        .age_days = p->home.age_days,
    };
    choose_story(p, d);
    choose_model(p, d);
    if (d->status == SMI_INSTALLED_NOT_COMMISSIONED || strcmp(d->story->name, "no-commissioning-instant") == 0)
        d->tells_commissioning = false;
    if (strcmp(d->story->name, "commissioned-after-the-end") == 0)
        d->commissioned_s = p->home.world->end_s + 3 * HOUR_S;
    d->hub = p->devices[0].id;
    d->tells_point = type == DEVICE_ESME || type == DEVICE_GSME || (type == DEVICE_GPF && p->home.number % 2 == 0);
    p->count++;
    return d;
}

static const struct device *find(const struct premises *p, enum device_type type)
{
    for (unsigned i = 0; i < p->count; i++)
        if (p->devices[i].type == type)
            return &p->devices[i];
    return NULL;
}

/* Of two gas meters on a hub the one in service counts, so there has to be one. */
static void add_former_gas(struct premises *p)
{
    const struct device *const gas = find(p, DEVICE_GSME);

    if (p->smets1 || !dice_percent(&p->dice, EXCHANGED_PERCENT) || gas == NULL || gas->status != SMI_COMMISSIONED)
        return;
    p->exchanging = true;
    add_device(p, DEVICE_GSME, 15);
    p->exchanging = false;
}

/* The order matters where the last premises is cut short: the hub first, the gas meter before its proxy. */
static void add_devices(struct premises *p)
{
    static const struct extra {
        enum device_type type;
        unsigned percent;
    } extras[] = {{DEVICE_PPMID, 42}, {DEVICE_IHD, 9}, {DEVICE_CAD, 3}, {DEVICE_HCALCS, 2}, {DEVICE_SAPC, 1}};

    add_device(p, DEVICE_CHF, 0);
    add_device(p, DEVICE_ESME, 10);
    if (p->gas) {
        add_device(p, DEVICE_GSME, 25);
        add_device(p, DEVICE_GPF, 35);
        add_former_gas(p);
    }
    for (size_t i = 0; i < ARRAY_LEN(extras); i++)
        if (dice_percent(&p->dice, extras[i].percent) && p->count < ARRAY_LEN(p->devices))
            add_device(p, extras[i].type, 50);
}

static void make_points(struct premises *p)
{
    const struct device *const meter = find(p, DEVICE_ESME);
    const struct device *const gas = find(p, DEVICE_GSME);
    const struct device *const proxy = find(p, DEVICE_GPF);

    if (meter != NULL)
        point_make(&p->points[ELECTRICITY], &p->home, ELECTRICITY, meter->story, NULL);
    if (gas != NULL)
        point_make(&p->points[GAS], &p->home, GAS, gas->story, proxy != NULL ? proxy->story : NULL);
    for (unsigned i = 0; i < p->count; i++) {
        struct device *const d = &p->devices[i];

        if (d->type == DEVICE_GSME && d != gas) {
            point_make_former(&p->former_gas, &p->points[GAS]);
            d->point = &p->former_gas;
        } else if (d->type == DEVICE_GSME || d->type == DEVICE_GPF)
            d->point = &p->points[GAS];
        else if (d->type == DEVICE_ESME || d->type == DEVICE_HCALCS || d->type == DEVICE_SAPC)
            d->point = &p->points[ELECTRICITY];
        if (!owes(d->type) && meter != NULL)
            d->partner = meter->id;
        d->gas_meter_s = gas != NULL ? gas->commissioned_s : NO_TIME;
    }
}

unsigned premises_tell(struct world *w, uint64_t number, uint64_t first_device, unsigned most)
{
    struct premises p = {
        .home = {.world = w, .number = number},
        .first_device = first_device,
        .most = most,
        .dice = dice_for(w->what->seed, number, FOR_PREMISES),
    };

    p.home.area = draw_area(&p.dice);
    p.smets1 = dice_percent(&p.dice, 11);
    p.gas = dice_percent(&p.dice, 77);
    if (p.smets1)
        p.cohort = (enum s1_cohort)dice_between(&p.dice, COHORT_IOC, COHORT_FOC);
    draw_day(&p);
    add_devices(&p);
    make_points(&p);
    for (int fuel = 0; fuel < FUELS; fuel++)
        if (p.points[fuel].there)
            point_tell_registrations(w, &p.points[fuel]);
    if (p.former_gas.there)
        point_tell_registrations(w, &p.former_gas);
    for (unsigned i = 0; i < p.count; i++)
        life_tell(w, &p.devices[i]);
    return p.count;
}
