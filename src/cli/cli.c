/* From the command line to a command, and from its errors to an exit status. */
#include "commands_int.h"
#include "crash_int.h"
#include "progress_int.h"

#include <assert.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "commands.def"
#undef COMMAND
};
const size_t command_count = ARRAY_LEN(commands);

static const struct option_spec common_specs[] = {
    {"db", 0, "FILE", "the store (default: pcreport.db, or what the configuration says)"},
    {"config", 0, "FILE",
     "the configuration (default: $PCREPORT_CONFIG, ~/.config/pcreport/config.ini, /etc/pcreport.ini)"},
    {"threads", 0, "N", "how many threads to work with (default: the cores there are)"},
    {"quiet", 'q', NULL, "errors and results only; in a night of run nothing where all is well, and else everything"},
    {"verbose", 'v', NULL, "say more on standard error"},
    {"json", 0, NULL, "events and a summary as JSON Lines on standard output"},
    {"log-format", 0, "FORMAT", "of messages on standard error: text (default) or json"},
    {"help", 'h', NULL, "show this and do nothing else"},
};
static const struct option_group group_common = {"Options of every command", common_specs, ARRAY_LEN(common_specs)};

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

void command_groups(const struct command *c, const struct option_group *out[COMMAND_GROUPS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; c->groups != NULL && c->groups[i] != NULL; i++) {
        assert(n < COMMAND_GROUPS_MAX - 2);
        out[n++] = c->groups[i];
    }
    out[n++] = &group_common;
    out[n] = NULL;
}

static int end_of_talk(void)
{
    struct err err = {0};

    if (finish_stdout(&err) == 0)
        return EXIT_DONE;
    fprintf(stderr, "pcreport: %s\n", err.msg);
    return EXIT_IO;
}

static int help_of(const struct command *c)
{
    if (help_command(c))
        return end_of_talk();
    fputs("pcreport: out of memory\n", stderr);
    return EXIT_BUG;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    const struct option_group *groups[COMMAND_GROUPS_MAX];
    struct session s = {.status = EXIT_DONE};
    uint64_t threads;
    struct err err = {0};

    command_groups(c, groups);
    config_init(&s.config);
    if (options_parse(&s.options, groups, argc, argv, &err) < 0) {
        fprintf(stderr, "pcreport: %s: %s\n", c->name, err.msg);
        options_release(&s.options);
        return (int)exit_status_of(err.code);
    }
    if (options_has(&s.options, "help")) {
        options_release(&s.options);
        return help_of(c);
    }
    if (session_begin(&s, c, &err) == 0 && options_number(&s.options, "threads", 1, THREADS_MAX, &threads, &err) == 0 &&
        c->run(&s, &err) < 0 && err.code == ERR_NONE)
        err_set(&err, ERR_BUG, "%s failed and did not say why; please report this", c->name);
    return (int)session_end(&s, &err);
}

/* Whether the argument is an option of every command, and whether its value is the argument after it. */
static bool is_common(const char *arg, bool *value_follows)
{
    const char *const name = arg + 2;
    const size_t len = strcspn(name, "=");

    *value_follows = false;
    if (strncmp(arg, "--", 2) != 0)
        return strspn(arg + 1, "qv") == strlen(arg + 1);
    for (size_t i = 0; i < group_common.count; i++) {
        const struct option_spec *const o = &group_common.specs[i];

        if (len == strlen(o->name) && strncmp(name, o->name, len) == 0) {
            *value_follows = o->value != NULL && name[len] == '\0';
            return true;
        }
    }
    return false;
}

static int unknown_command(const char *name)
{
    const char *names[ARRAY_LEN(commands) + 1];
    const char *near;
    bool value_follows;

    for (size_t i = 0; i < command_count; i++)
        names[i] = commands[i]->name;
    names[command_count] = "help";
    near = text_nearest(name, names, command_count + 1);
    if (name[0] == '-' && is_common(name, &value_follows))
        fprintf(stderr, "pcreport: say what to do: 'pcreport help' lists the commands\n");
    else if (name[0] == '-')
        fprintf(stderr, "pcreport: the command comes before options such as '%s'\n", name);
    else if (near != NULL)
        fprintf(stderr, "pcreport: unknown command '%s': did you mean '%s'?\n", name, near);
    else
        fprintf(stderr, "pcreport: unknown command '%s': 'pcreport help' lists the commands\n", name);
    return EXIT_USAGE;
}

static int help(const char *name)
{
    const struct command *c = name != NULL ? command_find(name) : NULL;

    if (name != NULL && c == NULL)
        return unknown_command(name);
    if (c != NULL)
        return help_of(c);
    help_program();
    return end_of_talk();
}

/* A closed standard descriptor would be given to the next file that is opened, and messages would go into the store.
 * It is taken up the wrong way round, so that using it still fails. */
static void occupy_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* Where the command stands, behind nothing but options of every command; 0: nowhere. */
static int command_place(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool value_follows;

        if (argv[i][0] != '-')
            return i;
        if (!is_common(argv[i], &value_follows))
            return 0;
        i += value_follows;
    }
    return 0;
}

int cli_main(int argc, char **argv)
{
    const int place = command_place(argc, argv);
    const char *name = place > 0 ? argv[place] : argc > 1 ? argv[1] : NULL;
    const struct command *c = name != NULL ? command_find(name) : NULL;

    occupy_descriptors();
    progress_listen();
    crash_listen();
    crash_mute();
    setlocale(LC_CTYPE, "C.UTF-8"); /* whatever the user's: libarchive drops names of members it cannot convert */
    signal(SIGPIPE, SIG_IGN);       /* a closed pipe is seen as EPIPE where it is written to */
    signal(SIGXFSZ, SIG_IGN);       /* a limit on the size of files, as EFBIG: like a full disk */
    if (c != NULL) {
        char *const command = argv[place];

        memmove(argv + 2, argv + 1, (size_t)(place - 1) * sizeof(*argv)); /* options that stood before it go behind */
        argv[1] = command;
        return run_command(c, argc - 1, argv + 1);
    }
    if (name == NULL) {
        fprintf(stderr, "pcreport: say what to do: 'pcreport help' lists the commands\n");
        return EXIT_USAGE;
    }
    if (strcmp(name, "help") == 0 && argc == 4 && strcmp(argv[2], "--completion") == 0) {
        if (help_completion(argv[3]))
            return end_of_talk();
        fprintf(stderr, "pcreport: no completion for '%s': there are bash, zsh and fish\n", argv[3]);
        return EXIT_USAGE;
    }
    if (strcmp(name, "help") == 0)
        return help(argc > 2 ? argv[2] : NULL);
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(NULL);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("pcreport %s\n", PCREPORT_VERSION);
        return end_of_talk();
    }
    return unknown_command(name);
}
