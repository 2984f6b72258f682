# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by demo and tcphs-report, after packages.sh: a plugin folder and a home for one run only, so
# that nothing is installed and none of the user's own settings are read.

OLDEST=400 NEWEST=406
NOBODY=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# Sets release to "4.0.17", version to "4.0", which is the name of the plugin folder, and number to 400.
# Ends the program if the plugin does not work with this tshark.
find_version() {
    local said

    said=$(tshark --version 2>/dev/null) || fail "tshark cannot be run: install Wireshark 4.0 to 4.6 with tshark"
    [[ $said =~ ([0-9]+)\.([0-9]+)\.[0-9]+ ]] || fail "tshark --version prints no version: ${said%%$'\n'*}"
    release=${BASH_REMATCH[0]}
    version=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}
    number=$((BASH_REMATCH[1] * 100 + BASH_REMATCH[2]))
    ((number >= OLDEST && number <= NEWEST)) ||
        fail "Wireshark $release is not supported: the plugin needs 4.0 to 4.6"
}

# find_plugins Global|Personal: prints the folder in which tshark looks for plugins.
find_plugins() {
    env -u WIRESHARK_PLUGIN_DIR tshark -G folders 2>/dev/null |
        sed -n "s/^$1 Plugins:[[:space:]]*//p"
}

# find_temporary: prints TMPDIR, or /tmp. For root, TMPDIR must belong to root, and the user nobody must
# be able to enter it.
find_temporary() {
    local folder

    folder=$(realpath -m -- "${TMPDIR:-/tmp}")
    if ((EUID == 0)) && ! { [[ -O $folder ]] && "${NOBODY[@]}" test -x "$folder"; }; then
        folder=/tmp
    fi
    printf '%s\n' "$folder"
}

# make_scratch NAME: sets scratch to a folder that is removed when the program ends.
make_scratch() {
    scratch=''
    trap 'rm -rf -- "$scratch"' EXIT
    scratch=$(mktemp -d "$(find_temporary)/tcphs-$1.XXXXXX")
}

# make_plugin_folder MODULE: makes the plugin folder. It replaces Wireshark's own, whose modules are
# therefore linked into it.
make_plugin_folder() {
    local folder=$scratch/plugins/$version/epan

    mkdir -p "$folder" "$scratch/home"
    find "$(find_plugins Global)/epan" -name '*.so' ! -name tcphs.so \
        -exec ln -s -t "$folder" {} + 2>/dev/null || true
    install -m 644 -- "$1" "$folder/tcphs.so"
    chmod -R go=rX "$scratch/plugins"
    # tshark, which ignores plugins as root and so runs as nobody, passes through this folder.
    chmod 711 "$scratch"
    ((EUID != 0)) || chown 65534:65534 "$scratch/home"
}

# As root, Wireshark ignores all plugins that are not installed for all users. For root the command
# therefore runs as the user nobody.
as_nobody() {
    local nobody=()

    ((EUID != 0)) || nobody=("${NOBODY[@]}")
    (cd "$scratch" && exec "${nobody[@]}" env -u XDG_CONFIG_HOME -u WIRESHARK_CONFIG_DIR \
        HOME="$scratch/home" WIRESHARK_PLUGIN_DIR="$scratch/plugins" "$@")
}
