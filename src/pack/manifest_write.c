/* The manifest of a pack, written. */
#include "manifest_int.h"

#include "base/json_out.h"

#include <archive.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>

static void add_str(struct json_out *j, const char *key, const char *value)
{
    json_pair(j, key, value);
}

static void add_digest(struct json_out *j, const unsigned char sha256[DIGEST_SIZE])
{
    char hex[DIGEST_HEX_SIZE];

    digest_hex(sha256, hex);
    add_str(j, "sha256", hex);
}

static int add_libraries(struct json_out *j, const struct pack *p, struct err *err)
{
    struct cursor *rows = NULL;
    const struct query_source from = {0};

    json_key(j, "libraries");
    json_open(j, '{');
    add_str(j, "libarchive", archive_version_details());
    add_str(j, "cJSON", cJSON_Version());
    if (store_query(p->request->store, &from, "manifest", "SELECT sqlite_version()", &rows, err) < 0)
        return -1;
    if (cursor_next(rows, err) > 0) {
        json_key(j, "SQLite");
        json_text(j, cursor_text(rows, 0));
    }
    cursor_destroy(rows);
    json_close(j, '}');
    return 0;
}

static void add_criteria(struct json_out *j, const struct pack *p)
{
    static const char *const names[] = {"legacy", "revised", "codes"};

    json_key(j, "criteria");
    json_open(j, '{');
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        json_key(j, names[i]);
        json_open(j, '{');
        add_digest(j, p->request->criteria[i]);
        json_close(j, '}');
    }
    json_close(j, '}');
}

/* From the table of inputs, so that its names went through the pseudonyms. */
static void add_inputs(struct json_out *j, const struct pack *p)
{
    const struct table *const t = &p->tables[PACK_INPUTS];

    json_key(j, "inputs");
    json_open(j, '[');
    for (size_t r = 0; r < t->rows; r++) {
        json_open(j, '{');
        json_key(j, "name");
        json_text(j, table_text(t, table_at(t, r, table_column(t, "file"))));
        json_key(j, "sha256");
        json_text(j, table_text(t, table_at(t, r, table_column(t, "sha256"))));
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* By which the workbook is known, whatever program puts its parts together. */
static void add_held(struct json_out *j, const struct book_held *held)
{
    char hex[DIGEST_HEX_SIZE];

    json_key(j, "sheets");
    json_open(j, '[');
    for (size_t i = 0; i < held->count; i++) {
        const struct book_sheet_held *const sheet = &held->sheets[i];

        buf_add_str(j->buf, "\n  ");
        json_open(j, '{');
        add_str(j, "name", sheet->name);
        json_count(j, "rows", sheet->rows);
        json_count(j, "cells", sheet->cells);
        snprintf(hex, sizeof(hex), "%016" PRIx64, sheet->sum);
        add_str(j, "digest", hex);
        json_close(j, '}');
    }
    json_close(j, ']');
    digest_hex(held->parts, hex);
    add_str(j, "parts", hex);
}

static void add_files(struct json_out *j, const struct pack_files *files)
{
    json_key(j, "files");
    json_open(j, '[');
    for (size_t i = 0; i < files->count; i++) {
        buf_add_str(j->buf, "\n ");
        json_open(j, '{');
        add_str(j, "name", files->ptr[i].name);
        json_key(j, "bytes");
        json_int(j, (int64_t)files->ptr[i].bytes);
        add_digest(j, files->ptr[i].sha256);
        if (files->ptr[i].counted)
            json_count(j, "rows", files->ptr[i].rows);
        if (files->ptr[i].opened)
            add_held(j, &files->ptr[i].held);
        json_close(j, '}');
    }
    json_close(j, ']');
}

int manifest_write(const struct pack *p, const struct pack_files *files, struct buf *out, struct err *err)
{
    struct json_out j = {.buf = out};
    char as_of[INSTANT_TEXT_SIZE], check[PSEUDONYM_CHECK_SIZE];

    instant_format(p->context.as_of, as_of);
    json_open(&j, '{');
    add_str(&j, "pack", "ssc");
    json_key(&j, "format");
    json_int(&j, MANIFEST_FORMAT);
    add_str(&j, "period", p->period);
    add_str(&j, "as_of", as_of);
    add_str(&j, "marking", p->request->head.marking);
    if (p->provisional.len > 0) {
        json_key(&j, "provisional");
        json_text(&j, buf_text(&p->provisional));
    }
    add_str(&j, "tool", p->request->version);
    if (p->pseudonyms.key.len > 0) {
        pseudonyms_check(&p->pseudonyms, check);
        add_str(&j, "pseudonym_key_check", check);
    }
    if (add_libraries(&j, p, err) < 0)
        return -1;
    add_criteria(&j, p);
    add_inputs(&j, p);
    add_files(&j, files);
    json_close(&j, '}');
    buf_add_byte(out, '\n');
    return out->failed ? err_nomem(err) : 0;
}
