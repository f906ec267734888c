#!/bin/bash
# Set-up, build, every test.
#
#   launch/test.sh              the release build
#   launch/test.sh --sanitize   under Address, undefined behaviour and thread sanitizers instead
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  "") presets=(release) ;;
  --sanitize) presets=(asan tsan) ;;
  *) echo "usage: launch/test.sh [--sanitize]" >&2; exit 2 ;;
esac

launch/setup.sh --tests
for preset in "${presets[@]}"; do
  cmake --preset "$preset" --log-level=WARNING
  cmake --build --preset "$preset"
  ctest --preset "$preset"
done
