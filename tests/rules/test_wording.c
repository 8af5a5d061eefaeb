/* The words of verdicts, reasons and actions (R4 to R6). */
#include "facts.h"

static void r6_every_reason_has_a_word_and_a_plain_sentence(void **state)
{
    char all[REASONS_TEXT_SIZE];

    (void)state;
    for (unsigned r = 0; r < REASONS; r++) {
        const char *sentence = reason_sentence((enum reason)r);

        assert_true(strlen(reason_word((enum reason)r)) > 0);
        assert_int_equal(sentence[strlen(sentence) - 1], '.');
        assert_null(strchr(sentence, '_')); /* no word of ours in it */
    }
    assert_true(reasons_format(REASON_BIT(REASONS) - 1, all) < REASONS_TEXT_SIZE - 1);
    assert_int_equal(reasons_format(0, all), 0);
    assert_string_equal(all, "");
    reasons_format(REASON_BIT(REASON_NO_EVIDENCE) | REASON_BIT(REASON_TIMEOUT), all);
    assert_string_equal(all, "TIMEOUT;NO_EVIDENCE");
}

static void r5_words_are_read_back(void **state)
{
    enum verdict v;
    enum classification c;

    (void)state;
    for (unsigned i = 0; i < VERDICTS; i++) {
        assert_true(verdict_parse(text_of(verdict_word((enum verdict)i)), &v));
        assert_int_equal(v, i);
    }
    for (unsigned i = 0; i < CLASSIFICATIONS; i++) {
        assert_true(classification_parse(text_of(classification_word((enum classification)i)), &c));
        assert_int_equal(c, i);
    }
    assert_true(classification_parse(TEXT_LITERAL("false-positive"), &c));
    assert_false(verdict_parse(TEXT_LITERAL("perhaps"), &v));
    assert_false(classification_parse(TEXT_LITERAL(""), &c));
}

static void r4_r2_every_state_and_outcome_has_a_word(void **state)
{
    (void)state;
    for (unsigned i = 0; i < OBLIGATION_STATES; i++)
        assert_true(strlen(obligation_state_word((enum obligation_state)i)) > 0);
    for (unsigned i = 0; i < OUTCOMES; i++)
        assert_true(strlen(outcome_word((enum outcome)i)) > 0);
    assert_string_equal(outcome_word(OUTCOME_NONE), "NO_ATTEMPT");
    assert_string_equal(excluded_reason_word(EXCLUDED_NOT), "");
}

static void r6_an_action_names_what_and_by_whom(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    const struct party alpha = directory_entity(w->directory, ALPHA).party;
    const struct party stranger = directory_entity(w->directory, STRANGER).party;
    const struct action none = {.kind = ACTION_NONE},
                        cells = {ACTION_SEND, SRV(6, 15, 1), ROLE_NETWORK_OPERATOR, KEY_NONE, alpha},
                        unknown = {ACTION_READ, SRV(6, 24, 2), ROLE_NONE, DS, stranger},
                        nobody = {.kind = ACTION_VISIT};
    char text[ACTION_TEXT_SIZE];

    (void)state;
    assert_int_equal(action_format(&none, w->directory, text), 0);
    assert_string_equal(text, "");
    action_format(&cells, w->directory, text);
    assert_string_equal(text, "send SRV 6.15.1 (NetworkOperator) by Alpha");
    action_format(&unknown, w->directory, text);
    assert_string_equal(text, "read with SRV 6.24.2 (DigitalSignature) by 00-00-00-00-00-00-09-99");
    action_format(&nobody, w->directory, text);
    assert_string_equal(text, "restore communications");
    world_free(w);
}

static void r6_equal_actions_are_named_once(void **state)
{
    struct world *w = world_of(DEVICE_ESME);
    const struct party alpha = directory_entity(w->directory, ALPHA).party;
    const struct party beta = directory_entity(w->directory, BETA).party;
    const struct action base = {ACTION_SEND, SRV(6, 15, 1), ROLE_SUPPLIER, KEY_NONE, alpha};
    char text[NEXT_ACTION_TEXT_SIZE];
    struct judgement j = {0};

    (void)state;
    assert_int_equal(next_action_format(&j, w->directory, text), 0);
    for (unsigned o = 0; o < OBLIGATIONS; o++)
        j.obligations[o].action = base;
    next_action_format(&j, w->directory, text);
    assert_string_equal(text, "send SRV 6.15.1 (Supplier) by Alpha");
    j.obligations[1].action.kind = ACTION_READ;
    j.obligations[2].action.srv = SRV(6, 21, 0);
    j.obligations[3].action.role = ROLE_NONE;
    j.obligations[4].action.by = beta;
    j.obligations[5].action.key_usage = KA;
    j.obligations[5].action.role = ROLE_NONE;
    next_action_format(&j, w->directory, text);
    assert_string_equal(text, "send SRV 6.15.1 (Supplier) by Alpha; read with SRV 6.15.1 (Supplier) by Alpha; "
                              "send SRV 6.21 (Supplier) by Alpha; send SRV 6.15.1 by Alpha; "
                              "send SRV 6.15.1 (Supplier) by Beta; send SRV 6.15.1 (KeyAgreement) by Alpha");
    assert_int_equal(actions_format(&j, 0, w->directory, text), 0);
    j.obligations[3].action = j.obligations[2].action; /* named by the first of those that are asked for */
    actions_format(&j, 1U << 3 | 1U << 4, w->directory, text);
    assert_string_equal(text, "send SRV 6.21 (Supplier) by Alpha; send SRV 6.15.1 (Supplier) by Beta");
    j.obligations[4].action.by = (struct party){alpha.id, PARTY_UNKNOWN}; /* the same number, another kind */
    next_action_format(&j, w->directory, text);
    assert_non_null(strstr(text, "by 00-00-00"));
    world_free(w);
}

static void r6_a_name_that_is_too_long_is_cut(void **state)
{
    char name[ACTION_TEXT_SIZE + 50];
    const struct organisation_row row = {
        .entity = 1, .party = {name, sizeof(name)}, .role = ROLE_SUPPLIER, .in_smki_repository = true};
    struct directory *d;
    struct err err = {0};
    char text[ACTION_TEXT_SIZE];

    (void)state;
    memset(name, 'x', sizeof(name));
    assert_int_equal(directory_create(&d, &row, 1, &err), 0);
    {
        const struct action a = {.kind = ACTION_VISIT, .by = directory_entity(d, 1).party};

        assert_int_equal(action_format(&a, d, text), ACTION_TEXT_SIZE - 1);
        assert_int_equal(strlen(text), ACTION_TEXT_SIZE - 1);
    }
    directory_destroy(d);
}

/* NO_EVIDENCE is also given where much is known: cells replaced while no Network Operator is registered (R4.3), a look
 * that shows the Supplier that lost the Device (R4.4), a part seen without the other (R4.7.4). */
static void r6_no_evidence_does_not_claim_that_nothing_is_known(void **state)
{
    (void)state;
    assert_string_equal(reason_sentence(REASON_NO_EVIDENCE),
                        "Nothing that is known settles whether the work was done.");
    assert_string_equal(reason_plain(REASON_NO_EVIDENCE), "no evidence that settles it");
}

/* R4.5: it is also given where a silence may hide that the Device answered after a failed check. */
static void r6_log_gap_is_told_for_work_and_for_answers(void **state)
{
    (void)state;
    assert_string_equal(
        reason_sentence(REASON_LOG_GAP),
        "The audit log is silent at a time at which the work may have been asked for, or the Device may "
        "have answered.");
}

static void an_action_names_a_party_of_one_letter(void **state)
{
    const struct organisation_row row = {.entity = 5, .party = TEXT_LITERAL("X"), .role = ROLE_SUPPLIER};
    struct directory *d = NULL;
    char text[ACTION_TEXT_SIZE];

    (void)state;
    assert_int_equal(directory_create(&d, &row, 1, NULL), 0);
    action_format(&(struct action){.kind = ACTION_VISIT, .by = directory_entity(d, 5).party}, d, text);
    assert_string_equal(text, "restore communications by X");
    directory_destroy(d);
}

static void where_nothing_is_to_be_done_the_text_is_empty(void **state)
{
    static const struct judgement j;
    char text[NEXT_ACTION_TEXT_SIZE] = "as it was";

    (void)state;
    assert_int_equal(next_action_format(&j, NULL, text), 0);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r6_every_reason_has_a_word_and_a_plain_sentence),
        cmocka_unit_test(r5_words_are_read_back),
        cmocka_unit_test(r4_r2_every_state_and_outcome_has_a_word),
        cmocka_unit_test(r6_an_action_names_what_and_by_whom),
        cmocka_unit_test(r6_equal_actions_are_named_once),
        cmocka_unit_test(r6_a_name_that_is_too_long_is_cut),
        cmocka_unit_test(r6_no_evidence_does_not_claim_that_nothing_is_known),
        cmocka_unit_test(r6_log_gap_is_told_for_work_and_for_answers),
        cmocka_unit_test(an_action_names_a_party_of_one_letter),
        cmocka_unit_test(where_nothing_is_to_be_done_the_text_is_empty),
    };

    return cmocka_run_group_tests_name("wording", tests, NULL, NULL);
}
