# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by demo and tcphs-report, after packages.sh: a plugin folder and a home for one run alone, so
# that nothing is installed and nothing of the user's own settings is read.

OLDEST=400 NEWEST=406
NOBODY=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# Sets release to "4.0.17", version to "4.0", the name of the plugin folder, and number to 400. Ends the
# program where the plugin does not work with this tshark.
find_version() {
    local said

    said=$(tshark --version 2>/dev/null) || fail "tshark cannot be run"
    [[ $said =~ ([0-9]+)\.([0-9]+)\.[0-9]+ ]] || fail "tshark does not tell its version"
    release=${BASH_REMATCH[0]}
    version=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}
    number=$((BASH_REMATCH[1] * 100 + BASH_REMATCH[2]))
    ((number >= OLDEST && number <= NEWEST)) ||
        fail "this is Wireshark $release, and the plugin works with 4.0 to 4.6"
}

# find_plugins Global|Personal: where tshark looks for plugins.
find_plugins() {
    env -u WIRESHARK_PLUGIN_DIR tshark -G folders 2>/dev/null |
        sed -n "s/^$1 Plugins:[[:space:]]*//p"
}

# make_scratch NAME: sets scratch to a folder that goes when the program ends, below TMPDIR unless that is
# one of root's own, which nobody cannot enter.
make_scratch() {
    local parent=${TMPDIR:-/tmp}

    ((EUID != 0)) || "${NOBODY[@]}" test -x "$parent" || parent=/tmp
    scratch=$(mktemp -d "$parent/tcphs-$1.XXXXXX")
    trap 'rm -rf -- "$scratch"' EXIT
}

# make_plugin_folder MODULE: the folder replaces Wireshark's own, so that one's modules are linked in.
make_plugin_folder() {
    local folder=$scratch/plugins/$version/epan

    mkdir -p "$folder" "$scratch/home"
    find "$(find_plugins Global)/epan" -name '*.so' ! -name tcphs.so \
        -exec ln -s -t "$folder" {} + 2>/dev/null || true
    install -m 644 -- "$1" "$folder/tcphs.so"
    chmod -R go=rX "$scratch/plugins"
    # Who must not be root to have plugins goes through here.
    chmod 711 "$scratch"
    ((EUID != 0)) || chown 65534:65534 "$scratch/home"
}

# Wireshark started by root ignores every plugin but the installed ones: be nobody then.
as_nobody() {
    local nobody=()

    ((EUID != 0)) || nobody=("${NOBODY[@]}")
    (cd "$scratch" && exec "${nobody[@]}" env -u XDG_CONFIG_HOME -u WIRESHARK_CONFIG_DIR \
        HOME="$scratch/home" WIRESHARK_PLUGIN_DIR="$scratch/plugins" "$@")
}
