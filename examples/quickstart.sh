#!/usr/bin/env bash
# Fasti in five minutes: builds the program, publishes a tournament to a real CalDAV server on this machine, edits it on
# both sides, makes a conflict, and takes a run back. Everything happens in a throw-away folder; run it as often as you
# like. Without Radicale (and without the right to install it), or with FASTI_QUICKSTART_WITHOUT_RADICALE=1, a folder of
# .ics files plays the server.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() { printf '\033[2m$ %s\033[0m\n' "$*"; "$@"; }
# A run that leaves something for a person ends with 3: that is news, not a failure.
run_waiting() { local code=0; run "$@" || code=$?; [ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"; }

# --- What is needed -----------------------------------------------------------------------------------------------
packages=(cmake ninja-build g++ pkg-config ca-certificates curl python3
  libsqlitecpp-dev libsqlite3-dev libsimdjson-dev libhowardhinnant-date-dev tzdata libssl-dev libcurl4-openssl-dev
  libpugixml-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev)
is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }
missing_of() { local package; for package in "$@"; do is_installed "$package" || echo "$package"; done; }
as_root=()
may_install=yes
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo)
  if ! command -v sudo > /dev/null || { ! sudo -n true 2> /dev/null && [ ! -t 0 ]; }; then may_install=no; fi
fi
install_packages() {
  echo "\$ ${as_root[*]:+${as_root[*]} }apt-get install -y --no-install-recommends $*"
  [ "$may_install" = yes ] || return 1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    { "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
}
say "What Fasti is built from"
mapfile -t missing < <(missing_of "${packages[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  install_packages "${missing[@]}" || { echo "these packages are needed and cannot be installed from here" >&2; exit 1; }
else
  echo "all there: ${packages[*]}"
fi
has_radicale=yes
if [ -n "${FASTI_QUICKSTART_WITHOUT_RADICALE:-}" ] || { ! is_installed radicale && ! install_packages radicale; }; then
  has_radicale=no
  echo "Without Radicale: a folder of .ics files plays the server."
fi

say "Build the program (release, no tests)"
run cmake --preset release -Wno-dev > /dev/null
run cmake --build --preset release -j "$(nproc)" --target fasti
PATH=$root/build/release/app:$PATH

# --- A server of one's own, on loopback only ------------------------------------------------------------------------
work=$(mktemp -d)
server_pid=
finish() {
  if [ -n "$server_pid" ]; then kill "$server_pid" 2>/dev/null || true; wait "$server_pid" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
cd "$work"
cp "$root"/examples/worldcup-2026/*.csv .

start_radicale() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  echo 'alice:secret' > users
  cat > radicale.conf <<CONF
[server]
hosts = 127.0.0.1:$port
[auth]
type = htpasswd
htpasswd_filename = $work/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = $work/collections
[logging]
level = error
CONF
  /usr/bin/python3 /usr/bin/radicale --config radicale.conf > radicale.log 2>&1 &
  server_pid=$!
  url=http://127.0.0.1:$port/
  local tries=0
  until curl -s -o /dev/null -u alice:secret "$url"; do
    tries=$((tries + 1))
    if [ $tries -ge 100 ] || ! kill -0 "$server_pid" 2>/dev/null; then cat radicale.log >&2; return 1; fi
    sleep 0.1
  done
}

# edit_there FROM TO: somebody else changes an event on the server, with a client that is not Fasti.
edit_there() {
  if [ "$has_radicale" = yes ]; then
    local calendar href
    calendar=$(curl -s -u alice:secret -X PROPFIND -H 'Depth: 1' "${url}alice/" |
      python3 -c 'import re, sys; print([h for h in re.findall(r"<href>([^<]*)</href>", sys.stdin.read()) if h.count("/") > 2][0])')
    href=$(curl -s -u alice:secret -X REPORT -H 'Depth: 1' -H 'Content-Type: application/xml' "${url%/}$calendar" --data \
      '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>' |
      FROM=$1 python3 -c 'import os, re, sys; print([re.search(r"<href>([^<]*)</href>", r)[1] for r in re.split(r"<response>", sys.stdin.read()) if os.environ["FROM"] in r][0])')
    curl -s -u alice:secret "${url%/}$href" -o event.ics
    sed -i "s/$1/$2/" event.ics
    echo "\$ curl -X PUT …$href   # SUMMARY: $2"
    curl -s -f -u alice:secret -X PUT -H 'Content-Type: text/calendar' --data-binary @event.ics "${url%/}$href"
  else
    echo "\$ sed -i 's/$1/$2/' calendars/matches/*.ics"
    sed -i "s/$1/$2/" calendars/matches/*.ics
  fi
}

say "One file says what is kept where"
if [ "$has_radicale" = yes ]; then
  start_radicale
  export CLUB_PASSWORD=secret
  cat > fasti.toml <<CONF
store = "fasti.db"

[connections.club]
provider = "caldav"
url      = "$url"
username = "alice"
password = { env = "CLUB_PASSWORD" }

[[sync]]
name       = "club"
connection = "club"
collection = "World Cup 2026"
kind       = "booking"
create     = true

[conflict.booking]
default = "ask"
CONF
else
  cat > fasti.toml <<'CONF'
store = "fasti.db"

[connections.files]
provider = "ics"
path     = "calendars"

[[sync]]
name       = "club"
connection = "files"
collection = "matches"
kind       = "booking"
create     = true

[conflict.booking]
default = "ask"
CONF
fi
run cat fasti.toml

say "The tournament comes in: 16 venues, 48 teams, 104 matches"
run fasti import venues.csv --mapping csv-venue
run fasti import schedule.csv --mapping csv-schedule
run fasti import teams.csv --mapping csv-team
run fasti import bookings.csv --mapping csv-booking

say "Up it goes; the second run finds nothing to do"
run fasti sync
run fasti sync

say "One edit on the server, one here"
edit_there "Mexico - South Africa" "Opening match: Mexico - South Africa"
final=$(fasti list booking --json | python3 -c 'import json, sys; print([r["id"] for r in json.load(sys.stdin) if r["fields"].get("code") == "M104"][0])')
echo "\$ echo '{\"notes\":\"Gates open at noon\"}' | fasti put booking $final -"
echo '{"notes":"Gates open at noon"}' | fasti put booking "$final" - > /dev/null
run fasti plan
run fasti sync

say "The same title changed on both sides: a conflict that waits for you"
edit_there "Spain - Argentina" "The final: Spain - Argentina"
echo "\$ echo '{\"title\":\"Final: Spain v Argentina\",\"notes\":\"Gates open at eleven\"}' | fasti put booking $final -"
echo '{"title":"Final: Spain v Argentina","notes":"Gates open at eleven"}' | fasti put booking "$final" - > /dev/null
run_waiting fasti sync
run_waiting fasti report
run fasti log --record "$final"

say "Take that run back, on every side"
last=$(fasti runs --json | python3 -c 'import json, sys; print([r["run"] for r in json.load(sys.stdin) if r["command"] == "sync"][0])')
run_waiting fasti rollback "$last" --dry-run
run_waiting fasti rollback "$last" --yes
run fasti runs

say "Your own calendar: three lines to paste"
cat <<PASTE
mkdir -p ~/fasti && cd ~/fasti && export PATH="$root/build/release/app:\$PATH" && fasti init
\${EDITOR:-nano} fasti.toml   # uncomment [connections.mine] and its [[sync]]; server, name, where the password is
fasti check --online && fasti collections mine && fasti plan   # these only look; then, if you like it: fasti sync
PASTE
