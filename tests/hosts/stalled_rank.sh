#!/bin/bash
# A rank on another host that stops while gradients travel is named, with its host, and the whole job ends: stalled_rank.sh GALEN
source "$(dirname "$(readlink -f "$0")")/begin.sh"
with_hosts 2

ranks_on() {
  for process in $(ip netns pids "galen$1"); do
    if [ "$(cat "/proc/$process/comm" 2>/dev/null)" = galen ]; then echo "$process"; fi
  done
}

"$hosts" run 1,1 "$galen" train --data.file "$folder/data.h5" --model.name cnn28 --trainer.batch 24 --trainer.epochs 100000 \
  --comm.deadline 2 --run.folder "$folder/run" >log 2>&1 &
job=$!
for _ in $(seq 100); do
  [ -s run/metrics.jsonl ] && break
  sleep 0.1
done
kill -STOP "$(ranks_on 2)"
for _ in $(seq 300); do
  kill -0 "$job" 2>/dev/null || break
  sleep 0.1
done
kill -0 "$job" 2>/dev/null && fail "the job still runs, 30 s after a rank has stopped:"
wait "$job" && fail "the job ended as if all were well"

tr -s ' \n' ' ' <log >message
grep -q "rank 1 (galen-host-2)" message || fail "rank 1 on galen-host-2 is not named:"
sleep 1
[ -z "$(ranks_on 1)$(ranks_on 2)" ] || fail "ranks are left over"
grep -o "galen: .*has not come" message
