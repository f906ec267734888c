/* A wall clock that is $GALEN_DRILL_SKEW seconds off, for the rank $GALEN_DRILL_SKEWED_RANK, or for all. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static long skew(void) {
  const char* seconds = getenv("GALEN_DRILL_SKEW");
  const char* skewed = getenv("GALEN_DRILL_SKEWED_RANK");
  const char* rank = getenv("OMPI_COMM_WORLD_RANK");
  if (seconds == NULL || skewed == NULL) return 0;
  if (strcmp(skewed, "all") != 0 && (rank == NULL || strcmp(skewed, rank) != 0)) return 0;
  return atol(seconds);
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int code = real(clock, now);
  if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += skew();
  return code;
}

int gettimeofday(struct timeval* now, void* zone) {
  struct timespec time;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &time);
  now->tv_sec = time.tv_sec;
  now->tv_usec = time.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != NULL) *result = now.tv_sec;
  return now.tv_sec;
}
