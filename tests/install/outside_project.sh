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

# The other program scores images in memory as `galen predict` scores those of the file.
galen/bin/galen train --data.file images.h5 --model.name dense_net --trainer.epochs 1 --run.folder run --quiet > /dev/null
galen/bin/galen predict --checkpoint run/best --data.split all --out scores.csv > /dev/null
"$GALEN_PYTHON" - << 'END'
import h5py
with h5py.File("images.h5") as f, open("images.bin", "wb") as out:
    out.write(f["samples/image"][:].tobytes())
END
build/score run/best images.bin > scores.txt
"$GALEN_PYTHON" - << 'END'
import csv
import numpy as np
expected = np.array([row[2] for row in list(csv.reader(open("scores.csv")))[1:]], "f4")
found = np.loadtxt("scores.txt", "f4")
assert len(found) == 400 and (found == expected).all(), (found[:3], expected[:3])
END
