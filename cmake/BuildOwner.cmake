# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run as root in the build folder BUILD of an ordinary user, gives that user what root has made in it:
# what root owns CMake, Ninja and CPack cannot write again when the user starts them.

execute_process(COMMAND id -u OUTPUT_VARIABLE user_id OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(user_id STREQUAL "0")
    execute_process(COMMAND find "${BUILD}" -xdev -user 0
        -exec chown --no-dereference --reference "${BUILD}" "{}" +)
endif()
