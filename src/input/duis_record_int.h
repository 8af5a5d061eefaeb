/* From a DUIS document to records. */
#ifndef PCREPORT_INPUT_DUIS_RECORD_INT_H
#define PCREPORT_INPUT_DUIS_RECORD_INT_H

#include "codec/gbcs.h"
#include "codec/x509.h"
#include "input/duis.h"
#include "load_int.h"

#define STATUS_TEXT_SIZE 24

/* A document being made records of. */
struct duis_take {
    const struct job *job;
    struct worker *worker;
    const struct duis_document *document;
    struct place at;
    struct text bytes; /* the document as it stands in the file */
};

/* What the head of a document says, and the References in the body of a response. */
struct duis_head {
    struct request_id request_id;  /* of a request, or the one that is answered */
    struct request_id response_id; /* the sender first, as it is written */
    srv_code srv;
    uint8_t command_variant;
    struct text response_code;
    instant responded_at;
};

/* Values of elements: as fields_int.h has them for columns. */
bool duis_eui64(const struct duis_field *f, uint64_t *out, struct fault *fault);
bool duis_term(const struct duis_field *f, const struct vocabulary *v, unsigned *out, struct fault *fault);
bool duis_instant(const struct duis_field *f, instant *out, struct fault *fault);
bool duis_fault(const struct duis_field *f, struct fault *fault, const char *what); /* false */

/* The certificates that a request sends to cells, as outcomes with the status CELL_SENT. */
struct duis_sent {
    size_t count;
    struct cell_outcome cells[CELL_OUTCOMES_MAX];
};

/* What a GBCS payload says about the request that it answers, or is. */
struct duis_payload {
    char status[STATUS_TEXT_SIZE]; /* Execution Status; "" where it has none */
    srv_code srv;                  /* 0: not told by it */
    struct request_id request_id;  /* an alert: of the command whose outcome it is; else not present */
    bool has_snapshot;             /* of what the Device was seen to hold */
    struct snapshot snap;
    /* What the texts and arrays above, and those of the row, are borrowed from: */
    struct duis_sent sent;
    struct gbcs_message message;
    struct certificate certificate;
    struct device_cert cert;
};

/* Decodes the payload of the document, holds it against the head, and fills the row from it: outcomes, what it is
 * about. False with the fault when it cannot be read, or disagrees with the DUIS about Device, SRV or counter. */
bool duis_payload_read(const struct duis_take *t, const struct duis_head *head, struct request_row *row,
                       struct duis_payload *out, struct fault *fault);

/* A certificate that a request sends, as where an archive has it blackened, may be one that cannot be read: then a
 * finding of that name, and the request is kept without what it would tell. */
void duis_note_unread(const struct duis_take *t, struct text name);
bool duis_certificate(const struct duis_take *t, const struct duis_field *f,
                      struct certificate *out); /* false: unread */

/* That of a 6.15.2: its serial number, borrowed from *c, and key identifier, into the row. */
void duis_note_certificate(const struct certificate *c, struct request_row *row);

/* Adds the certificate of an element; of a request that is about cells. */
bool duis_sent_to_cell(const struct duis_take *t, const struct duis_field *f, struct duis_sent *out,
                       struct fault *fault);

void duis_sent_by_command(const struct gbcs_message *m, struct duis_sent *out);

/* Gives the row what was added, borrowed from *sent, to the cells of the role that it names. */
void duis_note_sent(struct duis_sent *sent, struct request_row *row);

/* Each takes one document whole, to the sorter as records or rejects. -1 when nothing can go on. */
int duis_take_document(const struct duis_take *t, struct err *err);
int duis_take_inventory(const struct duis_take *t, const struct duis_head *head, struct err *err);
int duis_reject(const struct duis_take *t, struct err *err); /* with worker->fault */

#endif
