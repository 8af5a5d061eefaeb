/* What is suggested for a file that is not understood. */
#include "fuzz.h"

#include "input/suggest.h"
#include "memory_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct load_options options = {.temp_dir = "/tmp", .threads = 1, .extracted_at = INSTANT_NONE};
    char path[MEMORY_FILE_PATH_SIZE];
    const int fd = memory_file(data, size, path);
    struct suggestion out;
    struct err err = {0};

    if (suggest_form(path, &options, &out, &err) < 0)
        must_explain(&err);
    else
        MUST(out.text.len > 0);
    MUST(out.layout == NULL);
    buf_release(&out.text);
    close(fd);
    return 0;
}
