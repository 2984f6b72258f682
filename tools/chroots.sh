# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by check-versions and check-package, after packages.sh: Debian suites in folders.

need_root() {
    ((EUID == 0)) || fail "making chroots needs root: sudo $0"
    install_packages mmdebstrap
}

# mirror_of LABEL: prints the address from which this machine's apt gets the archive with that label.
mirror_of() {
    # shellcheck disable=SC2016 # a variable of apt
    apt-get indextargets --format '$(SITE)' 'Origin: Debian' "Label: $1" | sort -u | head -n 1
}

# Prints the lines of a suite's sources.list.
print_sources() {
    local mirror security

    mirror=$(mirror_of Debian)
    [[ $mirror ]] || fail "apt has no mirror of Debian: chroots can be made on Debian only"
    echo "deb $mirror $1 main"
    [[ $1 != sid && $1 != unstable ]] || return 0
    security=$(mirror_of Debian-Security)
    [[ -z $security ]] || echo "deb $security $1-security main"
}

# make_chroot SUITE FOLDER PACKAGE...: makes FOLDER a minimal Debian with the packages. The output
# goes to FOLDER.log.
make_chroot() {
    local suite=$1 folder=$2 IFS=,

    shift 2
    mkdir -p "${folder%/*}"
    # Expired release files are accepted, because the mirror may be a snapshot.
    if ! print_sources "$suite" | mmdebstrap --variant=apt --mode=root ${1:+--include="$*"} \
        --aptopt='Apt::Install-Recommends "false"' \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        "$suite" "$folder.new" - &>"$folder.log"; then
        rm -rf --one-file-system -- "$folder.new"
        tail -n 20 "$folder.log" >&2
        fail "making the chroot for $suite failed"
    fi
    # Mount points. The final name is given last, so that an incomplete chroot is never used.
    mkdir -p "$folder.new/source" "$folder.new/shared"
    mv "$folder.new" "$folder"
}

# in_chroot FOLDER COMMAND...: runs the command there as root, with the checkout read-only in /source
# and the shared samples, if any, in /shared. The mounts end with the command.
in_chroot() {
    local shared=${TCPHS_SHARED:-$SOURCE/../shared}

    # shellcheck disable=SC2016 # variables of the inner shell
    unshare --mount --pid --fork --kill-child bash -c '
        set -e
        root=$1 source=$2 shared=$3
        shift 3
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount --bind -o ro "$source" "$root/source"
        [[ ! -d $shared ]] || mount --bind -o ro "$shared" "$root/shared"
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
            PYTHONDONTWRITEBYTECODE=1 DEBIAN_FRONTEND=noninteractive "$@"
    ' in_chroot "$1" "$SOURCE" "$shared" "${@:2}"
}
