/* The log: any order in, the order of logging out. */
#include "log_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define END_S INT64_C(1759298400) /* 2025-10-01T06:00:00Z */
#define HEADING                                                                                                        \
    "device_id,srv,user_id,requested_at,request_id,user_role,credential_type,remote_party_role,command_variant,"       \
    "execution_at,other_device_id,responded_at,response_code,execution_status\n"

static void ignore(void *ctx, uint64_t rows)
{
    (void)ctx;
    (void)rows;
}

static void add(struct log *l, struct log_entry e)
{
    struct err err = {0};

    e.device = 0x00DB123456789001;
    e.user = 0x90B3D51F30010001;
    e.status = e.status != NULL ? e.status : "";
    assert_int_equal(log_add(l, &e, &err), 0);
}

static void read_file(const char *folder, char *out, size_t size)
{
    char path[256];
    FILE *fp;

    snprintf(path, sizeof(path), "%s/log.csv", folder);
    fp = fopen(path, "rb");
    assert_non_null(fp);
    out[fread(out, 1, size - 1, fp)] = '\0';
    fclose(fp);
    unlink(path);
}

static void rows_come_in_the_order_of_logging(void **state)
{
    char folder[] = "/tmp/pcreport-log-XXXXXX";
    char text[2048];
    struct log *log = NULL;
    struct sink *sink = NULL;
    struct err err = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(log_create(&log, folder, END_S, &err), 0);
    add(log, (struct log_entry){.requested_s = END_S - 10,
                                .responded_s = NO_TIME,
                                .execution_s = CANCELLED,
                                .logged_s = END_S - 10,
                                .srv = SRV(6, 15, 1),
                                .request = 2,
                                .variant = 5,
                                .role = ROLE_NETWORK_OPERATOR});
    add(log, (struct log_entry){.requested_s = END_S - 90,
                                .responded_s = END_S - 80,
                                .execution_s = NO_TIME,
                                .logged_s = END_S - 80,
                                .srv = SRV(6, 17, 0),
                                .variant = 1,
                                .code = CODE_I0,
                                .status = "Success",
                                .credential = KEY_DIGITAL_SIGNATURE,
                                .user_role = USER_IS});
    assert_int_equal(log_count(log), 2);
    assert_int_equal(sink_create(&sink, folder, "log.csv", false, &err), 0);
    assert_int_equal(log_write(log, INT64_MAX, sink, NULL, ignore, NULL, &err), 0);
    assert_int_equal(sink_close(sink, &err), 0);
    log_destroy(log);
    read_file(folder, text, sizeof(text));
    rmdir(folder);
    assert_string_equal(text,
                        HEADING "00-DB-12-34-56-78-90-01,6.17,90-B3-D5-1F-30-01-00-01,2025-10-01T05:58:30Z,,IS,"
                                "Digital Signature,,1,,,2025-10-01T05:58:40Z,I0,Success\n"
                                "00-DB-12-34-56-78-90-01,6.15.1,90-B3-D5-1F-30-01-00-01,2025-10-01T05:59:50Z,"
                                "90-B3-D5-1F-30-01-00-01:00-DB-12-34-56-78-90-01:1759298390002,,,NetworkOperator,5,"
                                "3000-12-31T00:00:00Z,,,,\n");
}

static void without_a_folder_rows_are_only_counted(void **state)
{
    struct log *log = NULL;
    struct sink *sink = NULL;
    struct err err = {0};

    (void)state;
    assert_int_equal(log_create(&log, NULL, END_S, &err), 0);
    add(log, (struct log_entry){.requested_s = END_S,
                                .responded_s = NO_TIME,
                                .execution_s = NO_TIME,
                                .logged_s = END_S,
                                .srv = SRV(4, 8, 1)});
    assert_int_equal(sink_create(&sink, NULL, "log.csv", true, &err), 0);
    assert_int_equal(log_write(log, INT64_MAX, sink, NULL, ignore, NULL, &err), 0);
    assert_int_equal(log_count(log), 1);
    assert_int_equal(sink_close(sink, &err), 0);
    log_destroy(log);
}

static void a_file_that_is_there_is_not_written_over(void **state)
{
    char folder[] = "/tmp/pcreport-log-XXXXXX";
    char text[64];
    struct sink *first = NULL;
    struct sink *second = NULL;
    struct err err = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(sink_create(&first, folder, "log.csv", false, &err), 0);
    memcpy(sink_line(first), "mine\n", 5);
    sink_end(first, sink_line(first) + 5);
    assert_int_equal(sink_close(first, &err), 0);
    assert_int_equal(sink_create(&second, folder, "log.csv", false, &err), -1);
    assert_int_equal(err.code, ERR_CREATE);
    assert_null(second);
    read_file(folder, text, sizeof(text));
    rmdir(folder);
    assert_string_equal(text, "mine\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_in_the_order_of_logging),
        cmocka_unit_test(without_a_folder_rows_are_only_counted),
        cmocka_unit_test(a_file_that_is_there_is_not_written_over),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
