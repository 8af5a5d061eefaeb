/* Cells of the views, in the words and formats of the reports. */
#include "views_int.h"

#include "domain/eui64.h"
#include "rules/attribution.h"

#include <string.h>

void cell_word(sqlite3_context *cell, const char *word)
{
    if (word[0] != '\0')
        sqlite3_result_text(cell, word, -1, SQLITE_STATIC);
}

void cell_text(sqlite3_context *cell, struct text t)
{
    if (t.len > 0)
        sqlite3_result_text64(cell, t.ptr, t.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void cell_number(sqlite3_context *cell, int64_t n)
{
    sqlite3_result_int64(cell, n);
}

void cell_yes_no(sqlite3_context *cell, bool yes)
{
    sqlite3_result_text(cell, yes ? "yes" : "no", yes ? 3 : 2, SQLITE_STATIC);
}

void cell_instant(sqlite3_context *cell, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    if (at != INSTANT_NONE)
        sqlite3_result_text(cell, text, (int)instant_format(at, text), SQLITE_TRANSIENT);
}

void cell_eui64(sqlite3_context *cell, uint64_t id)
{
    char text[EUI64_TEXT_SIZE];

    if (id != 0)
        sqlite3_result_text(cell, text, (int)eui64_format(id, text), SQLITE_TRANSIENT);
}

void cell_mpxn(sqlite3_context *cell, mpxn_code mpxn)
{
    char text[MPXN_TEXT_SIZE];

    if (mpxn != 0)
        sqlite3_result_text(cell, text, (int)mpxn_format(mpxn, text), SQLITE_TRANSIENT);
}

void cell_srv(sqlite3_context *cell, srv_code srv)
{
    char text[SRV_TEXT_SIZE];

    if (srv != 0)
        sqlite3_result_text(cell, text, (int)srv_format(srv, text), SQLITE_TRANSIENT);
}

void cell_key_id(sqlite3_context *cell, uint64_t key_id)
{
    char text[KEY_ID_TEXT_SIZE];

    if (key_id != 0)
        sqlite3_result_text(cell, text, (int)key_id_format(key_id, text), SQLITE_TRANSIENT);
}

void cell_request_id(sqlite3_context *cell, const struct request_id *id)
{
    char originator[EUI64_TEXT_SIZE], target[EUI64_TEXT_SIZE];
    char *text;

    if (!id->present)
        return;
    eui64_format(id->originator, originator);
    eui64_format(id->target, target);
    text = sqlite3_mprintf("%s:%s:%llu", originator, target, (unsigned long long)id->counter);
    if (text == NULL)
        sqlite3_result_error_nomem(cell);
    else
        sqlite3_result_text(cell, text, -1, sqlite3_free);
}

void cell_party(sqlite3_context *cell, const struct directory *d, struct party p)
{
    char unknown[EUI64_TEXT_SIZE];

    if (p.kind != PARTY_NONE)
        cell_text(cell, directory_party_name(d, p, unknown));
}

void cell_party_of(sqlite3_context *cell, const struct directory *d, uint64_t entity)
{
    cell_party(cell, d, directory_entity(d, entity).party);
}

size_t parties_format(const struct directory *d, const struct party *parties, size_t count, char out[PARTIES_TEXT_SIZE])
{
    char unknown[EUI64_TEXT_SIZE];
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        const struct text name = directory_party_name(d, parties[i], unknown);

        if (len + name.len + 1 > PARTIES_TEXT_SIZE)
            break;
        if (i > 0)
            out[len++] = ';';
        memcpy(out + len, name.ptr, name.len);
        len += name.len;
    }
    return len;
}

void cell_parties(sqlite3_context *cell, const struct directory *d, const struct party *parties, size_t count)
{
    char text[PARTIES_TEXT_SIZE];

    cell_text(cell, (struct text){text, parties_format(d, parties, count, text)});
}

void cell_reasons(sqlite3_context *cell, reason_set reasons)
{
    char text[REASONS_TEXT_SIZE];

    if (reasons != 0)
        sqlite3_result_text(cell, text, (int)reasons_format(reasons, text), SQLITE_TRANSIENT);
}

void cell_action(sqlite3_context *cell, const struct directory *d, const struct action *a)
{
    char text[ACTION_TEXT_SIZE];

    if (a->kind != ACTION_NONE)
        sqlite3_result_text(cell, text, (int)action_format(a, d, text), SQLITE_TRANSIENT);
}

bool has_next_action(const struct judgement *j)
{
    for (int o = 0; o < OBLIGATIONS; o++)
        if (j->obligations[o].action.kind != ACTION_NONE)
            return true;
    return false;
}

void cell_next_action(sqlite3_context *cell, const struct directory *d, const struct judgement *j)
{
    char text[NEXT_ACTION_TEXT_SIZE];

    if (has_next_action(j))
        cell_text(cell, (struct text){text, next_action_format(j, d, text)});
}

size_t obligations_format(unsigned which, char out[UNMET_TEXT_SIZE])
{
    size_t len = 0;

    for (int o = 0; o < OBLIGATIONS; o++) {
        const char *const column = obligation_column((enum obligation)o);

        if ((which >> o & 1) == 0)
            continue;
        if (len > 0)
            out[len++] = ';';
        memcpy(out + len, column, strlen(column));
        len += strlen(column);
    }
    return len;
}

void cell_obligations(sqlite3_context *cell, unsigned which)
{
    char text[UNMET_TEXT_SIZE];

    cell_text(cell, (struct text){text, obligations_format(which, text)});
}

void cell_unmet(sqlite3_context *cell, const struct judgement *j)
{
    cell_obligations(cell, obligations_unmet(j));
}
