#!/bin/sh
# Tries the API against its own OpenAPI document with schemathesis: all checks, all phases.
#
# usage: schemathesis.sh [--program PATH] [--examples N] [--workers N] [--login NAME] [--seed N]
#
# Needs python3 with venv and a package index. Exits non-zero when a check fails.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$root/target/debug/jinzhi
examples=8
# More threads upset the parser of some Python versions.
workers=1
login=keyuan
# What it asks follows from the seed, so that a fault found once is found again.
seed=1
version=4.32.5
while [ $# -gt 0 ]; do
    case $1 in
        --program) program=$2 ;;
        --examples) examples=$2 ;;
        --workers) workers=$2 ;;
        --login) login=$2 ;;
        --seed) seed=$2 ;;
        *) echo "unknown option $1" >&2; exit 2 ;;
    esac
    shift 2
done
[ -x "$program" ] || { echo "there is no program at $program: cargo build -p server" >&2; exit 2; }

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

tools=${SCHEMATHESIS_VENV:-$root/target/schemathesis-$version}
if [ ! -x "$tools/bin/schemathesis" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet "schemathesis==$version"
fi

port=$("$tools/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
address=127.0.0.1:$port
ready() {
    tries=0
    until "$tools/bin/python" -c "import urllib.request; urllib.request.urlopen('http://$address/healthz', timeout=2)" 2>/dev/null; do
        tries=$((tries + 1))
        kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; echo "the server stopped" >&2; exit 1; }
        [ $tries -lt 120 ] || { cat "$work/log" >&2; echo "the server does not answer" >&2; exit 1; }
        sleep 0.5
    done
}

# A sample county of its own. Tokens are drawn while nobody else has the data directory.
"$program" demo --data "$work/data" --listen "$address" --devices 200 >"$work/log" 2>&1 &
server=$!
ready
# Firms and devices are made while the first pages are served.
until grep -q 示例数据已装齐 "$work/log"; do
    kill -0 "$server"
    sleep 0.5
done
stop
token_of() {
    "$program" token "$1" --days 1 --data "$work/data" | tail -n 1
}
officer=$(token_of "$login")
admin=$(token_of admin)
"$program" serve --data "$work/data" --listen "$address" >"$work/log" 2>&1 &
server=$!
ready

result=0
ask() {
    token=$1
    shift
    "$tools/bin/schemathesis" --config-file "$config" run \
        "http://$address/api/openapi.json" \
        --header "Authorization: Bearer $token" \
        --checks all --phases "$phases" \
        --max-examples "$examples" --seed "$seed" --workers "$workers" --continue-on-failure --no-color \
        --warnings off "$@" || result=1
}
one='^/api/[a-z_]+[.][a-z_]+/[{]id[}]'
config=$here/schemathesis.toml
# Lists, new records, the house as a whole.
phases=examples,coverage,fuzzing
ask "$officer" --exclude-path-regex "$one"
# What only an administrator may; ids are made up here.
ask "$admin" --include-path-regex '^/api/house[.]'
# From one operation to the next by the document's links.
phases=stateful
ask "$officer"
# Single records, on some that are there.
config=$work/records.toml
phases=examples,coverage,fuzzing
"$tools/bin/python" "$here/schemathesis_records.py" "$address" "$officer" "$here/schemathesis.toml" >"$config"
ask "$officer" --include-path-regex "$one"

# A panic or an error that was answered as something else would only stand in the log.
if grep -E '"level":"ERROR"| ERROR |panicked' "$work/log"; then
    echo "the server logged errors" >&2
    result=1
fi
exit $result
