/* What a night has to be looked at for, first on its page. */
#include "page_int.h"

#include "base/ascii.h"
#include "output/markup.h"

/* The length of an instant such as 2021-09-17T06:00:00Z at `t`; 0: there is none. */
static size_t instant_length(const char *t)
{
    static const char form[] = "0000-00-00T00:00:00";
    size_t len = 0;

    for (; form[len] != '\0'; len++)
        if (form[len] == '0' ? !ascii_is_digit(t[len]) : t[len] != form[len])
            return 0;
    if (t[len] == '.')
        for (len++; ascii_is_digit(t[len]);)
            len++;
    return t[len] == 'Z' ? len + 1 : 0;
}

/* Its instants as the rest of the page has them. */
static void add_alarm(struct buf *b, const char *text)
{
    const char *plain = text;

    for (const char *at = text; *at != '\0';) {
        const size_t len = instant_length(at);

        at += len == 0;
        if (len == 0)
            continue;
        markup_text(b, (struct text){plain, (size_t)(at - plain)});
        page_minute(b, (struct text){at, len});
        plain = at += len;
    }
    markup_text(b, text_of(plain));
}

void page_alarms(struct buf *b, const struct night_request *r)
{
    if (r->alarm_count == 0) {
        buf_add_str(b,
                    "<div class=\"state good\"><strong>Nothing to look at.</strong> No limit was passed, no file was "
                    "refused and no row rejected that was not told before, and the log has no new silence.</div>\n");
        return;
    }
    buf_printf(b, "<div class=\"state bad\"><strong>%zu %s to look at</strong>\n<ul>\n", r->alarm_count,
               r->alarm_count == 1 ? "thing" : "things");
    for (size_t i = 0; i < r->alarm_count; i++) {
        buf_add_str(b, "<li>");
        add_alarm(b, r->alarms[i].text);
        buf_add_str(b, "</li>\n");
    }
    buf_add_str(b, "</ul></div>\n");
}
