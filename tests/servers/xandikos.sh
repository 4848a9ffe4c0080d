#!/bin/bash
# xandikos.sh start FOLDER | stop FOLDER: Debian's Xandikos on a free loopback port with throw-away data in FOLDER,
# behind counting_proxy.py, which asks for a password (alice, secret) and counts. start prints the proxy's address; the
# counts are at its path /.counts. Ends with 77 when the package is not installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
folder=$2
if [ "$1" = stop ]; then stop "$folder"; exit 0; fi
[ -x /usr/bin/xandikos ] || { echo "skipped: the package xandikos is not installed" >&2; exit 77; }
port=$(free_port)
mkdir -p "$folder/data"
start "$folder" xandikos "$python" /usr/bin/xandikos -d "$folder/data" --defaults \
  --current-user-principal /alice/ -l 127.0.0.1 -p "$port"
wait_for_port "$port"
front=$(free_port)
start "$folder" proxy "$python" "$here/counting_proxy.py" "$front" "http://127.0.0.1:$port" --auth alice:secret
wait_for_port "$front"
echo "http://127.0.0.1:$front/"
