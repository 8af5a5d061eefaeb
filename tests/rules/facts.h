/* A small world to judge one Device in: organisations, criteria and code mapping as shipped, and builders of records.
 *
 * Instants count from the Commissioning: COMMISSIONED + DAY is a day after it. */
#ifndef PCREPORT_TESTS_RULES_FACTS_H
#define PCREPORT_TESTS_RULES_FACTS_H

#include "domain/service.h"
#include "rules/judge.h"
#include "rules/wording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEVICE       UINT64_C(0x00DB1234567890A0)
#define COMMISSIONED (INT64_C(1631872800) * INSTANT_SECOND)
#define HOUR         INSTANT_HOUR
#define DAY          INSTANT_DAY
#define MPXN         UINT64_C(1)

/* Entities; the parties in the order of their names. */
enum {
    ALPHA = 0x10,         /* Supplier, party Alpha */
    ALPHA_NO = 0x11,      /* Network Operator of the same party */
    BETA = 0x20,          /* Supplier */
    GAMMA = 0x30,         /* Supplier */
    NORTHERN = 0x40,      /* Network Operator */
    SOUTHERN = 0x50,      /* Network Operator */
    UNLISTED = 0x60,      /* Network Operator that is not in the SMKI Repository */
    BROKER = 0x70,        /* the DCC's Access Control Broker */
    RECOVERY = 0x80,      /* Recovery, with two key identifiers */
    RECOVERY_BARE = 0x81, /* Recovery, without any */
    RECOVERY_ONE = 0x82,  /* Recovery, with one */
    DCC_NO = 0x83,        /* Network Operator of the party DCC */
    STRANGER = 0x999      /* not in the reference data */
};
#define RECOVERY_KEY UINT64_C(0xA1)

#define ROWS 128
struct world {
    struct directory *directory;
    struct criteria legacy, revised;
    struct code_map codes;
    struct judge_settings settings;
    struct silence *silences; /* in memory of exactly its size, as is the scope */
    size_t silence_count;
    struct party *scope;
    instant as_of;
    bool without_refs;

    struct inventory_row inventory[4];
    struct request_row requests[ROWS];
    struct cell_outcome outcomes[ROWS][CELL_OUTCOMES_MAX];
    struct snapshot snapshots[ROWS];
    struct cell cells[ROWS][8];
    struct device_cert certs[ROWS][4];
    struct check_row checks[ROWS];
    struct registration_row registrations[8];
    struct device_records records;
    struct device_facts facts;
    struct judgement j;

    void *copies[5 + 3 * ROWS]; /* what facts_of has made */
    size_t copy_count;
    struct device_records exact_records;
    struct device_facts exact_facts;
};

static inline void set_terms(struct criteria *c, enum device_type type, enum obligation o, enum owed_by by,
                             unsigned successes, unsigned cells)
{
    static const struct cell_kind kinds[] = {{KEY_DIGITAL_SIGNATURE, CELL_MANAGEMENT},
                                             {KEY_KEY_AGREEMENT, CELL_MANAGEMENT},
                                             {KEY_KEY_AGREEMENT, CELL_PREPAYMENT_TOP_UP}};
    struct obligation_terms *t = &c->terms[type][o];

    *t = (struct obligation_terms){.owed_by = by, .successes = (uint8_t)successes, .cell_count = (uint8_t)cells};
    memcpy(t->cells, kinds, cells * sizeof(kinds[0]));
}

static inline void shipped_criteria(struct world *w)
{
    static const enum device_type types[] = {DEVICE_ESME, DEVICE_GSME, DEVICE_GPF, DEVICE_CHF};

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        const enum device_type type = types[i];
        const bool meter = type == DEVICE_ESME || type == DEVICE_GSME;
        const enum owed_by by = meter ? OWED_BY_SUPPLIER : OWED_BY_DCC;
        struct criteria *const both[] = {&w->legacy, &w->revised};

        for (size_t c = 0; c < 2; c++) {
            set_terms(both[c], type, OBLIGATION_ISSUE_CREDENTIALS, by, 2, 0);
            set_terms(both[c], type, OBLIGATION_DEVICE_CERTIFICATES, by, 2, 0);
            set_terms(both[c], type, OBLIGATION_COMMUNICATING, by, 0, 0);
            set_terms(both[c], type, OBLIGATION_RECOVERY_CELL, by, 0, 0);
            if (type == DEVICE_ESME || type == DEVICE_GPF)
                set_terms(both[c], type, OBLIGATION_NETWORK_OPERATOR_CREDENTIALS, OWED_BY_SUPPLIER, 1, 2);
            both[c]->obligation_ms = 7 * DAY;
            both[c]->response_window_ms = 24 * HOUR;
            both[c]->cos_grace_ms = 14 * DAY;
            both[c]->before_ms = 24 * HOUR;
        }
        if (type != DEVICE_CHF)
            set_terms(&w->revised, type, OBLIGATION_SUPPLIER_CREDENTIALS, OWED_BY_SUPPLIER, 0, meter ? 3 : 2);
    }
}

static inline void code(struct world *w, const char *pattern, enum code_class class)
{
    struct code_rule *r = &w->codes.codes[w->codes.code_count++];

    strcpy(r->pattern, pattern);
    r->class = class;
}

static inline void word(struct world *w, const char *text, enum status_class class)
{
    struct status_rule *r = &w->codes.statuses[w->codes.status_count++];

    strcpy(r->word, text);
    r->class = class;
}

static inline void shipped_codes(struct world *w)
{
    code(w, "I0", CODE_OK);
    code(w, "I99", CODE_ACKNOWLEDGED);
    code(w, "E20", CODE_TIMED_OUT);
    code(w, "E4", CODE_REJECTED);
    code(w, "E######", CODE_REJECTED);
    code(w, "S1VE*", CODE_REJECTED);
    code(w, "8F66", CODE_ALERT_SUCCESS);
    code(w, "8F67", CODE_ALERT_FAILURE);
    word(w, "Success", STATUS_SUCCESS);
    word(w, "Failure", STATUS_FAILURE);
    word(w, "Timed Out", STATUS_TIMED_OUT);
    word(w, "Refused", STATUS_REJECTED);
    word(w, "Accepted", STATUS_ACKNOWLEDGED);
    word(w, "Odd", STATUS_UNMAPPED);
    word(w, "NULL", STATUS_EMPTY);
    for (size_t i = 0; i < service_count(); i++)
        if (service_ends_in_dcc_systems(service_at(i)))
            w->codes.dcc_services[w->codes.dcc_service_count++] = service_at(i);
}

static inline void organisations(struct world *w)
{
    static const struct {
        uint64_t entity, key_id;
        const char *party;
        enum party_role role;
        bool listed;
    } all[] = {
        {ALPHA, 0, "Alpha", ROLE_SUPPLIER, true},
        {ALPHA_NO, 0, "Alpha", ROLE_NETWORK_OPERATOR, true},
        {BETA, 0, "Beta", ROLE_SUPPLIER, true},
        {GAMMA, 0, "Gamma", ROLE_SUPPLIER, true},
        {NORTHERN, 0, "Northern", ROLE_NETWORK_OPERATOR, true},
        {SOUTHERN, 0, "Southern", ROLE_NETWORK_OPERATOR, true},
        {UNLISTED, 0, "Unlisted", ROLE_NETWORK_OPERATOR, false},
        {BROKER, 0, "DCC", ROLE_ACCESS_CONTROL_BROKER, true},
        {RECOVERY, RECOVERY_KEY, "DCC", ROLE_RECOVERY, true},
        {RECOVERY, RECOVERY_KEY + 1, "DCC", ROLE_RECOVERY, true},
        {RECOVERY_BARE, 0, "DCC", ROLE_RECOVERY, true},
        {RECOVERY_ONE, RECOVERY_KEY + 2, "DCC", ROLE_RECOVERY, true},
        {DCC_NO, 0, "DCC", ROLE_NETWORK_OPERATOR, true},
    };
    struct organisation_row rows[ARRAY_LEN(all)];
    struct err err = {0};

    memset(rows, 0, sizeof(rows));
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        rows[i] = (struct organisation_row){.entity = all[i].entity,
                                            .key_id = all[i].key_id,
                                            .party = text_of(all[i].party),
                                            .role = all[i].role,
                                            .in_smki_repository = all[i].listed};
    assert_int_equal(directory_create(&w->directory, rows, ARRAY_LEN(all), &err), 0);
}

/* A Commissioned Device in a world with organisations, judged 30 days after its Commissioning; no registration. */
static inline struct world *bare_world(enum device_type type)
{
    struct world *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    organisations(w);
    shipped_criteria(w);
    shipped_codes(w);
    w->settings = judge_settings_default;
    w->as_of = COMMISSIONED + 30 * DAY;
    w->records = (struct device_records){.device = DEVICE,
                                         .inventory = w->inventory,
                                         .inventory_count = 1,
                                         .requests = w->requests,
                                         .snapshots = w->snapshots,
                                         .checks = w->checks};
    w->inventory[0] = (struct inventory_row){.device = DEVICE,
                                             .extracted_at = COMMISSIONED + DAY,
                                             .type = type,
                                             .status = SMI_COMMISSIONED,
                                             .smets = SMETS_2,
                                             .commissioned_at = COMMISSIONED,
                                             .mpxn = MPXN};
    w->facts = (struct device_facts){.records = &w->records, .mpxn = MPXN, .registrations = w->registrations};
    return w;
}

static inline void registered(struct world *w, instant from, instant to, uint64_t supplier, uint64_t network_operator)
{
    w->registrations[w->facts.registration_count++] = (struct registration_row){.mpxn = MPXN,
                                                                                .effective_from = from,
                                                                                .effective_to = to,
                                                                                .supplier = supplier,
                                                                                .network_operator = network_operator};
}

/* The same, registered to Alpha and Northern since long before. */
static inline struct world *world_of(enum device_type type)
{
    struct world *w = bare_world(type);

    registered(w, COMMISSIONED - 100 * DAY, INSTANT_NONE, ALPHA, NORTHERN);
    return w;
}

static inline void forget_copies(struct world *w)
{
    while (w->copy_count > 0)
        free(w->copies[--w->copy_count]);
}

/* In memory of exactly that size, so that sanitizers notice what is read beyond it. */
static inline void *copy_of(struct world *w, const void *rows, size_t size)
{
    void *copy = malloc(size);

    assert_non_null(copy);
    memcpy(copy, rows, size);
    w->copies[w->copy_count++] = copy;
    return copy;
}

/* What there is to be known of the Device, each array in memory of exactly its size, until the next time. */
static inline const struct device_facts *facts_of(struct world *w)
{
    struct device_records *const r = &w->exact_records;

    forget_copies(w);
    *r = w->records;
    r->inventory = copy_of(w, w->inventory, r->inventory_count * sizeof(w->inventory[0]));
    r->requests = copy_of(w, w->requests, r->request_count * sizeof(w->requests[0]));
    for (size_t i = 0; i < r->request_count; i++)
        r->requests[i].outcomes =
            copy_of(w, w->requests[i].outcomes, r->requests[i].outcome_count * sizeof(w->outcomes[0][0]));
    r->checks = copy_of(w, w->checks, r->check_count * sizeof(w->checks[0]));
    r->snapshots = copy_of(w, w->snapshots, r->snapshot_count * sizeof(w->snapshots[0]));
    for (size_t i = 0; i < r->snapshot_count; i++) {
        r->snapshots[i].cells = copy_of(w, w->cells[i], r->snapshots[i].cell_count * sizeof(w->cells[0][0]));
        r->snapshots[i].certs = copy_of(w, w->certs[i], r->snapshots[i].cert_count * sizeof(w->certs[0][0]));
    }
    w->exact_facts = w->facts;
    w->exact_facts.records = r;
    w->exact_facts.registrations =
        copy_of(w, w->registrations, w->facts.registration_count * sizeof(w->registrations[0]));
    return &w->exact_facts;
}

static inline void world_free(struct world *w)
{
    forget_copies(w);
    free(w->silences);
    free(w->scope);
    directory_destroy(w->directory);
    free(w);
}

/* A request without an answer. */
static inline struct request_row *request(struct world *w, srv_code srv, uint64_t user, instant at)
{
    const size_t place = w->records.request_count++;
    struct request_row *r = &w->requests[place];

    *r = (struct request_row){.device = DEVICE,
                              .outcomes = w->outcomes[place],
                              .srv = srv,
                              .user_id = user,
                              .requested_at = at,
                              .execution_at = INSTANT_NONE,
                              .responded_at = INSTANT_NONE};
    return r;
}

static inline struct request_row *answer(struct request_row *r, instant at, const char *response_code,
                                         const char *status)
{
    r->responded_at = at;
    r->response_code = text_of(response_code);
    r->execution_status = text_of(status);
    return r;
}

/* A request answered an hour later with success. */
static inline struct request_row *success(struct world *w, srv_code srv, uint64_t user, instant at)
{
    return answer(request(w, srv, user, at), at + HOUR, "I0", "Success");
}

static inline void check(struct world *w, enum check_kind kind, instant at, enum check_result result)
{
    w->checks[w->records.check_count++] =
        (struct check_row){.device = DEVICE, .kind = kind, .checked_at = at, .result = result};
}

static inline struct snapshot *snapshot(struct world *w, instant at)
{
    const size_t i = w->records.snapshot_count++;

    w->snapshots[i] = (struct snapshot){.device = DEVICE,
                                        .taken_at = at,
                                        .source_name = TEXT_LITERAL("6.24.1"),
                                        .answered = true,
                                        .cells = w->cells[i],
                                        .certs = w->certs[i]};
    return &w->snapshots[i];
}

static inline struct cell *cell(struct world *w, struct snapshot *s, enum party_role role, enum key_usage usage,
                                uint64_t subject)
{
    struct cell *c = &w->cells[s - w->snapshots][s->cell_count++];

    *c = (struct cell){.role = role, .key_usage = usage, .ok = true, .subject = subject};
    return c;
}

static inline struct device_cert *cert(struct world *w, struct snapshot *s, enum key_usage usage, instant not_before)
{
    struct device_cert *c = &w->certs[s - w->snapshots][s->cert_count++];

    *c = (struct device_cert){.key_usage = usage, .not_before = not_before, .subject = DEVICE};
    return c;
}

#define DS    KEY_DIGITAL_SIGNATURE
#define KA    KEY_KEY_AGREEMENT
#define S617  SRV(6, 17, 0)
#define S6151 SRV(6, 15, 1)
#define S6152 SRV(6, 15, 2)
#define S621  SRV(6, 21, 0)
#define S623  SRV(6, 23, 0)

/* Everything that the type is asked for, done by its own parties in the first day: PASS under both criteria. The
 * arguments leave out what a test is about: a bit 1 << obligation each. */
static inline void do_all_but(struct world *w, unsigned left_out)
{
    const enum device_type type = w->inventory[0].type;
    const uint64_t owner = type == DEVICE_CHF || type == DEVICE_GPF ? BROKER : ALPHA;
    const bool has_operator = type == DEVICE_ESME || type == DEVICE_GPF;

    for (unsigned i = 0; i < 2; i++) {
        const instant at = COMMISSIONED + HOUR * (1 + (int)i);

        if (!(left_out >> OBLIGATION_ISSUE_CREDENTIALS & 1))
            success(w, S617, owner, at)->credential_type = i == 0 ? DS : KA;
        if (!(left_out >> OBLIGATION_DEVICE_CERTIFICATES & 1))
            success(w, S6152, owner, at)->credential_type = i == 0 ? DS : KA;
    }
    if (has_operator && !(left_out >> OBLIGATION_NETWORK_OPERATOR_CREDENTIALS & 1))
        success(w, S6151, ALPHA, COMMISSIONED + HOUR)->remote_party_role = ROLE_NETWORK_OPERATOR;
    if (!(left_out >> OBLIGATION_COMMUNICATING & 1))
        check(w, CHECK_COMMUNICATING, COMMISSIONED + 4 * HOUR, RESULT_PASS);
    if (!(left_out >> OBLIGATION_RECOVERY_CELL & 1))
        check(w, CHECK_RECOVERY_CELL, COMMISSIONED + 5 * HOUR, RESULT_PASS);
}

#define BUT(o) (1U << OBLIGATION_##o)

static inline struct judge_context context_of(const struct world *w)
{
    return (struct judge_context){.directory = w->directory,
                                  .legacy = &w->legacy,
                                  .revised = &w->revised,
                                  .codes = &w->codes,
                                  .as_of = w->as_of,
                                  .wants_refs = !w->without_refs,
                                  .silences = w->silences,
                                  .silence_count = w->silence_count,
                                  .settings = &w->settings};
}

static inline void silent(struct world *w, instant from, instant to)
{
    w->silences = realloc(w->silences, ++w->silence_count * sizeof(w->silences[0]));
    assert_non_null(w->silences);
    w->silences[w->silence_count - 1] = (struct silence){from, to};
}

/* Asks about what the party of this entity owes, too. */
static inline void ask_about(struct world *w, uint64_t entity)
{
    w->scope = realloc(w->scope, ++w->settings.scope_count * sizeof(w->scope[0]));
    assert_non_null(w->scope);
    w->scope[w->settings.scope_count - 1] = directory_entity(w->directory, entity).party;
    w->settings.scope = w->scope;
}

/* Whether a list of requests tells the same as the array. */
static inline void expect_listed(struct world *w, const struct request_summary *views, size_t count)
{
    struct judge_scratch scratch = {.size = request_list_size(&w->records)};
    struct request_list *list;
    struct buf told = {0}, wanted = {0};
    size_t first, listed = 0;
    instant requested_at;

    scratch.ptr = malloc(scratch.size);
    assert_non_null(scratch.ptr);
    list = request_list_open(&w->records, &w->codes, w->revised.response_window_ms, w->as_of, &scratch);
    while (request_list_next(list, &first, &requested_at))
        listed++;
    assert_int_equal(listed, count);
    for (size_t i = 0; i < count; i++) {
        const struct request_summary one = request_list_tell(list, views[i].first);

        request_canonical(&told, &one.row);
        request_canonical(&wanted, &views[i].row);
        assert_true(text_equal(buf_text(&told), buf_text(&wanted)));
        assert_int_equal(one.outcome, views[i].outcome);
        assert_int_equal(one.rule, views[i].rule);
        assert_int_equal(one.first, views[i].first);
        assert_int_equal(one.row_count, views[i].row_count);
        assert_int_equal(one.counted, views[i].counted);
        assert_int_equal(one.voided_by, views[i].voided_by);
    }
    buf_release(&told);
    buf_release(&wanted);
    free(scratch.ptr);
}

/* Its requests as judge_requests tells them. */
static inline size_t requests_of(struct world *w, struct request_summary *views)
{
    struct judge_scratch scratch = {.size = judge_requests_scratch_size(&w->records)};
    size_t count;

    scratch.ptr = malloc(scratch.size + 1);
    assert_non_null(scratch.ptr);
    count = judge_requests(facts_of(w)->records, &w->codes, w->revised.response_window_ms, w->as_of, &scratch, views);
    free(scratch.ptr);
    expect_listed(w, views, count);
    return count;
}

static inline const struct judgement *judged(struct world *w)
{
    const struct judge_context ctx = context_of(w);
    const struct device_facts *const facts = facts_of(w);
    struct judge_scratch scratch = {.size = judge_scratch_size(facts)};

    char *const memory = malloc(scratch.size + 8);

    assert_non_null(memory);
    scratch.ptr = memory + 8;                /* aligned as no more than that */
    memset(scratch.ptr, 0x7F, scratch.size); /* what lies there is anything */
    judge_device(facts, &ctx, &scratch, &w->j);
    free(memory);
    return &w->j;
}

static inline const struct judgement *judged_at(struct world *w, instant as_of)
{
    w->as_of = as_of;
    return judged(w);
}

/* Each tells the line of the test that fails. */
static inline void expect_state_at(struct world *w, enum obligation o, enum obligation_state state, const char *rule,
                                   const char *file, int line)
{
    const struct obligation_judgement *got = &judged(w)->obligations[o];

    _assert_string_equal(obligation_state_word(got->state), obligation_state_word(state), file, line);
    _assert_string_equal(rule_text(got->rule), rule, file, line);
}

static inline void expect_verdicts_at(struct world *w, enum verdict legacy, enum verdict revised, const char *file,
                                      int line)
{
    judged(w);
    _assert_string_equal(verdict_word(w->j.legacy_verdict), verdict_word(legacy), file, line);
    _assert_string_equal(verdict_word(w->j.verdict), verdict_word(revised), file, line);
}

static inline void expect_reasons_at(struct world *w, const char *want, const char *file, int line)
{
    char text[REASONS_TEXT_SIZE];

    reasons_format(judged(w)->reasons, text);
    _assert_string_equal(text, want, file, line);
}

static inline void expect_action_at(struct world *w, const char *want, const char *file, int line)
{
    char text[NEXT_ACTION_TEXT_SIZE];

    next_action_format(judged(w), w->directory, text);
    _assert_string_equal(text, want, file, line);
}

#define expect_state(w, o, state, rule)     expect_state_at(w, o, state, rule, __FILE__, __LINE__)
#define expect_verdicts(w, legacy, revised) expect_verdicts_at(w, legacy, revised, __FILE__, __LINE__)
#define expect_reasons(w, want)             expect_reasons_at(w, want, __FILE__, __LINE__)
#define expect_action(w, want)              expect_action_at(w, want, __FILE__, __LINE__)

#endif
