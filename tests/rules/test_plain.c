/* Every word that a report may show is told in plain words, once. */
#include "rules/plain.h"

#include "domain/obligation.h"
#include "rules/change.h"
#include "rules/wording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_told(const char *word)
{
    const struct plain_word *const w = plain_word_find(text_of(word));

    if (w == NULL)
        fail_msg("'%s' has no plain words", word);
    assert_true(strlen(w->plain) > 0 && strlen(w->sentence) > 0);
}

static void every_word_of_the_rules_has_plain_words(void **state)
{
    (void)state;
    for (int v = 0; v < VERDICTS; v++)
        assert_told(verdict_word((enum verdict)v));
    for (int c = 0; c < CLASSIFICATIONS; c++)
        assert_told(classification_word((enum classification)c));
    for (int s = 0; s < OBLIGATION_STATES; s++)
        assert_told(obligation_state_word((enum obligation_state)s));
    for (int r = EXCLUDED_NOT + 1; r < EXCLUDED_REASONS; r++)
        assert_told(excluded_reason_word((enum excluded_reason)r));
    for (int c = CHANGE_NONE + 1; c < CHANGES; c++)
        assert_told(change_word((enum change)c));
    for (int r = 0; r < REASONS; r++)
        assert_string_equal(plain_word_find(text_of(reason_word((enum reason)r)))->plain, reason_plain((enum reason)r));
}

static void an_obligation_is_found_as_criteria_and_as_reports_write_it(void **state)
{
    (void)state;
    for (int o = 0; o < OBLIGATIONS; o++) {
        const struct obligation_facts *const facts = obligation_facts((enum obligation)o);

        assert_string_equal(plain_word_find(text_of(facts->word))->plain, facts->plain);
        assert_ptr_equal(plain_word_find(text_of(facts->word)), plain_word_find(text_of(facts->column)));
    }
}

static void no_word_is_told_twice_and_others_are_none(void **state)
{
    (void)state;
    for (size_t i = 0; plain_word_at(i) != NULL; i++)
        assert_ptr_equal(plain_word_find(text_of(plain_word_at(i)->word)), plain_word_at(i));
    assert_null(plain_word_find(text_of("")));
    assert_null(plain_word_find(text_of("Albion Energy")));
    assert_null(plain_word_find(text_of("TIMEOUT;")));
    assert_null(plain_word_find(text_of("JIMEOUT")));
    assert_non_null(plain_word_find((struct text){"TIMEOUT;", 7})); /* whatever lies behind it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_the_rules_has_plain_words),
        cmocka_unit_test(an_obligation_is_found_as_criteria_and_as_reports_write_it),
        cmocka_unit_test(no_word_is_told_twice_and_others_are_none),
    };

    return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
