# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run by root in the build folder BUILD of an ordinary user, this script gives the files that root has
# written there to that user. Otherwise the user's CMake, Ninja and CPack cannot overwrite them.

execute_process(COMMAND id -u OUTPUT_VARIABLE user_id OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(user_id STREQUAL "0")
    execute_process(COMMAND find "${BUILD}" -xdev -user 0
        -exec chown --no-dereference --reference "${BUILD}" "{}" +)
endif()
