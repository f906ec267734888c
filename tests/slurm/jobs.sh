#!/bin/bash
# The job scripts of launch/slurm under a real Slurm: they run, stop with a checkpoint, are queued again, resume, and end with the weights of
# an undisturbed run: jobs.sh GALEN SOURCE_FOLDER. Exit code 77: the test cannot run on this machine.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
source "$here/cluster.sh"
enter_namespaces "$0" "$@"
galen=$1
scripts=$2/launch/slurm

folder=$(mktemp -d)
trap 'stop_cluster; rm -rf "$folder"' EXIT
mkdir "$folder/cluster"
start_cluster "$folder/cluster"
cd "$folder"

export OMP_NUM_THREADS=1 GALEN=$galen GALEN_FOLDER=$2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 TMPDIR=$folder
"$galen" synth --out data.h5 --samples 300 > synth.log
cat > net.cfg <<END
[data]
file = data.h5
[model]
name = cnn28
[trainer]
batch = 24
lanes = 4
threads = 1
END
short=(net.cfg --trainer.max_steps 20)
long=(net.cfg --trainer.epochs 100 --checkpoint.every_steps 50)
endless=(net.cfg --trainer.epochs 1000000)
"$galen" train "${short[@]}" --run.folder short > short.log
"$galen" train "${long[@]}" --run.folder long > long.log

submit() { sbatch --parsable --output=%j.log "$@"; }
show_log() { cat "$1".log; scontrol show job "$1"; }
expect_completed() {
  within 240 job_has_ended "$1" && job_is "$1" COMPLETED || { show_log "$1"; fail "job $1 is $(job_state "$1")"; }
}
expect_log() { grep -q "$2" "$1".log || { show_log "$1"; fail "the log of job $1 does not say: $2"; }; }
expect_checkpoint() { within 240 test -e "$2/last" || { show_log "$1"; fail "job $1 has written no checkpoint"; }; }
expect_gone_on() {
  expect_completed "$1"
  expect_log "$1" "Stopped on request"
  expect_log "$1" "resumed at epoch"
  expect_same_weights "$2" long
}
expect_same_weights() { cmp "$1/last/weights.safetensors" "$2/last/weights.safetensors" || fail "$1 and $2 have other weights"; }

# take_cores_from RUN SECONDS: stops its processes for this time after its first checkpoint, because others need the cores.
take_cores_from() {
  within 240 test -e "$1/last"
  local processes
  processes=$(pgrep -f "^$galen .*--run.folder $1")
  kill -STOP $processes
  sleep "$2"
  kill -CONT $processes
}

# Beside all of the others, as it takes most of the minute: ends ahead of its time limit, and is queued again.
timed=$(submit --time=1 --nodelist=node1 --ntasks-per-node=1 --signal=B:USR1@0 "$scripts/one_node.sbatch" "${endless[@]}" --run.folder timed)
take_cores_from timed 20 &

by_mpirun="mpirun --oversubscribe --bind-to none $galen"  # instead of galen launch
one=$(submit --export=ALL,GALEN_LAUNCHER="$by_mpirun" --ntasks-per-node=2 "$scripts/one_node.sbatch" "${short[@]}" --run.folder one)
many=$(submit --nodes=2 --ntasks-per-node=2 "$scripts/many_nodes.sbatch" "${short[@]}" --run.folder many)
expect_completed "$one"
expect_same_weights one short
echo "one node, 2 tasks: the weights of one worker"
expect_completed "$many"
expect_same_weights many short
echo "two nodes, 4 tasks: the weights of one worker"

signalled=$(submit --nodes=2 --ntasks-per-node=1 "$scripts/many_nodes.sbatch" "${long[@]}" --run.folder signalled)
expect_checkpoint "$signalled" signalled
scancel --batch --signal=USR1 "$signalled"
expect_gone_on "$signalled" signalled
echo "signalled on two nodes, queued again: the weights of the undisturbed run"

preempted=$(submit --nodelist=node2 --exclusive --ntasks-per-node=2 "$scripts/one_node.sbatch" "${long[@]}" --run.folder preempted)
expect_checkpoint "$preempted" preempted
urgent=$(submit --partition=high --nodelist=node2 --exclusive --wrap="sleep 1")
expect_completed "$urgent"
expect_gone_on "$preempted" preempted
echo "preempted by another job, queued again: the weights of the undisturbed run"

printf '%s\n' "--run.seed 1 --optimizer.learning_rate 1e-3" "--run.seed 2" > grid.txt
sbatch --parsable --output=grid-%a.log --array=1-2 --ntasks-per-node=2 "$scripts/grid.sbatch" grid.txt "${short[@]}" > grid.id
within 240 test -e runs/grid/1/last -a -e runs/grid/2/last || { cat grid-*.log; fail "not a run for each line"; }
within 240 queue_holds_only "$timed" || { cat grid-*.log; fail "the grid's jobs do not end"; }
"$galen" train "${short[@]}" --run.seed 2 --run.folder second > second.log
expect_same_weights runs/grid/2 second
echo "array job: a run for each line"

within 240 grep -q "because of its time limit" "$timed".log || { show_log "$timed"; fail "not stopped by the time limit"; }
within 240 grep -q "resumed at epoch" "$timed".log || { show_log "$timed"; fail "not queued again"; }
echo "stopped before Slurm's time limit, queued again, resumed"
scancel "$timed"
within 240 queue_holds_only "" || fail "job $timed cannot be cancelled"
job_is "$timed" CANCELLED || { show_log "$timed"; fail "cancelled, but $(job_state "$timed")"; }
echo "cancelled: not queued again"
