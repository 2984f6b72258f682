# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module parses what strangers send, in the same process as Wireshark, so it is hardened as
# Debian hardens Wireshark and its plugins (dpkg-buildflags, hardening=+all). Each option is added
# where compiler and linker have it, and where the user's own flags say nothing of the same.

include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)

string(TOUPPER "CMAKE_C_FLAGS_${CMAKE_BUILD_TYPE}" type_flags)
set(compile_words "${CMAKE_C_FLAGS} ${${type_flags}}")
set(link_words "${compile_words} ${CMAKE_MODULE_LINKER_FLAGS}")

# harden_compilation(SAID OPTION...): SAID matches what decides the same in the user's flags.
function(harden_compilation said)
    if(compile_words MATCHES "${said}")
        return()
    endif()
    string(MAKE_C_IDENTIFIER "TCPHS_HAS_${ARGN}" has)
    check_c_compiler_flag("${ARGN}" ${has})
    if(${has})
        separate_arguments(options UNIX_COMMAND "${ARGN}")
        add_compile_options(${options})
    endif()
endfunction()

function(harden_linking said option)
    if(link_words MATCHES "${said}")
        return()
    endif()
    string(MAKE_C_IDENTIFIER "TCPHS_HAS_LINKER_${option}" has)
    check_linker_flag(C "LINKER:${option}" ${has})
    if(${has})
        add_link_options("LINKER:${option}")
    endif()
endfunction()

# The C library warns where nothing is optimized, and some compilers define it by themselves. What a
# sanitizer watches must not be replaced.
function(fortify)
    if(compile_words MATCHES "_FORTIFY_SOURCE")
        return()
    endif()
    set(CMAKE_REQUIRED_FLAGS "${${type_flags}}")
    set(CMAKE_REQUIRED_QUIET ON)
    # The build type can change from one configuration to the next.
    unset(TCPHS_FORTIFY CACHE)
    check_c_source_compiles("
        #if !defined __OPTIMIZE__ || defined _FORTIFY_SOURCE
        #error
        #endif
        int main(void) { return 0; }" TCPHS_FORTIFY)
    if(TCPHS_FORTIFY)
        add_compile_definitions(_FORTIFY_SOURCE=2)
    endif()
endfunction()

harden_compilation("-W(no-)?(error=)?format-security" "-Wformat -Werror=format-security")
if(NOT TCPHS_SANITIZE AND NOT compile_words MATCHES "-fsanitize=")
    fortify()
    harden_compilation("-f(no-)?stack-protector" -fstack-protector-strong)
    harden_compilation("-f(no-)?stack-clash-protection" -fstack-clash-protection)
    harden_compilation("-fcf-protection" -fcf-protection)
    harden_linking("-z,?(no)?relro" -z,relro)
    harden_linking("-z,?(now|lazy)" -z,now)
endif()

# A release is the same, byte by byte, wherever source and build are. The last option that matches is
# taken, and a build folder can be within the source.
check_c_compiler_flag("-ffile-prefix-map=/nowhere=." TCPHS_HAS_FILE_PREFIX_MAP)
if(TCPHS_HAS_FILE_PREFIX_MAP AND CMAKE_BUILD_TYPE MATCHES "Rel")
    foreach(folder "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
        add_compile_options("-ffile-prefix-map=${folder}=.")
        # What is optimized when it is linked is compiled there.
        add_link_options("-ffile-prefix-map=${folder}=.")
    endforeach()
endif()
