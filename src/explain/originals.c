/* The original rows that lie beside an explanation in its bundle, and which are not there. */
#include "html_int.h"

#include <inttypes.h>

static void add_original(struct buf *b, const struct told_original *o)
{
    html_between(b, "<tr><th scope=\"row\" class=\"t\">", text_of(o->name), "</th>");
    buf_printf(b, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td class=\"t\">", o->records, o->rows);
    if (o->file != NULL)
        buf_printf(b, "<a href=\"%s\">%s</a>", o->file, o->file);
    if (o->why_not != NULL)
        buf_printf(b, "%s<span class=\"bad\">missing</span>: %s", o->file != NULL ? "; " : "", o->why_not);
    buf_add_str(b, "</td></tr>\n");
}

void originals_html(const struct told_originals *originals, struct buf *b)
{
    if (originals == NULL)
        return;
    buf_add_str(b, "<section>\n<h2>The original rows</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"The original rows\"><table>\n<thead><tr><th scope=\"col\" class=\"t\">Input file</th>"
                   "<th scope=\"col\">Records</th><th scope=\"col\">Rows found</th>"
                   "<th scope=\"col\" class=\"t\">In this folder</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < originals->count; i++)
        add_original(b, &originals->ptr[i]);
    buf_add_str(b, "</tbody></table></div>\n</section>\n");
}

void originals_text(const struct told_originals *originals, struct buf *b)
{
    if (originals == NULL)
        return;
    buf_add_str(b, "\nOriginal rows\n");
    for (size_t i = 0; i < originals->count; i++) {
        const struct told_original *const o = &originals->ptr[i];

        buf_add_str(b, "  ");
        show_text(b, text_of(o->name));
        buf_printf(b, ": %" PRIu64 " of %" PRIu64 " rows%s%s%s%s\n", o->rows, o->records,
                   o->file != NULL ? ", in " : "", o->file != NULL ? o->file : "",
                   o->why_not != NULL ? "; missing: " : "", o->why_not != NULL ? o->why_not : "");
    }
}
