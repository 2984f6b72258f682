# SPDX-License-Identifier: GPL-2.0-or-later
#
# Finds the Wireshark to build for, or the one whose tree contains this project, and stops if it is not
# supported. Sets Wireshark_VERSION, _MAJOR_VERSION and _MINOR_VERSION as Wireshark's own package does,
# and TCPHS_IN_WIRESHARK.

set(TCPHS_TRIED_VERSIONS 4.0 4.4 4.6)
set(TCPHS_OLDEST 4.0)
set(TCPHS_NEWEST 4.6)
option(TCPHS_UNTRIED_WIRESHARK "Build for a Wireshark newer than the tested versions" OFF)

if(CMAKE_PROJECT_NAME MATCHES "^[Ww]ireshark$")
    set(TCPHS_IN_WIRESHARK ON)
    set(Wireshark_MAJOR_VERSION ${PROJECT_MAJOR_VERSION})
    set(Wireshark_MINOR_VERSION ${PROJECT_MINOR_VERSION})
    set(Wireshark_VERSION
        ${PROJECT_MAJOR_VERSION}.${PROJECT_MINOR_VERSION}.${PROJECT_PATCH_VERSION})
    set(place "${CMAKE_SOURCE_DIR}")
else()
    set(TCPHS_IN_WIRESHARK OFF)
    # CMake packages of older versions fail when they are read: find_package checks the version before that.
    find_package(Wireshark ${TCPHS_OLDEST} CONFIG QUIET)
    if(NOT Wireshark_FOUND AND Wireshark_CONSIDERED_VERSIONS)
        list(GET Wireshark_CONSIDERED_VERSIONS 0 Wireshark_VERSION)
        list(GET Wireshark_CONSIDERED_CONFIGS 0 place)
        get_filename_component(place "${place}" DIRECTORY)
        if(Wireshark_VERSION VERSION_LESS TCPHS_OLDEST)
            message(FATAL_ERROR
                "tcphs needs Wireshark ${TCPHS_OLDEST} or newer, but found ${Wireshark_VERSION} in "
                "${place}.")
        endif()
        find_package(Wireshark CONFIG QUIET)
    endif()
    if(NOT Wireshark_FOUND)
        message(FATAL_ERROR
            "Wireshark's development files were not found.\n"
            "On Debian: apt-get install wireshark-dev libwireshark-dev\n"
            "Elsewhere: set -DCMAKE_PREFIX_PATH to the folder where Wireshark is installed.")
    endif()
    if(NOT Wireshark_PLUGINS_ENABLED)
        message(FATAL_ERROR
            "Wireshark ${Wireshark_VERSION} in ${Wireshark_DIR} was built without plugins.")
    endif()
    set(place "${Wireshark_DIR}")
endif()

set(series ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})
if(series VERSION_LESS TCPHS_OLDEST)
    message(FATAL_ERROR "tcphs needs Wireshark ${TCPHS_OLDEST} or newer, but found ${series}.")
elseif(series VERSION_GREATER TCPHS_NEWEST AND NOT TCPHS_UNTRIED_WIRESHARK)
    message(FATAL_ERROR
        "tcphs has been tested with Wireshark ${TCPHS_OLDEST} to ${TCPHS_NEWEST}, but found "
        "${Wireshark_VERSION} in ${place}.\n"
        "To build for it anyway, set -DTCPHS_UNTRIED_WIRESHARK=ON and run the tests.")
elseif(series VERSION_GREATER TCPHS_NEWEST)
    message(WARNING "tcphs has not been tested with Wireshark ${series}. Run its tests.")
elseif(NOT series IN_LIST TCPHS_TRIED_VERSIONS)
    list(JOIN TCPHS_TRIED_VERSIONS ", " tried)
    message(STATUS "Building for Wireshark ${series}; tcphs has been tested with ${tried}")
endif()
