/* pcreport decode: one GBCS message or DUIS document, field by field. */
#include "base/ascii.h"
#include "base/file.h"
#include "codec/base64.h"
#include "codec/gbcs.h"
#include "commands_int.h"
#include "input/duis.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_MAX (1 << 20) /* bytes of the file */

static int read_input(const char *path, struct buf *out, struct err *err)
{
    const bool standard = strcmp(path, "-") == 0;
    const int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int rc;

    if (fd < 0)
        return err_errno(err, ERR_NO_INPUT, "cannot open '%s'", path);
    if (standard)
        path = "standard input";
    rc = file_read_rest(fd, MESSAGE_MAX, out);
    if (rc < 0 && errno == EFBIG)
        err_set(err, ERR_DATA, "'%s' is longer than 1 MiB: that is no one message or document", path);
    else if (rc < 0)
        err_errno(err, ERR_NO_INPUT, "cannot read '%s'", path);
    if (!standard)
        close(fd);
    return rc;
}

/* Hexadecimal digits, blanks and line ends alone, an even number of them. */
static bool read_hex(struct text t, struct buf *out)
{
    int high = -1;

    buf_clear(out);
    for (size_t i = 0; i < t.len; i++) {
        const int value = hex_value(t.ptr[i]);

        if (value < 0 && (t.ptr[i] == '\0' || strchr(" \t\r\n", t.ptr[i]) == NULL))
            return false;
        if (value >= 0 && high >= 0)
            buf_add_byte(out, (unsigned char)(high << 4 | value));
        if (value >= 0)
            high = high < 0 ? value : -1;
    }
    return high < 0 && out->len > 0;
}

/* It begins with DF or DD, which are no letters of a text. */
static bool is_message(struct text t)
{
    const unsigned char first = t.len > 0 ? (unsigned char)t.ptr[0] : 0;

    return first == 0xDF || first == 0xDD;
}

/* The bytes of the message, however they are written. */
static struct text message_of(struct text t, struct buf *decoded)
{
    if (is_message(t))
        return t;
    if (read_hex(t, decoded))
        return buf_text(decoded);
    buf_clear(decoded);
    return base64_decode(t, decoded, NULL) == 0 ? buf_text(decoded) : t;
}

/* What is being shown, and where. */
struct shower {
    const struct session *session;
    const char *part; /* DUIS or GBCS */
    bool began;
};

#define SHOWN_MAX 100 /* bytes of a value on a terminal; JSON has it whole */

static void print_field(struct shower *shower, const struct decoded_field *field)
{
    const struct text value = text_of(field->value);
    const bool cut = value.len > SHOWN_MAX;
    struct buf shown = {0};

    if (!shower->began)
        puts("    at   len");
    shower->began = true;
    show_text(&shown, (struct text){value.ptr, cut ? SHOWN_MAX : value.len});
    printf("%6zu %5zu  %*s%s%s%.*s", field->at, field->len, 2 * (int)field->depth, "", field->name,
           value.len > 0 ? ": " : "", (int)shown.len, (const char *)shown.ptr);
    if (cut)
        printf("... (%zu bytes)", value.len);
    putchar('\n');
    buf_release(&shown);
}

static void show_field(void *ctx, const struct decoded_field *field)
{
    struct shower *const shower = ctx;
    const struct session *const s = shower->session;
    struct event e;

    event_begin(&e, s, "field");
    json_pair(&e.json, "part", shower->part);
    json_pair(&e.json, "name", field->name);
    json_key(&e.json, "offset");
    json_int(&e.json, (int64_t)field->at);
    json_key(&e.json, "length");
    json_int(&e.json, (int64_t)field->len);
    json_key(&e.json, "depth");
    json_int(&e.json, field->depth);
    json_pair(&e.json, "value", field->value[0] != '\0' ? field->value : NULL);
    event_end(&e, s);
    if (!s->json)
        print_field(shower, field);
}

/* `document`: what the message was in, or NULL. */
static int decode_message(struct session *s, struct text bytes, const char *document, struct err *err)
{
    static const char *const results[] = {NULL, "SUCCEEDED", "FAILED", "EMPTY"};
    struct shower shower = {s, "GBCS", false};
    struct gbcs_message m;

    if (!s->json && document != NULL)
        printf("\nIts GBCS message, %zu bytes:\n", bytes.len);
    if (gbcs_decode(bytes, &m, show_field, &shower, err) < 0)
        return -1;
    json_pair(&s->summary, "result", results[m.result]);
    say_summary(s, SUMMARY_TO_STDOUT, "%s%s%s of Message Code %04X%s%s", document != NULL ? document : "",
                document != NULL ? " with " : "",
                m.is_segment             ? "a segment"
                : m.cra == GBCS_COMMAND  ? "a Command"
                : m.cra == GBCS_RESPONSE ? "a Response"
                                         : "an Alert",
                m.code, m.result != GBCS_NO_RESULT ? ": " : "", m.result != GBCS_NO_RESULT ? results[m.result] : "");
    return 0;
}

static int decode_document(struct session *s, struct text xml, struct err *err)
{
    struct shower shower = {s, "DUIS", false};
    struct duis_parser *parser;
    struct duis_document d;
    int rc;

    if (duis_parser_create(&parser, err) < 0)
        return -1;
    rc = duis_read(parser, xml, &d, err);
    if (rc == 0)
        rc = duis_show(xml, show_field, &shower, err);
    if (rc == 0 && d.payload.len > 0)
        rc = decode_message(s, d.payload, d.request ? "a DUIS Request" : "a DUIS Response", err);
    else if (rc == 0)
        say_summary(s, SUMMARY_TO_STDOUT, "a DUIS %s without a GBCS message", d.request ? "Request" : "Response");
    duis_parser_destroy(parser);
    return rc;
}

/* What would mend it, where the bytes are not even the beginning of a message. */
static const char *hint(struct text bytes)
{
    return is_message(bytes) ? ""
                             : "; wanted is a GBCS message, as hexadecimal digits, Base64 or bytes, or a DUIS document";
}

static int decode(struct session *s, const char *path, struct text input, struct buf *decoded, struct err *err)
{
    const bool document = duis_begins(input);
    const struct text bytes = document ? input : message_of(input, decoded);
    struct err why = {0};

    if ((document ? decode_document(s, bytes, &why) : decode_message(s, bytes, NULL, &why)) == 0)
        return 0;
    if (why.code != ERR_DATA)
        return err_copy(err, &why);
    return err_set(err, ERR_DATA, "'%s': %s%s", path, why.msg, document ? "" : hint(bytes));
}

static int run(struct session *s, struct err *err)
{
    const struct options *const o = &s->options;
    struct buf input = {0}, decoded = {0};
    int rc;

    if (o->operand_count != 1)
        return err_set(err, ERR_USAGE, "name one file with a GBCS message or a DUIS document, or - for standard input");
    rc = read_input(o->operands[0], &input, err);
    if (rc == 0)
        rc = decode(s, o->operands[0], buf_text(&input), &decoded, err);
    buf_release(&input);
    buf_release(&decoded);
    return rc;
}

const struct command command_decode = {
    .name = "decode",
    .usage = "FILE|-",
    .summary = "shows a GBCS message or a DUIS document field by field",
    .about =
        "Reads one GBCS message, as hexadecimal digits, as Base64 (as DUIS documents carry it) or as it is, or one "
        "DUIS "
        "document with the message in it, and shows each field with its place and length in bytes, under the names of "
        "the specification. Signatures and MACs are shown, not verified.",
    .example = "  pcreport decode response.hex\n"
               "  pcreport decode response.xml\n"
               "  echo DF0902... | pcreport decode -\n",
    .groups = NULL,
    .run = run,
};
