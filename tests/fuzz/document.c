/* One DUIS document, as decode shows it: read as ingest reads it, and every element of it shown. */
#include "fuzz.h"

#include "input/duis.h"

struct seen {
    size_t size, at;
};

static void see(void *ctx, const struct decoded_field *field)
{
    struct seen *const s = ctx;

    MUST(field->at >= s->at && field->at <= s->size && field->len <= s->size - field->at);
    MUST(field->depth <= DUIS_DEPTH_MAX && field->name[0] != '\0');
    MUST(text_is_utf8(text_of(field->name)) && text_is_utf8(text_of(field->value)));
    s->at = field->at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text xml = {(const char *)data, size};
    static struct duis_parser *parser;
    struct duis_document document;
    struct seen seen = {size, 0};
    struct err err = {0};

    if (parser == NULL)
        MUST(duis_parser_create(&parser, &err) == 0);
    if (duis_read(parser, xml, &document, &err) < 0)
        must_explain(&err);
    else
        MUST(duis_show(xml, see, &seen, &err) == 0);
    return 0;
}
