// Preloaded into a process: the wall clock is off by the seconds that the file CLOCK_OFF_BY holds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* out) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, out);
  const char* path = getenv("CLOCK_OFF_BY");
  FILE* file = clock == CLOCK_REALTIME && path != NULL ? fopen(path, "r") : NULL;
  if (file == NULL) return result;
  long seconds = 0;
  if (fscanf(file, "%ld", &seconds) == 1) out->tv_sec += seconds;
  fclose(file);
  return result;
}
