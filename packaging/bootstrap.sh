#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes this checkout ready to use. `packaging/bootstrap.sh run|package|test`; `make` calls it for you.
#
# This half needs nothing but sh: it returns at once when nothing changed, else finds a Python, sees to the system
# packages and hands over to bootstrap.py, which makes .venv, builds the engine and fetches the model.
# PYTHON=… chooses the interpreter (3.11, 3.12 or 3.13). Downloads and builds are kept in ~/.cache/inglenook.
set -eu
cd "$(dirname "$0")/.."
goal=${1:-run}
stamp=.venv/.ready-$goal

case $goal in
    run | package | test) ;;
    *) echo "usage: packaging/bootstrap.sh run|package|test" >&2; exit 2 ;;
esac

say() { printf '%s\n' "$@" >&2; }

# What a finished set-up depends on: these files, this folder (an editable install names it) and this interpreter.
key() {
    {
        cat pyproject.toml packaging/bootstrap.sh packaging/bootstrap.py packaging/constraints.txt \
            resources/models/catalogue.json
        echo "$PWD" "${CMAKE_ARGS-}"
        readlink -f .venv/bin/python
    } | sha256sum
}

version_of() { "$1" -ISc 'import sys; print(*sys.version_info[:2], sep=".")' 2>/dev/null || true; }

is_ready() {
    [ -x .venv/bin/python ] && [ -r "$stamp" ] || return 1
    { read -r seen && read -r model; } <"$stamp" || return 1
    [ -s "$model" ] && [ "$seen" = "$(key)" ] || return 1
    [ -z "${PYTHON-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of .venv/bin/python)" ]
}

is_suitable() { case "$(version_of "$1")" in 3.11 | 3.12 | 3.13) return 0 ;; *) return 1 ;; esac; }

find_python() {
    if [ -n "${PYTHON-}" ]; then
        is_suitable "$PYTHON" || { say "PYTHON=$PYTHON is not a working Python 3.11, 3.12 or 3.13."; exit 1; }
        echo "$PYTHON"
        return
    fi
    for candidate in .venv/bin/python python3 python3.13 python3.12 python3.11; do
        if is_suitable "$candidate"; then echo "$candidate"; return; fi
    done
    say "Inglenook needs Python 3.11, 3.12 or 3.13, and none was found. Install one, or name it: make run PYTHON=/path/to/python3"
    exit 1
}

# Each check asks for what is used (a library, a program), never for a package's name: those differ between systems.
has_library() { case "$libraries" in *"	$1 "*) return 0 ;; *) return 1 ;; esac; }
has_program() { command -v "$1" >/dev/null 2>&1; }
need() { missing="$missing $1"; }

list_missing() {
    missing=
    libraries=$(/sbin/ldconfig -p 2>/dev/null || ldconfig -p 2>/dev/null || true)
    "$python" -c 'import venv, ensurepip' 2>/dev/null || need "python$(version_of "$python")-venv"
    has_program c++ || need g++
    has_program cc || need gcc
    [ -n "$libraries" ] || return 0
    # What Qt's xcb and wayland plugins link to and the PySide6 wheel does not carry (ldd over its plugins).
    while read -r library package; do
        has_library "$library" || need "$package"
    done <<-END
		libGL.so.1 libgl1
		libEGL.so.1 libegl1
		libxkbcommon-x11.so.0 libxkbcommon-x11-0
		libX11-xcb.so.1 libx11-xcb1
		libxcb-cursor.so.0 libxcb-cursor0
		libxcb-icccm.so.4 libxcb-icccm4
		libxcb-keysyms.so.1 libxcb-keysyms1
		libxcb-randr.so.0 libxcb-randr0
		libxcb-shape.so.0 libxcb-shape0
		libxcb-sync.so.1 libxcb-sync1
		libxcb-xfixes.so.0 libxcb-xfixes0
		libwayland-client.so.0 libwayland-client0
		libwayland-cursor.so.0 libwayland-cursor0
		libwayland-egl.so.1 libwayland-egl1
		libfontconfig.so.1 libfontconfig1
		libdbus-1.so.3 libdbus-1-3
		libglib-2.0.so.0 libglib2.0-0
		libgomp.so.1 libgomp1
	END
    if [ "$goal" = test ]; then # the window is driven under Xvfb through its accessibility tree; sockets are traced
        has_program Xvfb || need xvfb
        has_program xauth || need xauth
        has_program strace || need strace
        has_program dbus-run-session || need dbus
        has_program gnome-keyring-daemon || need gnome-keyring # a real keychain to try
        [ -e /usr/libexec/at-spi-bus-launcher ] || need at-spi2-core
        [ -e /usr/lib/python3/dist-packages/pyatspi ] || need python3-pyatspi
    fi
    if [ "$goal" != run ]; then
        has_program objdump || need binutils # PyInstaller reads libraries with it
    fi
}

apt_install() { # $1: nothing or sudo; the rest: packages
    as=$1
    shift
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    mkdir -p build
    install="apt-get install -y --no-install-recommends"
    say "  system packages: $*"
    # The package lists of a fresh machine are often absent or too old: try without, then refresh them once.
    # shellcheck disable=SC2086
    if ! $as $install "$@" >build/apt.log 2>&1; then
        { $as apt-get update && $as $install "$@"; } >>build/apt.log 2>&1
    fi
}

system_packages() {
    list_missing
    # shellcheck disable=SC2086
    set -- $missing
    [ $# -gt 0 ] || return 0
    command="sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    if ! has_program apt-get; then
        say "Some system packages are missing, and this system has no apt. Under Debian's names they are:" "$@"
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then
        as=
    elif has_program sudo && sudo -n true 2>/dev/null; then
        as=sudo
    elif has_program sudo && [ -t 0 ]; then
        say "Some system packages are missing. sudo may ask for your password to run:" "" \
            "    $command" ""
        sudo -v || { say "Nothing was installed. Run the command above, then try again."; exit 1; }
        as=sudo
    else
        say "Some system packages are missing. Run this, then try again:" "" "    $command" ""
        exit 1
    fi
    if ! apt_install "$as" "$@"; then
        tail -n 5 build/apt.log >&2
        say "The system packages could not be installed (build/apt.log has all of it). Run this, then try again:" "" \
            "    $command" ""
        exit 1
    fi
}

if is_ready; then exit 0; fi
python=$(find_python)
say "Setting up Inglenook (Python $(version_of "$python")); only the first time takes minutes"
system_packages
model=$("$python" packaging/bootstrap.py "$goal")
{ key; echo "$model"; } >"$stamp.new"
mv "$stamp.new" "$stamp"
