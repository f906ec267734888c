#!/bin/bash
# A rank on another host that stops while gradients travel is named, with its host, and the whole job ends: stalled_rank.sh GALEN. Exit code
# 77: cannot be tried here.
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
"$hosts" up 2 2>"$folder/up.log" || skip "this machine allows no network namespaces ($(head -1 "$folder/up.log"))"

ranks_on() {
  for process in $(ip netns pids "galen$1"); do
    if [ "$(cat "/proc/$process/comm" 2>/dev/null)" = galen ]; then echo "$process"; fi
  done
}

cd "$folder"
"$galen" synth --out data.h5 --samples 300 >/dev/null
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
if kill -0 "$job" 2>/dev/null; then
  echo "the job still runs, 30 s after a rank has stopped:"
  cat log
  exit 1
fi
wait "$job" && { echo "the job ended as if all were well"; exit 1; }

tr -s ' \n' ' ' <log >message
grep -q "rank 1 (galen-host-2)" message || { echo "rank 1 on galen-host-2 is not named:"; cat log; exit 1; }
sleep 1
[ -z "$(ranks_on 1)$(ranks_on 2)" ] || { echo "ranks are left over"; exit 1; }
grep -o "galen: .*has not come" message
