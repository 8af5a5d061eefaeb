/* Rows fetched ahead are the rows there are, whatever their number, and so is what goes wrong among them. */
#include "output/ahead.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COLUMNS 4

/* Rows that tell their number in each type there is, with texts that move and grow. */
struct numbers {
    struct cursor base;
    int at, count;
    int fails_at; /* -1: never */
    int text_len; /* beside the number */
    char text[300000];
    bool *destroyed;
};

static int numbers_next(struct cursor *c, struct err *err)
{
    struct numbers *const n = (struct numbers *)c;

    if (n->at + 1 == n->fails_at)
        return err_set(err, ERR_IO, "row %d is broken", n->fails_at);
    if (n->at + 1 >= n->count)
        return 0;
    n->at++;
    return 1;
}

static enum cell_type numbers_cell_type(struct cursor *c, int column)
{
    (void)c;
    return (enum cell_type)column;
}

static struct text numbers_text(struct cursor *c, int column)
{
    struct numbers *const n = (struct numbers *)c;
    const int len = column == CELL_TEXT ? snprintf(n->text, sizeof(n->text), "%d:%0*d", n->at, n->text_len, 0)
                                        : snprintf(n->text, sizeof(n->text), "%d", n->at);

    return (struct text){n->text, (size_t)len};
}

static int64_t numbers_integer(struct cursor *c, int column)
{
    (void)column;
    return ((struct numbers *)c)->at;
}

static double numbers_real(struct cursor *c, int column)
{
    (void)column;
    return ((struct numbers *)c)->at + 0.5;
}

static int numbers_column_count(const struct cursor *c)
{
    (void)c;
    return COLUMNS;
}

static const char *numbers_column_name(const struct cursor *c, int column)
{
    static const char *const names[COLUMNS] = {"empty", "text", "integer", "real"};

    (void)c;
    return names[column];
}

static void numbers_destroy(struct cursor *c)
{
    *((struct numbers *)c)->destroyed = true;
    free(c);
}

static struct cursor *numbers(int count, int fails_at, int text_len, bool *destroyed)
{
    static const struct cursor_ops ops = {
        .column_count = numbers_column_count,
        .column_name = numbers_column_name,
        .next = numbers_next,
        .cell_type = numbers_cell_type,
        .text = numbers_text,
        .integer = numbers_integer,
        .real = numbers_real,
        .destroy = numbers_destroy,
    };
    struct numbers *const n = calloc(1, sizeof(*n));
    struct cursor *ahead;

    assert_non_null(n);
    n->base.ops = &ops;
    n->at = -1;
    n->count = count;
    n->fails_at = fails_at;
    n->text_len = text_len;
    n->destroyed = destroyed;
    *destroyed = false;
    ahead = read_ahead(&n->base);
    assert_non_null(ahead);
    return ahead;
}

static void check_row(struct cursor *c, int row, int text_len)
{
    char want[32];
    const struct text text = cursor_text(c, CELL_TEXT);

    snprintf(want, sizeof(want), "%d:", row);
    for (int i = 0; i < COLUMNS; i++)
        assert_int_equal(cursor_cell_type(c, i), i);
    assert_int_equal(text.len, strlen(want) + (text_len > 0 ? (size_t)text_len : 1));
    assert_memory_equal(text.ptr, want, strlen(want));
    assert_int_equal(cursor_integer(c, CELL_INTEGER), row);
    assert_true(text_equal(cursor_text(c, CELL_INTEGER), (struct text){want, strlen(want) - 1}));
    assert_true(cursor_real(c, CELL_REAL) > row && cursor_real(c, CELL_REAL) < row + 1);
}

static void rows_of_any_number_come_in_their_order(void **state)
{
    static const struct {
        int count, text_len;
    } cases[] = {{0, 0}, {1, 0}, {63, 0}, {64, 0}, {65, 0}, {256, 0}, {257, 0}, {5000, 3}, {300, 2000}, {12, 200000}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = {0};
        bool destroyed;
        struct cursor *const c = numbers(cases[i].count, -1, cases[i].text_len, &destroyed);

        assert_int_equal(cursor_column_count(c), COLUMNS);
        assert_string_equal(cursor_column_name(c, CELL_REAL), "real");
        for (int row = 0; row < cases[i].count; row++) {
            assert_int_equal(cursor_next(c, &err), 1);
            check_row(c, row, cases[i].text_len);
        }
        assert_int_equal(cursor_next(c, &err), 0);
        assert_int_equal(cursor_next(c, &err), 0);
        cursor_destroy(c);
        assert_true(destroyed);
    }
}

static void a_failure_comes_behind_the_rows_before_it(void **state)
{
    static const int fails_at[] = {0, 1, 64, 65, 200};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fails_at); i++) {
        struct err err = {0};
        bool destroyed;
        struct cursor *const c = numbers(1000, fails_at[i], 0, &destroyed);
        char want[64];

        for (int row = 0; row < fails_at[i]; row++)
            assert_int_equal(cursor_next(c, &err), 1);
        assert_int_equal(cursor_next(c, &err), -1);
        snprintf(want, sizeof(want), "row %d is broken", fails_at[i]);
        assert_string_equal(err.msg, want);
        assert_int_equal(err.code, ERR_IO);
        cursor_destroy(c);
        assert_true(destroyed);
    }
}

static void a_reader_may_leave_at_any_row(void **state)
{
    static const int read[] = {0, 1, 64, 65, 500};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(read); i++) {
        struct err err = {0};
        bool destroyed;
        struct cursor *const c = numbers(100000, -1, 10, &destroyed);

        for (int row = 0; row < read[i]; row++)
            assert_int_equal(cursor_next(c, &err), 1);
        cursor_destroy(c);
        assert_true(destroyed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_any_number_come_in_their_order),
        cmocka_unit_test(a_failure_comes_behind_the_rows_before_it),
        cmocka_unit_test(a_reader_may_leave_at_any_row),
    };

    return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}
