/* Charts as SVG. */
#include "output/markup.h"

#include <stdio.h>

#define WIDTH           360
#define LETTER          6.2 /* of the 11 unit type, on average */
#define GRID_LINES      4
#define GAP             1.4 /* between neighbours that touch */
#define LABEL_LINES_MAX 4
#define ROW             22 /* of a bar whose label is one line */
#define LINE            12

/* A tenth of a unit is as fine as any screen shows; whole numbers keep the text the same on every machine. */
static void add_length(struct buf *b, const char *name, double value)
{
    const int tenths = (int)(value * 10 + 0.5);

    buf_printf(b, " %s=\"%d.%d\"", name, tenths / 10, tenths % 10);
}

/* The least of 1, 2, 2.5 and 5 times a power of ten of which GRID_LINES reach up to `most`. */
static double grid_step(double most, enum figure figure)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    double power = figure == FIGURE_SHARE ? 0.0001 : 1;

    for (;; power *= 10)
        for (size_t i = 0; i < ARRAY_LEN(steps); i++)
            if (steps[i] * power * GRID_LINES >= most && (figure == FIGURE_SHARE || power > 1 || i != 2))
                return steps[i] * power;
}

/* The chart for those who do not see it: its title, and every value. */
static void open_svg(struct buf *b, const struct svg_chart *c, int height)
{
    buf_printf(b, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, height);
    markup_text(b, c->title);
    for (size_t i = 0; i < c->label_count; i++) {
        buf_add_str(b, i > 0 ? "; " : ": ");
        markup_text(b, c->labels[i]);
        for (size_t s = 0; s < c->series_count; s++) {
            buf_add_str(b, ", ");
            markup_text(b, c->series[s].name);
            buf_add_byte(b, ' ');
            markup_figure(b, c->figure, c->series[s].values[i]);
        }
    }
    buf_add_str(b, "\">\n");
}

static void add_label(struct buf *b, double x, double y, const char *css, struct text t)
{
    buf_printf(b, "<text class=\"%s\"", css);
    add_length(b, "x", x);
    add_length(b, "y", y);
    buf_add_byte(b, '>');
    markup_text(b, t);
    buf_add_str(b, "</text>\n");
}

static void add_figure(struct buf *b, double x, double y, const char *css, enum figure figure, double value)
{
    struct buf text = {0};

    markup_figure(&text, figure, value);
    b->failed = b->failed || text.failed;
    add_label(b, x, y, css, buf_text(&text));
    buf_release(&text);
}

/* A shape that names its value when it is pointed at. */
static void add_shape(struct buf *b, const struct svg_chart *c, const struct svg_series *s, size_t label,
                      const double box[4])
{
    static const char *const names[] = {"x", "y", "width", "height"};

    buf_printf(b, "<rect class=\"%s\"", s->css);
    for (int i = 0; i < 4; i++)
        add_length(b, names[i], box[i]);
    buf_add_str(b, "><title>");
    markup_text(b, c->labels[label]);
    buf_add_str(b, ", ");
    markup_text(b, s->name);
    buf_add_str(b, ": ");
    markup_figure(b, c->figure, s->values[label]);
    buf_add_str(b, "</title></rect>\n");
}

/* Where the values of charts over time lie. */
#define LEFT_LEAST 46.0
#define TOP        12.0
#define BOTTOM     182.0
#define DIGIT      7.2 /* of the 11 unit type, in the widest face */

/* What a tick of the axis is called: shares without decimals that say nothing. */
static void add_tick(struct buf *b, enum figure figure, double value)
{
    char text[32];
    size_t len;

    if (figure != FIGURE_SHARE) {
        markup_figure(b, figure, value);
        return;
    }
    len = (size_t)snprintf(text, sizeof(text), "%.3f", 100 * value);
    while (text[len - 1] == '0')
        len--;
    len -= text[len - 1] == '.';
    buf_printf(b, "%.*s%%", (int)len, text);
}

/* Room for the longest of the ticks. */
static double left_of(const struct svg_chart *c, double step)
{
    double left = LEFT_LEAST;
    struct buf tick = {0};

    for (int i = 0; i <= GRID_LINES; i++) {
        buf_clear(&tick);
        add_tick(&tick, c->figure, step * i);
        left = 9 + DIGIT * (double)tick.len > left ? 9 + DIGIT * (double)tick.len : left;
    }
    buf_release(&tick);
    return left;
}

static double most_of(const struct svg_chart *c)
{
    double most = 0;

    for (size_t s = 0; s < c->series_count; s++)
        for (size_t i = 0; i < c->label_count; i++)
            most = c->series[s].values[i] > most ? c->series[s].values[i] : most;
    return most;
}

static void add_grid(struct buf *b, const struct svg_chart *c, double left, double step)
{
    struct buf tick = {0};

    for (int i = 0; i <= GRID_LINES; i++) {
        const double y = BOTTOM - (BOTTOM - TOP) * i / GRID_LINES;

        buf_printf(b, "<path class=\"grid\" d=\"M%d %d.%dH%d\"/>\n", (int)left, (int)y, (int)(y * 10) % 10, WIDTH - 6);
        buf_clear(&tick);
        add_tick(&tick, c->figure, step * i);
        add_label(b, left - 5, y + 4, "end", buf_text(&tick));
    }
    b->failed = b->failed || tick.failed;
    buf_release(&tick);
}

/* Labels under points `slot` apart, the last one and as many before it as there is room for. */
static void add_dates(struct buf *b, const struct svg_chart *c, double first, double slot, double y)
{
    size_t every = 1, longest = 0;

    for (size_t i = 0; i < c->label_count; i++)
        longest = c->labels[i].len > longest ? c->labels[i].len : longest;
    while (c->label_count > 0 &&
           slot * (double)every < LETTER * (double)(longest + 3)) /* the last is moved in from the edge */
        every++;
    for (size_t i = c->label_count > 0 ? (c->label_count - 1) % every : 0; i < c->label_count; i += every) {
        const double middle = first + slot * (double)i, half = LETTER * (double)c->labels[i].len / 2;

        add_label(b, middle < half ? half : middle > WIDTH - half ? WIDTH - half : middle, y, "mid", c->labels[i]);
    }
}

void svg_columns(struct buf *b, const struct svg_chart *c)
{
    const double step = grid_step(most_of(c), c->figure);
    const double left = left_of(c, step), top = TOP, bottom = BOTTOM, width = WIDTH - left - 6;
    const double slot = width / (double)(c->label_count > 0 ? c->label_count : 1);
    const double column = slot * 0.8 / (double)c->series_count < 26 ? slot * 0.8 / (double)c->series_count : 26;

    open_svg(b, c, 206);
    add_grid(b, c, left, step);
    for (size_t i = 0; i < c->label_count; i++) {
        const double middle = left + slot * ((double)i + 0.5);

        for (size_t s = 0; s < c->series_count; s++) {
            const double high = (bottom - top) * c->series[s].values[i] / (step * GRID_LINES);
            const double x = middle + column * ((double)s - (double)c->series_count / 2);

            add_shape(b, c, &c->series[s], i, (double[]){x, bottom - high, column * 0.92, high});
        }
    }
    add_dates(b, c, left + slot / 2, slot, bottom + 16);
    buf_add_str(b, "</svg>\n");
}

/* ---- Ranges over time ---- */

static void add_point(struct buf *b, char command, double x, double y)
{
    const int tx = (int)(x * 10 + 0.5), ty = (int)(y * 10 + 0.5);

    buf_printf(b, "%c%d.%d %d.%d", command, tx / 10, tx % 10, ty / 10, ty % 10);
}

struct scale {
    double left, slot, most; /* of the first label; units from one label to the next; the value at the top */
};

static double height_of(const struct scale *k, double value)
{
    return BOTTOM - (BOTTOM - TOP) * value / k->most;
}

/* The points of a series, onwards or back. */
static void add_points(struct buf *b, const struct svg_chart *c, size_t series, const struct scale *k, bool back)
{
    for (size_t n = 0; n < c->label_count; n++) {
        const size_t i = back ? c->label_count - 1 - n : n;

        add_point(b, n == 0 && !back ? 'M' : 'L', k->left + k->slot * (double)i,
                  height_of(k, c->series[series].values[i]));
    }
}

static void add_dot(struct buf *b, const struct svg_chart *c, size_t series, const struct scale *k, size_t i)
{
    const struct svg_series *const s = &c->series[series];

    buf_printf(b, "<circle class=\"%s\" r=\"%s\"", s->css, i + 1 == c->label_count ? "3.4" : "1.7");
    add_length(b, "cx", k->left + k->slot * (double)i);
    add_length(b, "cy", height_of(k, s->values[i]));
    buf_add_str(b, "><title>");
    markup_text(b, c->labels[i]);
    buf_add_str(b, ", ");
    markup_text(b, s->name);
    buf_add_str(b, ": ");
    markup_figure(b, c->figure, s->values[i]);
    buf_add_str(b, "</title></circle>\n");
}

void svg_range(struct buf *b, const struct svg_chart *c)
{
    const double step = grid_step(most_of(c), c->figure), left = left_of(c, step);
    const double width = WIDTH - left - 10;
    const struct scale k = {left, width / (double)(c->label_count > 1 ? c->label_count - 1 : 1), step * GRID_LINES};

    open_svg(b, c, 206);
    add_grid(b, c, left, step);
    buf_printf(b, "<path class=\"band %s\" d=\"", c->series[0].css);
    add_points(b, c, 1, &k, false);
    add_points(b, c, 0, &k, true);
    buf_add_str(b, "Z\"/>\n");
    for (size_t s = 0; s < c->series_count; s++) {
        buf_printf(b, "<path class=\"line %s\" d=\"", c->series[s].css);
        add_points(b, c, s, &k, false);
        buf_add_str(b, "\"/>\n");
        for (size_t i = 0; i < c->label_count; i++)
            add_dot(b, c, s, &k, i);
    }
    add_dates(b, c, left, k.slot, BOTTOM + 16);
    buf_add_str(b, "</svg>\n");
}

/* ---- Days ---- */

#define STRIP_LEFT   8.0
#define STRIP_BOTTOM 78.0
#define STRIP_HIGH   66.0

void svg_days(struct buf *b, const struct svg_chart *c, const struct svg_span *silent, size_t silent_count)
{
    const double days = (double)c->label_count, slot = (WIDTH - 2 * STRIP_LEFT) / (days > 0 ? days : 1);
    const double most = most_of(c);

    open_svg(b, c, 108);
    buf_add_str(b, "<defs><pattern id=\"gap\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
                   "patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V5\"/></pattern></defs>\n");
    for (size_t i = 0; i < silent_count; i++) {
        const double from = silent[i].from > 0 ? silent[i].from : 0, to = silent[i].to < days ? silent[i].to : days;

        if (to <= from)
            continue;
        buf_add_str(b, "<rect class=\"gap\" fill=\"url(#gap)\"");
        add_length(b, "x", STRIP_LEFT + slot * from);
        add_length(b, "y", STRIP_BOTTOM - STRIP_HIGH);
        add_length(b, "width", slot * (to - from));
        add_length(b, "height", STRIP_HIGH);
        buf_add_str(b, "/>\n");
    }
    for (size_t i = 0; i < c->label_count; i++) {
        const double value = c->series[0].values[i], high = most > 0 ? STRIP_HIGH * value / most : 0;

        add_shape(b, c, &c->series[0], i,
                  (double[]){STRIP_LEFT + slot * ((double)i + 0.1), STRIP_BOTTOM - high, slot * 0.8, high});
    }
    buf_printf(b, "<path class=\"grid\" d=\"M%d %dH%d\"/>\n", (int)STRIP_LEFT, (int)STRIP_BOTTOM,
               WIDTH - (int)STRIP_LEFT);
    add_dates(b, c, STRIP_LEFT + slot / 2, slot, STRIP_BOTTOM + 16);
    buf_add_str(b, "</svg>\n");
}

/* Where a line of at most `letters` ends that begins at `at`: at a blank, or where a word is too long within it. */
static size_t line_end(struct text t, size_t at, size_t letters)
{
    size_t blank = 0, count = 0, i = at;

    while (i < t.len && count < letters) {
        if (t.ptr[i] == ' ')
            blank = i;
        do
            i++;
        while (i < t.len && ((unsigned char)t.ptr[i] & 0xC0) == 0x80);
        count++;
    }
    return i >= t.len || blank == 0 || t.ptr[i] == ' ' ? i : blank;
}

/* The label whole, in as many lines as it takes; returns how many. b may be NULL: they are only counted. */
static size_t add_label_lines(struct buf *b, double x, double y, struct text t, size_t letters)
{
    size_t lines = 0;

    for (size_t at = 0; at < t.len && lines < LABEL_LINES_MAX; lines++) {
        const size_t end = lines + 1 < LABEL_LINES_MAX ? line_end(t, at, letters) : t.len;

        if (b != NULL)
            add_label(b, x, y + LINE * (double)lines, "end", (struct text){t.ptr + at, end - at});
        for (at = end; at < t.len && t.ptr[at] == ' ';)
            at++;
    }
    return lines > 0 ? lines : 1;
}

#define LABEL_LETTERS 23

static double bar_height(struct text label)
{
    return ROW + LINE * (double)(add_label_lines(NULL, 0, 0, label, LABEL_LETTERS) - 1);
}

static double longest_bar(const struct svg_chart *c)
{
    double most = 0;

    for (size_t i = 0; i < c->label_count; i++) {
        double sum = 0;

        for (size_t s = 0; s < c->series_count; s++)
            sum += c->series[s].values[i];
        most = sum > most ? sum : most;
    }
    return most;
}

/* Behind the longest bar, for its total. */
static double room_behind(enum figure figure, double most)
{
    struct buf total = {0};
    double room;

    markup_figure(&total, figure, most);
    room = 8 + DIGIT * (double)total.len;
    buf_release(&total);
    return room > 54 ? room : 54;
}

void svg_bars(struct buf *b, const struct svg_chart *c)
{
    const double left = 152, most = longest_bar(c), width = WIDTH - left - room_behind(c->figure, most);
    double y = 4, height = 8;

    for (size_t i = 0; i < c->label_count; i++)
        height += bar_height(c->labels[i]);
    open_svg(b, c, (int)height);
    for (size_t i = 0; i < c->label_count; i++) {
        const double middle = y + bar_height(c->labels[i]) / 2;
        double x = left, sum = 0;

        add_label_lines(b, left - 6, middle - bar_height(c->labels[i]) / 2 + 15, c->labels[i], LABEL_LETTERS);
        for (size_t s = 0; s < c->series_count; s++) {
            const double wide = most > 0 ? width * c->series[s].values[i] / most : 0;

            if (wide > 0)
                add_shape(b, c, &c->series[s], i,
                          (double[]){x, middle - 8, wide > 2 * GAP ? wide - GAP : wide, ROW - 6});
            x += wide;
            sum += c->series[s].values[i];
        }
        add_figure(b, x + 5, middle + 4, "start", c->figure, sum);
        y += bar_height(c->labels[i]);
    }
    buf_add_str(b, "</svg>\n");
}
