/* The folders of nights that are old enough to go. */
#include "keep_int.h"

#include "base/array.h"
#include "base/file.h"
#include "night/night.h"
#include "output/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DATE_LENGTH  10 /* 2021-09-30 */
#define MONTH_LENGTH 7

struct nights {
    char (*dates)[DATE_LENGTH + 1]; /* ascending */
    size_t count, cap;
};

static bool is_night(const char *out, const char *name, instant *at)
{
    const char *why;
    char path[4096];

    if (strlen(name) != DATE_LENGTH || name[4] != '-' || name[7] != '-' ||
        instant_parse(text_of(name), ZONE_UTC, DATE_START, at, &why) < 0)
        return false;
    if ((size_t)snprintf(path, sizeof(path), "%s/%s/run.json", out, name) >= sizeof(path))
        return false;
    return access(path, F_OK) == 0;
}

static int by_date(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int list(struct nights *n, const char *out, struct err *err)
{
    DIR *const dir = opendir(out);
    const struct dirent *entry;
    instant at;

    if (dir == NULL)
        return err_errno(err, ERR_CREATE, "cannot read the folder '%s'", out);
    while ((entry = readdir(dir)) != NULL) {
        if (!is_night(out, entry->d_name, &at))
            continue;
        if (!array_reserve(&n->dates, &n->cap, n->count + 1, sizeof(*n->dates))) {
            closedir(dir);
            return err_nomem(err);
        }
        memcpy(n->dates[n->count++], entry->d_name, DATE_LENGTH + 1);
    }
    closedir(dir);
    if (n->count > 1)
        qsort(n->dates, n->count, sizeof(*n->dates), by_date);
    return 0;
}

static int remove_night(struct session *s, const char *out, const char *date, uint64_t *stay, struct err *err)
{
    char *const path = path_join(out, date, err);
    int rc = path == NULL ? -1 : night_folder_check(path, err);

    if (path != NULL && rc < 0 && err->code == ERR_CREATE) {
        say_detail(s, ABOUT_FILE(FOLDER_REMOVED, path, 0), "%s", err->msg);
        *err = (struct err){0};
        ++*stay;
        free(path);
        return 0;
    }
    if (rc == 0)
        rc = outdir_remove(path, err);
    if (rc == 0)
        say_detail(s, ABOUT_FILE(FOLDER_REMOVED, path, 0), "%s: removed, as it is older than [run] keep_reports", path);
    free(path);
    return rc;
}

int keep_reports(struct session *s, const char *out, instant as_of, uint64_t *stay, struct err *err)
{
    struct nights n = {0};
    const int64_t days = s->config.keep_reports;
    int rc = days < 0 ? 0 : list(&n, out, err);

    for (size_t i = 0; rc == 0 && i + 1 < n.count; i++) {
        const bool ends_month = strncmp(n.dates[i], n.dates[i + 1], MONTH_LENGTH) != 0;
        const char *why;
        instant at;

        if (ends_month || instant_parse(text_of(n.dates[i]), ZONE_UTC, DATE_START, &at, &why) < 0 ||
            at / INSTANT_DAY >= as_of / INSTANT_DAY - days)
            continue;
        rc = remove_night(s, out, n.dates[i], stay, err);
    }
    free(n.dates);
    return rc;
}

int keep_latest(const char *out, instant as_of, instant *at, struct err *err)
{
    struct nights n = {0};
    const int rc = list(&n, out, err);
    const char *why;
    instant day;

    *at = INSTANT_NONE;
    for (size_t i = 0; rc == 0 && i < n.count; i++)
        if (instant_parse(text_of(n.dates[i]), ZONE_UTC, DATE_START, &day, &why) == 0 && as_of - day >= INSTANT_DAY)
            *at = day;
    free(n.dates);
    return rc;
}
