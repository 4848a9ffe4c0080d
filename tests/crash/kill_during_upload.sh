#!/bin/bash
# kill_during_upload.sh FASTI [EVENTS [KILLS [SEED]]]: uploads EVENTS (default 1000) to a real Radicale and kills the
# program at a random moment (kill -9), KILLS times (10); after each, the next sync goes on where it was. At the end each
# event is on the server exactly once, the store is sound, and one more sync writes nothing. Ends with 77 without Radicale.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fasti=$(realpath "$1")
events=${2:-1000} kills=${3:-10}
RANDOM=${4:-$(date +%N | sed 's/^0*//')}
python=/usr/bin/python3
export PW=secret PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
child=
finish() {
  [ -z "$child" ] || kill -9 "$child" 2> /dev/null || true
  "$here/../servers/radicale.sh" stop "$work/server" || true
  rm -rf "$work"
}
trap finish EXIT
mkdir -p "$work/server"
url=$("$here/../servers/radicale.sh" start "$work/server")
cd "$work"
cat > fasti.toml << CONFIG
store = "fasti.db"
[connections.dav]
provider = "caldav"
url = "$url"
username = "alice"
password = { env = "PW" }
[[sync]]
name = "upload"
connection = "dav"
collection = "upload"
kind = "booking"
create = true
CONFIG
"$python" "$here/../bench/make_events.py" "$events" > events.jsonl
"$fasti" import events.jsonl > /dev/null

# What the server holds is read from its disk: no client of ours in between.
files() { find server/collections -name .Radicale.cache -prune -o -name '*.ics' "$@" 2> /dev/null; }
on_disk() { files -print | wc -l; }
killed=0
while [ "$killed" -lt "$kills" ]; do
  "$fasti" sync > sync.log 2>&1 &
  child=$!
  # Somewhere within the next share of the upload: the moment is counted in events, so that any machine is slow enough.
  until=$(($(on_disk) + 1 + RANDOM % ((events - $(on_disk)) / (kills - killed + 1) + 1)))
  while [ "$(on_disk)" -lt "$until" ] && kill -0 "$child" 2> /dev/null; do sleep 0.01; done
  if kill -9 "$child" 2> /dev/null; then
    killed=$((killed + 1))
    wait "$child" 2> /dev/null || true
    echo "kill $killed: $(on_disk) of $events on the server"
  else
    wait "$child" || { cat sync.log; exit 1; }
    echo "the upload ended before kill $((killed + 1))"
    break
  fi
  child=
done
child=
"$fasti" sync --json > last.json || { echo "the sync after the last kill ended with $?"; cat last.json; exit 1; }
uids=$(files -exec grep -h '^UID:' {} + | sort | uniq -c | awk '$1 == 1' | wc -l)
[ "$(on_disk)" = "$events" ] || { echo "$(on_disk) objects on the server instead of $events"; exit 1; }
[ "$uids" = "$events" ] || { echo "$uids different events on the server instead of $events"; exit 1; }
"$fasti" sync --json > silent.json
"$python" - "$events" << 'CHECK'
import json, sys
run, = json.load(open("silent.json"))["syncs"]
assert (run["created"], run["updated"], run["deleted"], run["requests"]) == (0, 0, 0, 1), run
CHECK
[ "$("$fasti" list booking --json | "$python" -c 'import json, sys; print(len(json.load(sys.stdin)))')" = "$events" ]
echo "ok: $killed kills, each of $events events once on the server, then silence"
