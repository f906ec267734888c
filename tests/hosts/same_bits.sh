#!/bin/bash
# The weights after some steps are the same on one worker and on several hosts: same_bits.sh GALEN. Exit code 77: cannot be tried here.
set -euo pipefail
galen=$1
hosts="$(dirname "$(readlink -f "$0")")/hosts.sh"
export OMP_NUM_THREADS=1

skip() { echo "skipped: $*"; exit 77; }
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
command -v ip tc unshare >/dev/null || skip "ip, tc and unshare are not installed"

folder=$(mktemp -d)
trap '"$hosts" down; rm -rf "$folder"' EXIT
"$hosts" down
"$hosts" up 3 2>"$folder/up.log" || skip "this machine allows no network namespaces ($(head -1 "$folder/up.log"))"

cd "$folder"
"$galen" synth --out data.h5 --samples 300 >/dev/null
train=("$galen" train --data.file "$folder/data.h5" --model.name cnn28 --model.batch_norm true --trainer.batch 24 --trainer.lanes 4
       --trainer.max_steps 12 --trainer.threads 1 --overwrite)
digest() { sha256sum <"$1/last/weights.safetensors" | cut -c1-16; }

"${train[@]}" --run.folder "$folder/alone" >/dev/null
for slots in 2,2 1,1,1 3,1 1,2; do
  "$hosts" run "$slots" "${train[@]}" --run.folder "$folder/run" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
  echo "ranks on the hosts: $slots  weights: $(digest run)  of one worker: $(digest alone)"
  cmp run/last/weights.safetensors alone/last/weights.safetensors
done
