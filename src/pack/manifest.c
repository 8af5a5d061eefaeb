/* The manifest of a pack or bundle, read to be checked. */
#include "manifest_int.h"

#include "base/array.h"
#include "base/ascii.h"
#include "base/json_tape.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int pack_files_add(struct pack_files *list, const char *name, uint64_t bytes, const unsigned char sha256[DIGEST_SIZE],
                   struct err *err)
{
    struct pack_file *file;

    if (!array_reserve(&list->ptr, &list->cap, list->count + 1, sizeof(*list->ptr)))
        return err_nomem(err);
    file = &list->ptr[list->count];
    *file = (struct pack_file){.name = strdup(name), .bytes = bytes};
    if (file->name == NULL)
        return err_nomem(err);
    memcpy(file->sha256, sha256, DIGEST_SIZE);
    list->count++;
    return 0;
}

const struct pack_file *pack_files_find(const struct pack_files *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->ptr[i].name, name) == 0)
            return &list->ptr[i];
    return NULL;
}

void pack_files_release(struct pack_files *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->ptr[i].name);
        free(list->ptr[i].why_not);
        book_held_release(&list->ptr[i].held);
    }
    free(list->ptr);
    free(list->stem);
    *list = (struct pack_files){0};
}

/* False where it is NULL, too. */
static bool read_hex(const char *hex, unsigned char *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        const int high = hex != NULL ? hex_value(hex[2 * i]) : -1;
        const int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

        if (low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return hex[2 * bytes] == '\0';
}

static bool read_count(const cJSON *object, const char *key, uint64_t *out)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    const bool sound =
        cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= (double)(INT64_C(1) << 53);

    *out = sound ? (uint64_t)item->valuedouble : 0;
    return sound;
}

static const char *read_string(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int read_sheet(const cJSON *item, struct book_held *out, struct err *err)
{
    const char *const name = read_string(item, "name");
    struct book_sheet_held sheet = {0};
    unsigned char sum[sizeof(sheet.sum)];

    if (name == NULL || !read_count(item, "rows", &sheet.rows) || !read_count(item, "cells", &sheet.cells) ||
        !read_hex(read_string(item, "digest"), sum, sizeof(sum)))
        return err_set(err, ERR_DATA, "a sheet in " MANIFEST_NAME " lacks its name, rows, cells or digest");
    for (size_t i = 0; i < sizeof(sum); i++)
        sheet.sum = sheet.sum << 8 | sum[i];
    sheet.name = strdup(name);
    if (sheet.name == NULL || !array_reserve(&out->sheets, &out->cap, out->count + 1, sizeof(*out->sheets))) {
        free(sheet.name);
        return err_nomem(err);
    }
    out->sheets[out->count++] = sheet;
    return 0;
}

/* What the manifest tells of the content of a file. Those of earlier versions tell nothing. */
static int read_content(const cJSON *item, struct pack_file *out, struct err *err)
{
    const cJSON *const sheets = cJSON_GetObjectItemCaseSensitive(item, "sheets"), *sheet;
    int rc = 0;

    out->counted = cJSON_GetObjectItemCaseSensitive(item, "rows") != NULL;
    if (out->counted && !read_count(item, "rows", &out->rows))
        return err_set(err, ERR_DATA, "the rows of a file in " MANIFEST_NAME " are no number");
    out->opened = sheets != NULL;
    if (out->opened && (!cJSON_IsArray(sheets) || !read_hex(read_string(item, "parts"), out->held.parts, DIGEST_SIZE)))
        return err_set(err, ERR_DATA, "a workbook in " MANIFEST_NAME " lacks its sheets or the SHA-256 of its parts");
    cJSON_ArrayForEach(sheet, sheets) if (rc == 0) rc = read_sheet(sheet, &out->held, err);
    return rc;
}

static int read_file(const cJSON *item, struct pack_files *out, struct err *err)
{
    const char *const name = read_string(item, "name");
    unsigned char sum[DIGEST_SIZE];
    uint64_t bytes;

    if (name == NULL || !read_count(item, "bytes", &bytes) || !read_hex(read_string(item, "sha256"), sum, DIGEST_SIZE))
        return err_set(err, ERR_DATA, "a file in " MANIFEST_NAME " lacks its name, its bytes or its SHA-256");
    return pack_files_add(out, name, bytes, sum, err) < 0 ? -1 : read_content(item, &out->ptr[out->count - 1], err);
}

/* A bundle has none. */
static int read_stem(const cJSON *root, struct pack_files *out, struct err *err)
{
    const char *const pack = read_string(root, "pack"), *const period = read_string(root, "period");

    if (pack != NULL && period != NULL && asprintf(&out->stem, "%s-%s", pack, period) < 0) {
        out->stem = NULL;
        return err_nomem(err);
    }
    return 0;
}

int manifest_read(struct text json, const char *kind, struct pack_files *out, struct err *err)
{
    const bool sound = json_guard(json, MANIFEST_NAME, ERR_DATA, err) == 0;
    cJSON *const root = sound ? cJSON_ParseWithLength(json.ptr, json.len) : NULL;
    const cJSON *const files = cJSON_GetObjectItemCaseSensitive(root, "files");
    const cJSON *const format = cJSON_GetObjectItemCaseSensitive(root, "format");
    const cJSON *item;
    int rc = 0;

    if (root == NULL)
        rc = sound ? err_nomem(err) : -1;
    else if (!cJSON_IsArray(files))
        rc = err_set(err, ERR_DATA, MANIFEST_NAME " is no manifest of a %s", kind);
    else if (!cJSON_IsNumber(format) || format->valueint != MANIFEST_FORMAT)
        rc = err_set(err, ERR_DATA, MANIFEST_NAME " is of a format that this version does not know; use a newer one");
    else if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(root, kind)))
        rc = err_set(err, ERR_DATA, MANIFEST_NAME " is no manifest of a %s", kind);
    else if ((rc = read_stem(root, out, err)) == 0)
        cJSON_ArrayForEach(item, files) if (rc == 0) rc = read_file(item, out, err);
    cJSON_Delete(root);
    return rc;
}
