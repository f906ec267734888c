#!/bin/bash
# A node without space for Open MPI's files: an error is printed before it hangs or crashes: full_node.sh GALEN MPIRUN
source "$(dirname "$(readlink -f "$0")")/begin.sh"
mpirun=$2
if [ -z "${GALEN_IN_NAMESPACE:-}" ]; then
  unshare --mount --propagation private true 2>/dev/null || skip "this machine allows no mount namespaces"
  GALEN_IN_NAMESPACE=yes unshare --mount --propagation private "$0" "$@"
  exit
fi
train=(train --data.file data.h5 --model.name cnn28 --trainer.batch 24 --trainer.max_steps 3 --trainer.threads 1 --overwrite)

# says WORDS COMMAND…: the command must fail with these words, within seconds.
says() {
  local words=$1 code=0
  shift
  timeout 200 "$@" >log 2>&1 || code=$?
  [ $code = 1 ] || fail "$*: exit code $code:"
  tr -s ' \n' ' ' <log >message
  grep -q "$words" message || fail "$*: does not say '$words':"
  echo "$*: ${words}"
}

mkdir small
mount -t tmpfs -o size=4m none small
TMPDIR=$folder/small says "small: 4.0 MiB are free, but mpirun" "$galen" launch -n 2 "${train[@]}" --run.folder run
umount small
[ ! -e run ] || fail "the run's folder was made"

mount -t tmpfs -o size=200k none /dev/shm
says "/dev/shm has [0-9.]* KiB free" "$mpirun" -np 2 "$galen" "${train[@]}" --run.folder run
"$mpirun" --mca btl ^vader -np 2 "$galen" "${train[@]}" --run.folder run >log 2>&1 || fail "nor without vader:"
mount -t tmpfs -o size=2m none /dev/shm
"$mpirun" -np 2 "$galen" "${train[@]}" --run.folder run >log 2>&1 || fail "with 2 MiB:"
tr -s ' \n' ' ' <log >message
grep -q "/dev/shm has 2.0 MiB free; Open MPI may use up to 8.0 MiB of it for 2 ranks" message || fail "no note about it:"
[ "$(grep -c "Open MPI may use" message)" = 1 ] || fail "more than one note:"
echo "2 MiB in /dev/shm: a note"
