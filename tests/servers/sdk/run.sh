#!/bin/bash
# The providers' own clients for Node.js against `fasti sandbox`.
#   run.sh install FOLDER           puts them into FOLDER/node_modules, once for each package-lock.json
#   run.sh test FOLDER FASTI FILE   starts a sandbox of this program, and Radicale when FILE names it; runs FILE
# Ends with 77 and says why when Node.js, npm or the registry is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"
skip() { echo "skipped: $1"; exit 77; }
command -v node > /dev/null || skip "node is not installed"
modules=$2

if [ "$1" = install ]; then
  command -v npm > /dev/null || skip "npm is not installed"
  mkdir -p "$modules"
  cmp -s "$here/package-lock.json" "$modules/installed.json" && exit 0
  cp "$here/package.json" "$here/package-lock.json" "$modules"
  (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries 1 --fetch-timeout 20000) > "$modules/npm.log" 2>&1 || {
    # A lock that does not fit its package.json is a mistake of ours, not a missing registry.
    grep -Eq 'EUSAGE|EINTEGRITY|ETARGET' "$modules/npm.log" && { cat "$modules/npm.log"; exit 1; }
    skip "npm could not install: $(grep -m 1 -E 'code|error' "$modules/npm.log" || tail -n 1 "$modules/npm.log")"
  }
  cp "$here/package-lock.json" "$modules/installed.json"
  exit 0
fi

[ -e "$modules/installed.json" ] || skip "the clients are not installed (run.sh install)"
program=$3 file=$4
folder=$(mktemp -d)
mkdir "$folder/radicale"
finish() {
  stop "$folder"
  "$here/../radicale.sh" stop "$folder/radicale"
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
start "$folder" sandbox "$program" sandbox --json
for _ in $(seq 200); do grep -qs '^{' sandbox.log && break; sleep 0.1; done
grep -qs '^{' sandbox.log || { cat sandbox.log; exit 1; }
export FASTI_SANDBOX FASTI_PROGRAM=$program NODE_PATH=$modules/node_modules NODE_EXTRA_CA_CERTS=$folder/fasti-sandbox.pem
FASTI_SANDBOX=$(head -n 1 sandbox.log)
if grep -q FASTI_RADICALE_URL "$here/$file" && url=$("$here/../radicale.sh" start "$folder/radicale"); then
  export FASTI_RADICALE_URL=$url
fi
node --require "$here/loopback_only.js" "$here/$file"
