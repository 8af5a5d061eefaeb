/* --help, made of the tables that also parse the command line. */
#include "commands_int.h"

#include "input/load.h"
#include "output/writer.h"
#include "rules/change.h"
#include "rules/wording.h"

#include <stdio.h>
#include <string.h>

#define WIDTH     100
#define HELP_FROM 30

/* Prints words up to the width, every line after the first indented; `at` is the column it begins in. */
static void print_wrapped(const char *text, size_t indent)
{
    size_t at = indent;

    while (*text != '\0') {
        const size_t len = strcspn(text, " \n");

        if (at > indent && at + len + 1 > WIDTH) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)len, text);
        at += len;
        text += len;
        if (*text == '\n') {
            printf("\n%*s", (int)indent, "");
            at = indent;
        }
        text += *text != '\0';
    }
    putchar('\n');
}

static void add_word(const char *word, const char *joint, struct buf *out)
{
    if (out->len > 0)
        buf_add_str(out, joint);
    buf_add_str(out, word);
}

static void add_vocabulary(const struct vocabulary *v, const char *joint, struct buf *out)
{
    for (unsigned i = 1; i < v->count; i++)
        add_word(term_word(v, i), joint, out);
}

static void fail_on_words(const char *joint, struct buf *out)
{
    for (unsigned v = 0; v < VERDICTS; v++) {
        add_word(verdict_word((enum verdict)v), joint, out);
        buf_add_byte(out, '=');
    }
    for (unsigned c = 0; c < CLASSIFICATIONS; c++) {
        if (verdict_parse(text_of(classification_word((enum classification)c)), &(enum verdict){0}))
            continue; /* the same word */
        add_word(classification_word((enum classification)c), joint, out);
        buf_add_byte(out, '=');
    }
    add_word("FAIL_AT_MOST=", joint, out);
    add_word("rejects=", joint, out);
    add_word("TOLERANCE", joint, out);
}

void option_words(const char *option, const char *joint, struct buf *out)
{
    size_t count;

    if (strcmp(option, "kind") == 0) {
        const struct load_kind *const kinds = load_kinds(&count);

        for (size_t i = 0; i < count; i++)
            add_word(kinds[i].name, joint, out);
    } else if (strcmp(option, "require") == 0) {
        const struct load_kind *const kinds = load_kinds(&count);

        for (size_t i = 0; i < count; i++) {
            add_word(kinds[i].name, joint, out);
            buf_add_byte(out, '=');
        }
    } else if (strcmp(option, "fail-on") == 0) {
        fail_on_words(joint, out);
    } else if (strcmp(option, "format") == 0) {
        const struct writer_ops *const *const writers = writer_list(&count);

        for (size_t i = 0; i < count; i++)
            add_word(writers[i]->name, joint, out);
    } else if (strcmp(option, "log-format") == 0) {
        add_word("text", joint, out);
        add_word("json", joint, out);
    } else if (strcmp(option, "verdict") == 0) {
        for (unsigned v = 0; v < VERDICTS; v++)
            add_word(verdict_word((enum verdict)v), joint, out);
    } else if (strcmp(option, "classification") == 0) {
        for (unsigned c = 0; c < CLASSIFICATIONS; c++)
            add_word(classification_word((enum classification)c), joint, out);
    } else if (strcmp(option, "change") == 0) {
        for (unsigned c = CHANGE_NONE + 1; c < CHANGES; c++)
            add_word(change_word((enum change)c), joint, out);
    } else if (strcmp(option, "csp") == 0)
        add_vocabulary(&vocab_csp_region, joint, out);
    else if (strcmp(option, "device-type") == 0)
        add_vocabulary(&vocab_device_type, joint, out);
}

/* The help of an option, "{words}" in it replaced by the words it takes. */
static void add_help(const struct option_spec *o, struct buf *out)
{
    static const char place[] = "{words}";
    const char *const at = strstr(o->help, place);
    struct buf words = {0};

    if (at == NULL) {
        buf_add_str(out, o->help);
        return;
    }
    option_words(o->name, ", ", &words);
    buf_add(out, o->help, (size_t)(at - o->help));
    buf_add_text(out, buf_text(&words));
    buf_add_str(out, at + strlen(place));
    buf_release_into(&words, out);
}

static bool print_option(const struct option_spec *o)
{
    char left[80];
    struct buf help = {0};
    int len = 0;

    if (o->letter != 0)
        len = snprintf(left, sizeof(left), "  -%c, --%s", o->letter, o->name);
    else
        len = snprintf(left, sizeof(left), "      --%s", o->name);
    if (o->value != NULL)
        len += snprintf(left + len, sizeof(left) - (size_t)len, "=%s", o->value);
    if (len > HELP_FROM - 2)
        printf("%s\n%*s", left, HELP_FROM, "");
    else
        printf("%-*s", HELP_FROM, left);
    add_help(o, &help);
    print_wrapped(buf_cstr(&help), HELP_FROM);
    const bool whole = !help.failed;
    buf_release(&help);
    return whole;
}

bool help_command(const struct command *c)
{
    const struct option_group *groups[COMMAND_GROUPS_MAX];
    bool whole = true;

    printf("Usage: pcreport %s %s\n\n", c->name, c->usage);
    print_wrapped(c->about, 0);
    command_groups(c, groups);
    for (size_t g = 0; groups[g] != NULL; g++) {
        printf("\n%s:\n", groups[g]->title);
        for (size_t i = 0; i < groups[g]->count; i++)
            whole = print_option(&groups[g]->specs[i]) && whole;
    }
    printf("\nExample:\n%s", c->example);
    return whole;
}

void help_program(void)
{
    printf("Usage: pcreport COMMAND [OPTION...] [ARGUMENT...]\n\n");
    print_wrapped("Tells which Devices of the GB smart metering network are really insecure after Commissioning, and "
                  "which only look so: reads the Service Audit Trail, certificate snapshots and reference data, judges "
                  "every Device under the criteria in force and under the evidence-based ones, and explains every "
                  "difference.",
                  0);
    printf("\nCommands:\n");
    for (size_t i = 0; i < command_count; i++)
        printf("  %-10s%s\n", commands[i]->name, commands[i]->summary);
    printf("  %-10s%s\n", "help", "shows this, or the help of a command");
    printf("\n'pcreport COMMAND --help' lists the options of a command; 'pcreport --version' shows the version.\n");
    printf("\nExample:\n"
           "  pcreport ingest sample-data/*\n"
           "  pcreport report --as-of 2021-10-01 supplier-failures\n"
           "  pcreport explain --as-of 2021-10-01 00-DB-12-34-56-78-90-A0\n");
    printf("\nExit status:\n"
           "   0  done                                    70  a bug, or no memory\n"
           "   3  done, but records were rejected         73  an output cannot be created\n"
           "   4  done, but a limit that was given passed 74  input or output failed (disk full)\n"
           "  64  wrong usage                             75  another run holds the store\n"
           "  65  an input is unusable                    78  configuration, criteria or a report file is wrong\n"
           "  66  an input is missing or unreadable\n");
}
