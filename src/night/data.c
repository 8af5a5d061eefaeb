/* run.json: what the page shows, as data. */
#include "night_int.h"

#include "base/json_out.h"
#include "rules/incident.h"

#include <inttypes.h>

/* A share to a millionth, by whole numbers: no locale and no rounding mode changes a digit. */
static void add_share(struct json_out *j, double share)
{
    const int64_t millionths = (int64_t)(share * 1e6 + 0.5);

    buf_printf(j->buf, "%" PRId64 ".%06d", millionths / 1000000, (int)(millionths % 1000000));
    j->comma = true;
}

static void add_cell(struct json_out *j, const struct table *t, const struct table_cell *cell)
{
    switch (cell->type) {
    case CELL_EMPTY:
        json_null(j);
        break;
    case CELL_INTEGER:
        json_int(j, cell->integer);
        break;
    case CELL_REAL:
        add_share(j, cell->real);
        break;
    case CELL_TEXT:
        json_text(j, table_text(t, cell));
        break;
    }
}

/* An array of objects, a row each. */
static void add_table(struct json_out *j, const char *key, const struct table *t)
{
    json_key(j, key);
    json_open(j, '[');
    for (size_t r = 0; r < t->rows; r++) {
        json_open(j, '{');
        for (size_t c = 0; c < t->report->column_count; c++) {
            json_key(j, t->report->columns[c].name);
            add_cell(j, t, table_at(t, r, (int)c));
        }
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void add_files(struct json_out *j, const struct night *n)
{
    json_key(j, "files");
    json_open(j, '[');
    for (size_t i = 0; i < n->file_count; i++) {
        char hex[DIGEST_HEX_SIZE];

        digest_hex(n->files[i].sha256, hex);
        json_open(j, '{');
        json_pair(j, "path", n->files[i].path);
        json_count(j, "bytes", n->files[i].bytes);
        json_pair(j, "sha256", hex);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void add_alarms(struct json_out *j, const struct night_request *r)
{
    json_key(j, "alarms");
    json_open(j, '[');
    for (size_t i = 0; i < r->alarm_count; i++) {
        json_open(j, '{');
        json_pair(j, "sort", r->alarms[i].sort);
        json_pair(j, "text", r->alarms[i].text);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void night_data(const struct night *n, struct buf *out)
{
    static const char *const keys[NIGHT_TABLES] = {
        [NIGHT_SUMMARY] = "summary",
        [NIGHT_CHANGES] = "changes",
        [NIGHT_DAYS] = "days",
        [NIGHT_SILENCES] = "silences",
        [NIGHT_EVIDENCE] = "evidence",
        [NIGHT_INCIDENTS] = "incidents",
        [NIGHT_AGEING] = "incidents_by_age",
        [NIGHT_RUNS] = "runs",
        [NIGHT_FILES] = "files_read",
        [NIGHT_INBOX] = "not_read",
        [NIGHT_TOLERANCES] = "tolerances",
        [NIGHT_WAIVED] = "waived",
        [NIGHT_STRAYS] = "tickets_unknown",
    };
    const struct night_request *const r = n->request;
    struct json_out j = {.buf = out};

    json_open(&j, '{');
    json_count(&j, "format", 1);
    json_instant(&j, "as_of", r->context->as_of);
    json_instant(&j, "previous_run", r->previous);
    json_instant(&j, "evidence_ends", r->evidence->old ? r->evidence->at : INSTANT_NONE);
    json_key(&j, "history_untouched");
    json_bool(&j, r->history_untouched);
    json_pair(&j, "asked_otherwise", r->asked_otherwise[0] != '\0' ? r->asked_otherwise : NULL);
    json_pair(&j, "criteria_in_force", r->context->legacy->name);
    json_pair(&j, "criteria", r->context->revised->name);
    json_pair(&j, "incident_criteria",
              incident_criteria_word(incident_criteria_at(r->context->settings, r->context->as_of)));
    json_pair(&j, "tool", r->version);
    add_alarms(&j, r);
    for (unsigned i = 0; i < NIGHT_TABLES; i++)
        add_table(&j, keys[i], &n->tables[i]);
    add_files(&j, n);
    json_close(&j, '}');
    buf_add_byte(out, '\n');
}
