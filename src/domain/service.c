/* The list of services as code: switches, which the compiler makes as quick as they can be. */
#include "domain/service.h"

const char *service_name(srv_code srv)
{
    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return name;
#include "domain/services.def"
#undef SERVICE
    default:
        return "";
    }
}

enum service_about service_about(srv_code srv)
{
    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return ABOUT_##about;
#include "domain/services.def"
#undef SERVICE
    default:
        return ABOUT_NOTHING;
    }
}

bool service_ends_in_dcc_systems(srv_code srv)
{
    enum { DEVICE, DCC_SYSTEMS };

    switch (srv) {
#define SERVICE(a, b, c, name, ends, about)                                                                            \
    case SRV(a, b, c):                                                                                                 \
        return ends == DCC_SYSTEMS;
#include "domain/services.def"
#undef SERVICE
    default:
        return false;
    }
}

static const srv_code all[] = {
#define SERVICE(a, b, c, name, ends, about) SRV(a, b, c),
#include "domain/services.def"
#undef SERVICE
};

size_t service_count(void)
{
    return sizeof(all) / sizeof(all[0]);
}

srv_code service_at(size_t i)
{
    return all[i];
}
