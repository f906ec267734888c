#!/bin/bash
# Every source is as clang-format leaves it: format.sh CHECKOUT. Its versions differ; ours is Debian 12's. Exit code 77: another one is here.
set -euo pipefail
cd "$1"
source tests/house/report.sh
clang-format --version | grep -q 'version 14\.' || { echo "needs clang-format 14"; exit 77; }
sources comm data galen models trainer launch tests | xargs clang-format --dry-run -Werror
