/* The view `firmware_rejections` (R9.3): one row a refused SRV 11.1 that an activation was in the way of. */
#include "views_int.h"

#include <string.h>

#define COLUMNS(C)                                                                                                     \
    C(device_id, TEXT, "The Device that was to take the firmware.", cell_eui64(cell, r.refusal.device))                \
    C(device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, r.refusal.type)))                  \
    C(chf_id, TEXT, "The Communications Hub Function of the HAN.", cell_eui64(cell, r.refusal.chf))                    \
    C(sender, TEXT, "The party that asked.", cell_party_of(cell, d, r.refusal.user))                                   \
    C(requested_at, TEXT, "When it asked.", cell_instant(cell, r.refusal.requested_at))                                \
    C(refused_at, TEXT, "When that was refused.", cell_instant(cell, r.refusal.until))                                 \
    C(response_code, TEXT, "With which code.", cell_text(cell, text_of(r.refusal.code)))                               \
    C(blocking_device_id, TEXT, "The Device whose activation was in the way.", cell_eui64(cell, r.activation.device))  \
    C(blocking_device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, r.activation.type)))      \
    C(blocking_sender, TEXT, "The party that asked for the activation.", cell_party_of(cell, d, r.activation.user))    \
    C(blocking_requested_at, TEXT, "When it asked.", cell_instant(cell, r.activation.requested_at))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct firmware_cursor {
    struct view_cursor view;
    size_t at;
};

static int firmware_at(const struct firmware_cursor *c)
{
    return c->at * sizeof(struct firmware_rejection) < c->view.source->judged->firmware.len;
}

static int firmware_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    (void)keys;
    (void)argv;
    (void)err;
    ((struct firmware_cursor *)base)->at = 0;
    return firmware_at((struct firmware_cursor *)base);
}

static int firmware_next(struct view_cursor *base, struct err *err)
{
    (void)err;
    ((struct firmware_cursor *)base)->at++;
    return firmware_at((struct firmware_cursor *)base);
}

static int firmware_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct directory *const d = base->source->ctx->directory;
    struct firmware_rejection r;

    (void)err;
    memcpy(&r, base->source->judged->firmware.ptr + ((struct firmware_cursor *)base)->at * sizeof(r), sizeof(r));
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct view view_firmware_rejections = {
    .about = {"firmware_rejections", "One row for each refused SRV 11.1 that an activation was in the way of.", columns,
              ARRAY_LEN(columns)},
    .plan = {.cost = 0, .rows = 1e3, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_COLUMN},
    .cursor_size = sizeof(struct firmware_cursor),
    .begin = firmware_begin,
    .next = firmware_next,
    .cell = firmware_cell,
};
