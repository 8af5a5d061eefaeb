/* The table of formats, and the loop that brings a query's rows to one. */
#include "writers_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct writer_ops *const writers[] = {
#define WRITER(name) &writer_##name,
#include "writers.def"
#undef WRITER
};

const struct writer_ops *const *writer_list(size_t *count)
{
    *count = ARRAY_LEN(writers);
    return writers;
}

const struct writer_ops *writer_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(writers); i++)
        if (strcmp(writers[i]->name, name) == 0)
            return writers[i];
    return NULL;
}

int report_check_columns(const struct report *report, const struct cursor *rows, struct err *err)
{
    const size_t count = (size_t)cursor_column_count(rows);

    for (size_t i = 0; i < report->column_count || i < count; i++) {
        const char *want = i < report->column_count ? report->columns[i].name : NULL;
        const char *got = i < count ? cursor_column_name(rows, (int)i) : NULL;

        if (got == NULL)
            return err_set(err, ERR_CONFIG, "report '%s': its query gives no column '%s'; add it to the SELECT",
                           report->name, want);
        if (want == NULL)
            return err_set(err, ERR_CONFIG,
                           "report '%s': its query gives one more column, '%s'; describe it in the heading",
                           report->name, got);
        if (strcmp(want, got) != 0)
            return err_set(err, ERR_CONFIG,
                           "report '%s': column %zu of its query is '%s', but the heading says '%s'; make them agree",
                           report->name, i + 1, got, want);
    }
    return 0;
}

int report_write(const struct report *report, const struct report_about *about, struct cursor *rows,
                 const struct writer_ops *format, struct outfile *file, uint64_t *row_count, struct err *err)
{
    struct writer *w;
    uint64_t count = 0;
    int got = 0;
    bool failed = false;

    if (rows != NULL && report_check_columns(report, rows, err) < 0)
        return -1;
    if (format->open(&w, report, about, file, err) < 0)
        return -1;
    while (rows != NULL && !failed && !outfile_closed(file) && (got = cursor_next(rows, err)) > 0) {
        failed = format->row(w, rows, err) < 0;
        count++;
    }
    failed = failed || got < 0;
    if (format->close(w, err) < 0 || failed)
        return -1;
    if (row_count != NULL)
        *row_count = count;
    return 0;
}

void number_add_integer(struct buf *b, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof(digits) - at);
}

bool number_add_real(struct buf *b, double value)
{
    char digits[32];

    if (!isfinite(value))
        return false;
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof(digits), "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    buf_add_str(b, digits);
    return true;
}
