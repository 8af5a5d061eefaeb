/* run --tickets, as the configuration wants it. */
#include "tickets_int.h"

#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Borrowed from the configuration; NULL: no memory. The caller's to free. */
static struct night_pair *columns_of(const struct config *c)
{
    struct night_pair *const out = calloc(c->tickets.count + 1, sizeof(*out));

    for (size_t i = 0; out != NULL && i < c->tickets.count; i++)
        out[i] = (struct night_pair){c->tickets.items[i].key, c->tickets.items[i].value, c->tickets.items[i].line};
    return out;
}

int tickets_check(const struct session *s, struct err *err)
{
    struct night_pair *const columns = columns_of(&s->config);
    int rc;

    if (columns == NULL)
        return err_nomem(err);
    rc = night_tickets_check(columns, s->config.tickets.count, s->config.path, err);
    free(columns);
    return rc;
}

static int check_place(const struct session *s, const char *folder, const char *date, struct err *err)
{
    struct night_pair *const columns = columns_of(&s->config);
    const struct night_tickets_request request = {
        .columns = columns, .column_count = s->config.tickets.count, .folder = folder, .date = date};
    const int rc = columns == NULL ? err_nomem(err) : night_tickets_check_place(&request, err);

    free(columns);
    return rc;
}

int tickets_check_folder(const struct session *s, const char *date, struct err *err)
{
    const char *const folder = options_value(&s->options, "tickets");

    if (folder == NULL)
        return 0;
    if (make_folder(folder, err) < 0)
        return -1;
    if (access(folder, W_OK | X_OK) < 0)
        return err_errno(err, ERR_CREATE, "cannot write to the folder '%s' of --tickets", folder);
    return check_place(s, folder, date, err);
}

int tickets_write(struct night_tickets **out, const struct session *s, struct store *store,
                  const struct query_source *rows, const char *date, uint64_t *count, struct err *err)
{
    struct night_pair *const columns = columns_of(&s->config);
    const struct night_tickets_request request = {.store = store,
                                                  .rows = rows,
                                                  .columns = columns,
                                                  .column_count = s->config.tickets.count,
                                                  .folder = options_value(&s->options, "tickets"),
                                                  .date = date};
    int rc;

    if (columns == NULL)
        return err_nomem(err);
    rc = night_tickets_write(out, &request, count, err);
    free(columns);
    return rc;
}
