# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module parses untrusted data in the process of Wireshark. It is therefore hardened as Debian
# hardens Wireshark and its plugins (dpkg-buildflags, hardening=+all). An option is added if the
# compiler and the linker have it, and if the user's own flags do not set the same.

include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)

string(TOUPPER "CMAKE_C_FLAGS_${CMAKE_BUILD_TYPE}" type_flags)
set(compile_words "${CMAKE_C_FLAGS} ${${type_flags}}")
set(link_words "${compile_words} ${CMAKE_MODULE_LINKER_FLAGS}")

# harden_compilation(SAID OPTION...): SAID matches the user's flags that set the same.
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

# Not without optimization, for which the C library prints a warning, and not with compilers that define
# it themselves. Not with sanitizers, which check the functions that this would replace.
function(fortify)
    if(compile_words MATCHES "_FORTIFY_SOURCE")
        return()
    endif()
    set(CMAKE_REQUIRED_FLAGS "${${type_flags}}")
    set(CMAKE_REQUIRED_QUIET ON)
    # The build type may have changed since the last configuration.
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

# A release is the same, byte by byte, in any folder. The last option that matches applies; the build
# folder comes last because it may be inside the source.
check_c_compiler_flag("-ffile-prefix-map=/nowhere=." TCPHS_HAS_FILE_PREFIX_MAP)
if(TCPHS_HAS_FILE_PREFIX_MAP AND CMAKE_BUILD_TYPE MATCHES "Rel")
    foreach(folder "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
        add_compile_options("-ffile-prefix-map=${folder}=.")
        # Link-time optimization compiles when it links.
        add_link_options("-ffile-prefix-map=${folder}=.")
    endforeach()
endif()
