# Makes one C file of data files, so that the program carries them and runs from anywhere.
function(pcreport_shipped out)
    set(files "")
    foreach(pattern ${ARGN})
        file(GLOB found CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${pattern})
        list(APPEND files ${found})
    endforeach()
    list(SORT files)
    set(paths ${files})
    list(TRANSFORM paths PREPEND ${PROJECT_SOURCE_DIR}/)
    string(REPLACE ";" "," joined "${files}")
    add_custom_command(OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DROOT=${PROJECT_SOURCE_DIR} -DFILES=${joined}
                -P ${PROJECT_SOURCE_DIR}/cmake/WriteShipped.cmake
        DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/WriteShipped.cmake VERBATIM)
endfunction()
