/* Completion for the shells, made of the tables that parse the command line: it knows what this program knows. */
#include "commands_int.h"

#include <stdio.h>
#include <string.h>

/* What some commands take beside options and files. */
static const struct {
    const char *command, *words;
} operands[] = {
    {"config", "show check"},
    {"pack", "ssc verify"},
    {"plan", "reads"},
};

/* Options whose words are not those of every command that has them. */
static const struct {
    const char *command, *option, *words;
} of_command[] = {
    {"explain", "format", "text html"},
};

#define SHELLS "bash zsh fish"

static const char *operand_words(const struct command *c)
{
    for (size_t i = 0; i < ARRAY_LEN(operands); i++)
        if (strcmp(operands[i].command, c->name) == 0)
            return operands[i].words;
    return "";
}

/* The words that an option takes with this command, apart by blanks; "": any. Borrowed from the buffer. */
static const char *words_of(const struct command *c, const struct option_spec *o, struct buf *buf)
{
    buf_clear(buf);
    for (size_t i = 0; i < ARRAY_LEN(of_command); i++)
        if (strcmp(of_command[i].command, c->name) == 0 && strcmp(of_command[i].option, o->name) == 0)
            return of_command[i].words;
    if (o->value != NULL)
        option_words(o->name, " ", buf);
    if (strcmp(o->name, "fail-on") == 0 && (strcmp(c->name, "run") == 0 || strcmp(c->name, "changes") == 0))
        buf_add_str(buf, " NEW_FAILURE="); /* the others know nothing before */
    return buf_cstr(buf);
}

/* Calls `print` with each option of a command. */
static void each_option(const struct command *c, void (*print)(const struct command *, const struct option_spec *))
{
    const struct option_group *groups[COMMAND_GROUPS_MAX];

    command_groups(c, groups);
    for (size_t g = 0; groups[g] != NULL; g++)
        for (size_t i = 0; i < groups[g]->count; i++)
            print(c, &groups[g]->specs[i]);
}

/* Whether the value is the name of a file or folder. */
static bool takes_path(const struct option_spec *o)
{
    return o->value != NULL && (strstr(o->value, "FILE") != NULL || strstr(o->value, "DIR") != NULL ||
                                strcmp(o->value, "PATH") == 0 || strcmp(o->value, "CRITERIA") == 0);
}

/* ---- bash ---- */

/* What the shell does with the lists below. Where they have nothing to offer, it falls back on the names of files. */
static const char bash_script[] =
    "_pcreport() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}\n"
    "    local option= commands options values= words=\n"
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
    "        _pcreport_values \"$command $option\"\n"
    "        COMPREPLY=($(compgen -W \"$values\" -- \"$cur\"))\n"
    "        case ${COMPREPLY[0]} in\n"
    "        *=) compopt -o nospace 2>/dev/null ;;\n"
    "        esac\n"
    "        return\n"
    "    fi\n"
    "    case $command:$cur in\n"
    "    help:*) ;;\n"
    "    *:-*)\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "        case ${COMPREPLY[0]} in\n"
    "        *=) compopt -o nospace 2>/dev/null ;;\n"
    "        esac\n"
    "        return\n"
    "        ;;\n"
    "    esac\n"
    "    case $command in\n"
    "    report) COMPREPLY=($(compgen -W \"$(\"$1\" report --list 2>/dev/null | cut -d ' ' -f 1)\" -- \"$cur\")) ;;\n"
    "    help) COMPREPLY=($(compgen -W \"$commands $words\" -- \"$cur\")) ;;\n"
    "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
    "    esac\n"
    "}\n"
    "complete -o default -F _pcreport pcreport\n";

static void bash_option(const struct command *c, const struct option_spec *o)
{
    (void)c;
    printf("--%s%s ", o->name, o->value != NULL ? "=" : "");
}

static void bash_value(const struct command *c, const struct option_spec *o)
{
    struct buf buf = {0};
    const char *const words = words_of(c, o, &buf);

    if (*words != '\0')
        printf("    '%s --%s') values='%s' ;;\n", c->name, o->name, words);
    buf_release(&buf);
}

static void complete_bash(void)
{
    printf("# Completion of pcreport for bash: source it, or put it into share/bash-completion/completions.\n"
           "_pcreport_words() {\n    commands='help");
    for (size_t i = 0; i < command_count; i++)
        printf(" %s", commands[i]->name);
    printf("'\n    case $command in\n"
           "    help)\n        words='--completion' options=''\n"
           "        [ \"$prev\" != --completion ] || { commands='' words='" SHELLS "'; }\n        ;;\n");
    for (size_t i = 0; i < command_count; i++) {
        printf("    %s)\n        words='%s' options='", commands[i]->name, operand_words(commands[i]));
        each_option(commands[i], bash_option);
        printf("' ;;\n");
    }
    printf("    esac\n}\n_pcreport_values() {\n    case $1 in\n");
    for (size_t i = 0; i < command_count; i++)
        each_option(commands[i], bash_value);
    printf("    esac\n}\n");
    fputs(bash_script, stdout);
}

/* ---- zsh ---- */

/* The first sentence of a help, before the words that are offered anyway, without what zsh and fish take for their own.
 */
static void print_help(const char *help)
{
    const char *const words = strstr(help, "{words}");
    size_t len = strcspn(help, ";(\n");

    if (words != NULL && (size_t)(words - help) < len)
        len = (size_t)(words - help);
    while (len > 0 && (help[len - 1] == ' ' || help[len - 1] == ':'))
        len--;
    for (size_t i = 0; i < len; i++)
        if (strchr("'[]:{}\\\"`$", help[i]) == NULL)
            putchar(help[i]);
}

static void zsh_option(const struct command *c, const struct option_spec *o)
{
    struct buf buf = {0};
    const char *const words = words_of(c, o, &buf);

    printf(" \\\n            '*--%s%s[", o->name, o->value != NULL ? "=" : "");
    print_help(o->help);
    putchar(']');
    if (*words != '\0')
        printf(":%s:(%s)", o->value, words);
    else if (takes_path(o))
        printf(":%s:_files", o->value);
    else if (o->value != NULL)
        printf(":%s: ", o->value);
    putchar('\'');
    buf_release(&buf);
}

static void zsh_operands(const struct command *c)
{
    if (strcmp(c->name, "report") == 0)
        printf(" \\\n            '*:report:_pcreport_reports'");
    else if (*operand_words(c) != '\0')
        printf(" \\\n            '1:what:(%s)' '*:file:_files'", operand_words(c));
    else
        printf(" \\\n            '*:file:_files'");
    printf(" ;;\n");
}

static void complete_zsh(void)
{
    printf("#compdef pcreport\n# Completion of pcreport for zsh: put it as _pcreport into a folder of $fpath.\n"
           "_pcreport_reports() {\n"
           "    local -a reports\n"
           "    reports=(${${(f)\"$(pcreport report --list 2>/dev/null)\"}%%%% *})\n"
           "    compadd -a reports\n"
           "}\n"
           "_pcreport() {\n"
           "    local -a commands\n    commands=(\n        'help:shows the help of a command'\n");
    for (size_t i = 0; i < command_count; i++) {
        printf("        '%s:", commands[i]->name);
        print_help(commands[i]->summary);
        printf("'\n");
    }
    printf("    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe -t commands command commands\n"
           "        return\n"
           "    fi\n"
           "    local command=$words[2]\n"
           "    words=(\"${(@)words[2,-1]}\")\n"
           "    (( CURRENT-- ))\n"
           "    case $command in\n"
           "    help)\n"
           "        _arguments '--completion[a script that completes what is typed in a shell]:SHELL:(" SHELLS ")' \\\n"
           "            '1:command:{_describe -t commands command commands}' ;;\n");
    for (size_t i = 0; i < command_count; i++) {
        printf("    %s)\n        _arguments -s", commands[i]->name);
        each_option(commands[i], zsh_option);
        zsh_operands(commands[i]);
    }
    printf("    esac\n}\n_pcreport \"$@\"\n");
}

/* ---- fish ---- */

static void fish_option(const struct command *c, const struct option_spec *o)
{
    struct buf buf = {0};
    const char *const words = words_of(c, o, &buf);

    printf("complete -c pcreport -n '__fish_seen_subcommand_from %s' -l %s", c->name, o->name);
    if (o->letter != 0)
        printf(" -s %c", o->letter);
    if (*words != '\0')
        printf(" -x -a '%s'", words);
    else if (o->value != NULL)
        printf(takes_path(o) ? " -r -F" : " -x");
    printf(" -d '");
    print_help(o->help);
    printf("'\n");
    buf_release(&buf);
}

static void complete_fish(void)
{
    printf("# Completion of pcreport for fish: put it as pcreport.fish into a folder of $fish_complete_path.\n"
           "complete -c pcreport -n __fish_use_subcommand -f -a help -d 'shows the help of a command'\n"
           "complete -c pcreport -n '__fish_seen_subcommand_from help' -f -a '");
    for (size_t i = 0; i < command_count; i++)
        printf("%s%s", i > 0 ? " " : "", commands[i]->name);
    printf("'\ncomplete -c pcreport -n '__fish_seen_subcommand_from help' -l completion -x -a '" SHELLS "'");
    printf("\ncomplete -c pcreport -n '__fish_seen_subcommand_from report' -f -a "
           "'(pcreport report --list 2>/dev/null | string replace -r \" .*\" \"\")'\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct command *const c = commands[i];

        printf("complete -c pcreport -n __fish_use_subcommand -f -a %s -d '", c->name);
        print_help(c->summary);
        printf("'\n");
        if (*operand_words(c) != '\0')
            printf("complete -c pcreport -n '__fish_seen_subcommand_from %s' -a '%s'\n", c->name, operand_words(c));
        each_option(c, fish_option);
    }
}

bool help_completion(const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        complete_bash();
    else if (strcmp(shell, "zsh") == 0)
        complete_zsh();
    else if (strcmp(shell, "fish") == 0)
        complete_fish();
    else
        return false;
    return true;
}
