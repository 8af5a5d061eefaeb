/* Shows every element of a DUIS document, and not only those that are looked at. */
#include "input/duis.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS_NONE SIZE_MAX

/* An element or an attribute while the texts may still move. */
struct shown {
    unsigned depth;
    size_t at, len;
    size_t name, value; /* where they begin in `texts`, each with its NUL */
};

struct viewer {
    XML_Parser expat;
    struct buf texts;
    struct buf value; /* of the element that was opened last */
    struct shown *ptr;
    size_t count, cap;
    size_t open[DUIS_DEPTH_MAX + 1]; /* numbers of the elements that are open */
    unsigned depth;
    bool no_memory;
};

static size_t keep(struct viewer *v, struct text t)
{
    const size_t at = v->texts.len;

    buf_add(&v->texts, t.ptr, t.len);
    buf_add_byte(&v->texts, '\0');
    return at;
}

static void stop(struct viewer *v)
{
    v->no_memory = true;
    XML_StopParser(v->expat, XML_FALSE);
}

static struct shown *add(struct viewer *v, const char *sign, const char *name)
{
    const char *const colon = strchr(name, ':');

    if (v->count == v->cap) {
        const size_t cap = v->cap > 0 ? 2 * v->cap : 64;
        struct shown *const grown = realloc(v->ptr, cap * sizeof(*grown));

        if (grown == NULL) {
            stop(v);
            return NULL;
        }
        v->ptr = grown;
        v->cap = cap;
    }
    struct shown *const s = &v->ptr[v->count++];
    *s = (struct shown){.depth = v->depth,
                        .at = (size_t)XML_GetCurrentByteIndex(v->expat),
                        .len = (size_t)XML_GetCurrentByteCount(v->expat),
                        .name = v->texts.len,
                        .value = TEXTS_NONE};
    buf_add_str(&v->texts, sign);
    (void)keep(v, text_of(colon != NULL ? colon + 1 : name));
    return s;
}

static void XMLCALL on_start(void *ctx, const char *name, const char **attributes)
{
    struct viewer *const v = ctx;

    buf_clear(&v->value);
    v->open[v->depth] = v->count;
    if (add(v, "", name) == NULL)
        return;
    v->depth++;
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        struct shown *const s = strncmp(attributes[i], "xmlns", 5) == 0 ? NULL : add(v, "@", attributes[i]);

        if (v->no_memory)
            return;
        if (s != NULL)
            s->value = keep(v, text_of(attributes[i + 1]));
    }
}

static void XMLCALL on_text(void *ctx, const char *bytes, int len)
{
    struct viewer *const v = ctx;

    buf_add(&v->value, bytes, (size_t)len);
}

static void XMLCALL on_end(void *ctx, const char *name)
{
    struct viewer *const v = ctx;
    const struct text value = duis_trim(buf_text(&v->value));

    (void)name;
    if (v->no_memory) /* expat may still tell the end of an empty element */
        return;

    struct shown *const s = &v->ptr[v->open[--v->depth]];
    s->len = (size_t)XML_GetCurrentByteIndex(v->expat) + (size_t)XML_GetCurrentByteCount(v->expat) - s->at;
    if (value.len > 0)
        s->value = keep(v, value);
    buf_clear(&v->value);
}

static void tell(const struct viewer *v, decoded_visit visit, void *ctx)
{
    const char *const texts = (const char *)v->texts.ptr;

    for (size_t i = 0; i < v->count; i++) {
        const struct shown *const s = &v->ptr[i];

        visit(ctx, &(struct decoded_field){.depth = s->depth,
                                           .at = s->at,
                                           .len = s->len,
                                           .name = texts + s->name,
                                           .value = s->value != TEXTS_NONE ? texts + s->value : ""});
    }
}

int duis_show(struct text xml, decoded_visit visit, void *ctx, struct err *err)
{
    struct viewer v = {.expat = XML_ParserCreate(duis_encoding(xml))};
    int rc = 0;

    if (v.expat == NULL)
        return err_nomem(err);
    XML_SetUserData(v.expat, &v);
    XML_SetElementHandler(v.expat, on_start, on_end);
    XML_SetCharacterDataHandler(v.expat, on_text);
    const bool parsed = XML_Parse(v.expat, xml.ptr, (int)xml.len, 1) == XML_STATUS_OK;
    if (v.no_memory || v.texts.failed || v.value.failed)
        rc = err_nomem(err);
    else if (!parsed)
        rc = err_set(err, ERR_BUG, "a document that was read cannot be shown");
    else
        tell(&v, visit, ctx);
    XML_ParserFree(v.expat);
    buf_release(&v.texts);
    buf_release(&v.value);
    free(v.ptr);
    return rc;
}
