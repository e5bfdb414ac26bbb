#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `packaging/checks.sh [lint] [tests [PYTEST ARGUMENTS]]`: runs every check, even after one failed, and fails if any did.
# The tests come last, so that pytest's closing line is the last thing printed when all is well.
set -u
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
failed=

check() { # $1: its name; the rest: the command
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed $name,"
}

if [ "${1-}" = lint ]; then
    shift
    check "format" "$bin/ruff" format --check .
    check "lint" "$bin/ruff" check .
    check "types" "$bin/mypy"
    check "types of packaging" "$bin/mypy" packaging/bootstrap.py packaging/freeze.py
    check "layers" "$bin/lint-imports" --no-cache
fi
if [ "${1-}" = tests ]; then
    shift
    check "tests" "$bin/python" -m pytest "$@"
fi
if [ -n "$failed" ]; then
    echo "failed:${failed%,}" >&2
    exit 1
fi
