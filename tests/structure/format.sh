#!/usr/bin/env bash
# Every C++ file is as clang-format 14 (Debian 12's) writes it. 77: there is no clang-format here.
set -uo pipefail
cd "$1" || exit 1
command -v clang-format >/dev/null || { echo "skipped: no clang-format"; exit 77; }
find engine connectors app tests examples -name build -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
  xargs -0 clang-format --dry-run -Werror
