# What is installed beside the program, and the Debian package of it (cpack -G DEB): documents compressed as Debian wants
# them, completions made by the program, units for systemd, and an example for cron.
set(made ${PROJECT_BINARY_DIR}/installed)
file(MAKE_DIRECTORY ${made})

# compressed SOURCE NAME FOLDER: installs SOURCE as FOLDER/NAME.gz, the same bytes each time.
set(compressed_files "")
function(pcreport_compressed source name folder)
    add_custom_command(OUTPUT ${made}/${name}.gz COMMAND gzip -9nc ${source} > ${made}/${name}.gz DEPENDS ${source} VERBATIM)
    install(FILES ${made}/${name}.gz DESTINATION ${folder})
    set(compressed_files ${compressed_files} ${made}/${name}.gz PARENT_SCOPE)
endfunction()

file(GLOB man_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.[1-9])
foreach(page ${man_pages})
    get_filename_component(name ${page} NAME)
    string(REGEX REPLACE ".*\\." "" section ${page})
    pcreport_compressed(${page} ${name} ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
pcreport_compressed(${PROJECT_SOURCE_DIR}/packaging/changelog changelog ${CMAKE_INSTALL_DOCDIR})
add_custom_target(compressed ALL DEPENDS ${compressed_files})

foreach(shell bash zsh fish)
    add_custom_command(OUTPUT ${made}/completion.${shell}
        COMMAND pcreport help --completion ${shell} > ${made}/completion.${shell}
        DEPENDS pcreport COMMENT "Writing the completion for ${shell}")
    list(APPEND completions ${made}/completion.${shell})
endforeach()
add_custom_target(completion ALL DEPENDS ${completions})
install(FILES ${made}/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME pcreport)
install(FILES ${made}/completion.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _pcreport)
install(FILES ${made}/completion.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME pcreport.fish)

install(TARGETS pcreport)
install(DIRECTORY criteria layouts packs reports schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/pcreport)
install(FILES packaging/copyright README.md THIRD-PARTY.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/pcreport.ini packaging/pcreport.cron DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY sample-data DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES packaging/pcreport.service packaging/pcreport.timer DESTINATION lib/systemd/system)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "pcreport maintainers <maintainers@pcreport.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Post Commissioning reports for GB smart metering")
set(CPACK_PACKAGE_DESCRIPTION
"Tells which Devices of the GB smart metering network are really insecure after
Commissioning, and which only look so: reads the Service Audit Trail,
certificate snapshots and reference data, judges every Device under the
criteria in force and under evidence-based ones, and explains every
difference.
.
It is a batch program without network access; a systemd timer and an example
for cron come with it.")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/postinst;${PROJECT_SOURCE_DIR}/packaging/prerm;${PROJECT_SOURCE_DIR}/packaging/postrm")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
