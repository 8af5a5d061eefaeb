/* One document of the DCC User Interface Specification: what its elements say, and the GBCS payload it carries.
 *
 * Elements are told by their local names, whatever the prefix, the namespace and the schema version; the adapter
 * variant is read too. Signatures are not verified. */
#ifndef PCREPORT_INPUT_DUIS_H
#define PCREPORT_INPUT_DUIS_H

#include "base/text.h"
#include "codec/decoded.h"

#define DUIS_DOCUMENT_MAX ((size_t)16 * 1024 * 1024) /* bytes */
#define DUIS_DEPTH_MAX    100

/* The elements that are looked at. Those that hold others are told too, with an empty value, before what they hold. */
#define DUIS_NAMES(X)                                                                                                  \
    X(REQUEST_ID, "RequestID")                                                                                         \
    X(RESPONSE_ID, "ResponseID")                                                                                       \
    X(COMMAND_VARIANT, "CommandVariant")                                                                               \
    X(SERVICE_REFERENCE, "ServiceReference")                                                                           \
    X(SERVICE_REFERENCE_VARIANT, "ServiceReferenceVariant")                                                            \
    X(RESPONSE_CODE, "ResponseCode")                                                                                   \
    X(RESPONSE_DATE_TIME, "ResponseDateTime")                                                                          \
    X(ORIGINATOR_EUI, "OriginatorEui") /* these three: the adapter's RequestID */                                      \
    X(TARGET_EUI, "TargetEui")                                                                                         \
    X(ORIGINATOR_COUNTER, "OriginatorCounter")                                                                         \
    X(REMOTE_PARTY_ROLE, "RemotePartyRole")                                                                            \
    X(CREDENTIAL_TYPE, "CredentialType")                                                                               \
    X(EXECUTION_DATE_TIME, "ExecutionDateTime")                                                                        \
    X(DEVICE_CERTIFICATE, "DeviceCertificate")                                                                         \
    X(DIGITAL_SIGNING_CERTIFICATE, "DigitalSigningCertificate")                                                        \
    X(KEY_AGREEMENT_CERTIFICATE, "KeyAgreementCertificate")                                                            \
    X(TOP_UP_CERTIFICATE, "KeyAgreementTopUpCertificate")                                                              \
    X(OTHER_DEVICE_ID, "OtherDeviceID")                                                                                \
    X(NOT_COMMISSIONED_LIST, "NotCommissionedDeviceIDList")                                                            \
    X(DEVICE_ID, "DeviceID")                                                                                           \
    X(ORIGINAL_REQUEST_ID, "OriginalRequestID")                                                                        \
    X(DEVICE_GBCS_RESPONSE, "DeviceGBCSResponse")                                                                      \
    X(GBCS_PAYLOAD, "GBCSPayload")                                                                                     \
    X(GBCS_RAW_DATA, "GBCSRawData")                                                                                    \
    X(RESPONSE_MESSAGE, "ResponseMessage")                                                                             \
    X(PRE_COMMAND, "PreCommand")                                                                                       \
    X(LOCAL_COMMAND, "LocalCommand")                                                                                   \
    X(FUTURE_DATED_ALERT, "FutureDatedDeviceAlertMessage")                                                             \
    X(FUTURE_DATED_ALERT_CODE, "FutureDatedAlertCode")                                                                 \
    X(DEVICE_ALERT, "DeviceAlertMessage")                                                                              \
    X(ALERT_CODE, "AlertCode")                                                                                         \
    X(DCC_ALERT, "DCCAlertMessage")                                                                                    \
    X(DCC_ALERT_CODE, "DCCAlertCode")                                                                                  \
    X(STATUS_CHANGE, "DeviceStatusChangeEvent")                                                                        \
    X(DECOMMISSIONING, "MeterDecommissioningOrWithdrawal")                                                             \
    X(INVENTORY, "DSPInventory")                                                                                       \
    X(DEVICE, "Device")                                                                                                \
    X(DEVICE_TYPE, "DeviceType")                                                                                       \
    X(DEVICE_STATUS, "DeviceStatus")                                                                                   \
    X(DEVICE_MANUFACTURER, "DeviceManufacturer")                                                                       \
    X(DEVICE_MODEL, "DeviceModel")                                                                                     \
    X(DEVICE_FIRMWARE, "DeviceFirmwareVersion")                                                                        \
    X(SMETS_VERSION, "SMETSCHTSVersion")                                                                               \
    X(DEVICE_GBCS_VERSION, "DeviceGBCSVersion")                                                                        \
    X(DATE_COMMISSIONED, "DateCommissioned")                                                                           \
    X(IMPORT_MPXN, "ImportMPxN")                                                                                       \
    X(CSP_REGION, "CSPRegion")

enum duis_name {
#define X(symbol, name) DUIS_##symbol,
    DUIS_NAMES(X)
#undef X
        DUIS_NAME_COUNT
};
const char *duis_name_text(enum duis_name name); /* as in the schema: "RequestID" */

/* An element as it stands in the document: in its order, repeated as often as it is there. */
struct duis_field {
    enum duis_name name;
    struct text value; /* without blanks at either end; "" for an element that holds others */
};

struct duis_document {
    bool request; /* root Request; else Response */
    struct text schema_version;
    const struct duis_field *fields;
    size_t field_count;
    struct text payload; /* the bytes of the GBCS payload (of several the first); empty when there is none */
};

/* A parser with its memory, to be used for many documents; by one thread at a time. */
struct duis_parser;
int duis_parser_create(struct duis_parser **out, struct err *err);
void duis_parser_destroy(struct duis_parser *p); /* NULL is allowed */

/* Reads one whole document. ERR_DATA, with the line within the document in err->line, when it is no well-formed XML, no
 * DUIS document, holds a DOCTYPE, is too large or too deep, or its payload is no Base64; ERR_NOMEM: no memory. `out` is
 * borrowed from the parser until its next document. Each document is parsed to its end. */
int duis_read(struct duis_parser *p, struct text xml, struct duis_document *out, struct err *err);

/* Shows every element and attribute of a document that duis_read takes, in their order, by local name; an attribute's
 * begins with '@'. Namespace declarations are left out. An attribute has the place of its element's tag. */
int duis_show(struct text xml, decoded_visit visit, void *ctx, struct err *err);

/* The encoding to be told to an XML parser, for documents that declare another than they are in: "UTF-8" where text
 * that was UTF-16 still says so; NULL: as they declare. */
const char *duis_encoding(struct text xml);

/* Without blanks, tabs and line ends at either end. */
struct text duis_trim(struct text t);

/* Whether the bytes, behind a byte order mark and blanks, begin as XML does. */
bool duis_begins(struct text bytes);

/* The first value of an element; the empty text when it is not there. */
struct text duis_value(const struct duis_document *d, enum duis_name name);
bool duis_holds(const struct duis_document *d, enum duis_name name);

#endif
