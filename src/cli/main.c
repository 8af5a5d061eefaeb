/* The program. */
#include "commands_int.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
