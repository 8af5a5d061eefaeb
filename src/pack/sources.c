#include "pack_int.h"

const struct pack_source pack_sources[PACK_TABLES] = {
    [PACK_SUMMARY] = {"summary", "Summary", true},
    [PACK_TREND] = {"trend", "Trend", true},
    [PACK_SUPPLIERS] = {"supplier-performance", "Suppliers", false},
    [PACK_FALSE_POSITIVES] = {"false-positive-causes", "False positives", true},
    [PACK_FAILURES] = {"failure-causes", "True failures", true},
    [PACK_AGEING] = {"ageing", "Ageing", true},
    [PACK_INCIDENTS] = {"chf-incidents", "CHF Incidents", false},
    [PACK_AVOIDED] = {"incidents-avoided", "Incidents avoided", false},
    [PACK_UNVERIFIED] = {"evidence-needed", "Unverified", false},
    [PACK_DATA_QUALITY] = {"data-quality", "Data quality", false},
    [PACK_METHOD] = {"method", "Method", false},
    [PACK_INPUTS] = {"inputs", "Inputs", true},
};
