# shellcheck shell=bash
# What the tests of this folder begin with, to be sourced by SCRIPT GALEN …: a folder of their own with a small data set in it, data.h5, for
# root alone. Exit code 77: cannot be tried here.
set -euo pipefail
galen=$1
hosts="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/hosts.sh"
export OMP_NUM_THREADS=1

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "$*"; cat log; exit 1; }
[ "$(id -u)" = 0 ] || skip "namespaces need root"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$galen" synth --out data.h5 --samples 300 >/dev/null

# with_hosts N: until the test ends.
with_hosts() {
  command -v ip tc unshare >/dev/null || skip "ip, tc and unshare are not installed"
  trap '"$hosts" down; rm -rf "$folder"' EXIT
  "$hosts" down
  "$hosts" up "$1" 2>up.log || skip "this machine allows no network namespaces ($(head -1 up.log))"
}
