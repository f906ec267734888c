#!/bin/bash
# Hosts for multi-node tests on one machine: network namespaces on a bridge, each with its own host name. Needs root, ip, tc, Open MPI.
#
#   hosts.sh up N [RATE]            makes hosts 1 to N; RATE limits what each sends, such as 1gbit
#   hosts.sh run SLOTS,… CMD…       mpirun over the first hosts, as many ranks on each as SLOTS says
#   hosts.sh launch SLOTS,… GALEN ARGUMENTS…    galen launch from the first host, in the same way
#   hosts.sh cut HOST               takes a host off the network
#   hosts.sh down                   removes them
set -euo pipefail
self=$(readlink -f "$0")
bridge=galenbr
subnet=10.83.7

fail() { echo "hosts.sh: $*" >&2; exit 1; }

# Runs a command in host $1, whose host name is galen-host-$1.
inside() {
  local host=$1
  shift
  exec ip netns exec "galen$host" unshare --uts bash -c 'hostname "galen-host-$0"; exec "$@"' "$host" "$@"
}

up() {
  ip link add "$bridge" type bridge
  ip link set "$bridge" up
  for host in $(seq "$1"); do
    ip netns add "galen$host"
    ip link add "galenv$host" type veth peer name eth0 netns "galen$host"
    ip link set "galenv$host" master "$bridge" up
    ip -n "galen$host" addr add "$subnet.$host/24" dev eth0
    ip -n "galen$host" link set eth0 up
    ip -n "galen$host" link set lo up
    [ -z "${2:-}" ] || ip netns exec "galen$host" tc qdisc add dev eth0 root tbf rate "$2" burst 256kb latency 50ms
  done
}

# Sets hosts, as in 10.83.7.1:2,10.83.7.2:2, and ranks.
name_hosts() {
  local host=0
  hosts="" ranks=0
  for slots in ${1//,/ }; do
    host=$((host + 1))
    ranks=$((ranks + slots))
    hosts+="${hosts:+,}$subnet.$host:$slots"
  done
}

run() {
  name_hosts "$1"
  shift
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  inside 1 mpirun --mca plm_rsh_agent "$self rsh" --mca btl_tcp_if_include "$subnet.0/24" --mca oob_tcp_if_include "$subnet.0/24" \
    --bind-to none --oversubscribe -x OMP_NUM_THREADS -H "$hosts" -np "$ranks" "$@"
}

launch() {
  name_hosts "$1"
  local galen=$2
  shift 2
  inside 1 "$galen" launch --mpirun "mpirun --mca btl_tcp_if_include $subnet.0/24 --mca oob_tcp_if_include $subnet.0/24" --agent "$self rsh" \
    --hosts "$hosts" "$@"
}

cut() { ip link set "galenv$1" down; }

# The remote shell of mpirun and galen, which works if the network does: rsh [OPTION]… ADDRESS COMMAND…
rsh() {
  while [[ $1 == -* ]]; do shift; done
  local host=${1##*.}
  shift
  ip -n "galen$host" -o link show eth0 | grep -q LOWER_UP || fail "no route to host $host"
  inside "$host" bash -c "$*"
}

# Links first: those of a removed namespace exist for a while.
down() {
  for link in $(ip -o link | grep -oE "galenv[0-9]+" | sort -u || true); do ip link del "$link"; done
  for namespace in $(ip netns list | grep -oE '^galen[0-9]+' || true); do ip netns del "$namespace"; done
  ip link del "$bridge" 2>/dev/null || true
}

case ${1:-} in
  up) up "${2:?up N [RATE]}" "${3:-}" ;;
  run) shift; run "$@" ;;
  launch) shift; launch "$@" ;;
  cut) cut "${2:?cut HOST}" ;;
  rsh) shift; rsh "$@" ;;
  down) down ;;
  *) fail "up N [RATE] | run SLOTS,… CMD… | launch SLOTS,… GALEN ARGUMENTS… | cut HOST | down" ;;
esac
