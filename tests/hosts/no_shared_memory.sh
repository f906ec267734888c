#!/bin/bash
# Ranks of one machine that cannot see each other's memory, as in separate containers: the same bits, by messages, and a
# note. no_shared_memory.sh GALEN MPIRUN
source "$(dirname "$(readlink -f "$0")")/begin.sh"
mpirun=$2
unshare --pid --fork true 2>/dev/null || skip "this machine allows no process namespaces"

train=("$galen" train --data.file data.h5 --model.name cnn28 --trainer.batch 24 --trainer.lanes 4 --trainer.max_steps 12
       --trainer.threads 1 --overwrite)
"${train[@]}" --run.folder alone >alone.log
for ranks in 2 3; do
  # A process namespace for each rank: process 1 of one is another process in the next. Open MPI's shared memory uses that number as
  # well.
  "$mpirun" -np "$ranks" --mca btl self,tcp unshare --pid --fork --kill-child "${train[@]}" --run.folder run >log 2>&1 ||
    fail "$ranks ranks:"
  grep -q "cannot share memory" log || fail "no note about it:"
  cmp run/last/weights.safetensors alone/last/weights.safetensors
  echo "$ranks ranks, each in a separate namespace: the same weights as one worker"
done

# With it Open MPI would crash, so an error is printed first.
"$mpirun" -np 2 unshare --pid --fork --kill-child "${train[@]}" --run.folder crash >log 2>&1 && fail "two ranks of one process id:"
tr -s ' \n' ' ' <log >message
grep -q "in separate process namespaces" message && grep -q -- "--mca btl ^vader" message || fail "no error about it:"
! grep -q "Segmentation fault" log || fail "Open MPI crashed:"
echo "two ranks, each in a separate namespace, with vader: an error"
