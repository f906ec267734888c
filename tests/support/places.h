#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace galen::test {

/// The root of the checkout.
std::filesystem::path source_folder();

/// A Python with the packages that tests compare with; none if it is not installed (launch/setup.sh --tests).
std::optional<std::string> python();

/// A file or folder of the real data sets: in $GALEN_REAL_DATA, else in ../shared/data beside the checkout. Nothing where it is absent:
///
///   const auto file = real_data("medmnist/breastmnist.npz");
///   if (!file) GTEST_SKIP() << "needs medmnist/breastmnist.npz in GALEN_REAL_DATA";
std::optional<std::filesystem::path> real_data(const std::string& name);

}  // namespace galen::test
