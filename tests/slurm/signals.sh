#!/bin/bash
# Signals that reach the job script at any moment: the job stops and is queued again, or is cancelled: signals.sh SOURCE_FOLDER. Programs of
# the same names replace Slurm's and galen.
set -euo pipefail
script=$1/launch/slurm/train.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir bin
fail() { echo "FAILED: $*"; cat log calls 2> /dev/null; exit 1; }
program() { cat > "bin/$1"; chmod +x "bin/$1"; }

program squeue <<'END'
#!/bin/bash
touch squeue.began
until [ -e squeue.ends ]; do sleep 0.05; done
date --date='1 hour' --iso-8601=seconds
END
program scontrol <<'END'
#!/bin/bash
echo "$*" >> calls
END
# Ignores signals for a while; then SIGUSR1 stops it. May also end by itself.
program galen <<'END'
#!/bin/bash
echo started >> calls
touch galen.began
until [ -e galen.hears ]; do sleep 0.05; done
trap 'exit 75' USR1
touch galen.heard
until [ -e galen.ends ]; do sleep 0.05; done
END

begin() {
  rm -f squeue.* galen.* calls
  PATH=$folder/bin:$PATH GALEN=$folder/bin/galen SLURM_JOB_ID=7 SLURM_JOB_NODELIST=node1 "$script" net.cfg > log 2>&1 &
  job=$!
}
await() {
  for _ in $(seq 2000); do
    [ ! -e "$1" ] || return 0
    sleep 0.05
  done
  fail "there is no $1"
}
expect() {  # EXIT_CODE CALLS
  local code=0
  wait "$job" || code=$?
  [ "$code" = "$1" ] || fail "$what: exit code $code, not $1"
  [ "$(tr '\n' ' ' < calls)" = "$2" ] || fail "$what: $(tr '\n' ' ' < calls), not $2"
  echo "$what: exit code $code"
}

what="signalled before galen is started"
begin
await squeue.began
kill -USR1 "$job"
touch squeue.ends galen.hears
expect 75 "started requeue 7 "

what="signalled before galen handles signals"
begin
touch squeue.ends
await galen.began
kill -USR1 "$job"
expect 75 "started requeue 7 "

what="signalled repeatedly during training"
begin
touch squeue.ends galen.hears
await galen.heard
while kill -USR1 "$job" 2> /dev/null; do sleep 0.01; done
expect 75 "started requeue 7 "

what="cancelled"
begin
touch squeue.ends galen.hears
await galen.heard
kill -TERM "$job"
expect 75 "started "

what="not signalled"
begin
touch squeue.ends galen.hears galen.ends
expect 0 "started "
