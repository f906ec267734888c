#!/bin/bash
# From a fresh clone to a trained model: set-up, release build, a generated data set, training on two workers.
set -euo pipefail
cd "$(dirname "$0")/.."

launch/setup.sh
cmake --preset release --log-level=WARNING
cmake --build --preset release --target galen
galen=build/release/galen

data=runs/quickstart-data.h5
mkdir -p runs
[ -e $data ] || $galen synth --out $data
launch/mpirun.sh -np 2 $galen train configs/quickstart.cfg --data.file $data --overwrite
