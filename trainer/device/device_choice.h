#pragma once

#include "galen/enum_names.h"

#include <array>

namespace galen::trainer {

/// Where a run or a command computes. kAuto: on GPUs if every rank has a driver and its own GPU, else on CPUs.
enum class DeviceChoice { kAuto, kCpu, kCuda };
constexpr auto enum_names(DeviceChoice) {
  return std::to_array<EnumName<DeviceChoice>>({{DeviceChoice::kAuto, "auto"}, {DeviceChoice::kCpu, "cpu"}, {DeviceChoice::kCuda, "cuda"}});
}

}  // namespace galen::trainer
