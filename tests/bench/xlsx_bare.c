/* The peer of Q8: the cells of a devices CSV written by libxlsxwriter alone, in its constant-memory mode.
 *
 *     cc -O2 xlsx_bare.c -lcsv -lxlsxwriter -o xlsx_bare && ./xlsx_bare devices.csv out.xlsx
 *
 * The CSV is read into memory first and not counted: the time of the loop alone is printed, in seconds. The cells are
 * those of the report: instants as numbers with a format, all else as strings with one, verdicts with one of their own,
 * empty cells left out; a further sheet begins where one is full. */
#define _GNU_SOURCE
#include <csv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#define ROWS_MAX 1048575

struct cell {
    size_t at;   /* of its text; EMPTY: none */
    double days; /* since 1899-12-30; 0: it is a text */
};
#define EMPTY SIZE_MAX

struct cells {
    char *bytes;
    size_t len, cap;
    struct cell *ptr;
    size_t count, count_cap;
    size_t columns;
};

/* Days from 1899-12-30; 0 for what is no instant. */
static double days_of(const char *t)
{
    struct tm tm = {0};

    if (strlen(t) != 20 || strptime(t, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
        return 0;
    return (double)timegm(&tm) / 86400 + 25569;
}

static void *grown(void *ptr, size_t size)
{
    ptr = realloc(ptr, size);
    if (ptr == NULL)
        exit(1);
    return ptr;
}

static void on_cell(void *ptr, size_t len, void *ctx)
{
    struct cells *c = ctx;

    if (c->len + len + 1 > c->cap) {
        c->cap = 2 * (c->cap + len + 1);
        c->bytes = grown(c->bytes, c->cap);
    }
    if (c->count == c->count_cap) {
        c->count_cap = 2 * c->count_cap + 1024;
        c->ptr = grown(c->ptr, c->count_cap * sizeof(*c->ptr));
    }
    memcpy(c->bytes + c->len, ptr, len);
    c->bytes[c->len + len] = '\0';
    c->ptr[c->count++] = (struct cell){len > 0 ? c->len : EMPTY, days_of(c->bytes + c->len)};
    c->len += len + 1;
}

static void on_row(int end, void *ctx)
{
    struct cells *c = ctx;

    (void)end;
    if (c->columns == 0)
        c->columns = c->count;
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

static int is_verdict(const char *t)
{
    return strcmp(t, "PASS") == 0 || strcmp(t, "FAIL") == 0 || strcmp(t, "EXCLUDED") == 0 || strcmp(t, "MET") == 0 ||
           strcmp(t, "AGREED_PASS") == 0;
}

int main(int argc, char **argv)
{
    struct cells c = {0};
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    struct timespec begin, end;
    lxw_worksheet *sheet = NULL;
    lxw_format *plain, *instant, *verdict;
    lxw_workbook *book;
    lxw_row_t row = 0;

    if (argc != 3 || read_csv(argv[1], &c) < 0) {
        fprintf(stderr, "usage: xlsx_bare IN.csv OUT.xlsx\n");
        return 64;
    }
    clock_gettime(CLOCK_MONOTONIC, &begin);
    book = workbook_new_opt(argv[2], &options);
    plain = workbook_add_format(book);
    format_set_align(plain, LXW_ALIGN_VERTICAL_TOP);
    instant = workbook_add_format(book);
    format_set_num_format(instant, "yyyy-mm-dd hh:mm:ss");
    verdict = workbook_add_format(book);
    format_set_bold(verdict);
    for (size_t at = 0; at < c.count; row++) {
        if (sheet == NULL || row > ROWS_MAX) {
            sheet = workbook_add_worksheet(book, NULL);
            row = 0;
        }
        for (lxw_col_t column = 0; column < (lxw_col_t)c.columns; column++, at++) {
            const char *text = c.bytes + c.ptr[at].at;

            if (c.ptr[at].days != 0)
                worksheet_write_number(sheet, row, column, c.ptr[at].days, instant);
            else if (c.ptr[at].at != EMPTY)
                worksheet_write_string(sheet, row, column, text, is_verdict(text) ? verdict : plain);
        }
    }
    workbook_close(book);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.3f\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
    return 0;
}
