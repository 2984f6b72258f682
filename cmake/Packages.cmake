# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cpack --config build/CPackConfig.cmake -G DEB          the package for this Debian release
#   cpack --config build/CPackSourceConfig.cmake -G TGZ    the source archive

set(CPACK_PACKAGE_NAME tcphs)
set(CPACK_PACKAGE_VENDOR "tcphs")
set(CPACK_PACKAGE_CONTACT "tcphs maintainers <maintainers@tcphs.example>" CACHE STRING
    "Name and address of the package's maintainer")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME tcphs-${PROJECT_VERSION})
# Regular expressions for the whole path. They match only folders directly below the source.
string(REGEX REPLACE "([][+.*()^$?|\\\\{}])" "\\\\\\1" source "${PROJECT_SOURCE_DIR}")
set(CPACK_SOURCE_IGNORE_FILES "^${source}/\\.git(/|$)" "^${source}/build[^/]*/"
    "^${source}/\\.[a-z_]*cache/" "/__pycache__/")

# Only the series of Wireshark for which a module was built loads it. dpkg-shlibdeps derives a dependency
# from the symbols; these bounds add that the library is not older than the headers, and of the same
# series. Updates within the series remain installable.
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
# tcphs-report needs them.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tshark, parallel, python3-jinja2, python3-matplotlib")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1+ws${series})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_DESCRIPTION
"A module for Wireshark ${series} that shows the stage of every TCP segment in the
life of its connection, and the outcome of every connection: refused,
half-open, reset and by whom, with set-up times and anomalies. It also
dissects the Hyper Text Coffee Pot Control Protocol (RFC 2324, RFC 7168).")
if(EXISTS "${PROJECT_SOURCE_DIR}/profile")
    string(APPEND CPACK_PACKAGE_DESCRIPTION
"
.
The package includes a profile: columns, colors and filter buttons.")
endif()

# This script changes the package's copies of the files to what Debian requires.
configure_file("${PROJECT_SOURCE_DIR}/cmake/PackDebian.cmake.in" PackDebian.cmake @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_BINARY_DIR}/PackDebian.cmake")
# Wireshark looks below its own prefix, whatever the prefix of "cmake --install" is. The source archive
# has no prefix.
file(CONFIGURE OUTPUT PackPrefix.cmake @ONLY CONTENT [[
if(CPACK_GENERATOR STREQUAL "DEB")
    set(CPACK_PACKAGING_INSTALL_PREFIX "@Wireshark_INSTALL_PREFIX@")
endif()
]])
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_BINARY_DIR}/PackPrefix.cmake")

include(CPack)
