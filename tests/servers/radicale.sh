#!/bin/bash
# radicale.sh start FOLDER | stop FOLDER: Debian's Radicale on a free loopback port, with throw-away data in FOLDER and
# one user (alice, secret). start prints its address. Ends with 77 when the package is not installed.
set -eu
. "$(dirname "$0")/common.sh"
folder=$2
if [ "$1" = stop ]; then stop "$folder"; exit 0; fi
[ -x /usr/bin/radicale ] || { echo "skipped: the package radicale is not installed" >&2; exit 77; }
port=$(free_port)
mkdir -p "$folder/collections"
echo "alice:secret" > "$folder/users"
# Plain passwords: bcrypt would cost 200 ms of CPU on every request.
cat > "$folder/config" <<CONFIG
[server]
hosts = 127.0.0.1:$port
max_connections = 20
[auth]
type = htpasswd
htpasswd_filename = $folder/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = $folder/collections
[logging]
level = warning
CONFIG
start "$folder" radicale "$python" /usr/bin/radicale --config "$folder/config"
wait_for_port "$port"
echo "http://127.0.0.1:$port/"
