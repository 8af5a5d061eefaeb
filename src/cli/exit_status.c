#include "exit_status.h"

enum exit_status exit_status_of(enum err_code code)
{
    switch (code) {
    case ERR_NONE:
        return EXIT_DONE;
    case ERR_USAGE:
        return EXIT_USAGE;
    case ERR_DATA:
        return EXIT_DATA;
    case ERR_NO_INPUT:
        return EXIT_NO_INPUT;
    case ERR_NOMEM:
    case ERR_BUG:
        return EXIT_BUG;
    case ERR_CREATE:
        return EXIT_CREATE;
    case ERR_IO:
        return EXIT_IO;
    case ERR_BUSY:
        return EXIT_BUSY;
    case ERR_CONFIG:
        return EXIT_CONFIG;
    }
    return EXIT_BUG;
}

enum exit_status exit_status_worse(enum exit_status a, enum exit_status b)
{
    return a > b ? a : b;
}
