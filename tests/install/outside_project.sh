#!/bin/bash
# Installs Galen, builds a project outside of it against find_package(galen), and trains that project's own network on one worker and on
# two, which must agree: outside_project.sh CHECKOUT BUILD
set -euo pipefail
checkout=$1 build=$2
outside=$checkout/tests/install/outside
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/galen" > /dev/null
sanitize=$(sed -n 's/^GALEN_SANITIZE:STRING=//p' "$build/CMakeCache.txt")
cmake -S "$outside" -B "$folder/build" -G Ninja -Dgalen_ROOT="$folder/galen" -DCMAKE_BUILD_TYPE=Release \
  ${sanitize:+-DCMAKE_CXX_FLAGS=-fsanitize=$sanitize} > /dev/null
cmake --build "$folder/build"

cd "$folder"
galen/bin/galen synth --out images.h5 --samples 400
for workers in 1 2; do
  "$checkout/launch/mpirun.sh" -np $workers build/outside images.h5 | tee "$workers.txt"
done
grep -q '^18 steps, test loss 0\.' 1.txt
cmp 1.txt 2.txt
