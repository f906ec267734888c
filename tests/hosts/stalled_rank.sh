#!/bin/bash
# A rank on another host that is stopped during the exchange of gradients is named, with its host, and the job ends: stalled_rank.sh GALEN
source "$(dirname "$(readlink -f "$0")")/begin.sh"
with_hosts 2

no_ranks_are_left() { [ -z "$(ranks_on 1)$(ranks_on 2)" ]; }
job_is_over() { ! kill -0 "$job" 2>/dev/null; }

"$hosts" run 1,1 "$galen" train --data.file "$folder/data.h5" --model.name cnn28 --trainer.batch 24 --trainer.epochs 100000 \
  --comm.deadline 10 --run.folder "$folder/run" >log 2>&1 &
job=$!
within 120 test -s run/metrics.jsonl || fail "the run does not start:"
stalled=$(ranks_on 2)
[ -n "$stalled" ] || fail "no rank is on host 2:"
kill -STOP "$stalled"
within 120 job_is_over || fail "the job still runs, two minutes after a rank has stopped:"
wait "$job" && fail "the job ended with exit code 0"

tr -s ' \n' ' ' <log >message
grep -q "rank 1 (galen-host-2)" message || fail "rank 1 on galen-host-2 is not named:"
within 60 no_ranks_are_left || fail "ranks are left over"
grep -o "galen: .*has not arrived" message
