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

void pack_files_release(struct pack_files *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->ptr[i].name);
    free(list->ptr);
    free(list->stem);
    *list = (struct pack_files){0};
}

static bool read_hex(const char *hex, unsigned char out[DIGEST_SIZE])
{
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        const int high = hex_value(hex[2 * i]);
        const int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

        if (low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return hex[2 * DIGEST_SIZE] == '\0';
}

static int read_file(const cJSON *item, struct pack_files *out, struct err *err)
{
    const char *const name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
    const char *const sha256 = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "sha256"));
    const cJSON *const bytes = cJSON_GetObjectItemCaseSensitive(item, "bytes");
    unsigned char sum[DIGEST_SIZE];

    if (name == NULL || sha256 == NULL || !cJSON_IsNumber(bytes) || bytes->valuedouble < 0 ||
        bytes->valuedouble > (double)(INT64_C(1) << 53) || !read_hex(sha256, sum))
        return err_set(err, ERR_DATA, "a file in " MANIFEST_NAME " lacks its name, its bytes or its SHA-256");
    return pack_files_add(out, name, (uint64_t)bytes->valuedouble, sum, err);
}

/* A bundle has none. */
static int read_stem(const cJSON *root, struct pack_files *out, struct err *err)
{
    const char *const pack = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "pack"));
    const char *const period = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "period"));

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
