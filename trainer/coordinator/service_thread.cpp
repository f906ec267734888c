#include "trainer/coordinator/service_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace galen::trainer {

namespace {

// It uses processor time that the workers leave, while they wait for each other; late writes are acceptable.
void stay_in_the_background() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19); }

}  // namespace

ServiceThread::ServiceThread(const StoreOptions& options, ServicePlace place, std::shared_ptr<ServiceMemory> memory)
    : memory_(std::move(memory)), service_(options, std::move(place), *memory_, /*evaluate=*/{}), thread_([this] {
        stay_in_the_background();
        service_.run();
      }) {}

}  // namespace galen::trainer
