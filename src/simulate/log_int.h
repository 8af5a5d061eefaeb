/* The Service Audit Trail: rows in any order in, the file in the order in which they were logged out. */
#ifndef PCREPORT_SIMULATE_LOG_INT_H
#define PCREPORT_SIMULATE_LOG_INT_H

#include "sink_int.h"

#include "domain/terms.h"

#define DAY_S       INT64_C(86400)
#define NO_TIME     INT64_MIN
#define CANCELLED   INT64_MAX            /* as execution_s: 3000-12-31, which cancels a future-dated command */
#define CANCEL_DATE INT64_C(32535129600) /* 3000-12-31T00:00:00Z */

enum code {
    CODE_NONE,
    CODE_I0,
    CODE_IO,
    CODE_I99,
    CODE_E4,
    CODE_E5,
    CODE_E20,
    CODE_E21,
    CODE_E30,
    CODE_E77,
    CODE_E110101,
    CODE_E080801,
    CODE_8F66,
    CODE_S1VE4,
    CODE_S1VE64,
    CODES
};
extern const char *const log_codes[CODES];

/* What the Device itself said, apart from the word that the log has for it. */
enum said { SAID_NOTHING, SAID_SUCCESS, SAID_FAILURE, SAID_NONSENSE };

#define COMMAND_IN_DCC 8 /* Command Variant of a request that ends in DCC systems: the DCC is its target */

/* One row. Instants are seconds since 1970 or NO_TIME. */
struct log_entry {
    uint64_t device, user, other_device;
    int64_t requested_s, responded_s, execution_s, logged_s;
    srv_code srv;
    unsigned request; /* its number among those of the Device; 0: the log has no RequestID */
    enum user_role user_role;
    enum key_usage credential;
    enum party_role role;
    unsigned variant;
    enum code code;
    const char *status; /* static text */

    /* What DUIS documents tell and the log does not. */
    unsigned number; /* of the request among those of the Device, whatever the log has */
    bool begins;     /* the first row of its request */
    bool copied;     /* tells nothing that another row does not */
    enum device_type device_type;
    enum said said;
    uint64_t placed;      /* the entity whose credentials the request puts on the Device; 0: none */
    uint64_t serial;      /* of the certificate that a 6.15.2 sends */
    int64_t not_before_s; /* of the same */
};

struct log;
struct duis_out;

/* `folder` is where it sorts; NULL: rows are only counted. Instants lie within 700 days before `end_s` and 70 after. */
int log_create(struct log **out, const char *folder, int64_t end_s, struct err *err);
void log_destroy(struct log *l); /* NULL is allowed */

int log_add(struct log *l, const struct log_entry *e, struct err *err);
uint64_t log_count(const struct log *l);

/* Writes the heading and everything that was added, was logged by `until_s` and is not yet written, also as DUIS
 * documents unless `duis` is NULL; nothing may be added any more. `rows` counts all that were written. */
typedef void (*log_progress)(void *ctx, uint64_t rows);
int log_write(struct log *l, int64_t until_s, struct sink *s, struct duis_out *duis, log_progress progress, void *ctx,
              struct err *err);

#endif
