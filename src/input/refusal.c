/* What is said of a file that is no input: what it is instead, or what it lacks. */
#include "refusal_int.h"

#include "heading_int.h"
#include "layout_int.h"
#include "nearest_int.h"

#include <stdio.h>
#include <string.h>

#define NAMES_SHOWN 8
#define NAMES_SIZE  160

static void list_kinds(char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; reader_kinds[i].name != NULL && len < size; i++)
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
    char kinds[160], line[100], file[FILE_WORD_SIZE];
    struct buf shown = {0};

    file_word(job->name, file, sizeof(file));
    if (layout != NULL) {
        err_set(
            why, ERR_DATA,
            "'%s' begins as [layout %s] has it: compare its fields with what 'pcreport check --suggest %s' prints, and "
            "read it with --layout=%s",
            job->name, flat_name(layout), file, flat_name(layout));
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

/* The names of members that JSON has, as they come, each once. */
static void list_names(struct text json, char *out, size_t size)
{
    struct buf list = {0};
    size_t names = 0;

    for (size_t at = 0; at < json.len && names < NAMES_SHOWN; at++) {
        size_t end = at + 1;
        if (json.ptr[at] != '"')
            continue;
        while (end < json.len && json.ptr[end] != '"')
            end += json.ptr[end] == '\\' ? 2 : 1;
        if (end >= json.len)
            break;
        size_t colon = end + 1;
        while (colon < json.len && memchr(" \t\r\n", json.ptr[colon], 4) != NULL)
            colon++;
        const struct text name = {json.ptr + at, end + 1 - at};
        if (colon < json.len && json.ptr[colon] == ':' &&
            (list.len == 0 || memmem(list.ptr, list.len, name.ptr, name.len) == NULL)) {
            if (list.len > 0)
                buf_add_str(&list, ", ");
            secret_remove(name, &list);
            names++;
        }
        at = end;
    }
    text_show(buf_text(&list), out, size);
    buf_release(&list);
}

/* JSON of objects that are none of ours: no kind is near. False: it is no JSON. */
static bool refuse_json(const struct job *job, const struct head *head, struct err *why)
{
    const bool mark = head->bytes.len >= 3 && memcmp(head->bytes.ptr, "\xEF\xBB\xBF", 3) == 0;
    const struct text json =
        text_trim((struct text){head->bytes.ptr + (mark ? 3 : 0), head->bytes.len - (mark ? 3 : 0)});
    char names[NAMES_SIZE];

    if (json.len == 0 || (json.ptr[0] != '{' && json.ptr[0] != '['))
        return false;
    list_names(json, names, sizeof(names));
    err_set(
        why, ERR_DATA,
        "'%s' is JSON of no known kind: the names in it are %s; the kinds in JSON are certificates (an object has "
        "device_id and taken_at), inventory (deviceId and deviceType) and keystore, which 'man pcreport-KIND' tells",
        job->name, names[0] != '\0' ? names : "none");
    return true;
}

/* The kind that the columns are nearest to, and what its heading lacks; NULL: none is near, or it is no such file. */
static const struct reader_ops *look_for_kind(const struct job *job, const struct head *head, struct bid *bid,
                                              char names[NAMES_SIZE])
{
    const struct job any = {.name = job->name, .options = job->options, .profile = job->profile};
    struct nearest nearest = {0};
    struct glimpse glimpse;

    if (glimpse_take(&glimpse, &any, head) == 0)
        nearest_kind(&nearest, &any, &glimpse);
    if (nearest.ops != NULL)
        nearest_list_missing(&nearest, &any, &glimpse, bid->lacks, sizeof(bid->lacks));
    names[0] = '\0';
    for (size_t f = 0; f < glimpse.count; f++)
        heading_list_name(names, NAMES_SIZE, glimpse.fields[f].name);
    glimpse_release(&glimpse);
    return bid->lacks[0] != '\0' ? nearest.ops : NULL;
}

static void refuse_columns(const struct job *job, const struct reader_ops *nearest, const struct bid *bid,
                           const char *names, struct err *why)
{
    char file[FILE_WORD_SIZE];

    file_word(job->name, file, sizeof(file));
    err_set(why, ERR_DATA,
            "'%s' is of no known kind: nearest is %s, but it lacks %s; its headings are %s (map columns in the "
            "configuration under [columns.%s], as 'pcreport check --suggest %s' prints them, or name another kind with "
            "--kind)",
            job->name, nearest->kind->name, bid->lacks, names, nearest->kind->name, file);
}

void refuse_file(const struct job *job, const struct head *head, const struct reader_ops *surest, const struct bid *bid,
                 struct err *why)
{
    struct bid by_look = {0};
    char kinds[160], names[NAMES_SIZE];

    if (surest != NULL && surest->table == NULL && strchr(bid->lacks, ',') == NULL) {
        list_kinds(kinds, sizeof(kinds));
        err_set(why, ERR_DATA,
                "'%s' is of no known kind: nearest is %s, but it lacks %s, which 'man pcreport-%s' tells; "
                "the kinds are %s (name one with --kind)",
                job->name, surest->kind->name, bid->lacks, surest->kind->name, kinds);
        return;
    }
    const struct reader_ops *const nearest = look_for_kind(job, head, &by_look, names);
    if (nearest != NULL)
        refuse_columns(job, nearest, &by_look, names, why);
    else if (!refuse_json(job, head, why))
        refuse_unknown(job, head, why);
}
