#!/usr/bin/env bash
# The whole check of a change: installs what is missing (it prints the apt line first), builds with ASan and UBSan and
# warnings as errors, runs every test, and ends with one line: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(cmake ninja-build g++ pkg-config python3 curl sqlite3 clang-format ca-certificates
  libsqlitecpp-dev libsqlite3-dev libsimdjson-dev libhowardhinnant-date-dev tzdata libssl-dev libcurl4-openssl-dev
  libpugixml-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libcpp-httplib-dev
  libgtest-dev libgmock-dev librapidcheck-dev radicale xandikos)
# The providers' own clients (tests/servers/sdk) run on any Node.js from 18 on; one that is there already is left alone.
command -v node > /dev/null || packages+=(nodejs)
command -v npm > /dev/null || packages+=(npm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo -n)
  echo "+ ${sudo[*]:+${sudo[*]} }apt-get install -y --no-install-recommends ${missing[*]}"
  if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; then
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  fi
fi

preset=${FASTI_PRESET:-check}
build=build/$preset
cmake --preset "$preset"
cmake --build --preset "$preset" -j "$(nproc)"

results=$PWD/$build/results
rm -rf "$results"
mkdir -p "$results"
status=0
GTEST_OUTPUT="xml:$results/" ctest --preset "$preset" -j "$(nproc)" --timeout 900 \
  --output-junit "$results/ctest.junit" || status=$?
python3 tests/count_results.py "$results" || status=1
exit "$status"
