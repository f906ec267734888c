#include "trainer/coordinator/service_thread.h"

#include <utility>

namespace galen::trainer {

ServiceThread::ServiceThread(const StoreOptions& options, ServicePlace place, std::shared_ptr<ServiceMemory> memory)
    : memory_(std::move(memory)), service_(options, std::move(place), *memory_, /*evaluate=*/{}), thread_([this] { service_.run(); }) {}

}  // namespace galen::trainer
