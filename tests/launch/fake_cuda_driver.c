/* As much of NVIDIA's libcuda.so.1 as `galen doctor` asks: one GPU, CUDA 13.0. For machines without one. */

#include <stddef.h>
#include <string.h>

int cuInit(unsigned flags) { return (int)flags; }

int cuDriverGetVersion(int* version) {
  *version = 13000;
  return 0;
}

int cuDeviceGetCount(int* count) {
  *count = 1;
  return 0;
}

int cuDeviceGetName(char* name, int length, int device) {
  (void)device;
  strncpy(name, "Pretended GPU", (size_t)length);
  return 0;
}

int cuDeviceTotalMem_v2(size_t* bytes, int device) {
  (void)device;
  *bytes = (size_t)24 << 30;
  return 0;
}
