# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by the other programs here: installs the Debian packages that are missing.

# shellcheck disable=SC2034 # they use it
BUILD_PACKAGES=(wireshark-dev libwireshark-dev tshark cmake ninja-build gcc libc6-dev)

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
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet \
        --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}

# install_packages NAME...: installs those that are missing, and says which.
install_packages() {
    local package log missing=()

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
    if ! log=$(apt_install "${missing[@]}" 2>&1) &&
        ! log=$(as_root apt-get update --quiet 2>&1 && apt_install "${missing[@]}" 2>&1); then
        printf '%s\n' "$log" >&2
        fail "could not install ${missing[*]}"
    fi
}
