/* What a command reads is no place for what it writes: it would be gone. */
#include "session_int.h"

#include "base/array.h"

#include <sys/stat.h>

static bool is_file(const char *path, const struct stat *out)
{
    struct stat st;

    return path != NULL && stat(path, &st) == 0 && st.st_dev == out->st_dev && st.st_ino == out->st_ino;
}

static int refuse(const char *out, const char *what, struct err *err)
{
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
    const struct options *const o = &s->options;
    const char *const path = options_value(o, "out");
    struct stat out;

    if (path == NULL || stat(path, &out) < 0 || !S_ISREG(out.st_mode))
        return 0;
    if (is_file(session_db(s), &out))
        return refuse(path, "the store", err);
    if (is_file(s->config.path, &out))
        return refuse(path, "the configuration", err);
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++)
        for (size_t k = 0; k < options_count(o, inputs[i].option); k++)
            if (is_file(options_nth(o, inputs[i].option, k), &out))
                return refuse(path, inputs[i].what, err);
    return 0;
}
