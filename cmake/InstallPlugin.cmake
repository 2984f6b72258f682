# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cmake --install build                    into Wireshark's own plugin folder (root)
#   cmake --build build -t uninstall         takes that away again
#   cmake --build build -t install-user      into the personal plugin folder
#   cmake --build build -t uninstall-user    takes that away again

install(TARGETS tcphs LIBRARY DESTINATION "${Wireshark_PLUGIN_LIBDIR}/epan")

add_custom_target(uninstall
    COMMAND ${CMAKE_COMMAND} -E rm -f "${CMAKE_INSTALL_PREFIX}/${Wireshark_PLUGIN_LIBDIR}/epan/tcphs.so"
    COMMENT "Removing tcphs.so from ${CMAKE_INSTALL_PREFIX}/${Wireshark_PLUGIN_LIBDIR}/epan"
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
