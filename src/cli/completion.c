/* Completion for bash, made of the tables of commands and options. */
#include "commands_int.h"

#include "input/load.h"
#include "output/writer.h"
#include "rules/wording.h"

#include <stdio.h>

/* What the shell does with the lists below. Where they have nothing to offer, it falls back on the names of files. */
static const char script[] =
    "_pcreport() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}\n"
    "    local option= commands options values=\n"
    "    _pcreport_words\n"
    "    COMPREPLY=()\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
    "        COMPREPLY=($(compgen -W \"$commands --help --version\" -- \"$cur\"))\n"
    "        return\n"
    "    fi\n"
    "    # bash cuts --option=value into three words\n"
    "    if [ \"$cur\" = = ]; then\n"
    "        option=$prev cur=\n"
    "    elif [ \"$prev\" = = ]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    else\n"
    "        case \" $options \" in\n"
    "        *\" $prev= \"*) option=$prev ;;\n"
    "        esac\n"
    "    fi\n"
    "    if [ -n \"$option\" ]; then\n"
    "        _pcreport_values \"$option\"\n"
    "        COMPREPLY=($(compgen -W \"$values\" -- \"$cur\"))\n"
    "        return\n"
    "    fi\n"
    "    case $cur in\n"
    "    -*)\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "        case ${COMPREPLY[0]} in\n"
    "        *=) compopt -o nospace 2>/dev/null ;;\n"
    "        esac\n"
    "        return\n"
    "        ;;\n"
    "    esac\n"
    "    case $command in\n"
    "    report) COMPREPLY=($(compgen -W \"$(\"$1\" report --list 2>/dev/null | cut -d ' ' -f 1)\" -- \"$cur\")) ;;\n"
    "    help) COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\")) ;;\n"
    "    esac\n"
    "}\n"
    "complete -o default -F _pcreport pcreport\n";

static void print_options(const struct command *c)
{
    const struct option_group *groups[COMMAND_GROUPS_MAX];

    printf("    %s) options='", c->name);
    command_groups(c, groups);
    for (size_t g = 0; groups[g] != NULL; g++)
        for (size_t i = 0; i < groups[g]->count; i++)
            printf("--%s%s ", groups[g]->specs[i].name, groups[g]->specs[i].value != NULL ? "=" : "");
    printf("' ;;\n");
}

static void print_words(void)
{
    printf("_pcreport_words() {\n    commands='help");
    for (size_t i = 0; i < command_count; i++)
        printf(" %s", commands[i]->name);
    printf("'\n    case $command in\n");
    for (size_t i = 0; i < command_count; i++)
        print_options(commands[i]);
    printf("    esac\n}\n");
}

static void print_vocabulary(const char *option, const struct vocabulary *v)
{
    printf("    --%s) values='", option);
    for (unsigned i = 1; i < v->count; i++)
        printf("%s ", term_word(v, i));
    printf("' ;;\n");
}

static void print_values(void)
{
    size_t count;
    const struct load_kind *const kinds = load_kinds(&count);
    const struct writer_ops *const *writers;

    printf("_pcreport_values() {\n    case $1 in\n    --kind) values='");
    for (size_t i = 0; i < count; i++)
        printf("%s ", kinds[i].name);
    printf("' ;;\n    --format) values='");
    writers = writer_list(&count);
    for (size_t i = 0; i < count; i++)
        printf("%s ", writers[i]->name);
    printf("' ;;\n    --log-format) values='text json' ;;\n    --verdict) values='");
    for (unsigned v = 0; v < VERDICTS; v++)
        printf("%s ", verdict_word((enum verdict)v));
    printf("' ;;\n    --classification) values='");
    for (unsigned c = 0; c < CLASSIFICATIONS; c++)
        printf("%s ", classification_word((enum classification)c));
    printf("' ;;\n");
    print_vocabulary("csp", &vocab_csp_region);
    print_vocabulary("device-type", &vocab_device_type);
    printf("    esac\n}\n");
}

void help_completion(void)
{
    printf("# Completion of pcreport for bash: source it, or put it into share/bash-completion/completions.\n");
    print_words();
    print_values();
    fputs(script, stdout);
}
