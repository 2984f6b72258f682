# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cpack --config build/CPackConfig.cmake -G DEB          the package for this very Debian
#   cpack --config build/CPackSourceConfig.cmake -G TGZ    the source archive

set(CPACK_PACKAGE_NAME tcphs)
set(CPACK_PACKAGE_VENDOR "tcphs")
set(CPACK_PACKAGE_CONTACT "tcphs maintainers <maintainers@tcphs.example>" CACHE STRING
    "Name and address of who makes the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME tcphs-${PROJECT_VERSION})
# Regular expressions for the whole path: only what stands right below the source is meant.
string(REGEX REPLACE "([][+.*()^$?|\\\\{}])" "\\\\\\1" source "${PROJECT_SOURCE_DIR}")
set(CPACK_SOURCE_IGNORE_FILES "^${source}/\\.git(/|$)" "^${source}/build[^/]*/"
    "^${source}/\\.[a-z_]*cache/" "/__pycache__/")

# A module is loaded by the series of Wireshark that it was built for, and by no other. dpkg-shlibdeps
# tells of the library what its symbols ask for, and these bounds the rest: not older than the headers
# that it was built with, and not of another series. Corrections within the series stay installable.
set(series ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})
math(EXPR next "${Wireshark_MINOR_VERSION} + 1")
get_target_property(library epan LOCATION)
execute_process(COMMAND dpkg-query --search "${library}"
    OUTPUT_VARIABLE owner ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(owner MATCHES "^([a-z0-9.+-]+)(:[a-z0-9]+)?: ")
    set(CPACK_DEBIAN_PACKAGE_DEPENDS
        "${CMAKE_MATCH_1} (>= ${Wireshark_VERSION}), ${CMAKE_MATCH_1} (<< ${Wireshark_MAJOR_VERSION}.${next}~)")
endif()
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "tshark | wireshark")
set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
# tcphs-report works with them.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tshark, parallel, python3-jinja2, python3-matplotlib")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1+ws${series})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_DESCRIPTION
"A module for Wireshark ${series} that says of every TCP segment where in the life of
its connection it stands, and of every connection how it went: refused,
half-open, reset and by whom, with set-up times and anomalies. It also
dissects the Hyper Text Coffee Pot Control Protocol (RFC 2324, RFC 7168).")
if(EXISTS "${PROJECT_SOURCE_DIR}/profile")
    string(APPEND CPACK_PACKAGE_DESCRIPTION
"
.
With it comes a profile: columns, colors and filter buttons.")
endif()

# What Debian asks of the files in a package is done to its copy of them.
configure_file("${PROJECT_SOURCE_DIR}/cmake/PackDebian.cmake.in" PackDebian.cmake @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_BINARY_DIR}/PackDebian.cmake")
# Wireshark looks below its own prefix, wherever "cmake --install" was told to put things. The source
# archive, which has none, is made by the same rules.
file(CONFIGURE OUTPUT PackPrefix.cmake @ONLY CONTENT [[
if(CPACK_GENERATOR STREQUAL "DEB")
    set(CPACK_PACKAGING_INSTALL_PREFIX "@Wireshark_INSTALL_PREFIX@")
endif()
]])
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_BINARY_DIR}/PackPrefix.cmake")

include(CPack)
