/* Charts as SVG. */
#include "output/markup.h"

#include "base/ascii.h"

#include <stdio.h>

#define WIDTH      360
#define LETTER     6.2 /* of the 11 unit type, on average */
#define GRID_LINES 4

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

static void open_svg(struct buf *b, const struct svg_chart *c, int height)
{
    buf_printf(b, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, height);
    markup_text(b, c->title);
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

void svg_columns(struct buf *b, const struct svg_chart *c)
{
    const double left = 46, top = 12, bottom = 182, width = WIDTH - left - 6;
    const double slot = width / (double)(c->label_count > 0 ? c->label_count : 1);
    const double column = slot * 0.8 / (double)c->series_count < 26 ? slot * 0.8 / (double)c->series_count : 26;
    size_t every = 1;
    double most = 0, step;

    for (size_t s = 0; s < c->series_count; s++)
        for (size_t i = 0; i < c->label_count; i++)
            most = c->series[s].values[i] > most ? c->series[s].values[i] : most;
    step = grid_step(most, c->figure);
    open_svg(b, c, 206);
    for (int i = 0; i <= GRID_LINES; i++) {
        const double y = bottom - (bottom - top) * i / GRID_LINES;

        buf_printf(b, "<path class=\"grid\" d=\"M%d %d.%dH%d\"/>\n", (int)left, (int)y, (int)(y * 10) % 10, WIDTH - 6);
        add_figure(b, left - 5, y + 4, "end", c->figure, step * i);
    }
    while (c->label_count > 0 && slot * (double)every < LETTER * (double)(c->labels[0].len + 1))
        every++;
    for (size_t i = 0; i < c->label_count; i++) {
        const double middle = left + slot * ((double)i + 0.5);

        for (size_t s = 0; s < c->series_count; s++) {
            const double high = (bottom - top) * c->series[s].values[i] / (step * GRID_LINES);
            const double x = middle + column * ((double)s - (double)c->series_count / 2);

            add_shape(b, c, &c->series[s], i, (double[]){x, bottom - high, column * 0.92, high});
        }
        if ((c->label_count - 1 - i) % every == 0) {
            const double rightmost = WIDTH - LETTER * (double)c->labels[i].len / 2;

            add_label(b, middle < rightmost ? middle : rightmost, bottom + 16, "mid", c->labels[i]);
        }
    }
    buf_add_str(b, "</svg>\n");
}

/* A word of a vocabulary as people write it: CERTIFICATE_EVIDENCE is wide, and no easier to read for it. */
static void add_plain(struct buf *b, struct text t)
{
    bool is_word = t.len > 1;

    for (size_t i = 0; i < t.len; i++)
        is_word = is_word && (ascii_is_upper(t.ptr[i]) || ascii_is_digit(t.ptr[i]) || t.ptr[i] == '_');
    for (size_t i = 0; i < t.len; i++) {
        const char c = t.ptr[i];

        buf_add_byte(b, (unsigned char)(!is_word ? c : c == '_' ? ' ' : i > 0 && c >= 'A' ? c + ('a' - 'A') : c));
    }
}

/* The label as far as it fits: cut before the letter that does not, with an ellipsis. */
static void add_cut_label(struct buf *b, double x, double y, struct text t, size_t letters)
{
    struct buf plain = {0}, cut = {0};
    size_t count = 0, i = 0;

    add_plain(&plain, t);
    t = buf_text(&plain);
    while (i < t.len && count < letters) {
        do
            i++;
        while (i < t.len && ((unsigned char)t.ptr[i] & 0xC0) == 0x80);
        count++;
    }
    buf_add(&cut, t.ptr, i);
    if (i < t.len)
        buf_add_str(&cut, "\xE2\x80\xA6");
    b->failed = b->failed || cut.failed || plain.failed;
    add_label(b, x, y, "end", buf_text(&cut));
    buf_release(&plain);
    buf_release(&cut);
}

void svg_bars(struct buf *b, const struct svg_chart *c)
{
    const double left = 152, width = WIDTH - left - 54, row = 22;
    double most = 0;

    for (size_t i = 0; i < c->label_count; i++) {
        double sum = 0;

        for (size_t s = 0; s < c->series_count; s++)
            sum += c->series[s].values[i];
        most = sum > most ? sum : most;
    }
    open_svg(b, c, (int)(row * (double)c->label_count) + 8);
    for (size_t i = 0; i < c->label_count; i++) {
        const double y = 4 + row * (double)i;
        double x = left, sum = 0;

        add_cut_label(b, left - 6, y + 15, c->labels[i], 21);
        for (size_t s = 0; s < c->series_count; s++) {
            const double wide = most > 0 ? width * c->series[s].values[i] / most : 0;

            add_shape(b, c, &c->series[s], i, (double[]){x, y + 3, wide, row - 6});
            x += wide;
            sum += c->series[s].values[i];
        }
        add_figure(b, x + 5, y + 15, "start", c->figure, sum);
    }
    buf_add_str(b, "</svg>\n");
}
