// Loaded into galen by LD_PRELOAD: lets one rank (GALEN_TEST_RANK) stop (SIGSTOP) at an instant of its life (GALEN_TEST_INSTANT), or with
// GALEN_TEST_ACTION=sleep sleep there for a minute.
//
// exec: before main(). The name of a function, such as MPI_Finalize: as it is called. finalized: after MPI_Finalize. exit: at the very end.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <mpi.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void reach(const char* instant) {
  const char* wanted = getenv("GALEN_TEST_INSTANT");
  const char* whose = getenv("GALEN_TEST_RANK");
  const char* action = getenv("GALEN_TEST_ACTION");
  const char* rank = getenv("OMPI_COMM_WORLD_RANK");
  if (wanted == NULL || strcmp(wanted, instant) != 0) return;
  if (whose != NULL && (rank == NULL || strcmp(whose, rank) != 0)) return;
  if (action != NULL && strcmp(action, "sleep") == 0) {
    sleep(60);
  } else {
    raise(SIGSTOP);
  }
}

__attribute__((constructor)) static void start(void) {
  if (getenv("OMPI_COMM_WORLD_RANK") != NULL) reach("exec");
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  reach("MPI_Init_thread");
  return NEXT(MPI_Init_thread)(argc, argv, required, provided);
}

int MPI_Comm_dup(MPI_Comm group, MPI_Comm* copy) {
  reach("MPI_Comm_dup");
  return NEXT(MPI_Comm_dup)(group, copy);
}

int MPI_Comm_split_type(MPI_Comm group, int type, int key, MPI_Info info, MPI_Comm* part) {
  reach("MPI_Comm_split_type");
  return NEXT(MPI_Comm_split_type)(group, type, key, info, part);
}

int MPI_Ibarrier(MPI_Comm group, MPI_Request* request) {
  reach("MPI_Ibarrier");
  return NEXT(MPI_Ibarrier)(group, request);
}

int MPI_Finalize(void) {
  reach("MPI_Finalize");
  const int result = NEXT(MPI_Finalize)();
  reach("finalized");
  return result;
}

long H5Fopen(const char* name, unsigned flags, long access) {
  reach("H5Fopen");
  return ((long (*)(const char*, unsigned, long))dlsym(RTLD_NEXT, "H5Fopen"))(name, flags, access);
}

void _exit(int status) {
  reach("exit");
  syscall(SYS_exit_group, status);
  __builtin_unreachable();
}
