/* GBCS messages: what Devices answer, inside DUIS documents or by themselves (GBCS 7.2; Use Cases CS02 to CS08, ECS70,
 * GCS28). Signatures and MACs are not verified. */
#ifndef PCREPORT_CODEC_GBCS_H
#define PCREPORT_CODEC_GBCS_H

#include "codec/decoded.h"
#include "domain/record.h"

enum gbcs_cra { GBCS_COMMAND = 1, GBCS_RESPONSE = 2, GBCS_ALERT = 3 };

/* What the Device says became of it. */
enum gbcs_result {
    GBCS_NO_RESULT, /* a Command, an Alert about something else, or a Response of a Use Case that is not read */
    GBCS_SUCCESS,
    GBCS_FAILURE,
    GBCS_EMPTY /* accepted without an outcome: of a future-dated Command it comes in an Alert */
};

#define GBCS_CELLS_MAX 64

/* Message Codes: GBCS_CS02A ... */
enum gbcs_message_code {
#define USE_CASE(symbol, code, form, answers, name, ...) GBCS_##symbol = (code),
#include "codec/use_cases.def"
#undef USE_CASE
};

/* Texts are borrowed from the bytes that were decoded. */
struct gbcs_message {
    bool has_mac;
    bool is_segment; /* of a General Block Transfer: nothing else of it is known */
    enum gbcs_cra cra;
    uint64_t counter; /* of the originator; a Response repeats that of its Command */
    uint64_t originator, target;
    uint16_t code; /* Message Code */
    bool has_supplementary;
    uint64_t supplementary_party, supplementary_counter; /* RequestID of the User, where the DCC sends in its name */
    struct text payload;
    size_t payload_at;

    enum gbcs_result result;
    bool has_response_code;
    int64_t response_code;    /* an INTEGER or ENUMERATED answer */
    uint32_t alert_code;      /* 0x8F66; 0: none */
    int64_t replacement_mode; /* credentialsReplacementMode of an outcome; else 0 */
    uint64_t command_counter; /* of the Command that an outcome is about; 0: not told */
    instant execution_at;     /* INSTANT_NONE: not told */

    size_t outcome_count; /* CS02b, CS02g; of a Command what it sends (CELL_SENT) */
    struct cell_outcome outcomes[CELL_OUTCOMES_MAX];
    size_t cell_count; /* CS02a, CS02f: cells of roles that could be read */
    struct cell cells[GBCS_CELLS_MAX];
    enum key_usage key_usage; /* CS02c and CS02e Commands */
    struct text certificate;  /* DER: CS02d Command, CS02e Response */
    uint64_t key_id;          /* CS02c Response: of the key in the certification request */
    uint64_t other_device;    /* CS03, CS04 Commands */
};

/* Decodes one whole message. `visit` may be NULL; it is called for each field in the order of the bytes, and for those
 * before the fault where there is one. ERR_DATA says at which byte (from 0) what is wrong. */
int gbcs_decode(struct text bytes, struct gbcs_message *out, decoded_visit visit, void *ctx, struct err *err);

/* Whether Devices are asked with this Message Code when this SRV is sent, and the one SRV for which that is so (0: none
 * or several). */
bool gbcs_code_is_of(uint16_t code, srv_code srv);
srv_code gbcs_srv_of_code(uint16_t code);
bool gbcs_has_codes_of(srv_code srv); /* whether the Message Codes of the SRV are known */

/* The names of codes; NULL where there is none. */
const char *gbcs_status_name(unsigned status); /* of a cell: "noTrustAnchor" */
const char *gbcs_response_name(uint16_t code, int64_t response);

#endif
