/* All that `explain` tells about one Device, gathered: the judgement, and the evidence in order of time. */
#ifndef PCREPORT_EXPLAIN_EXPLANATION_INT_H
#define PCREPORT_EXPLAIN_EXPLANATION_INT_H

#include "explain/explain.h"
#include "judging/dossier.h"
#include "rules/trace.h"

/* In the order in which things of one instant are told. */
enum item_kind { ITEM_REGISTRATION, ITEM_COMMISSIONED, ITEM_REQUEST, ITEM_SNAPSHOT, ITEM_CHECK };

/* A Device may have a million: what an item says, and where it was read, is found again when it is told. */
struct timeline_item {
    instant at;
    uint32_t index; /* into registrations, snapshots or checks; of a request the first of its rows */
    enum item_kind kind : 8;
    bool decisive; /* an obligation rests on it, or it is a fact that all else hangs on */
};

/* What a record, an item of the timeline by its number, did to a part of an obligation. */
struct told_effect {
    size_t number;
    enum effect effect;
};

struct told_part {
    enum obligation obligation;
    struct traced_part part;
    size_t first, count; /* of its effects */
};

#define GAPS_MAX      4
#define SILENCES_TOLD 3

struct explanation {
    const struct judge_context *context; /* `as_asked` */
    struct judge_context as_asked;       /* what it points to is borrowed; with references to the evidence */
    struct store *store;                 /* borrowed */
    uint64_t id;
    struct dossier device;
    bool judged; /* false: no inventory extract names the Device, so there is no judgement */
    struct judgement judgement;
    struct judge_scratch listing;
    struct request_list *requests;
    struct timeline_item *items; /* the number of an item, as shown, is its place + 1 */
    size_t item_count;
    uint32_t *numbers;       /* of the item of each request row, then of each snapshot, then of each check; 0: none */
    struct told_part *parts; /* by obligation */
    size_t part_count, part_cap;
    struct told_effect *effects; /* by part */
    size_t effect_count, effect_cap;
    bool no_memory;
    void (*take)(void *ctx, struct buf *told); /* see explanation_pass_to */
    void *take_ctx;
    struct registration_gap gaps[GAPS_MAX];
    size_t gap_count;
};

/* The number of the item that is this piece of evidence; 0 when it is none of them. */
size_t explanation_item_number(const struct explanation *e, struct evidence_ref ref);

/* The silences that an obligation with reason LOG_GAP waits for, the first few of them; none: it waits for what another
 * Supplier's log would tell. Returns how many. */
size_t explanation_silences(const struct explanation *e, enum obligation o, struct silence out[SILENCES_TOLD]);

/* What an obligation with reason LOG_GAP waits for, a line each, ended by '\n': "waits for the log from ... to ...,
 * where it is silent". */
void explanation_waits(const struct explanation *e, enum obligation o, struct buf *out);

/* R1: another Supplier after a time in which nobody was registered is no Change of Supplier: who, and when. */
void explanation_gap(const struct explanation *e, const struct registration_gap *gap, struct buf *out);

/* Passes what was told to whoever takes it, once it is a good deal. */
void explanation_pass_on(const struct explanation *e, struct buf *told);

/* What an item that is a request comes to. */
struct request_summary explanation_request(const struct explanation *s, const struct timeline_item *item);

/* Where an item was read. */
struct source explanation_item_source(const struct explanation *s, const struct timeline_item *item);

/* The numbers of the items that an obligation rests on, ascending, each once. Returns how many. */
size_t explanation_rests_on(const struct explanation *s, enum obligation o, size_t out[EVIDENCE_REFS_MAX]);

/* "Key Agreement" */
const char *key_usage_plain(enum key_usage k);

/* The name of a party, "" for none. The text is good until the buffer is used again. */
#define PARTY_BUF_SIZE 24
struct text explanation_party(const struct explanation *s, struct party p, char buf[PARTY_BUF_SIZE]);

/* "srv-audit.csv:33"; without a line, as only the extract in force is known: "inventory-2021-10-01.csv" */
void explanation_source(const struct explanation *s, struct source source, struct buf *out);

/* Where the row of the inventory stands that is in force. */
struct source explanation_inventory_source(const struct explanation *s);

/* The same for people: with its extract, where the row was kept from an earlier one that said the same. */
void explanation_inventory(const struct explanation *s, struct buf *out);

/* R5: the parties that are asked about; nothing where it is everybody. */
void explanation_scope(const struct explanation *s, struct buf *out);

/* One sentence on what became of the Device, for somebody who never read the rules. */
void explanation_conclusion(const struct explanation *s, struct buf *out);

/* What an item says: its first line, and further lines each ended by '\n'. Of a snapshot only what bears on the
 * obligation, or all of it for OBLIGATIONS. */
void explanation_item_text(const struct explanation *s, const struct timeline_item *item, enum obligation about,
                           struct buf *first, struct buf *more);

/* Whether the two criteria see an obligation differently: one of them counts it as done, the other does not. */
bool legacy_differs(const struct explanation *s, enum obligation o);

/* What the criteria in force ask for in an obligation, as a sentence without its end: "one successful ...". */
void legacy_wants(const struct explanation *s, enum obligation o, struct buf *out);

/* The numbers of the items in which the criteria in force look for it, ascending. Returns how many there are; no more
 * than `most` are put into `out`. */
size_t legacy_looked_at(const struct explanation *s, enum obligation o, size_t *out, size_t most);

/* Whether the criteria in force pass over an item, by its number, because somebody else than the party obliged sent it.
 */
bool legacy_ignores_sender(const struct explanation *s, size_t number, enum obligation o);

/* ---- originals.c: of a bundle; NULL: nothing is told ---- */

void originals_text(const struct told_originals *originals, struct buf *out);
void originals_html(const struct told_originals *originals, struct buf *out);

#endif
