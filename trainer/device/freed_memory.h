#pragma once

namespace galen::trainer {

/// Makes the C library keep freed memory for the next allocation, instead of returning it to the system. A training step repeatedly frees
/// and allocates the same activations; fresh pages from the system cost a third of its time. For the whole process, whose memory then never
/// shrinks. Only with glibc.
void keep_freed_memory();

}  // namespace galen::trainer
