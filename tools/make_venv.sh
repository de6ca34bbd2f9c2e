#!/bin/sh
# Make a virtual environment with the first Python >= 3.11 that works: sh tools/make_venv.sh FOLDER
# $PYTHON, when set, is tried first. Every failure ends in one sentence that says what to do.
set -eu
venv=$1

fit() { # A name on PATH is not enough: version managers leave names that refuse to run.
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -x "$venv/bin/python" ] && fit "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if fit "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no Python 3")
    echo "MAC needs Python 3.11 or newer, and found $found. Install it, or name it: make run PYTHON=/path/to/python3.11" >&2
    exit 1
fi

echo "Making $venv with $($python --version)."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
make_it() {
    rm -rf "$venv"
    "$python" -m venv "$venv" >"$log" 2>&1
}
if make_it; then
    exit 0
fi
# Debian and Ubuntu ship Python without ensurepip; it comes in a package of its own.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "This Python cannot make environments yet; installing its package python$version-venv."
    if DEBIAN_FRONTEND=noninteractive apt-get update -q >>"$log" 2>&1 </dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y "python$version-venv" >>"$log" 2>&1 </dev/null &&
        "$python" -m venv --clear "$venv" >>"$log" 2>&1; then
        exit 0
    fi
fi
cat "$log" >&2
rm -rf "$venv"
echo "$python could not make a virtual environment (its message is above). On Debian or Ubuntu: apt-get install python3-venv, then call make again." >&2
exit 1
