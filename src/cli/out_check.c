/* What a command reads is no place for what it writes: it would be gone. */
#include "session_int.h"

#include "base/array.h"

#include <sys/stat.h>

int out_spares(const struct session *s, const char *path, const char *what, struct err *err)
{
    const char *const out = options_value(&s->options, "out");
    struct stat read, written;

    if (out == NULL || path == NULL || stat(out, &written) < 0 || !S_ISREG(written.st_mode) || stat(path, &read) < 0 ||
        read.st_dev != written.st_dev || read.st_ino != written.st_ino)
        return 0;
    return err_set(err, ERR_USAGE, "--out '%s' is %s, which would be lost; name another file", out, what);
}

int out_check(const struct session *s, struct err *err)
{
    static const struct {
        const char *option, *what;
    } inputs[] = {{"criteria", "a criteria file"},
                  {"with", "a criteria file"},
                  {"codes", "the file of codes"},
                  {"file", "the file of the query"},
                  {"pseudonymise", "the key of the pseudonyms"}};
    const struct config *const c = &s->config;

    if (out_spares(s, session_db(s), "the store", err) < 0 || out_spares(s, c->path, "the configuration", err) < 0 ||
        out_spares(s, c->legacy, "a criteria file", err) < 0 || out_spares(s, c->revised, "a criteria file", err) < 0 ||
        out_spares(s, c->codes, "the file of codes", err) < 0 ||
        out_spares(s, c->tolerances, "the file of tolerances", err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++)
        for (size_t k = 0; k < options_count(&s->options, inputs[i].option); k++)
            if (out_spares(s, options_nth(&s->options, inputs[i].option, k), inputs[i].what, err) < 0)
                return -1;
    return 0;
}
