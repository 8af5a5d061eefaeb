/* pcreport decode: one GBCS message, field by field. */
#include "codec/base64.h"
#include "codec/gbcs.h"
#include "commands_int.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_MAX (1 << 20) /* bytes of the file */

static int read_all(FILE *f, const char *path, struct buf *out, struct err *err)
{
    char chunk[65536];
    size_t got;

    while ((got = fread(chunk, 1, sizeof(chunk), f)) > 0) {
        buf_add(out, chunk, got);
        if (out->len > MESSAGE_MAX)
            return err_set(err, ERR_DATA, "'%s' is too long for one GBCS message", path);
    }
    if (ferror(f))
        return err_set(err, ERR_NO_INPUT, "cannot read '%s': %s", path, strerror(errno));
    return out->failed ? err_nomem(err) : 0;
}

static int read_input(const char *path, struct buf *out, struct err *err)
{
    FILE *f;
    int rc;

    if (strcmp(path, "-") == 0)
        return read_all(stdin, "standard input", out, err);
    f = fopen(path, "rbe");
    if (f == NULL)
        return err_set(err, ERR_NO_INPUT, "cannot open '%s': %s", path, strerror(errno));
    rc = read_all(f, path, out, err);
    fclose(f);
    return rc;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Hexadecimal digits, blanks and line ends alone, an even number of them. */
static bool read_hex(struct text t, struct buf *out)
{
    int high = -1;

    buf_clear(out);
    for (size_t i = 0; i < t.len; i++) {
        const int value = hex_value(t.ptr[i]);

        if (value < 0 && strchr(" \t\r\n", t.ptr[i]) == NULL)
            return false;
        if (value >= 0 && high >= 0)
            buf_add_byte(out, (unsigned char)(high << 4 | value));
        if (value >= 0)
            high = high < 0 ? value : -1;
    }
    return high < 0 && out->len > 0;
}

/* The bytes of the message, however they are written. A message begins with DF or DD, which are no letters of a text.
 */
static struct text message_of(struct text t, struct buf *decoded)
{
    const unsigned char first = t.len > 0 ? (unsigned char)t.ptr[0] : 0;

    if (first == 0xDF || first == 0xDD)
        return t;
    if (read_hex(t, decoded))
        return buf_text(decoded);
    buf_clear(decoded);
    return base64_decode(t, decoded, NULL) == 0 ? buf_text(decoded) : t;
}

static void show_field(void *ctx, const struct gbcs_field *field)
{
    const struct session *const s = ctx;
    struct event e;

    event_begin(&e, s, "field");
    json_key(&e.json, "name");
    json_str(&e.json, field->name);
    json_key(&e.json, "offset");
    json_int(&e.json, (int64_t)field->at);
    json_key(&e.json, "length");
    json_int(&e.json, (int64_t)field->len);
    json_key(&e.json, "depth");
    json_int(&e.json, field->depth);
    json_key(&e.json, "value");
    json_str(&e.json, field->value[0] != '\0' ? field->value : NULL);
    event_end(&e, s);
    if (!s->json)
        printf("%5zu %4zu  %*s%s%s%s\n", field->at, field->len, 2 * (int)field->depth, "", field->name,
               field->value[0] != '\0' ? ": " : "", field->value);
}

static int run(struct session *s, struct err *err)
{
    static const char *const results[] = {NULL, "SUCCEEDED", "FAILED", "EMPTY"};
    const struct options *const o = &s->options;
    struct buf input = {0}, decoded = {0};
    struct gbcs_message m;
    int rc;

    if (o->operand_count != 1)
        return err_set(err, ERR_USAGE, "name one file with a GBCS message, or - for standard input");
    rc = read_input(o->operands[0], &input, err);
    if (rc == 0) {
        const struct text bytes = message_of(buf_text(&input), &decoded);

        if (!s->json)
            printf("   at  len\n");
        rc = gbcs_decode(bytes, &m, show_field, s, err);
    }
    if (rc == 0) {
        json_key(&s->summary, "result");
        json_str(&s->summary, results[m.result]);
        say_summary(s, SUMMARY_TO_STDOUT, "a %s of Message Code %04X%s%s",
                    m.is_segment             ? "segment"
                    : m.cra == GBCS_COMMAND  ? "Command"
                    : m.cra == GBCS_RESPONSE ? "Response"
                                             : "Alert",
                    m.code, m.result != GBCS_NO_RESULT ? ": " : "",
                    m.result != GBCS_NO_RESULT ? results[m.result] : "");
    }
    buf_release(&input);
    buf_release(&decoded);
    return rc;
}

const struct command command_decode = {
    .name = "decode",
    .usage = "FILE|-",
    .summary = "shows a GBCS message field by field",
    .about =
        "Reads one GBCS message, as hexadecimal digits, as Base64 (as DUIS documents carry it) or as it is, and shows "
        "each field with its place and length in bytes, under the names of the specification. Signatures and MACs are "
        "shown, not verified.",
    .example = "  pcreport decode response.hex\n"
               "  echo DF0902... | pcreport decode -\n",
    .groups = NULL,
    .run = run,
};
