/* What the system tells of time: its clock, and time zones as a table of the changes of an offset, asked of the C
 * library once. */
#include "base/zone.h"

#include "base/ascii.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define YEARS_FROM  INT64_C(0)             /* 1970, in seconds */
#define YEARS_TO    INT64_C(4102444800)    /* 2100 */
#define STEP        INT64_C(7 * 24 * 3600) /* no zone changes its clocks twice within a week and back */
#define CHANGES_MAX 512
#define CLOCK_LAST  INT64_C(253402300799) /* the end of 9999, in seconds */

struct zone_change {
    instant at;
    int64_t offset; /* from then on, in milliseconds */
};

struct zone {
    bool london;
    size_t count;
    struct zone_change changes[CHANGES_MAX]; /* ascending; the first holds before it too */
};

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* The C library takes any name for UTC that it does not find. */
static bool is_in_database(const char *name)
{
    const char *const own = getenv("TZDIR");
    const char *const dir = own != NULL && *own != '\0' ? own : "/usr/share/zoneinfo";
    char path[512];

    if (name[0] == '/' || name[0] == '.' || strstr(name, "..") != NULL ||
        snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
        return false;
    FILE *const fp = fopen(path, "rbe");
    char magic[4] = "";
    const bool found =
        fp != NULL && fread(magic, 1, sizeof(magic), fp) == sizeof(magic) && memcmp(magic, "TZif", 4) == 0;
    if (fp != NULL)
        fclose(fp);
    return found;
}

static int64_t libc_offset(int64_t seconds)
{
    const time_t t = (time_t)seconds;
    struct tm tm;

    return localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : 0;
}

static void add_change(struct zone *z, int64_t seconds, int64_t offset)
{
    if (z->count < CHANGES_MAX)
        z->changes[z->count++] = (struct zone_change){seconds * INSTANT_SECOND, offset * INSTANT_SECOND};
}

static void ask_libc(struct zone *z)
{
    int64_t before = libc_offset(YEARS_FROM);

    add_change(z, YEARS_FROM, before);
    for (int64_t at = YEARS_FROM; at < YEARS_TO; at += STEP) {
        const int64_t after = libc_offset(at + STEP);
        int64_t low = at, high = at + STEP;

        if (after == before)
            continue;
        while (high - low > 1) {
            const int64_t middle = low + (high - low) / 2;
            if (libc_offset(middle) == before)
                low = middle;
            else
                high = middle;
        }
        add_change(z, high, after);
        before = after;
    }
}

static int read_database(struct zone *z, const char *name, struct err *err)
{
    const char *const now = getenv("TZ");
    char *const kept = now != NULL ? strdup(now) : NULL;
    char value[512];

    if (now != NULL && kept == NULL)
        return err_nomem(err);
    snprintf(value, sizeof(value), ":%s", name);
    setenv("TZ", value, 1);
    tzset();
    ask_libc(z);
    if (kept != NULL)
        setenv("TZ", kept, 1);
    else
        unsetenv("TZ");
    tzset();
    free(kept);
    return 0;
}

int zone_create(struct zone **out, const char *name, struct err *err)
{
    static const char *const utc[] = {"UTC", "utc", "Z", "Etc/UTC", "GMT", "Etc/GMT", NULL};
    static const char *const london[] = {"Europe/London", "GB", NULL};
    struct zone *z;

    *out = NULL;
    if (is_one_of(name, utc))
        return 0;
    if (!is_one_of(name, london) && !is_in_database(name))
        return err_set(err, ERR_CONFIG,
                       "no time zone '%s' is known; wanted is a name of the time zone database, such as UTC or "
                       "Europe/London",
                       name);
    z = calloc(1, sizeof(*z));
    if (z == NULL)
        return err_nomem(err);
    z->london = is_one_of(name, london);
    if (!z->london && read_database(z, name, err) < 0) {
        free(z);
        return -1;
    }
    *out = z;
    return 0;
}

void zone_destroy(struct zone *z)
{
    free(z);
}

int64_t zone_offset(const struct zone *z, instant at)
{
    size_t low = 0, high;

    if (z == NULL)
        return 0;
    if (z->london)
        return instant_london_offset(at) * INSTANT_SECOND;
    for (high = z->count; high - low > 1;) {
        const size_t middle = low + (high - low) / 2;
        if (z->changes[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return z->changes[low].offset;
}

bool zone_instant(const struct zone *z, instant wall, instant *out)
{
    /* No change is greater than a day, and two are further apart: one of these two offsets is the right one. */
    const instant first = wall - zone_offset(z, wall - INSTANT_DAY);
    const instant second = wall - zone_offset(z, wall + INSTANT_DAY);
    const bool first_holds = first + zone_offset(z, first) == wall;
    const bool second_holds = second + zone_offset(z, second) == wall;

    if (!first_holds && !second_holds)
        return false;
    *out = first_holds && (!second_holds || first < second) ? first : second;
    return true;
}

/* Seconds since 1970 in plain digits, as reproducible builds give them. */
static bool parse_epoch(const char *s, instant *out)
{
    int64_t seconds = 0;

    if (s == NULL || *s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        if (!ascii_is_digit(*s) || seconds > CLOCK_LAST)
            return false;
        seconds = seconds * 10 + (*s - '0');
    }
    if (seconds > CLOCK_LAST)
        return false;
    *out = seconds * INSTANT_SECOND;
    return true;
}

bool instant_now_is_sound(void)
{
    const char *const fixed = getenv("SOURCE_DATE_EPOCH");
    instant at;

    return fixed == NULL || *fixed == '\0' || parse_epoch(fixed, &at);
}

instant instant_now(void)
{
    struct timespec now;
    instant fixed;

    if (parse_epoch(getenv("SOURCE_DATE_EPOCH"), &fixed))
        return fixed;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INSTANT_SECOND + now.tv_nsec / 1000000;
}
