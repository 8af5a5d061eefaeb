/* What the tests of the store share: a folder of their own, intakes made of plain records, and small criteria. */
#ifndef PCREPORT_TESTS_STORE_FIXTURE_H
#define PCREPORT_TESTS_STORE_FIXTURE_H

#include "store/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY    INSTANT_DAY
#define T0     INT64_C(1631870000000) /* a day in September 2021 */
#define EUI(n) (UINT64_C(0x00DB123400000000) + (n))

/* Party 1: a Supplier, party 2: a Network Operator, party 3: the DCC. */
#define SUPPLIER_ID UINT64_C(0x90B3D51F30010000)
#define SUPPLIER_2  UINT64_C(0x90B3D51F30020000)
#define OPERATOR_ID UINT64_C(0x90B3D51F30030000)
#define DCC_ID      UINT64_C(0x90B3D51F30040000)
#define MPAN(n)     (UINT64_C(11000000000000) + (n)) /* a 1, then 13 digits */

struct fixture {
    char dir[64];
    char db[96];
};

static inline int fixture_set_up(void **state)
{
    static struct fixture f;

    strcpy(f.dir, "/tmp/pcreport-test-XXXXXX");
    assert_non_null(mkdtemp(f.dir));
    snprintf(f.db, sizeof(f.db), "%s/store.db", f.dir);
    *state = &f;
    return 0;
}

static inline int fixture_tear_down(void **state)
{
    const struct fixture *f = *state;
    char command[96];

    snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
    return system(command);
}

#define assert_ok(call)                                                                                                \
    do {                                                                                                               \
        if ((call) < 0)                                                                                                \
            fail_msg("%s: %s", #call, err.msg);                                                                        \
    } while (0)

/* ---- An intake ---- */

struct intake {
    struct sorter *sorter;
    struct intake_files files;
    struct buf scratch;
    uint64_t line;
};

static inline void intake_begin(struct intake *in)
{
    struct err err = {0};

    *in = (struct intake){0};
    assert_ok(sorter_create(&in->sorter, "/tmp", 1 << 20, &err));
}

static inline void intake_end(struct intake *in)
{
    sorter_destroy(in->sorter);
    intake_files_release(&in->files);
    buf_release(&in->scratch);
}

/* A new file, whose digest is made of `content`; later records are of it. */
static inline struct intake_file *intake_file(struct intake *in, uint32_t number, unsigned char content)
{
    char name[32];
    struct intake_file *file;

    snprintf(name, sizeof(name), "file-%u.csv", number);
    file = intake_files_add(&in->files, name);
    assert_non_null(file);
    file->number = number;
    file->kind = "srv-audit";
    file->fate = FILE_READ;
    file->first = file->last = INSTANT_NONE;
    memset(file->sha256, content, DIGEST_SIZE);
    in->line = 1;
    return file;
}

static inline struct source intake_next(struct intake *in)
{
    struct intake_file *file = &in->files.ptr[in->files.count - 1];

    file->rows++;
    buf_clear(&in->scratch);
    return (struct source){file->number, ++in->line};
}

static inline void intake_put(struct intake *in, enum intake_class class, uint64_t key)
{
    struct err err = {0};

    assert_ok(sorter_add(in->sorter, (unsigned char)class, key, in->scratch.ptr, in->scratch.len, &err));
}

static inline void add_inventory(struct intake *in, struct inventory_row row)
{
    row.source = intake_next(in);
    evidence_pack_inventory(&in->scratch, &row);
    intake_put(in, INTAKE_DEVICE, row.device);
}

static inline void add_request(struct intake *in, struct request_row row)
{
    row.source = intake_next(in);
    evidence_pack_request(&in->scratch, &row);
    intake_put(in, INTAKE_DEVICE, row.device);
}

static inline void add_check(struct intake *in, uint64_t device, enum check_kind kind, instant at, enum check_result r)
{
    struct check_row row = {.device = device, .kind = kind, .checked_at = at, .result = r, .source = intake_next(in)};

    evidence_pack_check(&in->scratch, &row);
    intake_put(in, INTAKE_DEVICE, device);
}

static inline void add_extracted_registration(struct intake *in, mpxn_code mpxn, instant from, instant to,
                                              uint64_t supplier, instant extracted_at)
{
    struct registration_row row = {.mpxn = mpxn,
                                   .effective_from = from,
                                   .effective_to = to,
                                   .supplier = supplier,
                                   .network_operator = OPERATOR_ID,
                                   .extracted_at = extracted_at,
                                   .source = intake_next(in)};

    intake_pack_registration(&in->scratch, &row);
    intake_put(in, INTAKE_REGISTRATION, mpxn);
}

static inline void add_registration(struct intake *in, mpxn_code mpxn, instant from, instant to, uint64_t supplier)
{
    add_extracted_registration(in, mpxn, from, to, supplier, INSTANT_NONE);
}

static inline void add_organisation(struct intake *in, uint64_t entity, const char *party, enum party_role role)
{
    struct organisation_row row = {.entity = entity,
                                   .key_id = 7,
                                   .party = text_of(party),
                                   .role = role,
                                   .in_smki_repository = true,
                                   .extracted_at = INSTANT_NONE,
                                   .source = intake_next(in)};

    intake_pack_organisation(&in->scratch, &row);
    intake_put(in, INTAKE_ORGANISATION, entity);
}

static inline void add_reject(struct intake *in, const char *column, const char *bytes)
{
    struct reject row = {.source = intake_next(in),
                         .offset = 10,
                         .column = text_of(column),
                         .reason = TEXT_LITERAL("not an instant"),
                         .bytes = text_of(bytes)};

    in->files.ptr[in->files.count - 1].rejected++;
    intake_pack_reject(&in->scratch, &row);
    intake_put(in, INTAKE_REJECT, intake_reject_key(&row.source));
}

static inline void add_parties(struct intake *in)
{
    add_organisation(in, SUPPLIER_ID, "Acme Energy", ROLE_SUPPLIER);
    add_organisation(in, SUPPLIER_2, "Best Power", ROLE_SUPPLIER);
    add_organisation(in, OPERATOR_ID, "Northern Wires", ROLE_NETWORK_OPERATOR);
    add_organisation(in, DCC_ID, "DCC", ROLE_DCC);
}

static inline struct inventory_row inventory_of(uint64_t device, enum device_type type)
{
    return (struct inventory_row){.device = device,
                                  .extracted_at = T0 + 20 * DAY,
                                  .type = type,
                                  .status = SMI_COMMISSIONED,
                                  .smets = SMETS_2,
                                  .region = CSP_NORTH,
                                  .commissioned_at = T0,
                                  .manufacturer = TEXT_LITERAL("Maker"),
                                  .model = TEXT_LITERAL("M1"),
                                  .firmware = TEXT_LITERAL("1.0")};
}

static inline struct request_row request_of(uint64_t device, srv_code srv, instant at, enum key_usage usage)
{
    return (struct request_row){.device = device,
                                .srv = srv,
                                .user_id = SUPPLIER_ID,
                                .requested_at = at,
                                .credential_type = usage,
                                .execution_at = INSTANT_NONE,
                                .responded_at = at + INSTANT_HOUR,
                                .response_code = TEXT_LITERAL("I0"),
                                .execution_status = TEXT_LITERAL("Success")};
}

static inline int intake_absorb(struct intake *in, struct store *st, struct err *err)
{
    return store_absorb(st, &in->sorter, 1, &in->files, NULL, NULL, err);
}

/* Absorbs into the store of that path and closes it. */
static inline void intake_store(struct intake *in, const char *db)
{
    struct err err = {0};
    struct store *st;

    assert_ok(store_open(&st, db, STORE_WRITE, &err));
    assert_ok(intake_absorb(in, st, &err));
    store_close(st);
}

/* All rows of a query of the store's own tables: cells joined by '|', rows ended by a newline; NULL as "-". */
static inline char *store_text(struct store *st, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    struct err err = {0};
    struct buf out = {0};
    char *text;
    int got;

    assert_ok(sql_prepare(st, &stmt, sql, &err));
    while ((got = sql_step(st, stmt, &err)) == 1) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            if (i > 0)
                buf_add_byte(&out, '|');
            buf_add_text(&out, sqlite3_column_type(stmt, i) == SQLITE_NULL ? TEXT_LITERAL("-") : sql_text(stmt, i));
        }
        buf_add_byte(&out, '\n');
    }
    assert_ok(got);
    sqlite3_finalize(stmt);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

#define assert_stored(st, sql, wanted)                                                                                 \
    do {                                                                                                               \
        char *got_ = store_text(st, sql);                                                                              \
        assert_string_equal(got_, wanted);                                                                             \
        free(got_);                                                                                                    \
    } while (0)

#endif
