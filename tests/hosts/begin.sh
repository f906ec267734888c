# shellcheck shell=bash
# The first lines of the tests in this folder, sourced by SCRIPT GALEN …: a temporary folder with a small data set in it, data.h5; only for
# root. Exit code 77: the test cannot run on this machine.
set -euo pipefail
galen=$1
hosts="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/hosts.sh"
export OMP_NUM_THREADS=1

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "$*"; cat log; exit 1; }
[ "$(id -u)" = 0 ] || skip "namespaces need root"

# within SECONDS COMMAND…: waits until the command succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

# ranks_on HOST: their processes.
ranks_on() {
  for process in $(ip netns pids "galen$1"); do
    if [ "$(cat "/proc/$process/comm" 2>/dev/null)" = galen ]; then echo "$process"; fi
  done
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$galen" synth --out data.h5 --samples 300 >/dev/null

# with_hosts N: makes hosts until the test ends.
with_hosts() {
  command -v ip tc unshare >/dev/null || skip "ip, tc and unshare are not installed"
  trap '"$hosts" down; rm -rf "$folder"' EXIT
  "$hosts" down
  "$hosts" up "$1" 2>up.log || skip "this machine allows no network namespaces ($(head -1 up.log))"
}
