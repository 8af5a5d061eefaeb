/* The timeline of a Device, drawn to scale: what happened when, each kind in a lane of its own. Shapes tell outcomes
 * apart, colours only help. */
#include "html_int.h"

#include "domain/service.h"
#include "rules/wording.h"

#include <inttypes.h>
#include <stdio.h>

#define WIDTH        960
#define LEFT         190 /* where time begins */
#define RIGHT        32
#define LANE         30
#define TOP          46
#define TICKS        7 /* at most */
#define NUMBER_WIDTH 34
#define LABELS       60 /* numbers are put beside marks while there are no more */

enum lane {
    LANE_PERIOD,
    LANE_SUPPLIER,
    LANE_ISSUE,
    LANE_DEVICE,
    LANE_OPERATOR,
    LANE_OTHER,
    LANE_LOOKS,
    LANE_CHECKS,
    LANE_SILENCE,
    LANES
};

static const char *const lane_names[LANES] = {
    [LANE_PERIOD] = "Time allowed",
    [LANE_SUPPLIER] = "Registered Supplier",
    [LANE_ISSUE] = "New keys (SRV 6.17)",
    [LANE_DEVICE] = "Own certificates (6.15.2)",
    [LANE_OPERATOR] = "Operator's (6.15.1, 6.21)",
    [LANE_OTHER] = "Other requests",
    [LANE_LOOKS] = "Certificates read",
    [LANE_CHECKS] = "DSP checks",
    [LANE_SILENCE] = "Silences of the log",
};

/* The numbers of marks that lie so close together that they share a place. */
struct numbers {
    size_t first, last; /* 0: none */
    int64_t x;
    bool bold;
};

struct drawing {
    const struct explanation *e;
    struct buf *out;
    instant from, to;
    bool numbered;
    struct numbers numbers[LANES]; /* those not written yet */
    struct {
        int64_t x;
        const char *shape;
    } drawn[LANES]; /* the latest mark */
};

/* Tenths of a unit, as whole numbers: the same text on every machine. */
static void add_x(struct buf *b, const char *name, int64_t tenths)
{
    buf_printf(b, " %s=\"%" PRId64 ".%d\"", name, tenths / 10, (int)(tenths % 10));
}

static int64_t x_of(const struct drawing *d, instant at)
{
    const instant inside = at < d->from ? d->from : at > d->to ? d->to : at;
    const double share = (double)(inside - d->from) / (double)(d->to - d->from);

    return LEFT * 10 + (int64_t)(share * (WIDTH - LEFT - RIGHT) * 10 + 0.5);
}

static int lane_y(enum lane lane)
{
    return TOP + LANE * (int)lane + LANE / 2;
}

static bool is_inside(const struct drawing *d, instant at)
{
    return at >= d->from && at <= d->to;
}

static void add_span(const struct drawing *d, enum lane lane, instant from, instant to, const char *css,
                     struct text name)
{
    const int64_t begin = x_of(d, from), end = x_of(d, to);
    char first[INSTANT_TEXT_SIZE], last[INSTANT_TEXT_SIZE];

    if (to < d->from || from > d->to)
        return;
    buf_printf(d->out, "<rect class=\"%s\" y=\"%d\" height=\"14\"", css, lane_y(lane) - 7);
    add_x(d->out, "x", begin);
    add_x(d->out, "width", end - begin < 10 ? 10 : end - begin);
    instant_format(from, first);
    instant_format(to, last);
    html_between(d->out, "><title>", name, "");
    buf_printf(d->out, "%s%s%s%s</title></rect>\n", first[0] != '\0' ? ", from " : "", first,
               last[0] != '\0' ? " to " : "", last);
}

/* The shape that a mark has, drawn around 0: what it says is told by its form. */
static const char *shape_of(const struct explanation *e, const struct timeline_item *item,
                            const struct request_summary *request, const char **css)
{
    static const char disc[] = "<circle r=\"5.5\"/>", cross[] = "<path d=\"M-5-5L5 5M-5 5L5-5\"/>",
                      ring[] = "<circle r=\"5\"/>", dot[] = "<circle r=\"2\"/>",
                      diamond[] = "<path d=\"M0-7L6 0L0 7L-6 0Z\"/>",
                      square[] = "<rect x=\"-5\" y=\"-5\" width=\"10\" height=\"10\"/>";

    *css = "m-quiet";
    if (item->kind == ITEM_SNAPSHOT) {
        *css = e->device.records.snapshots[item->index].answered ? "m-look" : "m-doubt";
        return diamond;
    }
    if (item->kind == ITEM_CHECK) {
        const enum check_result result = e->device.records.checks[item->index].result;

        *css = result == RESULT_PASS ? "m-good" : result == RESULT_FAIL ? "m-bad" : "m-doubt";
        return result == RESULT_FAIL ? cross : square;
    }
    switch (request->outcome) {
    case OUTCOME_SUCCEEDED:
        *css = "m-good";
        return disc;
    case OUTCOME_FAILED:
    case OUTCOME_REJECTED:
        *css = "m-bad";
        return cross;
    case OUTCOME_EMPTY:
    case OUTCOME_TIMED_OUT:
    case OUTCOME_UNRECOGNISED:
    case OUTCOME_AWAITING:
        *css = "m-doubt";
        return ring;
    case OUTCOME_NONE:
    case OUTCOMES:
        break;
    }
    return dot;
}

static enum lane lane_of(const struct timeline_item *item, const struct request_summary *request)
{
    if (item->kind == ITEM_SNAPSHOT)
        return LANE_LOOKS;
    if (item->kind == ITEM_CHECK)
        return LANE_CHECKS;
    switch (service_about(request->row.srv)) {
    case ABOUT_KEYS:
        return LANE_ISSUE;
    case ABOUT_CERTIFICATES:
        return LANE_DEVICE;
    case ABOUT_CELLS:
        return LANE_OPERATOR;
    default:
        return LANE_OTHER;
    }
}

static void write_numbers(struct drawing *d, enum lane lane)
{
    struct numbers *const n = &d->numbers[lane];

    if (n->first == 0)
        return;
    buf_printf(d->out, "<text class=\"n%s\" x=\"%" PRId64 "\" y=\"%d\">%zu", n->bold ? " b" : "", n->x,
               lane_y(lane) - 8, n->first);
    if (n->last != n->first)
        buf_printf(d->out, "\xE2\x80\xA6%zu", n->last);
    buf_add_str(d->out, "</text>\n");
    *n = (struct numbers){0};
}

static void note_number(struct drawing *d, enum lane lane, size_t number, int64_t x, bool bold)
{
    struct numbers *const n = &d->numbers[lane];

    if (n->first != 0 && x - n->x > NUMBER_WIDTH)
        write_numbers(d, lane);
    if (n->first == 0)
        *n = (struct numbers){.first = number, .x = x};
    n->last = number;
    n->bold = n->bold || bold;
}

/* Of many marks of one form in one place the first is enough, so that a long history makes no long picture. */
static bool is_covered(struct drawing *d, const struct timeline_item *item, enum lane lane, int64_t x,
                       const char *shape)
{
    const bool covered = !d->numbered && !item->decisive && d->drawn[lane].shape == shape && d->drawn[lane].x == x;

    d->drawn[lane].x = x;
    d->drawn[lane].shape = shape;
    return covered;
}

static void add_mark(struct drawing *d, size_t i)
{
    const struct timeline_item *const item = &d->e->items[i];
    const int64_t x = x_of(d, item->at);
    const struct request_summary request =
        item->kind == ITEM_REQUEST ? explanation_request(d->e, item) : (struct request_summary){.row = {.srv = 0}};
    const instant responded_at = item->kind == ITEM_REQUEST ? request.row.responded_at : INSTANT_NONE;
    const enum lane lane = lane_of(item, &request);
    const int y = lane_y(lane);
    const char *css;
    const char *const shape = shape_of(d->e, item, &request, &css);
    struct buf first = {0}, more = {0};
    char at[INSTANT_TEXT_SIZE];

    if (is_covered(d, item, lane, x / 10, shape))
        return;
    if (responded_at != INSTANT_NONE && responded_at <= d->e->context->as_of)
        buf_printf(d->out, "<path class=\"wait\" d=\"M%" PRId64 " %dH%" PRId64 "\"/>\n", x / 10, y,
                   x_of(d, responded_at) / 10);
    buf_printf(d->out, "<g class=\"%s\" transform=\"translate(%" PRId64 ".%d %d)\">%s", css, x / 10, (int)(x % 10), y,
               shape);
    explanation_item_text(d->e, item, OBLIGATIONS, &first, &more);
    instant_format(item->at, at);
    buf_printf(d->out, "<title>[%zu] %s: ", i + 1, at);
    html_between(d->out, "", buf_text(&first), "</title></g>\n");
    if (d->numbered || item->decisive)
        note_number(d, lane, i + 1, x / 10, item->decisive);
    buf_release_into(&first, d->out);
    buf_release_into(&more, d->out);
}

static void add_suppliers(const struct drawing *d)
{
    const struct dossier *const device = &d->e->device;

    for (size_t i = 0; i < device->registration_count; i++) {
        const struct registration_row *const r = &device->registrations[i];
        const bool last = i + 1 == device->registration_count;
        const instant next = last ? d->e->context->as_of : device->registrations[i + 1].effective_from;
        const instant to = r->effective_to != INSTANT_NONE && r->effective_to < next ? r->effective_to : next;
        char name[PARTY_BUF_SIZE];
        const struct text party =
            explanation_party(d->e, directory_entity(d->e->context->directory, r->supplier).party, name);

        add_span(d, LANE_SUPPLIER, r->effective_from, to, i % 2 == 0 ? "party" : "party other", party);
        if (is_inside(d, r->effective_from) || i == 0) {
            buf_printf(d->out, "<text class=\"n in\" x=\"%" PRId64 "\" y=\"%d\">", x_of(d, r->effective_from) / 10 + 4,
                       lane_y(LANE_SUPPLIER) + 4);
            html_between(d->out, "", party, "</text>\n");
        }
    }
}

/* A line through all lanes, with its name above. */
static void add_line(const struct drawing *d, instant at, const char *css, const char *name, int row)
{
    const int64_t x = x_of(d, at) / 10;

    if (at == INSTANT_NONE || !is_inside(d, at))
        return;
    buf_printf(d->out, "<path class=\"%s\" d=\"M%" PRId64 " %dV%d\"/>\n", css, x, TOP - 4, TOP + LANE * LANES);
    buf_printf(d->out, "<text class=\"%s\" x=\"%" PRId64 "\" y=\"%d\">%s</text>\n", x > WIDTH - 130 ? "n end" : "n",
               x + (x > WIDTH - 130 ? -3 : 3), TOP - 8 - 12 * row, name);
}

/* How many days lie between lines, each of which stands at a midnight. */
static instant days_between(const struct drawing *d)
{
    static const int days[] = {1, 2, 3, 7, 14, 28, 61, 91, 183, 365};
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(days) && (d->to - d->from) / (days[i] * INSTANT_DAY) >= TICKS)
        i++;
    return (1 + (d->to - d->from) / (days[i] * INSTANT_DAY) / TICKS) * days[i] * INSTANT_DAY;
}

static void add_ticks(const struct drawing *d)
{
    const instant step = days_between(d);

    for (instant at = d->from - d->from % step; at <= d->to; at += step) {
        const int64_t x = x_of(d, at) / 10;
        char date[INSTANT_TEXT_SIZE];

        if (at < d->from)
            continue;
        instant_format_date(at, date);
        buf_printf(d->out, "<path class=\"grid\" d=\"M%" PRId64 " %dV%d\"/>\n", x, TOP, TOP + LANE * LANES);
        buf_printf(d->out, "<text class=\"n mid\" x=\"%" PRId64 "\" y=\"%d\">%s</text>\n", x, TOP + LANE * LANES + 16,
                   date);
    }
}

static void add_axis(const struct drawing *d)
{
    for (int i = 0; i < LANES; i++) {
        buf_printf(d->out, "<text class=\"lane\" x=\"0\" y=\"%d\">%s</text>\n", lane_y((enum lane)i) + 4,
                   lane_names[i]);
        buf_printf(d->out, "<path class=\"grid\" d=\"M%d %dH%d\"/>\n", LEFT, lane_y((enum lane)i), WIDTH - RIGHT);
    }
    add_ticks(d);
}

static void draw(struct drawing *d, const char *title)
{
    const struct judgement *const j = &d->e->judgement;
    size_t marks = 0;

    for (size_t i = 0; i < d->e->item_count; i++)
        marks += is_inside(d, d->e->items[i].at);
    d->numbered = marks <= LABELS;
    for (int lane = 0; lane < LANES; lane++)
        d->drawn[lane].shape = NULL;
    buf_printf(
        d->out,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
        "<svg class=\"timeline\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s: %zu events; each stands in the "
        "table below under its number\">\n",
        title, WIDTH, TOP + LANE * LANES + 24, title, marks);
    add_axis(d);
    for (size_t i = 0; i < d->e->context->silence_count; i++) {
        const struct silence *const s = &d->e->context->silences[i];

        add_span(d, LANE_SILENCE, s->from == INSTANT_NONE ? d->from : s->from, s->to, "silence",
                 TEXT_LITERAL("the log is silent"));
    }
    add_suppliers(d);
    if (d->e->judged && j->deadline != INSTANT_NONE) {
        add_span(d, LANE_PERIOD, j->inventory->commissioned_at, j->deadline, "period",
                 TEXT_LITERAL("the time allowed"));
        add_line(d, j->inventory->commissioned_at, "commissioned", "Commissioned", 0);
        add_line(d, j->deadline, "deadline", "deadline", 1);
        add_line(d, j->cos_at, "cos", "Change of Supplier", 2);
    }
    for (size_t i = 0; i < d->e->item_count; i++)
        if (d->e->items[i].kind != ITEM_REGISTRATION && d->e->items[i].kind != ITEM_COMMISSIONED &&
            is_inside(d, d->e->items[i].at)) {
            add_mark(d, i);
            explanation_pass_on(d->e, d->out);
        }
    for (int lane = 0; lane < LANES; lane++)
        write_numbers(d, (enum lane)lane);
    buf_add_str(d->out, "</svg></div>\n");
}

static void add_legend(struct buf *b)
{
    static const char *const keys[][3] = {
        {"m-good", "<circle r=\"5.5\"/>", "succeeded"},
        {"m-bad", "<path d=\"M-5-5L5 5M-5 5L5-5\"/>", "failed, refused"},
        {"m-doubt", "<circle r=\"5\"/>", "result not known"},
        {"m-quiet", "<circle r=\"2\"/>", "no attempt"},
        {"m-look", "<path d=\"M0-7L6 0L0 7L-6 0Z\"/>", "certificates read"},
        {"m-good", "<rect x=\"-5\" y=\"-5\" width=\"10\" height=\"10\"/>", "check passed"},
    };

    buf_add_str(b, "<ul class=\"legend\">");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        buf_printf(b, "<li><svg viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><g class=\"%s\">%s</g></svg>%s</li>",
                   keys[i][0], keys[i][1], keys[i][2]);
    buf_add_str(b, "<li>a number: the line of the table below; in bold, what decides something</li></ul>\n");
}

#define CLOSER 3 /* the time allowed is drawn once more where it is less than this part of all time */

void html_timeline(const struct explanation *e, struct buf *out)
{
    struct drawing d = {.e = e, .out = out, .from = e->context->as_of, .to = e->context->as_of};
    const instant commissioned = e->judged ? e->judgement.inventory->commissioned_at : INSTANT_NONE;
    const instant deadline = e->judged ? e->judgement.deadline : INSTANT_NONE;

    for (size_t i = 0; i < e->item_count; i++)
        if (e->items[i].kind != ITEM_REGISTRATION && e->items[i].at < d.from)
            d.from = e->items[i].at;
    d.from -= (d.to - d.from) / 50 + INSTANT_HOUR;
    add_legend(out);
    draw(&d, "From the first event to the instant asked for");
    if (commissioned == INSTANT_NONE || deadline == INSTANT_NONE || deadline > e->context->as_of ||
        deadline - commissioned >= (d.to - d.from) / CLOSER)
        return;
    d.from = commissioned - (deadline - commissioned) / 10;
    d.to = deadline + (deadline - commissioned) / 10;
    buf_add_str(out, "<h3>The time allowed, closer</h3>\n");
    draw(&d, "From Commissioning to the deadline");
}
