/* Rows for the tests of evidence and merging: one of each kind with every field given. */
#ifndef PCREPORT_TESTS_DOMAIN_ROWS_H
#define PCREPORT_TESTS_DOMAIN_ROWS_H

#include "domain/evidence.h"

#define DEVICE UINT64_C(0x00DB1234567890A0)
#define OTHER  UINT64_C(0x90B3D51F30020000)
#define THIRD  UINT64_C(0x90B3D51F30010000)
#define NOON   INT64_C(1631880000000) /* 2021-09-17T12:00:00Z */

static inline struct text rows_text(const char *s)
{
    return text_of(s);
}

/* Its outcomes are its own until four more are asked for. */
static inline struct request_row full_request(void)
{
    static struct cell_outcome told[4][CELL_OUTCOMES_MAX];
    static unsigned turn;
    struct cell_outcome *const outcomes = told[turn++ % 4];

    outcomes[0] = (struct cell_outcome){ROLE_SUPPLIER, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT, 0, 0, OTHER, 0, 5};
    outcomes[1] =
        (struct cell_outcome){ROLE_NETWORK_OPERATOR, KEY_KEY_AGREEMENT, CELL_PREPAYMENT_TOP_UP, 255, THIRD, 0, 6, 0};
    return (struct request_row){
        .device = DEVICE,
        .id = {true, OTHER, DEVICE, 1234},
        .srv = SRV(6, 15, 1),
        .user_id = OTHER,
        .requested_at = NOON,
        .user_role = USER_IS,
        .credential_type = KEY_KEY_AGREEMENT,
        .remote_party_role = ROLE_NETWORK_OPERATOR,
        .command_variant = 1,
        .execution_at = NOON + INSTANT_DAY,
        .other_device = THIRD,
        .responded_at = NOON + 30 * INSTANT_SECOND,
        .response_code = rows_text("I0"),
        .execution_status = rows_text("Success"),
        .pre_command = true,
        .of_answer = true,
        .sent_serial = rows_text("3039823674"),
        .sent_key_id = 77,
        .outcome_count = 2,
        .outcomes = outcomes,
        .source = {3, 41},
    };
}

static inline struct inventory_row full_inventory(void)
{
    return (struct inventory_row){
        .device = DEVICE,
        .extracted_at = NOON,
        .type = DEVICE_ESME,
        .status = SMI_COMMISSIONED,
        .smets = SMETS_2,
        .region = CSP_NORTH,
        .cohort = COHORT_MOC,
        .commissioned_at = NOON - INSTANT_DAY,
        .chf = OTHER,
        .mpxn = UINT64_C(11234567890123),
        .manufacturer = rows_text("Maker"),
        .model = rows_text("Model"),
        .firmware = rows_text("1.2.3"),
        .source = {1, 2},
    };
}

static inline struct check_row full_check(void)
{
    return (struct check_row){
        .device = DEVICE, .kind = CHECK_COMMUNICATING, .checked_at = NOON, .result = RESULT_PASS, .source = {4, 9}};
}

/* Cells and certificates in the order in which they are packed. */
static const struct cell sample_cells[] = {
    {ROLE_SUPPLIER, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT, true, OTHER, 5},
    {ROLE_SUPPLIER, KEY_KEY_AGREEMENT, CELL_MANAGEMENT, true, OTHER, 6},
    {ROLE_SUPPLIER, KEY_KEY_AGREEMENT, CELL_PREPAYMENT_TOP_UP, false, 0, 0},
    {ROLE_NETWORK_OPERATOR, KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT, true, THIRD, 0},
    {ROLE_NETWORK_OPERATOR, KEY_KEY_AGREEMENT, CELL_MANAGEMENT, true, THIRD, 0},
};
static const struct device_cert sample_certs[] = {
    {KEY_DIGITAL_SIGNATURE, NOON, DEVICE, 8, 9, {"3039823674", 10}},
    {KEY_KEY_AGREEMENT, INSTANT_NONE, DEVICE, 0, 9, {NULL, 0}},
    {KEY_KEY_CERT_SIGN, NOON + 1, 0, 10, 0, {"1", 1}},
};

static inline struct snapshot full_snapshot(void)
{
    return (struct snapshot){
        .device = DEVICE,
        .taken_at = NOON,
        .source_name = rows_text("6.24.1"),
        .answered = true,
        .cells = sample_cells,
        .cell_count = ARRAY_LEN(sample_cells),
        .certs = sample_certs,
        .cert_count = ARRAY_LEN(sample_certs),
        .source = {2, 7},
    };
}

#endif
