# A Slurm cluster on this machine, for tests; sourced. Two nodes of four processors each, node1 and node2: one daemon each, with its own host
# name. Jobs in the partition low, the default, are preempted by those in high. All of it runs in the test's namespaces: it uses no port of
# the machine, and nothing remains after the test.

# enter_namespaces SCRIPT ARGUMENT…: runs the script again in new namespaces, once.
enter_namespaces() {
  [ -z "${GALEN_IN_NAMESPACES:-}" ] || [ $$ != 1 ] || return 0
  [ "$(id -u)" = 0 ] || skip "Slurm's daemons and namespaces need root"
  local program
  for program in slurmctld slurmd sbatch munged unshare ip; do
    command -v $program > /dev/null || skip "$program is not installed"
  done
  unshare --net --uts --pid --fork --mount-proc true 2> /dev/null || skip "this machine allows no namespaces"
  GALEN_IN_NAMESPACES=yes exec unshare --net --uts --pid --fork --kill-child --mount-proc "$@"
}

# start_cluster FOLDER: with its configuration, state and logs in the folder.
start_cluster() {
  local folder=$1 node
  mkdir "$folder/state"
  chmod 755 "$folder"
  hostname control
  ip link set lo up
  ip link add wire0 type veth peer name wire1  # Open MPI sends nothing between hosts over the loopback device
  ip addr add 10.83.9.1/24 dev wire0
  ip link set wire0 up
  ip link set wire1 up

  head --bytes=128 /dev/urandom > "$folder/munge.key"
  chmod 400 "$folder/munge.key"
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" 2> "$folder/munged.out"

  # A job that is queued again waits for its old credentials to expire.
  cat > "$folder/slurm.conf" <<END
ClusterName=galen
SlurmctldHost=control(127.0.0.1)
SlurmUser=root
AuthInfo=socket=$folder/munge.socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
SlurmdParameters=config_overrides
KillWait=10
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
NodeName=node1 NodeAddr=127.0.0.1 Port=6821 CPUs=4
NodeName=node2 NodeAddr=127.0.0.1 Port=6822 CPUs=4
PartitionName=low Nodes=ALL Default=YES State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=20
PartitionName=high Nodes=ALL State=UP PriorityTier=2 PreemptMode=OFF
END
  export SLURM_CONF=$folder/slurm.conf
  slurmctld
  for node in node1 node2; do unshare --uts bash -c "hostname $node; exec slurmd -N $node"; done
  within 120 nodes_are_idle || { sinfo; tail -n 20 "$folder"/*.log; fail "the cluster did not start"; }
}

# Ends all processes of the namespaces except this script, whose id in them is 1.
stop_cluster() { [ $$ != 1 ] || kill -KILL -1; }

nodes_are_idle() { [ "$(sinfo --noheader --format=%D,%t 2> /dev/null)" = 2,idle ]; }

# The state of job $1: PENDING, RUNNING, COMPLETED …
job_state() { scontrol --oneliner show job "$1" | grep -o 'JobState=[A-Z_]*' | cut -d= -f2; }
job_is() { [[ " ${*:2} " = *" $(job_state "$1") "* ]]; }
queue_holds_only() { [ "$(squeue --noheader --format=%i)" = "$1" ]; }
job_has_ended() { job_is "$1" COMPLETED FAILED CANCELLED TIMEOUT NODE_FAIL; }

# within SECONDS COMMAND…: waits until the command succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.2
  done
}

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
