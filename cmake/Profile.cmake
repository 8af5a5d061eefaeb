# Optimising by what was seen of the program at work: scripts/build-release.sh builds with WATCH, lets the program do its
# main job, and builds again with USE.
set(PCREPORT_PROFILE OFF CACHE STRING "OFF, WATCH (write a profile while running) or USE (the profile written)")
if(PCREPORT_PROFILE STREQUAL "WATCH")
    add_compile_options(-fprofile-generate -fprofile-update=atomic)
    add_link_options(-fprofile-generate)
elseif(PCREPORT_PROFILE STREQUAL "USE")
    # What was not run is built as without a profile, and is no fault; warnings are for the build without one.
    add_compile_options(-fprofile-use -fprofile-partial-training -Wno-missing-profile)
endif()
