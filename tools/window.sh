# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by check-window and screenshots: a Wireshark with the module and the profile, on its own
# virtual screen. tests/window/desktop.py uses them.

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/packages.sh
. "$SOURCE/tools/packages.sh"
# shellcheck source=tools/plugin-folder.sh
. "$SOURCE/tools/plugin-folder.sh"

# shellcheck disable=SC2034 # they use it
WINDOW_PACKAGES=(
    wireshark xvfb openbox xdotool imagemagick fonts-dejavu-core adwaita-icon-theme
    # the accessibility interface
    at-spi2-core dbus gir1.2-atspi-2.0 python3-gi python3-pytest
)

# Sets module to the one that TCPHS_MODULE names, or else builds that of this checkout.
build_window_module() {
    local log

    module=${TCPHS_MODULE:-$SOURCE/build/plugin/tcphs.so}
    [[ -z ${TCPHS_MODULE:-} ]] || return 0
    log=$({
        [[ -e $SOURCE/build/CMakeCache.txt ]] || (cd "$SOURCE" && cmake --preset release)
        cmake --build "$SOURCE/build" --target tcphs
    } 2>&1) || fail "building the plugin failed: $log"
}

# Copies the files that the programs on the screen read to where the user nobody can read them.
make_window_folders() {
    make_plugin_folder "$module"
    cp -R -- "$SOURCE/captures" "$SOURCE/profile" "$SOURCE/docs" "$SOURCE/tests/window" "$scratch"
    cp -- "$SOURCE/README.md" "$scratch"
    cp -- "$SOURCE/tests/golden/idle.py" "$scratch/window"
    # pytest lists the folder of its tests.
    chmod 755 "$scratch"
    mkdir -m 700 "$scratch/results"
    chmod -R go=rX "$scratch"/{captures,profile,docs,window,README.md}
    ((EUID != 0)) || chown 65534:65534 "$scratch/results"
}

# with_screen PROGRAM ARGUMENT...: runs one of the programs in tests/window.
with_screen() {
    as_nobody PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$@"
}
