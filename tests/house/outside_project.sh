#!/bin/bash
# A project of somebody else's: Galen is installed, found with find_package, and trains a module of theirs on two workers.
#
#   outside_project.sh BUILD_FOLDER GALEN_PROGRAM
set -euo pipefail
build=$1 galen=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/galen" > "$work/install.log"
cmake -S "$here/outside_project" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -Dgalen_ROOT="$work/galen" > "$work/configure.log" || {
  cat "$work/configure.log"
  exit 1
}
cmake --build "$work/build"
"$galen" synth --out "$work/data.h5" --samples 200 --side 16
"$here/../../launch/mpirun.sh" -np 2 "$work/build/train_my_net" "$work/data.h5" "$work/run" | tee "$work/run.log"
grep -q '^25 steps, test auc 0\.' "$work/run.log"  # 140 training samples in batches of 32, five epochs
test -e "$work/run/best/weights.safetensors"
