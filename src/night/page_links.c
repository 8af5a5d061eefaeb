/* The links of the page: to every report, and to the folders of the parties. */
#include "page_int.h"

#include "output/markup.h"

#include <stdio.h>
#include <string.h>

/* The path as a link: what a URL would take for something else is escaped. */
static void add_link(struct buf *b, const char *path, const char *shown)
{
    buf_add_str(b, "<a href=\"");
    for (const char *p = path; *p != '\0'; p++)
        if (strchr("%?#\"<>& ", *p) != NULL || (unsigned char)*p >= 0x80)
            buf_printf(b, "%%%02X", (unsigned)(unsigned char)*p);
        else
            buf_add_byte(b, (unsigned char)*p);
    buf_add_str(b, "\">");
    markup_text(b, text_of(shown));
    buf_add_str(b, "</a>");
}

/* "NAME.EXT" at the top of the folder: its extension without the point, NULL: another file. */
static const char *format_of(const char *path, const char *name)
{
    const size_t len = strlen(name);

    return strncmp(path, name, len) == 0 && path[len] == '.' && strchr(path + len, '/') == NULL ? path + len + 1 : NULL;
}

/* What each part is of, in words: "party", "CSP region". */
static const char *split_name(const struct report *report)
{
    for (size_t i = 0; report->split != NULL && i < report->column_count; i++)
        if (strcmp(report->columns[i].name, report->split) == 0 && strcmp(report->split, "party") != 0)
            return report->columns[i].title;
    return report->split != NULL ? report->split : "part";
}

static void add_report(struct buf *b, const struct night *n, const struct report *report)
{
    const size_t len = strlen(report->name);
    size_t parts = 0;

    buf_add_str(b, "<li><strong>");
    markup_text(b, text_of(report->title));
    buf_add_str(b, "</strong> <span class=\"soft\">for ");
    markup_text(b, text_of(report->audience[0] != '\0' ? report->audience : "everyone"));
    buf_add_str(b, "</span><br>");
    for (size_t i = 0; i < n->file_count; i++) {
        const char *const path = n->files[i].path;
        const char *const format = format_of(path, report->name);

        if (format != NULL) {
            add_link(b, path, format);
            buf_add_byte(b, ' ');
        }
        parts += strncmp(path, report->name, len) == 0 && path[len] == '/';
    }
    if (parts > 0) {
        char folder[256], shown[64];

        snprintf(folder, sizeof(folder), "%s/", report->name);
        snprintf(shown, sizeof(shown), "one for each %s (%zu)", split_name(report), parts);
        add_link(b, folder, shown);
    }
    buf_add_str(b, "</li>\n");
}

static void add_parties(struct buf *b, const struct night *n)
{
    static const char folder[] = "parties/";
    size_t files = 0;

    for (size_t i = 0; i < n->file_count; i++)
        files += strncmp(n->files[i].path, folder, strlen(folder)) == 0;
    if (files < 2) /* its index alone */
        return;
    buf_printf(
        b,
        "<li><strong>A folder for each party and CSP</strong> <span class=\"soft\">with what is its own</span><br>"
        "<a href=\"parties/\">%zu files</a> <a href=\"parties/index.csv\">index</a></li>\n",
        files - 1);
}

void page_reports(struct buf *b, const struct night *n)
{
    page_open_section(b, "reports", "Reports", NULL);
    buf_add_str(b, "<ul class=\"links\">\n");
    for (size_t i = 0; i < n->request->report_count; i++)
        add_report(b, n, &n->request->reports[i]);
    add_parties(b, n);
    buf_add_str(b,
                "</ul>\n<p>The same as data, with the SHA-256 of every file: <a href=\"run.json\">run.json</a></p>\n");
    page_close_section(b);
}
