#pragma once

#include "trainer/coordinator/checkpoint_service.h"

#include <memory>
#include <thread>

namespace galen::trainer {

/// A CheckpointService on a thread of this process. The destructor waits for its end, which must have been ordered.
class ServiceThread {
 public:
  ServiceThread(const StoreOptions& options, ServicePlace place, std::shared_ptr<ServiceMemory> memory);

 private:
  std::shared_ptr<ServiceMemory> memory_;
  CheckpointService service_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace galen::trainer
