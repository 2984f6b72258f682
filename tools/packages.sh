# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by the other programs here: installs the Debian packages that are missing.

# shellcheck disable=SC2034 # they use it
BUILD_PACKAGES=(wireshark-dev libwireshark-dev tshark cmake ninja-build gcc libc6-dev)
# Where a log is written, how often it hears of work that takes long.
LOG_EVERY_S=60

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        # Without somebody at the keyboard sudo must not wait for a password.
        sudo ${CI:+--non-interactive} "$@"
    fi
}

package_is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

apt_install() {
    # step_of() reads what it prints.
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get install --yes --quiet \
        --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}

update_and_install() {
    as_root env LC_ALL=C.UTF-8 apt-get update --quiet && apt_install "$@"
}

# step_of LINE: sets step to what apt, dpkg or Ninja is at by this line of theirs; or leaves it.
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

# follow WHAT: copies its input, and shows on standard error that it goes on: on a terminal in one line
# that counts the seconds, elsewhere in a line for each kind of step and each minute.
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
            # Before that sudo may be asking for a password there.
            [[ -z $heard ]] || printf '\r\e[K%.78s' "$1: $((SECONDS - start)) s${step:+, $step}" >&2
        elif [[ $step && $kinds != *" ${step%% *} "* ]] || ((SECONDS - shown >= LOG_EVERY_S)); then
            echo "$1: $((SECONDS - start)) s${step:+, $step}" >&2
            kinds+="${step%% *} " shown=$SECONDS
        fi
    done
    [[ -z $part ]] || printf '%s\n' "$part"
    [[ ! -t 2 ]] || printf '\r\e[K' >&2
}

# install_packages NAME...: installs those that are missing, and says which.
install_packages() {
    local package log missing=() start=$SECONDS

    # Elsewhere than on Debian the user has installed what is needed, or the build says what is not.
    command -v apt-get >/dev/null || return 0
    for package; do
        package_is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        fail "there is no sudo here; as root: apt-get install ${missing[*]}"
    fi
    echo "Installing ${missing[*]}" >&2
    # Out-of-date package lists, or none at all, are the one failure that can be mended.
    if ! log=$(apt_install "${missing[@]}" 2>&1 | follow Installing) &&
        ! log=$(update_and_install "${missing[@]}" 2>&1 | follow Installing); then
        printf '%s\n' "$log" >&2
        fail "could not install ${missing[*]}"
    fi
    echo "Installed in $((SECONDS - start)) s" >&2
}
