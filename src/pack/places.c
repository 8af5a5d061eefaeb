/* Where a file that was read may be by now: where it was, or under its name in a folder that it was put away into. */
#include "bundle_int.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DONE_FOLDER "done" /* within an inbox: of [run] after = move */

static const char *base_of(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* "log.csv", and what it is called once it is packed or another of its name lies there: "log.csv.gz", "log.csv.2". */
static bool is_named(const char *entry, const char *base)
{
    const size_t len = strlen(base);

    return strncmp(entry, base, len) == 0 && (entry[len] == '\0' || entry[len] == '.');
}

/* Of what came from standard input any file may be the one. */
static bool is_nameless(const char *base)
{
    return strcmp(base, "-") == 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Of the folder, and of all folders below it, or of DONE_FOLDER alone. */
static int try_tree(const char *folder, bool deep, const char *base, place_taker take, void *ctx, struct err *err)
{
    char *const paths[] = {(char *)(uintptr_t)folder, NULL};
    FTS *const tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    int got = 0;

    if (tree == NULL)
        return errno == ENOMEM ? err_nomem(err) : 0;
    while (got == 0 && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_D && entry->fts_level == 1 && !deep && strcmp(entry->fts_name, DONE_FOLDER) != 0)
            fts_set(tree, entry, FTS_SKIP);
        else if (entry->fts_info == FTS_F && (is_named(entry->fts_name, base) || (deep && is_nameless(base))))
            got = take(ctx, entry->fts_path, err);
    }
    fts_close(tree);
    return got;
}

/* The folder that the name has, or "." */
static int try_folder_of(const char *path, place_taker take, void *ctx, struct err *err)
{
    const char *const base = base_of(path);
    char *const folder = base == path ? strdup(".") : strndup(path, (size_t)(base - path));
    int got;

    if (folder == NULL)
        return err_nomem(err);
    got = try_tree(folder, false, base, take, ctx, err);
    free(folder);
    return got;
}

static int try_path(const char *path, place_taker take, void *ctx, struct err *err)
{
    const int got = access(path, R_OK) == 0 ? take(ctx, path, err) : 0;

    return got != 0 ? got : try_folder_of(path, take, ctx, err);
}

int places_try(const struct original_places *p, const char *name, place_taker take, void *ctx, struct err *err)
{
    char *from_store;
    int got = 0;

    for (size_t i = 0; got == 0 && i < p->count; i++)
        got = try_tree(p->folders[i], true, base_of(name), take, ctx, err);
    if (got == 0)
        got = try_path(name, take, ctx, err);
    if (got != 0 || name[0] == '/')
        return got;
    if (asprintf(&from_store, "%s/%s", p->store_folder, name) < 0)
        return err_nomem(err);
    got = try_path(from_store, take, ctx, err);
    free(from_store);
    return got;
}
