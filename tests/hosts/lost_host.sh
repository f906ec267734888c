#!/bin/bash
# One of two hosts is cut off during training: the supervisor continues on the other one, with the same bits: lost_host.sh GALEN
source "$(dirname "$(readlink -f "$0")")/begin.sh"
with_hosts 2

train=(train --data.file "$folder/data.h5" --model.name cnn28 --trainer.batch 24 --trainer.lanes 4 --trainer.max_steps 600 --trainer.epochs 1000
       --checkpoint.every_steps 10 --comm.deadline 5 --trainer.threads 1)
"$galen" "${train[@]}" --run.folder "$folder/alone" >/dev/null

"$hosts" launch 2,2 "$galen" --restarts 5 "${train[@]}" --run.folder "$folder/run" >log 2>&1 &
job=$!
within 120 test -e run/last || fail "the run does not start"
"$hosts" cut 2
wait "$job" || fail "the run did not continue"

grep '"rank_lost"' run/events.jsonl | cut -c1-300
grep -q "\"host\":\"galen-host-2\"" run/events.jsonl || fail "the lost host is not named"
grep '"restarted"' run/events.jsonl || fail "it was not restarted"
grep '"restarted"' run/events.jsonl | grep -q '"workers":"2","hosts":"[0-9.]*1:2"' || fail "it does not continue with the two workers of host 1"
cmp run/last/weights.safetensors alone/last/weights.safetensors
echo "the same weights as one worker"
no_ranks_are_left() { [ -z "$(ranks_on 1)$(ranks_on 2)" ]; }
within 60 no_ranks_are_left || fail "ranks are left over"
