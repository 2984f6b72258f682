# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cmake --install build                    installs for all users, into Wireshark's own folders (root)
#   cmake --build build -t uninstall         removes that installation
#   cmake --build build -t install-user      installs into the personal plugin folder
#   cmake --build build -t uninstall-user    removes that installation

include(GNUInstallDirs)

set(module_folder "${Wireshark_PLUGIN_LIBDIR}/epan")
set(profiles_folder "${CMAKE_INSTALL_DATADIR}/wireshark/profiles")
set(profile "TCP Handshake")
# GNUInstallDirs would name the folder after the project, which need not be tcphs.
set(doc_folder "${CMAKE_INSTALL_DATAROOTDIR}/doc/tcphs")
# The programs of the report, in the same folders as in the source.
set(tools_folder "${CMAKE_INSTALL_DATADIR}/tcphs")
file(GLOB manuals CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/man/*.[1-9]")

install(TARGETS tcphs LIBRARY DESTINATION "${module_folder}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/profile/${profile}" DESTINATION "${profiles_folder}" OPTIONAL)
install(FILES README.md CHANGELOG.md DESTINATION "${doc_folder}")
install(DIRECTORY docs DESTINATION "${doc_folder}" PATTERN man EXCLUDE)
install(PROGRAMS tools/tcphs-report DESTINATION "${tools_folder}/tools")
install(FILES tools/packages.sh tools/plugin-folder.sh DESTINATION "${tools_folder}/tools")
install(DIRECTORY tools/report DESTINATION "${tools_folder}/tools" PATTERN __pycache__ EXCLUDE)
file(CREATE_LINK "../${tools_folder}/tools/tcphs-report" "${CMAKE_CURRENT_BINARY_DIR}/tcphs-report"
    SYMBOLIC)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/tcphs-report" DESTINATION "${CMAKE_INSTALL_BINDIR}")

set(installed "${module_folder}/tcphs.so" "${profiles_folder}/${profile}" "${doc_folder}"
    "${tools_folder}" "${CMAKE_INSTALL_BINDIR}/tcphs-report")
foreach(manual IN LISTS manuals)
    get_filename_component(name "${manual}" NAME)
    string(REGEX REPLACE ".*\\." "${CMAKE_INSTALL_MANDIR}/man" folder "${name}")
    install(FILES "${manual}" DESTINATION "${folder}")
    list(APPEND installed "${folder}/${name}")
endforeach()
list(TRANSFORM installed PREPEND "${CMAKE_INSTALL_PREFIX}/")

set(give_build_back "${CMAKE_CURRENT_LIST_DIR}/BuildOwner.cmake")
# CMake writes the list of installed files at the very end, into the existing file; this makes that file.
install(CODE "
    if(CMAKE_INSTALL_COMPONENT)
        set(list \"install_manifest_\${CMAKE_INSTALL_COMPONENT}.txt\")
    else()
        set(list install_manifest.txt)
    endif()
    set(BUILD \"${PROJECT_BINARY_DIR}\")
    file(REMOVE \"\${BUILD}/\${list}\")
    file(TOUCH \"\${BUILD}/\${list}\")
    include(\"${give_build_back}\")")

add_custom_target(uninstall
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${installed} "${PROJECT_BINARY_DIR}/install_manifest.txt"
    COMMAND ${CMAKE_COMMAND} -D BUILD=${PROJECT_BINARY_DIR} -P "${give_build_back}"
    COMMENT "Removing tcphs from ${CMAKE_INSTALL_PREFIX}"
    VERBATIM)

foreach(action install uninstall)
    add_custom_target(${action}-user
        COMMAND ${CMAKE_COMMAND}
            -D ACTION=${action}
            -D MODULE=$<TARGET_FILE:tcphs>
            -D WIRESHARK=${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}
            -P "${CMAKE_CURRENT_LIST_DIR}/PersonalPlugin.cmake"
        VERBATIM)
endforeach()
add_dependencies(install-user tcphs)
