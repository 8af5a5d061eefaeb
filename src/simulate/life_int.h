/* One Device, and the telling of its story in requests, checks, snapshots and the truth. */
#ifndef PCREPORT_SIMULATE_LIFE_INT_H
#define PCREPORT_SIMULATE_LIFE_INT_H

#include "layout_int.h"
#include "put_int.h"
#include "story_int.h"

#include "simulate/simulate.h"

#define MINUTE_S INT64_C(60)
#define HOUR_S   INT64_C(3600)

/* What all stories are told into. */
struct world {
    const struct simulation *what;
    struct simulated *done;
    struct err *err;
    bool failed; /* the log could not take a row; *err says why */
    int64_t end_s;
    int64_t end_day;
    struct log *log;
    struct layout *layout;
    struct shares shares;
    struct story_counts counts;
    struct calendar days, looked, issued, checked, commissioned; /* one for each column, as each goes its own way */
};

/* A meter point and who is registered for it. */
struct point {
    bool there;
    enum fuel fuel;
    mpxn_code mpxn;
    unsigned supplier, winner; /* winner == supplier: no change */
    unsigned former;           /* before commissioning; == supplier: nobody else */
    int64_t since_day, change_day;
    int64_t change_s;                          /* NO_TIME: none */
    unsigned stray;                            /* a Supplier whose registration was withdrawn */
    int64_t stray_day, stray_days;             /* its first day, and how many; 0 days: there was none */
    uint64_t distributor, registered_operator; /* who should be there; who is registered, 0: nobody */
};

struct device {
    uint64_t id, hub;
    uint64_t subject; /* its number: the subject of its dice */
    enum device_type type;
    enum smi_status status;
    enum smets smets;
    enum s1_cohort cohort;
    enum csp_region region;
    const struct model *model;
    bool old_firmware;
    const struct story *story;
    const struct point *point; /* NULL: none */
    bool tells_point;          /* the inventory has its MPxN */
    bool tells_commissioning;
    int64_t commissioned_s;
    int64_t first_s;        /* an earlier life began then; NO_TIME: there was none */
    int64_t status_since_s; /* until then it was Commissioned; NO_TIME: it never was otherwise than now */
    uint64_t partner;       /* another Device on the hub that it was joined with; 0: none */
    int64_t gas_meter_s;    /* when the gas meter on the hub was commissioned; NO_TIME: there is none */
    int age_days;
};

/* What a meter point needs to know of the premises that it is in. */
struct home {
    struct world *world;
    uint64_t number;
    unsigned area;
    int64_t day; /* on which it was fitted out */
    int age_days;
};

/* `of` is the story that decides on the meter point, NULL for none; `proxy` the gas proxy's, NULL for none. */
void point_make(struct point *p, const struct home *h, enum fuel fuel, const struct story *of,
                const struct story *proxy);
/* That of a gas meter that hung on the hub before: of other parties, so that only what is in service tells whose the
 * proxy is. */
void point_make_former(struct point *p, const struct point *present);
uint64_t point_other_operator(const struct point *p); /* a Network Operator that is not registered there */
void point_tell_registrations(struct world *w, const struct point *p);

/* Exceptions beside the obligations, R9.1 to R9.3, as bits. The two of R9.1 come and go each for itself. */
enum related_bit {
    RELATED_OPERATOR_SEEN = 1,    /* a Network Operator cell was seen to be wrong or empty */
    RELATED_OPERATOR_REFUSED = 2, /* the Network Operator's 6.15.1 was refused by the SMETS1 Service Provider */
    RELATED_JOIN = 4,
    RELATED_FIRMWARE = 8
};

/* The telling. */
struct life {
    struct world *world;
    const struct device *device;
    const struct story *story;
    struct dice steps, logs;
    unsigned requests;      /* numbered so far */
    bool prompt;            /* all on the first day */
    int64_t now_s;          /* when the next thing can happen */
    int64_t silent_from_s;  /* NO_TIME: never */
    int64_t new_supplier_s; /* when the winner's credentials were put on it; NO_TIME: not by the end */
    int64_t issued_s[2];    /* its own certificates */
    int64_t last_check_s;
    unsigned related; /* RELATED bits: the exceptions beside the obligations that the evidence shows */
    int64_t turned_s; /* when the Network Operator cells changed for the last time; NO_TIME: not yet */
};

/* A Service Request, and how it went. */
struct ask {
    srv_code srv;
    uint64_t user;
    enum user_role user_role;
    enum key_usage credential;
    enum party_role role;
    uint64_t other_device;
    bool critical;        /* sent in two steps by those who transform */
    uint64_t serial;      /* of the certificate that is sent; 0: none */
    int64_t not_before_s; /* of the same */
};
enum answer {
    ANSWER_SUCCESS,
    ANSWER_FAILURE,
    ANSWER_EMPTY,
    ANSWER_UNKNOWN,
    ANSWER_TIME_OUT,
    ANSWER_REJECTED,
    ANSWER_SMETS1_REFUSED,
    ANSWER_NOT_JOINED,    /* an unjoin of what the inventory does not know as joined */
    ANSWER_FIRMWARE_BUSY, /* an earlier activation of firmware is still in progress on the network */
    ANSWER_WAITING,
    ANSWER_IN_DCC /* ends in DCC systems */
};

/* Sends at life->now_s and moves on to the answer. */
void ask_device(struct life *l, const struct ask *a, enum answer answer);
/* Accepted now to be executed at execution_s, with what becomes of it then. */
enum future { FUTURE_SILENT, FUTURE_ALERT, FUTURE_TIME_OUT };
void ask_future(struct life *l, const struct ask *a, int64_t execution_s, enum future then);
void ask_cancel(struct life *l, const struct ask *a, bool refused);
/* The first of the two steps of a critical command, whoever sends it. */
void ask_transform(struct life *l, const struct ask *a);
uint64_t life_user(const struct life *l, enum sender by); /* who sends, at life->now_s */
unsigned life_habits(uint64_t user);                      /* of logging */
enum user_role life_user_role(const struct life *l, uint64_t user);

void life_tell_steps(struct life *l);  /* the obligations */
void life_tell_others(struct life *l); /* all other requests to the Device */
void life_tell_look_ups(struct life *l);
void life_tell_checks(struct life *l);
void life_tell_looks(struct life *l);
uint64_t life_serial(const struct life *l,
                     int usage); /* of its new certificate: 0 Digital Signature, 1 Key Agreement */
void life_tell_operator_again(struct life *l, enum sender by, enum answer answer); /* SRV 6.15.1 */
void life_tell_truth(struct life *l);

/* Everything about a Device, its inventory row included. */
void life_tell(struct world *w, const struct device *d);

/* A premises with up to `most` Devices; returns how many. */
unsigned premises_tell(struct world *w, uint64_t number, uint64_t first_device, unsigned most);

#endif
