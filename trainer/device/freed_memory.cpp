#include "trainer/device/freed_memory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace galen::trainer {

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);         // large blocks come from the heap as well: a mapping is returned to the system when it is freed
  mallopt(M_TRIM_THRESHOLD, -1);  // never
#endif
}

}  // namespace galen::trainer
