/* Stories: what happened to a Device, and what of it can be seen. One is a row of a table (stories.c); everything it
 * does not mention went well. */
#ifndef PCREPORT_SIMULATE_STORY_INT_H
#define PCREPORT_SIMULATE_STORY_INT_H

#include "world_int.h"

/* How a story ends: the group its frequency belongs to. The verdicts follow from it. */
enum ending {
    ENDING_ORDINARY,       /* all done, and seen so by both criteria */
    ENDING_YOUNG,          /* the deadline is still to come */
    ENDING_FALSE_ALARM,    /* all done; the legacy criteria do not see it */
    ENDING_FAILURE,        /* not done; both see it */
    ENDING_MISSED,         /* not done; the legacy criteria do not see it */
    ENDING_UNSEEN_DONE,    /* all done, but nothing shows it; legacy fails it */
    ENDING_UNSEEN_FAILURE, /* not done, but nothing shows it; legacy fails it */
    ENDING_QUIET_DONE,     /* all done, but nothing shows it; legacy passes it */
    ENDING_QUIET_FAILURE,  /* not done, but nothing shows it; legacy passes it */
    ENDING_LOST,           /* all done, but the log has lost it: it looks as if never asked for */
    ENDING_EXCLUDED,       /* owes nothing */
    ENDINGS
};

/* What became of one thing that was to be asked of the Device. */
enum step {
    STEP_DONE,
    STEP_SKIPPED,        /* nobody asked, or no log tells */
    STEP_RETRIED,        /* no communications at first; the retry succeeded */
    STEP_LATE,           /* the same, and the retry came after the deadline */
    STEP_TIMED_OUT,      /* no answer; nobody asked again */
    STEP_RETRY_REFUSED,  /* no answer; a Device refuses to repeat what it has done */
    STEP_REPEATED,       /* done, then asked for once more and refused */
    STEP_REJECTED,       /* by the DCC */
    STEP_FAILED,         /* the Device said so */
    STEP_EMPTY,          /* an answer without a status */
    STEP_UNKNOWN,        /* an answer in words that nobody knows */
    STEP_WAITING,        /* acknowledged a few hours before the end */
    STEP_FUTURE,         /* future-dated, and carried out on the day */
    STEP_FUTURE_RETRIED, /* future-dated, timed out, and done by a retry */
    STEP_CANCELLED,      /* future-dated, cancelled, and done at once */
    STEP_KEPT,           /* future-dated; the Device refused to cancel it and carried it out */
    STEP_WITHDRAWN,      /* future-dated, cancelled, and left at that */
    STEP_TRANSFORMED,    /* signed by nobody: only the first of the two steps of a command */
    STEP_OTHER_ROLE,     /* done, but for the Supplier's own cells */
    STEP_FUTURE_OPEN     /* future-dated for after the end */
};

enum sender { BY_OBLIGED, BY_WINNER, BY_STRANGER, BY_HANDOVER, BY_OTHER_OPERATOR };

/* Whose certificate a Network Operator cell holds. */
enum holder { HOLDS_OPERATOR, HOLDS_SUPPLIER, HOLDS_DCC, HOLDS_OTHER_OPERATOR, HOLDS_NOBODY, HOLDS_NOTHING };

enum checked {
    CHECK_PASSES,
    CHECK_FAILS,
    CHECK_BLANK,
    CHECK_FAILS_THEN_PASSES,
    CHECK_BLANK_THEN_PASSES,
    CHECK_PASSES_THEN_FAILS,
    CHECK_FAILS_THEN_ANSWERS /* the Device answers a request after the failed check */
};

/* Certificate snapshots. */
enum looked {
    LOOK_USUAL, /* most nights' reads reach most Devices */
    LOOK_SURE,
    LOOK_NEVER,
    LOOK_AFTER_GRACE, /* later than two weeks after the change of Supplier */
    LOOK_TWICE,
    LOOK_IN_GRACE /* within two weeks of the change of Supplier, never after */
};

/* When the Network Operator cells came to hold what they hold now. */
enum turn {
    TURN_NEVER,         /* by what was asked at first */
    TURN_BETWEEN_LOOKS, /* by nobody's request that the log has */
    TURN_AFTER_LOOK,    /* by another request, after the first look */
    TURN_DURING_LOOK,   /* by a request made before the first look and answered after it */
    TURN_BY_OTHER,      /* by another Network Operator's request, after the first look */
    TURN_TIMES_OUT      /* by nothing: every night after the look a request times out */
};

enum change { CHANGE_AS_IT_COMES, CHANGE_EARLY, CHANGE_BEFORE_LOOK, CHANGE_NEVER };

/* Obligations, as bits. */
enum obligation_bit {
    OWES_ISSUE = 1,
    OWES_CERTIFICATES = 2,
    OWES_OPERATOR = 4,
    OWES_SUPPLIER = 8,
    OWES_COMMUNICATING = 16,
    OWES_RECOVERY = 32
};

struct story {
    const char *name;
    enum ending ending;
    unsigned types;     /* TYPE_BIT of the Device types it happens to */
    unsigned weight;    /* among the stories of its ending and type */
    int least_age_days; /* commissioned at least so long ago */
    int most_age_days;  /* ... and at most; 0: however long */

    enum step keys[2], certificates[2]; /* Digital Signature, Key Agreement */
    enum step operator;                 /* Network Operator credentials */
    enum sender keys_by, certificates_by, operator_by;
    enum checked communicating, recovery;
    enum looked look;
    enum holder cells[2]; /* what the Network Operator cells hold */
    enum turn turn;
    enum holder earlier;       /* what both held before the turn */
    bool old[2];               /* the Device still has its manufacturer's certificate */
    bool foreign;              /* ... or, for Key Agreement, that of another Device */
    bool again;                /* commissioned a second time, with what it was given in its earlier life */
    bool told_late;            /* the inventory tells it to be commissioned when all was done already */
    bool too_early;            /* keys and certificates were replaced long before commissioning, elsewhere */
    bool supplier_wrong;       /* the Supplier cells hold somebody else */
    bool recovery_wrong;       /* the Recovery cell has a wrong key */
    bool silent;               /* nothing came from it since the failed check */
    bool new_supplier_missing; /* the winner's credentials never were put on it, or no log tells */
    enum change change;
    bool no_operator_registered;
    bool independent; /* the gas transporter is the one that is not in the SMKI Repository */
    enum habit habit;

    unsigned undone;  /* OWES bits of what is really not done */
    bool undecidable; /* although its ending is one that can be told (of young ones) */
};

#define AGAIN_DAYS 150 /* commissioned again at most so long ago: since the earlier inventory extract */
#define AGE_YOUNG  6   /* days: the deadline is still to come */
#define AGE_PROMPT 11  /* up to here everything is done on the first day */

/* How many of a million Devices end so. */
struct shares {
    uint32_t of[ENDINGS];
};
void shares_set(struct shares *s, uint32_t legacy_failed_ppm, uint32_t truly_failed_ppm, int period_days);

/* What was handed out so far, so that each story comes as often as it should. */
struct story_counts {
    uint64_t devices[DEVICE_TYPES];
    uint64_t endings[DEVICE_TYPES][ENDINGS];
};

/* A story for the next Device of the type (ESME, GSME, GPF or CHF), `age_days` old. */
const struct story *story_next(struct story_counts *c, const struct shares *s, uint64_t seed, enum device_type type,
                               int age_days);
const struct story *story_plain(void);                /* all went well */
const struct story *story_excluded(const char *name); /* owes nothing, for this reason */

#endif
