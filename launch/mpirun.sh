#!/bin/sh
# mpirun with the options that Open MPI needs on small machines: more ranks than cores, no pinning, and root in containers.
# All arguments are passed to mpirun: launch/mpirun.sh -np 2 galen train configs/quickstart.cfg
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# mpirun gives its ranks a terminal even if its own output goes to a file.
[ -t 1 ] || export TERM=dumb
exec mpirun --oversubscribe --bind-to none "$@"
