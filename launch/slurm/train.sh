#!/bin/bash
# The job scripts of this folder run this in their allocation: `galen train` on all of its tasks, which resumes a run that was stopped. It
# stops with a checkpoint before the time limit, or on SIGUSR1, and then queues the job again.
#
#   train.sh CONFIG.cfg [--key value …]
#
# For preempted jobs to stop with a checkpoint as well, the site sets SlurmctldParameters=preempt_send_user_signal in slurm.conf.
#
# GALEN: the program; else the one on the PATH, or of this folder's build. GALEN_LAUNCHER: the command that starts it, such as `mpirun
# --bind-to core galen`; else `galen launch`.
set -u

# Signals may arrive at any time. SIGTERM is Slurm's own end of a job: it was cancelled, or Slurm queues it again by itself.
asked=no cancelled=no launched=
ask_to_stop() {
  asked=yes
  [ -z "$launched" ] || kill -USR1 "$launched" 2> /dev/null
}
trap ask_to_stop USR1
trap 'cancelled=yes; ask_to_stop' TERM

folder=$(dirname "$(readlink -f "$0")")
galen=${GALEN:-$(command -v galen || echo "$folder/../../build/release/galen")}
read -ra launcher <<< "${GALEN_LAUNCHER:-$galen launch}"

# Before 23.02 Slurm does not set the end of the job, and the variable may be that of a job from which this one was submitted.
if end=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e) && end=$(date --date="$end" +%s 2> /dev/null); then
  export SLURM_JOB_END_TIME=$end
fi

export TERM=dumb  # mpirun gives its ranks a terminal, although they print into a file

echo "galen: job $SLURM_JOB_ID, start $((${SLURM_RESTART_COUNT:-0} + 1)), $(date --iso-8601=seconds), on $SLURM_JOB_NODELIST"
"${launcher[@]}" train "$@" --resume auto &
launched=$!
[ $asked = no ] || { sleep 1; ask_to_stop; }  # at first the process is a copy of this shell

while kill -0 "$launched" 2> /dev/null; do wait "$launched"; done  # a signal also ends a wait
wait "$launched"
code=$?
# 128 + SIGUSR1: it arrived before a handler was installed.
[ $code != 138 ] || [ $asked = no ] || code=75

if [ $code = 75 ] && [ $cancelled = no ]; then
  echo "galen: job $SLURM_JOB_ID is queued again"
  scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
