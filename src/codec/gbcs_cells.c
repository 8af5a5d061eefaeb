/* Trust anchor cells: what a Device holds in them, and what became of replacing it (CS02a, CS02b, CS02f, CS02g). */
#include "gbcs_int.h"

struct cell_id {
    enum party_role role;
    enum key_usage key_usage;
    enum cell_usage cell_usage;
};

static bool read_cell_id(struct gbcs_reading *r, struct der *d, const char *name, struct cell_id *out)
{
    struct der in;

    if (!gbcs_open(r, d, name, &in) || !gbcs_role(r, &in, "trustAnchorCellRole", &out->role) ||
        !gbcs_key_usage(r, &in, &out->key_usage) || !gbcs_cell_usage(r, &in, &out->cell_usage) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    return true;
}

/* ---- CS02a, CS02f: what the cells hold ---- */

bool gbcs_cells_command(struct gbcs_reading *r, struct der *d)
{
    struct cell_id cell;
    enum party_role role;
    struct der in, roles;

    if (!gbcs_open(r, d, "command", &in) || !read_cell_id(r, &in, "authorisingRemotePartyTACellIdentifier", &cell) ||
        !gbcs_open(r, &in, "remotePartyRolesCredentialsRequired", &roles))
        return false;
    while (!der_at_end(&roles))
        if (!gbcs_role(r, &roles, "remotePartyRole", &role))
            return false;
    gbcs_close(r);
    gbcs_close(r);
    return gbcs_end(&in);
}

static bool one_cell(struct gbcs_reading *r, struct der *d, enum party_role role)
{
    struct cell cell = {.role = role, .ok = true};
    struct der in;

    if (!gbcs_open(r, d, "trustAnchorCellContents", &in) || !gbcs_key_usage(r, &in, &cell.key_usage) ||
        !gbcs_cell_usage(r, &in, &cell.cell_usage) || !gbcs_eui64(r, &in, "existingSubjectUniqueID", &cell.subject) ||
        !gbcs_key_id(r, &in, "existingSubjectKeyIdentifier", &cell.key_id) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    if (r->out->cell_count == GBCS_CELLS_MAX)
        return der_fail(d, d->at, "there are more cells than a Device has");
    r->out->cells[r->out->cell_count++] = cell;
    return true;
}

static bool cells_of_role(struct gbcs_reading *r, struct der *d)
{
    enum party_role role;
    unsigned status = 0;
    int64_t number;
    struct der in, cells;

    if (!gbcs_open(r, d, "remotePartyDetails", &in) || !gbcs_role(r, &in, "remotePartyRole", &role) ||
        !gbcs_status(r, &in, &status))
        return false;
    if (status == 0) {
        if (!gbcs_integer(r, &in, "currentSeqNumber", &number) ||
            !gbcs_open(r, &in, "trustAnchorCellsContents", &cells))
            return false;
        while (!der_at_end(&cells))
            if (!one_cell(r, &cells, role))
                return false;
        gbcs_close(r);
    }
    gbcs_close(r);
    return gbcs_end(&in);
}

bool gbcs_cells_response(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    if (!gbcs_open(r, d, "response", &in))
        return false;
    while (!der_at_end(&in))
        if (!cells_of_role(r, &in))
            return false;
    gbcs_close(r);
    r->out->result = GBCS_SUCCESS; /* the Device answered; which roles it could read, the cells tell */
    return true;
}

/* ---- CS02b, CS02g: replacing credentials ---- */

static bool one_outcome(struct gbcs_reading *r, struct der *d)
{
    struct cell_id cell;
    struct cell_outcome o = {0};
    unsigned status = 0;
    struct der in;

    if (!gbcs_open(r, d, "replacementOutcome", &in) || !read_cell_id(r, &in, "affectedTrustAnchorCell", &cell) ||
        !gbcs_status(r, &in, &status) || !gbcs_eui64(r, &in, "existingSubjectUniqueID", &o.existing_subject) ||
        !gbcs_key_id(r, &in, "existingSubjectKeyIdentifier", &o.existing_key_id) ||
        !gbcs_eui64(r, &in, "replacingSubjectUniqueID", &o.new_subject) ||
        !gbcs_key_id(r, &in, "replacingSubjectKeyIdentifier", &o.new_key_id) || !gbcs_end(&in))
        return false;
    gbcs_close(r);
    if (r->out->outcome_count == CELL_OUTCOMES_MAX)
        return der_fail(d, d->at, "there are more outcomes than a Device has cells");
    o.role = cell.role;
    o.key_usage = cell.key_usage;
    o.cell_usage = cell.cell_usage;
    o.status = (uint8_t)status;
    r->out->outcomes[r->out->outcome_count++] = o;
    if (status != 0)
        r->out->result = GBCS_FAILURE;
    return true;
}

static bool execution_outcome(struct gbcs_reading *r, struct der *d)
{
    struct der in, changes, outcomes;
    int64_t sequence = 0, mode = 0;

    r->out->result = GBCS_SUCCESS;
    if (!gbcs_open(r, d, "executionOutcome", &in) ||
        !gbcs_integer(r, &in, "authorisingRemotePartySeqNumber", &sequence) ||
        !gbcs_integer(r, &in, "credentialsReplacementMode", &mode) ||
        !gbcs_open(r, &in, "remotePartySeqNumberChanges", &changes) ||
        !gbcs_rest(r, &changes, "remotePartySeqNumberChange"))
        return false;
    gbcs_close(r);
    if (!gbcs_open(r, &in, "replacementOutcomes", &outcomes))
        return false;
    while (!der_at_end(&outcomes))
        if (!one_outcome(r, &outcomes))
            return false;
    gbcs_close(r);
    gbcs_close(r);
    r->out->command_counter = (uint64_t)sequence;
    r->out->replacement_mode = mode;
    return gbcs_end(&in);
}

bool gbcs_replace_command(struct gbcs_reading *r, struct der *d)
{
    struct cell_id cell;
    struct text certificate;
    struct der in, control, all, one;

    if (!gbcs_open(r, d, "command", &in) || !gbcs_open(r, &in, "credentialsReplacementControl", &control) ||
        !gbcs_rest(r, &control, "control"))
        return false;
    gbcs_close(r);
    if (!gbcs_open(r, &in, "replacements", &all))
        return false;
    while (!der_at_end(&all)) {
        if (!gbcs_open(r, &all, "trustAnchorReplacement", &one) ||
            !gbcs_certificate(r, &one, "replacementCertificate", &certificate) ||
            !read_cell_id(r, &one, "targetTrustAnchorCell", &cell) || !gbcs_end(&one))
            return false;
        gbcs_close(r);
    }
    gbcs_close(r);
    if (!gbcs_open(r, &in, "certificationPathCertificates", &all))
        return false;
    while (!der_at_end(&all))
        if (!gbcs_certificate(r, &all, "certificate", &certificate))
            return false;
    gbcs_close(r);
    if (!der_at_end(&in) && !gbcs_time(r, &in, "executionDateTime", &r->out->execution_at))
        return false;
    gbcs_close(r);
    return gbcs_end(&in);
}

bool gbcs_replace_response(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    if (!gbcs_open(r, d, "response", &in) || !gbcs_null(r, &in, "commandAccepted"))
        return false;
    r->out->result = GBCS_EMPTY;
    if (!der_at_end(&in) && !execution_outcome(r, &in))
        return false;
    gbcs_close(r);
    return gbcs_end(&in);
}

/* Alert Codes by which a Device tells what became of a future-dated Command. */
#define ALERT_CARRIED_OUT     0x8F66
#define ALERT_NOT_CARRIED_OUT 0x8F67

bool gbcs_alert_code(struct gbcs_reading *r, struct der *d)
{
    const size_t at = d->at;
    int64_t code = 0;

    if (!gbcs_integer(r, d, "alertCode", &code))
        return false;
    if (code < 0 || code > 0xFFFF)
        return der_fail(d, at, "the alertCode is not of 16 bits");
    r->out->alert_code = (uint32_t)code;
    r->depth++;
    gbcs_tell(r, at, d->at - at, "meaning", "%04X%s", r->out->alert_code,
              code == ALERT_CARRIED_OUT       ? ": the future-dated Command was carried out"
              : code == ALERT_NOT_CARRIED_OUT ? ": the future-dated Command was not carried out"
                                              : "");
    r->depth--;
    return true;
}

bool gbcs_replace_alert(struct gbcs_reading *r, struct der *d)
{
    struct der in;

    if (!gbcs_open(r, d, "alert", &in) || !gbcs_alert_code(r, &in) ||
        !gbcs_time(r, &in, "executionDateTime", &r->out->execution_at) || !execution_outcome(r, &in))
        return false;
    gbcs_close(r);
    if (r->out->alert_code == ALERT_NOT_CARRIED_OUT)
        r->out->result = GBCS_FAILURE;
    return gbcs_end(&in);
}
