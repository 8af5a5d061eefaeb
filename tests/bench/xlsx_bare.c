/* The peer of Q8: the cells of a devices CSV written by libxlsxwriter alone, in its constant-memory mode.
 *
 *     cc -O2 xlsx_bare.c -lcsv -lxlsxwriter -o xlsx_bare && ./xlsx_bare devices.csv out.xlsx
 *
 * The CSV is read into memory first and not counted: the time of the loop alone is printed, in seconds. Instants are
 * written as numbers and all else as strings, as the report does; empty cells are left out; a further sheet begins
 * where one is full. */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#define ROWS_MAX 1048575

struct cells {
    char *bytes;
    size_t len, cap;
    size_t columns;
};

static void on_cell(void *ptr, size_t len, void *ctx)
{
    struct cells *c = ctx;

    if (c->len + len + 1 > c->cap) {
        c->cap = 2 * (c->cap + len + 1);
        c->bytes = realloc(c->bytes, c->cap);
        if (c->bytes == NULL)
            exit(1);
    }
    memcpy(c->bytes + c->len, ptr, len);
    c->bytes[c->len + len] = '\0';
    c->len += len + 1;
}

static void on_row(int end, void *ctx)
{
    struct cells *c = ctx;

    (void)end;
    if (c->columns == 0)
        for (size_t i = 0; i < c->len; i++)
            c->columns += c->bytes[i] == '\0';
}

static int read_csv(const char *path, struct cells *out)
{
    static char chunk[1 << 20];
    struct csv_parser parser;
    FILE *f = fopen(path, "rb");
    size_t got;

    if (f == NULL || csv_init(&parser, 0) != 0)
        return -1;
    while ((got = fread(chunk, 1, sizeof(chunk), f)) > 0)
        csv_parse(&parser, chunk, got, on_cell, on_row, out);
    csv_fini(&parser, on_cell, on_row, out);
    csv_free(&parser);
    fclose(f);
    return 0;
}

static int is_instant(const char *t)
{
    return strlen(t) == 20 && t[4] == '-' && t[10] == 'T' && t[19] == 'Z';
}

int main(int argc, char **argv)
{
    struct cells c = {0};
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    struct timespec begin, end;
    lxw_worksheet *sheet = NULL;
    lxw_workbook *book;
    const char *at;
    lxw_row_t row = 0;

    if (argc != 3 || read_csv(argv[1], &c) < 0) {
        fprintf(stderr, "usage: xlsx_bare IN.csv OUT.xlsx\n");
        return 64;
    }
    clock_gettime(CLOCK_MONOTONIC, &begin);
    book = workbook_new_opt(argv[2], &options);
    for (at = c.bytes; at < c.bytes + c.len; row++) {
        if (sheet == NULL || row > ROWS_MAX) {
            sheet = workbook_add_worksheet(book, NULL);
            row = 0;
        }
        for (lxw_col_t column = 0; column < (lxw_col_t)c.columns; column++, at += strlen(at) + 1) {
            if (is_instant(at))
                worksheet_write_number(sheet, row, column, 45000.5 + column, NULL);
            else if (*at != '\0')
                worksheet_write_string(sheet, row, column, at, NULL);
        }
    }
    workbook_close(book);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.3f\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
    return 0;
}
