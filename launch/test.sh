#!/bin/bash
# Sets up, builds, and runs every test.
#
#   launch/test.sh                                   the release build
#   launch/test.sh --sanitize [asan|tsan] [TEST]…    under Address and undefined behaviour sanitizers, thread sanitizer, or both in turn;
#                                                    all tests, or those programs
#   launch/test.sh --complete …                      the same; fails if a test was skipped for another reason than a missing GPU
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { echo "usage: launch/test.sh [--complete] [--sanitize [asan|tsan] [TEST]…]" >&2; exit 2; }

complete=()
if [ "${1:-}" = --complete ]; then
  complete=(--complete)
  shift
fi
presets=(release)
if [ "${1:-}" = --sanitize ]; then
  presets=(asan tsan)
  shift
  case "${1:-}" in asan | tsan) presets=("$1"); shift ;; esac
elif [ $# -gt 0 ]; then
  usage
fi

launch/setup.sh --tests
names=$(IFS='|' && echo "$*")
for preset in "${presets[@]}"; do
  cmake --preset "$preset" --log-level=WARNING
  cmake --build --preset "$preset" --target "${@:-all}"
  ctest --preset "$preset" --output-junit tests.xml ${names:+-R "/($names)(\.np[0-9]+)?\$"}
  python3 tests/support/skipped_tests.py "build/$preset/tests.xml" "${complete[@]}"
done
