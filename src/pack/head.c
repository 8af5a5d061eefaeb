/* The head of the paper: what it is for, who wrote it, and who may read it. */
#include "pack_int.h"

#include "domain/eui64.h"
#include "rules/settings.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *sentence;
} markings[] = {
#define MARKING(name, sentence) {name, sentence},
#include "markings.def"
#undef MARKING
};

const char *head_sentence(const struct pack *p)
{
    const struct pack_head *const h = &p->request->head;

    if (h->sentence != NULL)
        return h->sentence;
    for (size_t i = 0; i < ARRAY_LEN(markings); i++)
        if (strcasecmp(h->marking, markings[i].name) == 0)
            return markings[i].sentence;
    return "";
}

void head_lines(const struct pack *p, void (*line)(void *ctx, const char *label, const char *value), void *ctx)
{
    const struct pack_head *const h = &p->request->head;
    char date[PACK_DATE_SIZE];
    const struct {
        const char *label, *value;
    } lines[] = {
        {"Reference", h->reference}, {"Action", h->action},         {"Purpose", h->purpose},
        {"Author", h->author},       {"State at the end of", date}, {"Recommendation", h->recommendation},
    };

    pack_date_words(p->context.as_of, date);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (lines[i].value != NULL)
            line(ctx, lines[i].label, lines[i].value);
}

/* R5: whose obligations alone are asked about. */
static void add_scope(struct pack *p)
{
    const struct judge_settings *const settings = p->context.settings;
    char name[EUI64_TEXT_SIZE];

    for (size_t i = 0; i < settings->scope_count; i++) {
        buf_add_str(&p->scope, i > 0 ? "; " : "");
        buf_add_text(&p->scope, directory_party_name(p->context.directory, settings->scope[i], name));
    }
}

int head_write(struct pack *p, struct err *err)
{
    buf_printf(&p->heading, "%.80s, period %s", p->request->head.marking, p->period);
    add_scope(p);
    if (p->provisional.len > 0)
        buf_printf(&p->heading, ", PROVISIONAL: %.120s", buf_cstr(&p->provisional));
    return p->heading.failed || p->scope.failed ? err_nomem(err) : 0;
}
