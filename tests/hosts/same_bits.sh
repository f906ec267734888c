#!/bin/bash
# The weights after some steps are the same on one worker and on several hosts: same_bits.sh GALEN
source "$(dirname "$(readlink -f "$0")")/begin.sh"
with_hosts 3

train=("$galen" train --data.file "$folder/data.h5" --model.name cnn28 --model.batch_norm true --trainer.batch 24 --trainer.lanes 4
       --trainer.max_steps 12 --trainer.threads 1 --overwrite)
digest() { sha256sum <"$1/last/weights.safetensors" | cut -c1-16; }

"${train[@]}" --run.folder "$folder/alone" >/dev/null
for slots in 2,2 1,1,1 3,1 1,2; do
  "$hosts" run "$slots" "${train[@]}" --run.folder "$folder/run" >log 2>&1 || fail "$slots:"
  echo "ranks on the hosts: $slots  weights: $(digest run)  of one worker: $(digest alone)"
  cmp run/last/weights.safetensors alone/last/weights.safetensors
done
