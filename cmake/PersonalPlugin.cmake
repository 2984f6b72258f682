# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs MODULE into the personal plugin folder of the user who runs it (ACTION install), or removes it
# (ACTION uninstall). WIRESHARK is the version in the name of the folder, "4.0".

if(NOT DEFINED ENV{HOME} OR "$ENV{HOME}" STREQUAL "")
    message(FATAL_ERROR "HOME is not set: the personal plugin folder is unknown.")
endif()
set(folder "$ENV{HOME}/.local/lib/wireshark/plugins/${WIRESHARK}/epan")
get_filename_component(module_name "${MODULE}" NAME)

if(ACTION STREQUAL "uninstall")
    if(EXISTS "${folder}/${module_name}")
        file(REMOVE "${folder}/${module_name}")
        message(STATUS "Removed ${folder}/${module_name}")
    else()
        message(STATUS "${folder}/${module_name} does not exist")
    endif()
else()
    file(COPY "${MODULE}" DESTINATION "${folder}")
    message(STATUS "Installed ${folder}/${module_name}")
    execute_process(COMMAND id -u OUTPUT_VARIABLE user_id OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(user_id EQUAL 0)
        message(WARNING "Wireshark ignores personal plugins when it runs as root: "
                        "run it as an ordinary user, or use 'cmake --install'.")
    endif()
endif()
