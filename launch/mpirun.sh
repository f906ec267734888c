#!/bin/sh
# mpirun with what Open MPI asks for on small machines: more ranks than cores, no pinning, and root in containers.
# Everything after the name is mpirun's: launch/mpirun.sh -np 2 galen train configs/quickstart.cfg
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Ctrl-C: mpirun asks the ranks to end and kills them a second later. A checkpoint may take longer.
export OMPI_MCA_odls_base_sigkill_timeout="${OMPI_MCA_odls_base_sigkill_timeout:-60}"
# mpirun gives its ranks a terminal even where its own output goes to a file.
[ -t 1 ] || export TERM=dumb
exec mpirun --oversubscribe --bind-to none "$@"
