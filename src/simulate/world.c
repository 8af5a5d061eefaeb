#include "world_int.h"

#include "put_int.h"

#define SUPPLIER_BASE    UINT64_C(0x90B3D51F30010000)
#define DISTRIBUTOR_BASE UINT64_C(0x90B3D51F30020000)
#define TRANSPORTER_BASE UINT64_C(0x90B3D51F30030000)
#define STEP             0x100U /* between the identifiers of two organisations */

/* Sizes as in a market with a few large and many small; one habit of logging each for some of the smaller. */
const struct supplier suppliers[SUPPLIERS] = {
    {"Albion Energy", 205, false, LOGS_TRANSFORMS, "Success", "Failure"},
    {"Beacon Power", 170, false, LOGS_TRANSFORMS, "Success", "Failure"},
    {"Cresswell Gas and Light", 140, false, 0, "Success", "Failure"},
    {"Dunmore Energy", 120, false, LOGS_TRANSFORMS, "Success", "Failure"},
    {"Eastgate Supply", 90, false, LOGS_LETTER_O, "Success", "Failed"},
    {"Fairholm Power", 70, false, LOGS_TRANSFORMS, "Successfully Executed", "Failure"},
    {"Greenhithe Energy", 50, true, 0, "Success", "Failure"},
    {"Harrow Vale Energy", 38, true, LOGS_NO_ROLE, "Success", "Error"},
    {"Ironbridge Supply", 28, true, LOGS_TRANSFORMS, "Successful", "Unsuccessful"},
    {"Jubilee Power", 22, true, LOGS_TWICE, "OK", "Fail"},
    {"Kestrel Utilities", 17, true, 0, "0", "5"},
    {"Lantern Energy", 13, true, LOGS_NO_CREDENTIAL_TYPE | LOGS_TWICE, "Success", "Failure"},
    {"Mariner Supply", 10, true, 0, "0x00", "0x05"},
    {"Northwick Power", 8, true, LOGS_NO_REQUEST_ID, "Success", "Failure"},
    {"Oakmere Energy", 6, true, 0, "success", "failure"},
    {"Penrose Utilities", 5, true, LOGS_LETTER_O, "Success", "Failure"},
    {"Quarry Hill Energy", 3, true, 0, "Success", "Failure"},
    {"Rushmoor Supply", 2, true, LOGS_NO_CREDENTIAL_TYPE, "00", "03"},
    {"Saltmarsh Power", 2, true, 0, "Success", "Failure"},
    {"Thornbury Community Energy", 1, true, 0, "Success", "Failure"},
};

const struct area areas[AREAS] = {
    {"Anglia Wires", 120, CSP_CENTRAL, 0},       {"East Midlands Wires", 88, CSP_CENTRAL, 1},
    {"London Wires", 77, CSP_SOUTH, 2},          {"Cheshire and Mersey Wires", 50, CSP_CENTRAL, 3},
    {"West Midlands Wires", 82, CSP_CENTRAL, 1}, {"North East Wires", 54, CSP_NORTH, 4},
    {"North West Wires", 81, CSP_NORTH, 3},      {"Highland Wires", 25, CSP_NORTH, 5},
    {"Lowland Wires", 68, CSP_NORTH, 5},         {"Weald Wires", 78, CSP_SOUTH, 6},
    {"Solent Wires", 104, CSP_SOUTH, 6},         {"South Wales Wires", 38, CSP_CENTRAL, 7},
    {"South West Wires", 54, CSP_SOUTH, 7},      {"Yorkshire Wires", 81, CSP_NORTH, 4},
};

static const char *const transporters[TRANSPORTERS + 1] = {
    "Fenland Gas Pipes", "Trent Gas Pipes",           "Thames Gas Pipes",
    "Pennine Gas Pipes", "Tyne and Humber Gas Pipes", "Clyde Gas Pipes",
    "Downs Gas Pipes",   "Severn Gas Pipes",          "Brightwell Independent Pipelines",
};

static const struct model models[] = {
    {"Orrery Hubs", "OH-3", "5.04.0", "5.02.0", 0x00DB5A, TYPE_BIT(DEVICE_CHF), 45, HABIT_SECOND_CERTIFICATE},
    {"Pharos Communications", "PC-10", "2.9", "2.7", 0x00A1C4, TYPE_BIT(DEVICE_CHF), 35, HABIT_EMPTY_STATUS},
    {"Lodestar Networks", "LN-WAN2", "1.31", "1.30", 0x002F77, TYPE_BIT(DEVICE_CHF), 20, HABIT_NONE},
    {"Fernhill Meters", "FM-E200", "2.16.0", "2.14.1", 0x0CB2B7, TYPE_BIT(DEVICE_ESME), 30, HABIT_EMPTY_STATUS},
    {"Calder Instruments", "CI-E1", "3.03", "3.01", 0x70B3D5, TYPE_BIT(DEVICE_ESME), 25, HABIT_SECOND_CERTIFICATE},
    {"Sable Electric", "SE-100", "1.9.2", "1.9.2", 0x0026F1, TYPE_BIT(DEVICE_ESME), 30, HABIT_NONE},
    {"Tamar Metering", "TM-POLY", "4.0", "4.0", 0x5CE50C, TYPE_BIT(DEVICE_ESME), 15, HABIT_NONE},
    {"Fernhill Meters", "FM-G50", "2.16.0", "2.14.1", 0x0CB2B7, TYPE_BIT(DEVICE_GSME), 30, HABIT_EMPTY_STATUS},
    {"Calder Instruments", "CI-G4", "1.09.0", "1.08.3", 0x70B3D5, TYPE_BIT(DEVICE_GSME), 45, HABIT_SECOND_CERTIFICATE},
    {"Tamar Metering", "TM-G6", "2.2", "2.2", 0x5CE50C, TYPE_BIT(DEVICE_GSME), 25, HABIT_NONE},
    {"Wren Devices", "WD-PPMID", "1.00.0", "1.00.0", 0x3C3920, TYPE_BIT(DEVICE_PPMID), 60, HABIT_NONE},
    {"Sable Electric", "SE-VIEW", "2.1", "2.1", 0x0026F1, TYPE_BIT(DEVICE_PPMID) | TYPE_BIT(DEVICE_IHD), 40,
     HABIT_NONE},
    {"Wren Devices", "WD-CAD", "0.9", "0.9", 0x3C3920, TYPE_BIT(DEVICE_CAD) | TYPE_BIT(DEVICE_IHD), 30, HABIT_NONE},
    {"Tamar Metering", "TM-SW", "1.1", "1.1", 0x5CE50C, TYPE_BIT(DEVICE_HCALCS) | TYPE_BIT(DEVICE_SAPC), 10,
     HABIT_NONE},
};

uint64_t supplier_entity(unsigned supplier, enum fuel fuel)
{
    return SUPPLIER_BASE + supplier * STEP + (fuel == GAS && !suppliers[supplier].one_entity ? 2 : 1);
}

unsigned supplier_of(uint64_t entity)
{
    return entity > SUPPLIER_BASE && entity < SUPPLIER_BASE + SUPPLIERS * STEP
               ? (unsigned)((entity - SUPPLIER_BASE) / STEP)
               : SUPPLIERS;
}

uint64_t distributor_entity(unsigned area)
{
    return DISTRIBUTOR_BASE + area * STEP;
}

uint64_t transporter_entity(unsigned transporter)
{
    return TRANSPORTER_BASE + transporter * STEP;
}

uint64_t wan_entity(enum csp_region region)
{
    return region == CSP_NORTH ? ENTITY_WAN : ENTITY_WAN + 1;
}

uint64_t entity_key(uint64_t entity, enum key_usage usage)
{
    return dice_mix(entity * GOLDEN + (uint64_t)usage) | 1;
}

unsigned draw_supplier(struct dice *d)
{
    uint32_t at = dice_below(d, 1000);
    unsigned i = 0;

    while (i + 1 < SUPPLIERS && at >= suppliers[i].share)
        at -= suppliers[i++].share;
    return i;
}

unsigned draw_other_supplier(struct dice *d, unsigned than)
{
    const unsigned i = draw_supplier(d);

    return i != than ? i : (i + 1 + dice_below(d, SUPPLIERS - 1)) % SUPPLIERS;
}

unsigned draw_area(struct dice *d)
{
    uint32_t at = dice_below(d, 1000);
    unsigned i = 0;

    while (i + 1 < AREAS && at >= areas[i].share)
        at -= areas[i++].share;
    return i;
}

static bool fits(const struct model *m, enum device_type type, enum habit habit)
{
    return (m->types & TYPE_BIT(type)) != 0 && (habit == HABIT_NONE || m->habit == habit);
}

const struct model *draw_model(struct dice *d, enum device_type type, enum habit habit)
{
    const enum habit wanted = dice_percent(d, 90) ? habit : HABIT_NONE;
    const struct model *found = NULL;
    unsigned total = 0;
    uint32_t at;

    for (size_t i = 0; i < ARRAY_LEN(models); i++)
        total += fits(&models[i], type, wanted) ? models[i].share : 0;
    if (total == 0) /* no model of the type has the habit */
        return draw_model(d, type, HABIT_NONE);
    at = dice_below(d, total);
    for (size_t i = 0; found == NULL; i++) {
        if (!fits(&models[i], type, wanted))
            continue;
        if (at < models[i].share)
            found = &models[i];
        else
            at -= models[i].share;
    }
    return found;
}

static void write_row(struct sink *s, uint64_t entity, const char *party, enum party_role role, bool in_repository,
                      uint64_t key_id)
{
    char *p = sink_line(s);

    p = put_eui(p, entity);
    p = put_char(p, ',');
    p = put_str(p, party);
    p = put_char(p, ',');
    p = put_str(p, term_word(&vocab_party_role, role));
    p = put_str(p, in_repository ? ",yes," : ",no,");
    p = put_key_id(p, key_id);
    sink_end(s, put_char(p, '\n'));
}

/* An entity with one certificate for each key usage. */
static void write_entity(struct sink *s, uint64_t entity, const char *party, enum party_role role, bool in_repository)
{
    write_row(s, entity, party, role, in_repository, entity_key(entity, KEY_DIGITAL_SIGNATURE));
    write_row(s, entity, party, role, in_repository, entity_key(entity, KEY_KEY_AGREEMENT));
}

static void write_dcc(struct sink *s)
{
    static const char dcc[] = "Data Communications Company";

    write_row(s, ENTITY_RECOVERY, dcc, ROLE_RECOVERY, true, entity_key(ENTITY_RECOVERY, KEY_DIGITAL_SIGNATURE));
    write_row(s, ENTITY_RECOVERY, dcc, ROLE_RECOVERY, true, entity_key(ENTITY_RECOVERY, KEY_KEY_CERT_SIGN));
    write_entity(s, ENTITY_ACB, dcc, ROLE_ACCESS_CONTROL_BROKER, true);
    write_entity(s, ENTITY_TCOS, dcc, ROLE_TRANSITIONAL_COS, true);
    write_entity(s, ENTITY_DCC, dcc, ROLE_DCC, true);
    write_entity(s, ENTITY_WAN, "Northlink Communications", ROLE_WAN_PROVIDER, true);
    write_entity(s, ENTITY_WAN + 1, "Centrasouth Communications", ROLE_WAN_PROVIDER, true);
    write_entity(s, ENTITY_OTHER, "Quill Metering Services", ROLE_OTHER_USER, true);
}

void world_write_organisations(struct sink *s)
{
    sink_end(s, put_str(sink_line(s), "entity_id,party,role,in_smki_repository,key_id\n"));
    write_dcc(s);
    for (unsigned i = 0; i < SUPPLIERS; i++) {
        write_entity(s, supplier_entity(i, ELECTRICITY), suppliers[i].party, ROLE_SUPPLIER, true);
        if (!suppliers[i].one_entity)
            write_entity(s, supplier_entity(i, GAS), suppliers[i].party, ROLE_SUPPLIER, true);
    }
    for (unsigned i = 0; i < AREAS; i++)
        write_entity(s, distributor_entity(i), areas[i].distributor, ROLE_NETWORK_OPERATOR, true);
    for (unsigned i = 0; i <= TRANSPORTERS; i++)
        write_entity(s, transporter_entity(i), transporters[i], ROLE_NETWORK_OPERATOR, i != INDEPENDENT);
}
