#include "trainer/device/side_stream.h"

#include "comm/stream_wait.h"

#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace galen::trainer {

SideStream::SideStream(at::Device device) {
  if (device.is_cpu()) return;
  stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device, /*isHighPriority=*/true);
}

void SideStream::synchronize() const {
  if (stream_) stream_->synchronize();
}

void SideStream::wait(comm::Communicator& group, const char* operation) const {
  if (stream_) comm::wait_for_stream(group, *stream_, operation);
}

void SideStream::follow_current() const {
  c10::Event reached(stream_->device_type());
  reached.record(comm::current_stream(stream_->device()));
  reached.block(*stream_);
}

}  // namespace galen::trainer
