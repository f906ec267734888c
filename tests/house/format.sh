#!/bin/bash
# Every source is formatted by clang-format: format.sh CHECKOUT. Versions differ; Debian 12's is used. Exit code 77: it is not installed.
set -euo pipefail
cd "$1"
source tests/house/report.sh
for formatter in clang-format .galen/python/bin/clang-format none; do
  "$formatter" --version 2> /dev/null | grep -q 'version 14\.' && break
done
[ $formatter != none ] || { echo "skipped: needs clang-format 14 (launch/setup.sh --tests)"; exit 77; }
sources comm data galen models trainer launch tests | xargs "$formatter" --dry-run -Werror
