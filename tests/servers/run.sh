#!/bin/bash
# run.sh PROGRAM: starts each real server that is installed, with fresh data, and runs the tests against them. A server
# that is not installed is named, and its tests skip.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
started=()
finish() {
  for name in "${started[@]}"; do "$here/$name.sh" stop "$folder/$name"; done
  rm -rf "$folder"
}
trap finish EXIT
for name in radicale xandikos; do
  mkdir -p "$folder/$name"
  started+=("$name")
  if url=$("$here/$name.sh" start "$folder/$name"); then
    export "FASTI_${name^^}_URL=$url"
  elif [ $? -ne 77 ]; then
    cat "$folder/$name"/*.log >&2 || true
    exit 1
  fi
done
FASTI_SERVERS=1 "$@"
