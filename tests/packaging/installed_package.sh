#!/usr/bin/env bash
# Installs this build into a throw-away prefix and builds the examples against that prefix alone, as a stranger would:
# installed_package.sh BUILD SOURCE CXX [FLAGS]. Runs each and compares what it says.
set -euo pipefail
build=$1 source=$2 compiler=$3 flags=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One component after the other, as the packages do it.
for component in program development; do
  cmake --install "$build" --prefix "$work/prefix" --component $component > "$work/install.log" ||
    { cat "$work/install.log"; exit 1; }
done
for file in bin/fasti lib/systemd/system/fasti.service lib/systemd/system/fasti.timer \
  share/bash-completion/completions/fasti share/zsh/vendor-completions/_fasti \
  share/fish/vendor_completions.d/fasti.fish share/doc/fasti/README.md; do
  [ -s "$work/prefix/$file" ] || { echo "not installed: $file"; exit 1; }
done
bash -n "$work/prefix/share/bash-completion/completions/fasti"
grep -q '^SuccessExitStatus=3$' "$work/prefix/lib/systemd/system/fasti.service"

expect() {  # expect NAME: builds examples/NAME against the prefix, runs it, compares with stdin
  cp -r "$source/examples/$1" "$work/$1"
  cmake -S "$work/$1" -B "$work/$1.build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" > "$work/$1.log" 2>&1 &&
    cmake --build "$work/$1.build" >> "$work/$1.log" 2>&1 || { cat "$work/$1.log"; exit 1; }
  "$work/$1.build/$1" "$work/$1.data" > "$work/$1.out"
  diff -u - "$work/$1.out" && echo "$1: as expected"
}

expect embed_minimal <<'OUT'
synced: 1 appointment
edited there, here: Check-up with Dr. Adams
rolled back, here: Check-up
rolled back, there: Check-up
OUT
expect custom_strategy <<'OUT'
bring forty chairs and the piano
notes: files won by longer
OUT
expect custom_connector <<'OUT'
here:  School gym
here:  Town hall
there: School gym
there: Town hall
OUT

lines=$(cat "$source"/examples/embed_minimal/CMakeLists.txt "$source"/examples/embed_minimal/main.cpp | wc -l)
[ "$lines" -lt 150 ] || { echo "embed_minimal has $lines lines: under 150 was promised"; exit 1; }

flags_of() { PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig:$(echo "$work"/prefix/lib/*/pkgconfig)" pkg-config "$@" fasti; }
# shellcheck disable=SC2046,SC2086
"$compiler" -std=c++20 $flags "$source/examples/embed_minimal/main.cpp" -o "$work/by_pkg_config" $(flags_of --cflags --libs)
"$work/by_pkg_config" "$work/by_pkg_config.data" | tail -1 | grep -qx 'rolled back, there: Check-up'
echo "pkg-config: as expected"
