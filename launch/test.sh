#!/bin/bash
# Set-up, build, every test.
#
#   launch/test.sh                                   the release build
#   launch/test.sh --sanitize [asan|tsan] [TEST]…    under Address and undefined behaviour sanitizers, thread sanitizer, or one after the other;
#                                                    all tests, or those programs
set -euo pipefail
cd "$(dirname "$0")/.."

presets=(release)
if [ "${1:-}" = --sanitize ]; then
  presets=(asan tsan)
  shift
  case "${1:-}" in asan | tsan) presets=("$1"); shift ;; esac
elif [ $# -gt 0 ]; then
  echo "usage: launch/test.sh [--sanitize [asan|tsan] [TEST]…]" >&2
  exit 2
fi

launch/setup.sh --tests
names=$(IFS='|' && echo "$*")
for preset in "${presets[@]}"; do
  cmake --preset "$preset" --log-level=WARNING
  cmake --build --preset "$preset" --target "${@:-all}"
  ctest --preset "$preset" ${names:+-R "/($names)(\.np[0-9]+)?\$"}
done
