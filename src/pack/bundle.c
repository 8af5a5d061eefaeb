/* Writing a bundle. */
#include "bundle_int.h"

#include "base/ascii.h"
#include "base/file.h"
#include "base/json_out.h"
#include "manifest_int.h"
#include "output/outfile.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void original_add_file(const struct original *o, size_t number, struct buf *out)
{
    const char *const slash = strrchr(o->name, '/');

    buf_printf(out, "rows/%02zu-", number);
    for (const char *c = slash != NULL ? slash + 1 : o->name; *c != '\0'; c++)
        buf_add_byte(out, (unsigned char)(ascii_is_alnum(*c) || strchr("._-", *c) != NULL ? *c : '_'));
}

static int write_part(const char *folder, const char *name, struct text content, struct pack_files *files,
                      struct err *err)
{
    unsigned char sha256[DIGEST_SIZE];
    struct outfile *out = NULL;
    char *path;
    int rc;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return err_nomem(err);
    rc = outfile_create(&out, path, err);
    if (rc == 0 && (rc = outfile_write(out, content.ptr, content.len, err)) == 0)
        rc = outfile_commit(out, err);
    else
        outfile_discard(out);
    free(path);
    if (rc < 0)
        return -1;
    digest_of(content.ptr, content.len, sha256);
    return pack_files_add(files, name, content.len, sha256, err);
}

static int write_originals(const struct bundle *b, const char *folder, struct pack_files *files, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < b->original_count; i++) {
        struct buf name = {0};

        original_add_file(&b->originals[i], i + 1, &name);
        if (b->originals[i].rows > 0)
            rc = write_part(folder, buf_cstr(&name), buf_text(&b->originals[i].text), files, err);
        buf_release(&name);
    }
    return rc;
}

static void add_digest(struct json_out *j, const unsigned char sha256[DIGEST_SIZE])
{
    char hex[DIGEST_HEX_SIZE];

    digest_hex(sha256, hex);
    json_pair(j, "sha256", hex);
}

static void add_original(struct json_out *j, const struct original *o, size_t number)
{
    struct buf name = {0};

    original_add_file(o, number, &name);
    json_open(j, '{');
    json_pair(j, "name", o->name);
    json_pair(j, "kind", o->kind);
    add_digest(j, o->sha256);
    json_count(j, "records", original_records(o));
    json_count(j, "rows", o->rows);
    if (o->rows > 0)
        json_pair(j, "file", buf_cstr(&name));
    if (o->fate != ORIGINAL_FOUND)
        json_pair(j, "why_not", original_why(o));
    json_close(j, '}');
    buf_release(&name);
}

static void add_manifest(const struct bundle *b, const struct pack_files *files, struct buf *out)
{
    struct json_out j = {.buf = out};

    json_open(&j, '{');
    json_pair(&j, "bundle", "explain");
    json_key(&j, "format");
    json_int(&j, MANIFEST_FORMAT);
    json_pair(&j, "device", b->device);
    json_instant(&j, "as_of", b->as_of);
    json_pair(&j, "tool", b->version);
    json_key(&j, "inputs");
    json_open(&j, '[');
    for (size_t i = 0; i < b->original_count; i++)
        add_original(&j, &b->originals[i], i + 1);
    json_close(&j, ']');
    json_key(&j, "files");
    json_open(&j, '[');
    for (size_t i = 0; i < files->count; i++) {
        json_open(&j, '{');
        json_pair(&j, "name", files->ptr[i].name);
        json_count(&j, "bytes", files->ptr[i].bytes);
        add_digest(&j, files->ptr[i].sha256);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    buf_add_byte(out, '\n');
}

static int make_below(const char *folder, const char *name, struct err *err)
{
    char *path;
    int rc = 0;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return err_nomem(err);
    if (mkdir(path, 0750) < 0)
        rc = err_errno(err, ERR_CREATE, "cannot make the folder '%s'", path);
    free(path);
    return rc;
}

static int fill(const struct bundle *b, const char *folder, struct pack_files *files, struct err *err)
{
    struct buf manifest = {0};
    int rc = make_below(folder, "criteria", err) < 0 || make_below(folder, "rows", err) < 0 ? -1 : 0;

    for (size_t i = 0; rc == 0 && i < b->part_count; i++)
        rc = write_part(folder, b->parts[i].name, b->parts[i].content, files, err);
    if (rc == 0)
        rc = write_originals(b, folder, files, err);
    if (rc == 0) {
        add_manifest(b, files, &manifest);
        rc = manifest.failed ? err_nomem(err) : write_part(folder, MANIFEST_NAME, buf_text(&manifest), files, err);
    }
    buf_release(&manifest);
    return rc;
}

static size_t count_found(const struct bundle *b)
{
    size_t found = 0;

    for (size_t i = 0; i < b->original_count; i++)
        found += b->originals[i].rows > 0;
    return found;
}

static int compare_held(const struct bundle *b, const cJSON *held, struct err *err)
{
    const cJSON *const device = cJSON_GetObjectItemCaseSensitive(held, "device");
    const cJSON *const inputs = cJSON_GetObjectItemCaseSensitive(held, "inputs"), *input;
    const char *const whose = cJSON_IsString(device) ? device->valuestring : "unknown";
    double rows = 0;
    uint64_t found = 0;

    cJSON_ArrayForEach(input, inputs)
    {
        const cJSON *const n = cJSON_GetObjectItemCaseSensitive(input, "rows");

        rows += cJSON_IsNumber(n) ? n->valuedouble : 0;
    }
    for (size_t i = 0; i < b->original_count; i++)
        found += b->originals[i].rows;
    if (strcmp(whose, b->device) != 0)
        return err_set(err, ERR_CREATE,
                       "name another folder than '%s', which is left as it is: it holds the bundle of Device %.40s",
                       b->folder, whose);
    if (count_found(b) < b->original_count && (double)found < rows)
        return err_set(err, ERR_NO_INPUT,
                       "the bundle '%s' is left as it is: it holds %.0f original rows, of which %" PRIu64
                       " are found now; say where the inputs lie with --originals=DIR, or name another folder",
                       b->folder, rows, found);
    return 0;
}

/* A bundle gives way neither to one that holds less of the same Device, nor to that of another. */
static int check_held(const struct bundle *b, struct err *err)
{
    char *const path = path_join(b->folder, MANIFEST_NAME, err);
    struct buf json = {0};
    cJSON *held = NULL;
    int rc = 0;

    if (path == NULL)
        return -1;
    if (file_read_whole(path, MANIFEST_MAX, &json) == 0)
        held = cJSON_ParseWithLength((const char *)json.ptr, json.len);
    if (held != NULL)
        rc = compare_held(b, held, err);
    cJSON_Delete(held);
    buf_release(&json);
    free(path);
    return rc;
}

int bundle_write(const struct bundle *b, uint64_t *files, struct err *err)
{
    struct outdir *folder = NULL;
    struct pack_files written = {0};
    int rc = replace_check(b->folder, "bundle", err);

    if (rc == 0)
        rc = check_held(b, err);
    if (rc == 0 && b->dry_run) {
        *files = b->part_count + count_found(b) + 1; /* and the manifest */
        return 0;
    }
    if (rc == 0)
        rc = outdir_create(&folder, b->folder, err);
    if (rc == 0)
        rc = fill(b, outdir_path(folder), &written, err);
    *files = written.count;
    pack_files_release(&written);
    if (rc == 0)
        return outdir_commit(folder, NULL, err);
    outdir_discard(folder);
    return -1;
}
