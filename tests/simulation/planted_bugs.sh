#!/bin/sh
# Proves that the simulator sees: plants one known bug at a time and expects some world to break a law.
#   planted_bugs.sh BUILD_DIR [SEEDS]   BUILD_DIR: a release build with tests; only what a bug touches is compiled
#   planted_bugs.sh --check             the bugs still fit the sources (fast, for CI)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The sources that a bug touches, patched, below $work.
plant() {
  rm -rf "$work/tree"
  sed -n 's,^+++ b/,,p' "$1" >"$work/files"
  while read -r file; do
    mkdir -p "$work/tree/$(dirname "$file")"
    cp "$root/$file" "$work/tree/$file"
  done <"$work/files"
  (cd "$work/tree" && git apply -C1 "$1")
}

if [ "${1:-}" = --check ]; then
  failed=0
  for bug in "$here"/planted/*.patch; do
    plant "$bug" || { echo "no longer fits: $bug"; failed=1; }
  done
  exit $failed
fi

build=$(cd "${1:?usage: planted_bugs.sh BUILD_DIR [SEEDS] | --check}" && pwd)
seeds=${2:-2000}
ninja -C "$build" simulation >"$work/log" || { cat "$work/log"; exit 1; }
link=$(ninja -C "$build" -t commands simulation | tail -n 1)

# Their objects stand before the libraries, so that the linker never asks for the sound ones.
build_planted() {
  objects=
  while read -r file; do
    object="$work/$(basename "$file").o"
    compile=$(ninja -C "$build" -t commands simulation | grep -F -- "-c $root/$file" | tail -n 1)
    compile=$(echo "$compile" | sed -E "s, -MD,,; s, -MT [^ ]+,,; s, -MF [^ ]+,,; s, -o [^ ]+, -o $object,; s,-c $root/$file,-c $work/tree/$file,")
    (cd "$build" && sh -c "$compile")
    objects="$objects $object"
  done <"$work/files"
  (cd "$build" && sh -c "$(echo "$link" | sed "s,-o tests/simulation/simulation ,-o $work/simulation $objects ,")")
}

missed=0
printf '%-28s %s\n' bug 'what the simulator says'
for bug in "$here"/planted/*.patch; do
  plant "$bug"
  build_planted
  first=1
  said=
  while [ -z "$said" ] && [ "$first" -le "$seeds" ]; do
    "$work/simulation" --first "$first" --seeds 50 --failures 0 --once --jobs 2 >"$work/out" || true
    said=$(awk '/^seed/ { seed = $2 } /^  [SL][0-9]+ / && !done { print "seed " seed ": " substr($0, 3, 90); done = 1 }' "$work/out")
    first=$((first + 50))
  done
  [ -n "$said" ] || { said='MISSED'; missed=1; }
  printf '%-28s %s\n' "$(basename "$bug" .patch)" "$said"
done
exit $missed
