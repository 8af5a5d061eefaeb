/* How a file is to be read: the table of readers, which of them its content is for, and in which form. */
#include "job_form_int.h"

#include "base/zone.h"
#include "inventory_int.h"
#include "layout_int.h"
#include "readers_int.h"
#include "table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct load_kind reader_kinds[] = {
#define READER(symbol, name, summary) {name, summary},
#include "readers.def"
#undef READER
    {0},
};

static const struct reader_ops *const readers[] = {
#define READER(symbol, name, summary) &reader_##symbol,
#include "readers.def"
#undef READER
};

const struct load_kind *load_kinds(size_t *count)
{
    *count = READER_COUNT;
    return reader_kinds;
}

const struct reader_ops *readers_find(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(readers); i++)
        if (text_same_word(text_of(reader_kinds[i].name), text_of(kind)))
            return readers[i];
    return NULL;
}

static void list_kinds(char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(readers) && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", i > 0 ? ", " : "", reader_kinds[i].name);
}

/* What keeps the content from being any CSV kind; NULL when it has a heading that can be read. */
static const char *heading_fault(const struct head *head)
{
    struct splitter s = {0};
    const char *why = NULL;
    size_t consumed;
    char delimiter;

    (void)heading_split(&s, head, 0, &delimiter, &consumed, &why);
    splitter_release(&s);
    return why;
}

/* Files that are often given in the place of a CSV file, by their first bytes, and what would mend it. */
static const struct {
    struct text magic;
    const char *is;
} others[] = {
    {TEXT_LITERAL("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
     "is an Excel workbook (.xls) or another document of Office; save the sheet as CSV UTF-8"},
    {TEXT_LITERAL("%PDF-"), "is a PDF; get the data as CSV"},
    {TEXT_LITERAL("7z\xBC\xAF\x27\x1C"), "is a 7z archive; unpack it, and read what is in it"},
    {TEXT_LITERAL("Rar!\x1A\x07"), "is a RAR archive; unpack it, and read what is in it"},
    {TEXT_LITERAL("PAR1"), "is a Parquet file; write it as CSV"},
    {TEXT_LITERAL("SQLite format 3"), "is a database of SQLite; export its tables as CSV"},
    {TEXT_LITERAL("\x04\x22\x4D\x18"), "is compressed by lz4; unpack it, and read what is in it"},
    {TEXT_LITERAL("\x1F\x9D"), "is compressed by compress; unpack it (gunzip does), and read what is in it"},
    {TEXT_LITERAL("LZIP"), "is compressed by lzip; unpack it, and read what is in it"},
    {TEXT_LITERAL("MSCF"), "is a cabinet (.cab); unpack it, and read what is in it"},
    {TEXT_LITERAL("{\\rtf"), "is a document (RTF); get the data as CSV"},
    {TEXT_LITERAL("\x89PNG"), "is a picture (PNG); get the data as CSV"},
    {TEXT_LITERAL("\xFF\xD8\xFF"), "is a picture (JPEG); get the data as CSV"},
    {TEXT_LITERAL("MIME-Version:"), "is an e-mail or a web archive; save what is attached to it, and read that"},
    {TEXT_LITERAL("-----BEGIN PGP MESSAGE"),
     "is encrypted by PGP; decrypt it (gpg --decrypt), and read what was in it"},
    {TEXT_LITERAL("-----BEGIN PKCS7"),
     "is a bundle (PKCS #7); 'openssl pkcs7 -print_certs' takes its certificates out"},
    {TEXT_LITERAL("HTTP/1."), "is an answer of a web server with its head; save what stands behind the blank line"},
};

static const char spreadsheet_xml[] = "urn:schemas-microsoft-com:office:spreadsheet";

/* Behind an XML declaration, comments do not matter: pages that are XML begin so. */
static bool is_html(struct text t)
{
    static const struct text begins[] = {TEXT_LITERAL("<!doctype html"), TEXT_LITERAL("<html"), TEXT_LITERAL("<head"),
                                         TEXT_LITERAL("<body"), TEXT_LITERAL("<table")};
    size_t at = t.len >= 3 && memcmp(t.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    for (bool declared = false;; declared = true) {
        while (at < t.len && memchr(" \t\r\n", t.ptr[at], 4) != NULL)
            at++;
        if (declared || t.len - at < 5 || memcmp(t.ptr + at, "<?xml", 5) != 0)
            break;
        const char *const end = memmem(t.ptr + at, t.len - at, "?>", 2);
        at = end != NULL ? (size_t)(end + 2 - t.ptr) : t.len;
    }
    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (t.len - at >= begins[i].len && text_equal_nocase((struct text){t.ptr + at, begins[i].len}, begins[i]))
            return true;
    return false;
}

int readers_refuse_other(const char *name, struct text head, struct err *why)
{
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (head.len >= others[i].magic.len && memcmp(head.ptr, others[i].magic.ptr, others[i].magic.len) == 0)
            return err_set(why, ERR_DATA, "'%s' %s", name, others[i].is);
    if (memmem(head.ptr, head.len < 2048 ? head.len : 2048, spreadsheet_xml, strlen(spreadsheet_xml)) != NULL)
        return err_set(why, ERR_DATA, "'%s' is an Excel workbook (XML); save the sheet as CSV UTF-8", name);
    if (is_html(head))
        return err_set(why, ERR_DATA,
                       "'%s' is a page of HTML, perhaps one to sign in that was saved in its place, or a table that a "
                       "spreadsheet opens; get the data itself as CSV",
                       name);
    return 0;
}

static void refuse_unknown(const struct job *job, const struct head *head, struct err *why)
{
    const char *const fault = heading_fault(head);
    const struct layout *const layout = layouts_recognise(job->options->forms, head, true);
    const size_t len = bytes_line((const unsigned char *)head->bytes.ptr, head->bytes.len, true);
    char kinds[160], line[100];
    struct buf shown = {0};

    if (layout != NULL) {
        err_set(
            why, ERR_DATA,
            "'%s' begins as [layout %s] has it: compare its fields with what 'pcreport check --suggest' prints, and "
            "read it with --layout=%s",
            job->name, flat_name(layout), flat_name(layout));
        return;
    }
    list_kinds(kinds, sizeof(kinds));
    secret_remove(bytes_without_end((const unsigned char *)head->bytes.ptr, len), &shown);
    text_show(buf_text(&shown), line, sizeof(line));
    buf_release(&shown);
    err_set(why, ERR_DATA,
            "'%s' is of no known kind%s%s; its first line is '%s'; the kinds are %s (name one with --kind)", job->name,
            fault != NULL ? ": " : "", fault != NULL ? fault : "", line, kinds);
}

static void refuse_near(const struct job *job, const struct reader_ops *nearest, const struct bid *bid, struct err *why)
{
    char kinds[160];

    list_kinds(kinds, sizeof(kinds));
    if (nearest->table != NULL)
        err_set(why, ERR_DATA,
                "'%s' is of no known kind: nearest is %s, but it lacks %s (map columns in the configuration under "
                "[columns.%s], as 'pcreport check --suggest' prints them); the kinds are %s (name one with --kind)",
                job->name, nearest->kind->name, bid->lacks, nearest->kind->name, kinds);
    else
        err_set(why, ERR_DATA,
                "'%s' is of no known kind: nearest is %s, but it lacks %s, which 'man pcreport-%s' tells; "
                "the kinds are %s (name one with --kind)",
                job->name, nearest->kind->name, bid->lacks, nearest->kind->name, kinds);
}

/* The surest reader; out->score is 0 where none bids. */
static const struct reader_ops *surest(const struct job *job, const struct head *head, struct bid *out)
{
    const struct reader_ops *best = NULL;

    *out = (struct bid){0};
    for (size_t i = 0; i < ARRAY_LEN(readers) && !out->no_memory; i++) {
        struct bid bid;
        readers[i]->bid(readers[i], job, head, &bid);
        if (bid.score > out->score || bid.no_memory) {
            best = readers[i];
            *out = bid;
        }
    }
    return best;
}

const struct reader_ops *readers_pick(const struct job *job, const struct head *head, struct err *why)
{
    struct head behind_titles = *head;
    const struct reader_ops *best;
    struct bid bid;

    if (job->options->kind != NULL)
        return readers_find(job->options->kind);
    if (job->profile != NULL && job->profile->kind != NULL)
        return readers_find(job->profile->kind);
    best = surest(job, head, &bid);
    behind_titles.titles = true;
    if (bid.score < BID_SURE && !bid.no_memory)
        best = surest(job, &behind_titles, &bid);
    if (bid.no_memory)
        return err_nomem(why), NULL;
    if (bid.score >= BID_SURE)
        return best;
    if (best == NULL)
        refuse_unknown(job, head, why);
    else
        refuse_near(job, best, &bid, why);
    return NULL;
}

/* ---- What a file's name tells: an extract may say nowhere else when it was taken ---- */

const char *file_base_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;
    const char *member = strstr(base, ": ");

    return member != NULL ? member + 2 : base;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *p)
{
    return strspn(p, "0123456789");
}

/* 20211001 or 2021-10-01: its length, 0 when there is none; written as the latter. */
static size_t take_date(const char *p, char out[10])
{
    const size_t digits = digits_at(p);

    if (digits == 8 || digits == 14) {
        memcpy(out, p, 4);
        out[4] = out[7] = '-';
        memcpy(out + 5, p + 4, 2);
        memcpy(out + 8, p + 6, 2);
        return 8;
    }
    if (digits != 4 || p[4] != '-' || digits_at(p + 5) != 2 || p[7] != '-' || digits_at(p + 8) < 2)
        return 0;
    memcpy(out, p, 10);
    return 10;
}

/* The time behind a date, as 180000, 1800, 18-00-00 or 18:00:00, with a T or another mark before it: its length, 0 when
 * there is none. Four digits alone may be a number of the file: they need the T. */
static size_t take_time(const char *p, char out[8])
{
    const bool marked = *p != '\0' && strchr("Tt_-. ", *p) != NULL, is_t = *p == 'T' || *p == 't';
    const char *const at = p + marked;
    const size_t digits = digits_at(at);
    size_t len = digits;

    memcpy(out, "00:00:00", 8);
    if (digits == 6 || (digits == 4 && is_t)) {
        for (size_t i = 0; i < digits; i += 2)
            memcpy(out + i / 2 * 3, at + i, 2);
    } else if (digits == 2 && at[2] != '\0' && strchr(":-.", at[2]) != NULL && digits_at(at + 3) == 2 &&
               at[5] == at[2] && digits_at(at + 6) == 2) {
        len = 8;
        memcpy(out, at, 2);
        memcpy(out + 3, at + 3, 2);
        memcpy(out + 6, at + 6, 2);
    } else {
        return 0;
    }
    return marked + len;
}

/* How a zone behind a time or date in a name is taken. */
enum name_zone { NAME_ZONE_NONE, NAME_ZONE_TOLD, NAME_ZONE_IN_DOUBT };

/* Z, UTC, GMT, BST, +0100, +01:00, -05:00, as +01:00 in `out`; *len is how long it is. "-0500" may be the number of a
 * part as well. */
static enum name_zone take_zone(const char *p, char out[7], size_t *len)
{
    static const struct {
        const char *word, *zone;
    } words[] = {{"UTC", "Z"}, {"GMT", "Z"}, {"BST", "+01:00"}, {"Z", "Z"}};
    const bool pair = digits_at(p + (*p != '\0')) == 2 && p[3] == ':' && digits_at(p + 4) == 2;

    *len = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strncasecmp(p, words[i].word, strlen(words[i].word)) == 0) {
            *len = strlen(words[i].word);
            strcpy(out, words[i].zone);
            return NAME_ZONE_TOLD;
        }
    if ((*p != '+' && *p != '-') || (!pair && digits_at(p + 1) != 4))
        return NAME_ZONE_NONE;
    *len = pair ? 6 : 5;
    snprintf(out, 7, "%.3s:%.2s", p, p + (pair ? 4 : 3));
    if (*p == '+' || pair)
        return NAME_ZONE_TOLD;
    if (strcmp(out + 1, "12:00") <= 0 && strcmp(out + 1, "00:00") > 0 && strchr("0134", out[4]) != NULL &&
        (out[5] == '0' || out[5] == '5'))
        return NAME_ZONE_IN_DOUBT;
    *len = 0;
    return NAME_ZONE_NONE;
}

/* The instant that begins at p; *len is how long it is. INSTANT_NONE where its zone is in doubt or none. */
static bool instant_at(const char *p, size_t *len, instant *out)
{
    char date[11] = "", time_text[9] = "", zone[7] = "Z", text[32];
    const char *why;
    size_t zone_len;

    *len = take_date(p, date);
    if (*len == 0)
        return false;
    size_t time = take_time(p + *len, time_text);
    snprintf(text, sizeof(text), "%sT%sZ", date, time_text);
    if (time > 0 && instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0)
        time = 0;
    if (time == 0 && (is_digit(p[*len]) || instant_parse(text_of(date), ZONE_UTC, DATE_START, out, &why) < 0))
        return false;
    *len += time;
    const enum name_zone told = take_zone(p + *len, zone, &zone_len);
    if (told == NAME_ZONE_NONE || (time == 0 && p[*len] == '-'))
        return true;
    *len += zone_len;
    snprintf(text, sizeof(text), "%sT%s%s", date, time > 0 ? time_text : "00:00:00", zone);
    if (told == NAME_ZONE_IN_DOUBT || instant_parse(text_of(text), ZONE_UTC, DATE_START, out, &why) < 0)
        *out = INSTANT_NONE;
    return true;
}

instant file_name_instant(const char *base_name)
{
    instant found = INSTANT_NONE, at;
    size_t len;

    for (const char *p = base_name; *p != '\0'; p += len) {
        if (!is_digit(*p) || (p > base_name && is_digit(p[-1])) || !instant_at(p, &len, &at)) {
            len = 1;
            continue;
        }
        if (at == INSTANT_NONE || (found != INSTANT_NONE && found != at))
            return INSTANT_NONE;
        found = at;
    }
    return found;
}

/* ---- The form of a file: the profile outweighs that of the kind, and what the command line says outweighs both ----
 */

int form_clocks_create(struct form_clocks *out, const struct forms *f, struct err *err)
{
    *out = (struct form_clocks){0};
    if (f == NULL || f->count == 0)
        return 0;
    out->ptr = calloc(f->count, sizeof(*out->ptr));
    if (out->ptr == NULL)
        return err_nomem(err);
    for (; out->count < f->count; out->count++)
        if (f->ptr[out->count].time_zone != NULL &&
            zone_create(&out->ptr[out->count], f->ptr[out->count].time_zone, err) < 0)
            return -1;
    return 0;
}

void form_clocks_release(struct form_clocks *c)
{
    for (size_t i = 0; i < c->count; i++)
        zone_destroy(c->ptr[i]);
    free(c->ptr);
    *c = (struct form_clocks){0};
}

static int turn(struct job *job, const char *encoding, struct feed *feed, struct head *head, struct err *why)
{
    job->encoding = encoding;
    buf_printf(&job->settings, "encoding=%s\n", encoding);
    return feed_turn(feed, encoding, head, why);
}

static int skip_lines(struct job *job, struct feed *feed, struct head *head, struct err *why)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    const unsigned lines = job->profile->skip_lines;
    size_t at = 0;

    for (unsigned i = 0; i < lines; i++) {
        const size_t len = bytes_line(p + at, head->bytes.len - at, head->whole);
        if (len == 0)
            return err_set(why, ERR_DATA, "'%s' has no more than %u line%s, and [profile %s] skips %u", job->name, i,
                           i == 1 ? "" : "s", job->profile->profile, lines);
        at += len;
    }
    feed_skip(feed, at);
    head->bytes = (struct text){head->bytes.ptr + at, head->bytes.len - at};
    buf_printf(&job->settings, "skip_lines=%u\n", lines);
    return 0;
}

int job_find_form(struct job *job, const char *archive, struct feed *feed, struct head *head, struct err *why)
{
    const struct load_options *const o = job->options;
    const char *encoding = encoding_marked((const unsigned char *)head->bytes.ptr, head->bytes.len);

    if (o->profile != NULL)
        job->profile = forms_profile(o->forms, o->profile);
    else
        job->profile = forms_match(o->forms, file_base_name(job->name));
    if (job->profile == NULL && o->profile == NULL && archive != NULL)
        job->profile = forms_match(o->forms, file_base_name(archive));
    if (encoding == NULL)
        encoding = o->encoding;
    if (encoding == NULL && job->profile != NULL)
        encoding = job->profile->encoding;
    if (encoding != NULL && turn(job, encoding, feed, head, why) < 0)
        return -1;
    return job->profile != NULL && job->profile->skip_lines > 0 ? skip_lines(job, feed, head, why) : 0;
}

/* The encoding of a kind can only count once the kind is known: by the head as it is where that can be read, else by
 * the head in the encoding of some kind. */
static int turn_for_kind(struct job *job, struct feed *feed, struct head *head, struct err *why)
{
    const struct forms *const f = job->options->forms;
    const struct form *form = job->ops != NULL ? forms_of_kind(f, job->ops->kind->name) : NULL;

    for (size_t i = 0; job->ops == NULL && f != NULL && form == NULL && i < f->count; i++)
        if (f->ptr[i].profile == NULL && f->ptr[i].encoding != NULL)
            form = &f->ptr[i];
    if (form == NULL || form->encoding == NULL || feed->turning.encoding != NULL || feed->pending_at > 0)
        return 0;
    *why = (struct err){0};
    if (turn(job, form->encoding, feed, head, why) < 0)
        return -1;
    job->ops = readers_pick(job, head, why);
    return job->ops == NULL ? -1 : 0;
}

static void set_form(struct job *job, const struct form_clocks *clocks)
{
    const struct forms *const f = job->options->forms;
    const struct form *const forms[] = {job->kind_form, job->profile};

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (forms[i] == NULL)
            continue;
        if (forms[i]->time_zone != NULL)
            job->clock = clocks->ptr[forms[i] - f->ptr];
        if (forms[i]->dates != DATES_NOT_TOLD)
            job->month_first = forms[i]->dates == DATES_MONTH_FIRST;
        if (forms[i]->time_zone != NULL)
            buf_printf(&job->settings, "time_zone=%s\n", forms[i]->time_zone);
    }
    if (job->month_first)
        buf_add_str(&job->settings, "month-first\n");
}

/* The layout that is asked for, or that of the profile, or the one that the content begins as. */
static int find_layout(struct job *job, const struct head *head, struct err *why)
{
    const struct load_options *const o = job->options;
    const char *const name = o->layout != NULL ? o->layout : job->profile != NULL ? job->profile->layout : NULL;

    job->layout = name != NULL ? layouts_find(o->forms, name) : layouts_recognise(o->forms, head, false);
    if (job->layout == NULL)
        return 0;
    if (o->kind != NULL && readers_find(o->kind) != readers_find(job->layout->kind)) {
        if (name == NULL)
            job->layout = NULL;
        return name == NULL ? 0
                            : err_set(why, ERR_USAGE, "--kind %s: the layout '%s' is of %s", o->kind, job->layout->name,
                                      job->layout->kind);
    }
    flat_reader(job->layout, &job->layout_ops);
    job->ops = &job->layout_ops;
    return 0;
}

static bool names_kind(const struct job *job)
{
    return job->options->kind != NULL || (job->profile != NULL && job->profile->kind != NULL);
}

/* Whether the kind is asked for, or none is. */
static bool asks_for(const struct job *job, const char *kind)
{
    const char *const asked = job->options->kind != NULL ? job->options->kind
                              : job->profile != NULL     ? job->profile->kind
                                                         : NULL;

    return asked == NULL || text_same_word(text_of(asked), text_of(kind));
}

int job_find_reader(struct job *job, const struct form_clocks *clocks, struct feed *feed, struct head *head,
                    struct err *why)
{
    if (find_layout(job, head, why) < 0)
        return -1;
    if (job->ops == NULL && asks_for(job, "inventory") && inventory_json_recognise(job, head, names_kind(job))) {
        inventory_json_reader(&job->layout_ops);
        job->ops = &job->layout_ops;
    }
    if (job->ops == NULL)
        job->ops = readers_pick(job, head, why);
    if (err_is_ours(why) || turn_for_kind(job, feed, head, why) < 0 || job->ops == NULL)
        return -1;
    job->kind_form = forms_of_kind(job->options->forms, job->ops->kind->name);
    set_form(job, clocks);
    return 0;
}
