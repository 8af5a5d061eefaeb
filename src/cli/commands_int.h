/* The commands, and the option groups they share. */
#ifndef PCREPORT_CLI_COMMANDS_INT_H
#define PCREPORT_CLI_COMMANDS_INT_H

#include "session_int.h"

#define COMMAND(name) extern const struct command command_##name;
#include "commands.def"
#undef COMMAND

extern const struct command *const commands[];
extern const size_t command_count;

/* Fills `out` with the command's own groups and the common one, ended by NULL. */
#define COMMAND_GROUPS_MAX 12
void command_groups(const struct command *c, const struct option_group *out[COMMAND_GROUPS_MAX]);

int cli_main(int argc, char **argv);

void help_program(void);
bool help_command(const struct command *c); /* false: there was no memory for some of its words */

/* The words that an option takes, from the tables that decide it; none: it takes no fixed ones. */
void option_words(const char *option, const char *joint, struct buf *out);

/* Writes a script for bash, zsh or fish to standard output that completes commands, options and what they take. False:
 * no such shell. */
bool help_completion(const char *shell);

/* Tells one thing that is not as it was made: the session is ctx. */
void tell_fault(void *ctx, const char *what);

#endif
