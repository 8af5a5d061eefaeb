/* The texts of an unpacked Device, taken out of its packed bytes. */
#include "domain/evidence.h"

#include <stdlib.h>
#include <string.h>

struct keeping {
    struct text packed;
    char *to; /* NULL: only counted */
    size_t used;
};

/* A text that lies elsewhere (a word that many records share) stays where it is. */
static void keep(struct keeping *k, struct text *t)
{
    const uintptr_t begin = (uintptr_t)k->packed.ptr, at = (uintptr_t)t->ptr;

    if (t->len == 0 || at < begin || at - begin >= k->packed.len)
        return;
    if (k->to != NULL) {
        memcpy(k->to + k->used, t->ptr, t->len);
        t->ptr = k->to + k->used;
    }
    k->used += t->len;
}

static void keep_all(struct keeping *k, struct device_records *r)
{
    k->used = 0;
    for (size_t i = 0; i < r->inventory_count; i++) {
        keep(k, &r->inventory[i].manufacturer);
        keep(k, &r->inventory[i].model);
        keep(k, &r->inventory[i].firmware);
    }
    for (size_t i = 0; i < r->request_count; i++) {
        keep(k, &r->requests[i].response_code);
        keep(k, &r->requests[i].execution_status);
        keep(k, &r->requests[i].sent_serial);
    }
    for (size_t i = 0; i < r->snapshot_count; i++)
        keep(k, &r->snapshots[i].source_name);
    for (size_t i = 0; i < r->cert_count; i++)
        keep(k, &r->certs[i].serial);
}

int evidence_keep_texts(struct device_records *r, struct text packed, struct err *err)
{
    struct keeping k = {.packed = packed};
    char *texts;

    keep_all(&k, r);
    texts = malloc(k.used + 1);
    if (texts == NULL)
        return err_nomem(err);
    k.to = texts;
    keep_all(&k, r);
    free(r->texts);
    r->texts = texts;
    r->says_count = 0; /* they point into the packed bytes, and are done with */
    return 0;
}
