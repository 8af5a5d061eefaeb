#include "inbox_int.h"

#include "files_int.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AS_OF_FILE "as-of.txt"

static bool is_regular(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Takes the path over in any case. */
static int add_path(struct inbox *in, char *path, struct err *err)
{
    if (in->count == in->cap) {
        const size_t cap = in->cap == 0 ? 32 : 2 * in->cap;
        char **const grown = reallocarray(in->paths, cap, sizeof(*grown));

        if (grown == NULL) {
            free(path);
            return err_nomem(err);
        }
        in->paths = grown;
        in->cap = cap;
    }
    in->paths[in->count++] = path;
    return 0;
}

int inbox_as_of(const struct inbox *in, instant *out, struct err *err)
{
    char line[64] = "";
    const char *why = NULL;
    FILE *fp;

    *out = INSTANT_NONE;
    if (in->as_of_path == NULL)
        return 0;
    fp = fopen(in->as_of_path, "re");
    if (fp == NULL)
        return err_set(err, ERR_NO_INPUT, "cannot read '%s': %s", in->as_of_path, strerror(errno));
    if (fgets(line, sizeof(line), fp) == NULL)
        line[0] = '\0';
    fclose(fp);
    line[strcspn(line, "\r\n")] = '\0';
    if (instant_parse(text_trim(text_of(line)), ZONE_UTC, DATE_START, out, &why) == 0)
        return 0;
    return err_set(err, ERR_DATA, "%s:1: '%s': %s; correct it, or take the file away and give --as-of", in->as_of_path,
                   line, why);
}

static int take_entry(struct inbox *in, const char *folder, const char *name, struct err *err)
{
    char *const path = path_join(folder, name, err);

    if (path == NULL)
        return -1;
    if (!is_regular(path)) {
        free(path);
        return 0;
    }
    if (strcmp(name, AS_OF_FILE) == 0)
        in->as_of_path = path;
    return add_path(in, path, err);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int inbox_list(struct inbox *out, const char *folder, struct err *err)
{
    DIR *const dir = opendir(folder);
    const struct dirent *entry;
    int rc = 0;

    *out = (struct inbox){0};
    if (dir == NULL)
        return err_set(err, ERR_NO_INPUT, "cannot read the inbox '%s': %s", folder, strerror(errno));
    while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            rc = take_entry(out, folder, entry->d_name, err);
    if (rc == 0 && errno != 0)
        rc = err_set(err, ERR_IO, "cannot read the inbox '%s': %s", folder, strerror(errno));
    closedir(dir);
    if (out->count > 1)
        qsort(out->paths, out->count, sizeof(*out->paths), by_path);
    return rc;
}

void inbox_release(struct inbox *in)
{
    for (size_t i = 0; i < in->count; i++)
        free(in->paths[i]);
    free(in->paths);
    *in = (struct inbox){0};
}
