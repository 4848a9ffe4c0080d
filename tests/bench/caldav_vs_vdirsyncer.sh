#!/bin/bash
# caldav_vs_vdirsyncer.sh FASTI [HUB_BENCH]: the same jobs on the same Radicale by fasti and by Debian's vdirsyncer: CPU
# of the client (user + sys), requests, peak memory, wall. COUNT events (default 1000), CHANGED of them (100), NOOPS runs
# of the no-op (5; the smallest counts). HUB_BENCH (tests/bench/hub_noop) adds the no-op inside an open hub.
# Run it on an idle machine; ratios travel between machines, seconds do not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fasti=$(realpath "$1")
hub_noop=${2:+$(realpath "$2")}
count=${COUNT:-1000} changed=${CHANGED:-100} noops=${NOOPS:-5}
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1 PW=secret
for tool in radicale vdirsyncer; do
  [ -x /usr/bin/$tool ] || { echo "skipped: the package $tool is not installed" >&2; exit 77; }
done
. "$here/../servers/common.sh"

work=$(mktemp -d)
proxies=()
# Every server is a child of the script that started it, known by its process id.
finish() {
  for pid in "${proxies[@]}"; do kill "$pid" 2> /dev/null || true; done
  for side in fasti vdirsyncer; do "$here/../servers/radicale.sh" stop "$work/$side-server" || true; done
  rm -rf "$work"
}
trap finish EXIT

declare -A url
for side in fasti vdirsyncer; do
  mkdir -p "$work/$side-server" "$work/$side"
  backend=$("$here/../servers/radicale.sh" start "$work/$side-server")
  port=$(free_port)
  "$python" "$here/../servers/counting_proxy.py" "$port" "${backend%/}" &
  proxies+=($!)
  wait_for_port "$port"
  url[$side]=http://127.0.0.1:$port/
done

fasti_config() {
  mkdir -p "$1"
  cat > "$1/fasti.toml" << CONFIG
store = "fasti.db"
[connections.dav]
provider = "caldav"
url = "${url[fasti]}"
username = "alice"
password = { env = "PW" }
[[sync]]
name = "bench"
connection = "dav"
collection = "bench"
kind = "booking"
create = true
CONFIG
}
vdirsyncer_config() {
  mkdir -p "$1/events/bench"
  cat > "$1/config" << CONFIG
[general]
status_path = "$1/status"
[pair bench]
a = "here"
b = "there"
collections = ["bench"]
[storage here]
type = "filesystem"
path = "$1/events"
fileext = ".ics"
[storage there]
type = "caldav"
url = "${url[vdirsyncer]}"
username = "alice"
password = "secret"
CONFIG
  vdirsyncer -c "$1/config" discover bench < <(yes) > "$work/discover.log" 2>&1
}

declare -A cpu
# job NAME SIDE COMMAND...: measures, prints a line, keeps the CPU seconds.
job() {
  local name=$1 side=$2 figures requests
  shift 2
  curl -s -X POST "${url[$side]}.counts" > /dev/null
  figures=$("$python" "$here/measure.py" "$@" 2> "$work/last.log") || { cat "$work/last.log" >&2; return 1; }
  requests=$(curl -s "${url[$side]}.counts" | "$python" -c '
import json, sys
print(" ".join(f"{n} {m}" for m, n in sorted(json.load(sys.stdin)["methods"].items())))')
  cpu[$name/$side]=$(best "${cpu[$name/$side]:-}" "${figures%% *}")
  # shellcheck disable=SC2086
  printf '%-24s %-11s %9s %9s %9s  %s\n' "$name" "$side" $figures "$requests"
}
best() { "$python" -c 'import sys; print(min(float(x) for x in sys.argv[1:] if x))' "$@"; }
ratio() { "$python" -c 'import sys; print(f"{float(sys.argv[1]) / float(sys.argv[2]):.0f}")' "$@"; }

a=$work/fasti/one b=$work/fasti/two
va=$work/vdirsyncer/one vb=$work/vdirsyncer/two
printf '%-24s %-11s %9s %9s %9s  %s\n' job client "CPU s" "peak MiB" "wall s" requests

fasti_config "$a"; fasti_config "$b"
"$python" "$here/make_events.py" "$count" > "$work/events.jsonl"
"$fasti" import --config "$a/fasti.toml" "$work/events.jsonl" > /dev/null
job "upload $count" fasti "$fasti" sync --config "$a/fasti.toml"
vdirsyncer_config "$va"
"$python" "$here/make_events.py" "$count" --vdir "$va/events/bench"
job "upload $count" vdirsyncer vdirsyncer -c "$va/config" sync

job "download $count" fasti "$fasti" sync --config "$b/fasti.toml"
vdirsyncer_config "$vb"
job "download $count" vdirsyncer vdirsyncer -c "$vb/config" sync

for _ in $(seq "$noops"); do
  job "no-op" fasti "$fasti" sync --config "$a/fasti.toml"
  job "no-op" vdirsyncer vdirsyncer -c "$va/config" sync
done

"$python" "$here/make_events.py" "$count" --changed "$changed" > "$work/changed.jsonl"
"$fasti" import --config "$a/fasti.toml" "$work/changed.jsonl" > /dev/null
job "$changed changed here" fasti "$fasti" sync --config "$a/fasti.toml"
"$python" "$here/make_events.py" "$count" --vdir "$va/events/bench" --changed "$changed"
job "$changed changed here" vdirsyncer vdirsyncer -c "$va/config" sync
job "$changed changed there" fasti "$fasti" sync --config "$b/fasti.toml"
job "$changed changed there" vdirsyncer vdirsyncer -c "$vb/config" sync

echo
for name in "upload $count" "download $count" no-op "$changed changed here" "$changed changed there"; do
  echo "$name: $(ratio "${cpu[$name/vdirsyncer]}" "${cpu[$name/fasti]}")x less client CPU than vdirsyncer"
done
if [ -n "$hub_noop" ]; then
  seconds=$("$hub_noop" "$a/fasti.toml" 200)
  echo "no-op inside an open hub: $seconds s of CPU, $(ratio "${cpu[no-op/vdirsyncer]}" "$seconds")x less"
fi
