"""The names of a random population: columns, entities and their parties, words of answers."""
from fields import mpan_check_digit

SRV_AUDIT = ("device_id srv user_id requested_at request_id user_role credential_type remote_party_role "
             "command_variant execution_at other_device_id responded_at response_code execution_status").split()
INVENTORY = ("device_id device_type status smets commissioned_at chf_id mpxn csp_region manufacturer model firmware "
             "s1_cohort extracted_at").split()
REGISTRATION = "mpxn supplier_id effective_from effective_to network_operator_id extracted_at".split()
ORGANISATIONS = "entity_id party role in_smki_repository key_id market_id extracted_at".split()
DSP_CHECKS = "device_id checked_at check result".split()
CSV_KINDS = {"srv-audit": SRV_AUDIT, "inventory": INVENTORY, "registration": REGISTRATION,
             "organisations": ORGANISATIONS, "dsp-checks": DSP_CHECKS}
INSTANT_COLUMNS = {"srv-audit": ("requested_at", "execution_at", "responded_at"), "dsp-checks": ("checked_at",),
                   "inventory": ("commissioned_at",), "registration": ("effective_from", "effective_to")}

SUPPLIERS = ["90-B3-D5-1F-30-01-00-01", "90-B3-D5-1F-30-01-00-02", "90-B3-D5-1F-30-01-00-03"]
SECOND_OF_FIRST = "90-B3-D5-1F-30-01-00-11"  # another entity of the first Supplier's party
OPERATORS = ["90-B3-D5-1F-30-02-00-01", "90-B3-D5-1F-30-02-00-02"]
SECOND_OPERATOR_OF_FIRST = "90-B3-D5-1F-30-02-00-11"
OPERATOR_OF_SUPPLIER = "90-B3-D5-1F-30-02-00-21"  # a Network Operator of the first Supplier's party
ACB, TCOS, RECOVERY_ENTITY, WAN, DCC = ("90-B3-D5-1F-30-00-00-0" + d for d in "24158")
OTHER_USER = "90-B3-D5-1F-30-00-00-09"
UNKNOWN, UNKNOWN_OPERATOR, UNKNOWN_SUPPLIER = ("90-B3-D5-1F-30-09-00-9" + d for d in "987")
STRANGE_TARGET = "00-DB-12-34-56-78-EE-EE"
STRANGE_TARGETS = [STRANGE_TARGET, "00-DB-12-34-56-78-EE-ED", "00-DB-12-34-56-78-EE-EC"]
HUBS = ["00-DB-12-34-56-78-CF-00", "00-DB-12-34-56-78-CF-01"]
GOOD_KEYS, BAD_KEY = ["48CF97FA9F827FB5", "48CF97FA9F827FB6"], "0123456789ABCDEF"

PARTIES = [(SUPPLIERS[0], "Alder Energy", "Supplier"), (SUPPLIERS[1], "Birch Power", "Supplier"),
           (SECOND_OF_FIRST, "Alder Energy", "Supplier"), (OPERATORS[0], "North Moor Networks", "NetworkOperator"),
           (OPERATORS[1], "South Fen Networks", "NetworkOperator"), (ACB, "DCC", "AccessControlBroker"),
           (SECOND_OPERATOR_OF_FIRST, "North Moor Networks", "NetworkOperator"), (TCOS, "DCC", "TransitionalCoS"),
           (RECOVERY_ENTITY, "DCC", "Recovery"), (WAN, "Arqiva North", "WANProvider"), (DCC, "DCC", "DCC"),
           (OTHER_USER, "Crag Holdings", "OtherUser"), (OPERATOR_OF_SUPPLIER, "Alder Energy", "NetworkOperator")]
MARKETS = {SUPPLIERS[0]: "ALDR", SUPPLIERS[1]: "BIR", OPERATORS[0]: "NMN", OPERATORS[1]: "SFEN"}
STRANGE_MARKET = "ZZZZ"
SCOPES = ["Alder Energy", "Birch Power", "Cedar Gas", "DCC", "North Moor Networks"]

STATUS_WORDS = {"good": ["Success", "Successful", "OK", "0", "0x00", " successfully executed "],
                "bad": ["Failure", "failed", "Error", "1", "0x19"], "none": ["", "", "NULL", "N/A", "-"],
                "odd": ["Perhaps"], "late": ["Timed Out", "timeout", "No Response"]}
CODES = {"good": ["I0"], "bad": ["I0"], "none": ["I0"], "odd": ["I0"], "late": ["I0"], "timeout": ["E20", "E21", "E30"],
         "rejected": ["E4", "E5", "E65", "S1VE4", "E061502"], "unknown": ["E77", "X1", "E06150"], "ack": ["I99"],
         "silent": [""], "alert+": ["8F66"], "alert-": ["8F67"]}
SPELLINGS_OF_I0 = ["I0", "I0", "I0", "I0", "IO", "i0", "", "I0 - Success"]
SORTS = "good good good good bad none odd late timeout timeout rejected unknown ack silent alert+ alert-".split()
DCC_SYSTEM_SRVS = ["5.1", "5.3", "8.2", "8.13", "8.14.1", "11.1", "12.1", "12.2"]


def mpan(n):
    core = f"20{n:010d}"
    return core + mpan_check_digit(core)
