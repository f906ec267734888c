#pragma once

namespace galen::trainer {

/// Makes the C library keep the memory that is freed for the next allocation, instead of giving it back to the system. A training step
/// frees and allocates the same activations again and again; fresh pages from the system cost a third of its time. For the whole
/// process, which from then on stays as large as it has been at its largest. Where the C library is glibc.
void keep_freed_memory();

}  // namespace galen::trainer
