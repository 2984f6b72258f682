# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by the other programs in this folder: installs missing Debian packages.

# shellcheck disable=SC2034 # they use it
BUILD_PACKAGES=(wireshark-dev libwireshark-dev tshark cmake ninja-build gcc libc6-dev)
# If standard error is not a terminal: how often the progress of a long step is printed.
LOG_EVERY_S=60

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        # In continuous integration sudo must not wait for a password.
        sudo ${CI:+--non-interactive} "$@"
    fi
}

package_is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

apt_install() {
    # step_of() parses the output, which is therefore not translated.
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get install --yes --quiet \
        --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}

update_and_install() {
    as_root env LC_ALL=C.UTF-8 apt-get update --quiet && apt_install "$@"
}

# step_of LINE: sets step to the step that this output line of apt, dpkg or Ninja reports, if any.
step_of() {
    local word='[^ ]+'

    if [[ $1 =~ ^Get:[0-9]+\ $word\ $word\ $word\ ([a-z0-9][a-z0-9.+-]+)\  ]]; then
        step="fetching ${BASH_REMATCH[1]}"
    elif [[ $1 =~ ^(Get|Hit):[0-9]+\  ]]; then
        step='fetching the lists of packages'
    elif [[ $1 =~ ^Unpacking\ ([^ :]+) ]]; then
        step="unpacking ${BASH_REMATCH[1]}"
    elif [[ $1 =~ ^Setting\ up\ ([^ :]+) ]]; then
        step="setting up ${BASH_REMATCH[1]}"
    elif [[ $1 =~ ^Processing\ triggers\ for\ ([^ :]+) ]]; then
        step="setting up ${BASH_REMATCH[1]}"
    elif [[ $1 =~ ^\[([0-9]+)/([0-9]+)\]\ (Building|Linking)\  ]]; then
        step="compiling ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    elif [[ $1 == 'Waiting for cache lock'* ]]; then
        step='waiting for another apt or dpkg'
    fi
}

# follow WHAT: copies its input, and shows the progress on standard error: on a terminal in one line
# that counts the seconds, otherwise in one line per kind of step and per minute.
follow() {
    local line part='' status step='' heard='' kinds=' ' start=$SECONDS shown=$SECONDS

    while :; do
        status=0
        IFS= read -r -t 1 line || status=$?
        part+=$line
        if ((status == 0)); then
            printf '%s\n' "$part"
            step_of "$part"
            heard=1 part=''
        fi
        ((status == 0 || status > 128)) || break
        if [[ -t 2 ]]; then
            # Before the first output sudo may be asking for a password in this line.
            [[ -z $heard ]] || printf '\r\e[K%.78s' "$1: $((SECONDS - start)) s${step:+, $step}" >&2
        elif [[ $step && $kinds != *" ${step%% *} "* ]] || ((SECONDS - shown >= LOG_EVERY_S)); then
            echo "$1: $((SECONDS - start)) s${step:+, $step}" >&2
            kinds+="${step%% *} " shown=$SECONDS
        fi
    done
    [[ -z $part ]] || printf '%s\n' "$part"
    [[ ! -t 2 ]] || printf '\r\e[K' >&2
}

# install_packages NAME...: installs the missing ones and prints their names.
install_packages() {
    local package log missing=() start=$SECONDS

    # On other systems the user installs the packages; the build reports what is missing.
    command -v apt-get >/dev/null || return 0
    for package; do
        package_is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        fail "packages are missing and sudo is not installed; run as root: apt-get install ${missing[*]}"
    fi
    echo "Installing ${missing[*]}" >&2
    # Outdated or missing package lists are the only failure that can be repaired here.
    if ! log=$(apt_install "${missing[@]}" 2>&1 | follow Installing) &&
        ! log=$(update_and_install "${missing[@]}" 2>&1 | follow Installing); then
        printf '%s\n' "$log" >&2
        fail "cannot install ${missing[*]}"
    fi
    echo "Installed in $((SECONDS - start)) s" >&2
}
