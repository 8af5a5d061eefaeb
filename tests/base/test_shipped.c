/* The data files inside the program: in order, found by name, and byte for byte those of the source tree. */
#include "base/shipped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void names_ascend_and_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < shipped_count; i++) {
        assert_ptr_equal(shipped_find(shipped_files[i].name), &shipped_files[i]);
        if (i > 0)
            assert_true(strcmp(shipped_files[i - 1].name, shipped_files[i].name) < 0);
    }
    assert_null(shipped_find("reports/no-such-report.sql"));
    assert_null(shipped_find(""));
}

static void texts_are_those_of_the_source_tree(void **state)
{
    const char *const root = getenv("SOURCE_DIR");

    (void)state;
    if (root == NULL)
        skip();
    for (size_t i = 0; i < shipped_count; i++) {
        const struct text want = shipped_files[i].text;
        struct buf path = {0}, got = {0};
        FILE *fp;
        int c;

        buf_printf(&path, "%s/%s", root, shipped_files[i].name);
        fp = fopen(buf_cstr(&path), "rb");
        assert_non_null(fp);
        while ((c = getc(fp)) != EOF)
            buf_add_byte(&got, (unsigned char)c);
        fclose(fp);
        assert_true(text_equal(buf_text(&got), want));
        assert_int_equal(want.ptr[want.len], '\0');
        buf_release(&path);
        buf_release(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_ascend_and_are_found),
        cmocka_unit_test(texts_are_those_of_the_source_tree),
    };

    return cmocka_run_group_tests_name("shipped", tests, NULL, NULL);
}
