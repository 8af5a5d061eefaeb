# What our own code is compiled with, beside the preset's flags. A warning ends the build only where people work on the
# program (the dev preset, which continuous integration uses): another compiler's new warning is no trouble of a user's.
option(PCREPORT_WERROR "treat warnings as errors" OFF)
add_library(pcreport_warnings INTERFACE)

target_compile_definitions(pcreport_warnings INTERFACE _GNU_SOURCE)
target_compile_options(pcreport_warnings INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2
    -Wundef -Wno-missing-field-initializers -fno-common) # what a table leaves out is zero, as C promises
if(PCREPORT_WERROR)
    target_compile_options(pcreport_warnings INTERFACE -Werror)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Hardening, in every build without sanitizers.
option(PCREPORT_HARDEN "build with hardening flags" ON)
if(PCREPORT_HARDEN)
    add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection)
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -pie)
    if(CMAKE_BUILD_TYPE MATCHES "Rel")
        add_compile_definitions(_FORTIFY_SOURCE=2)
    endif()
endif()
