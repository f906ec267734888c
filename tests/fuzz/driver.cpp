// Runs a target without libFuzzer.
//
//   NAME_fuzz_test                       the seeds, and mutants of them, each in a process that may die
//   NAME_fuzz_test --write-seeds FOLDER  the seeds as files, for libFuzzer to start from
//   NAME_fuzz_test FILE…                 those inputs alone, such as one that libFuzzer found

#include "tests/fuzz/target.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary_folder.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

constexpr int kMutants = 4000;

void run_one(const std::string& input) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()); }

void write_seeds(const std::filesystem::path& folder) {
  int number = 0;
  for (const std::string& seed : galen::test::fuzz_seeds()) {
    std::ofstream(folder / std::to_string(number++), std::ios::binary) << seed;
  }
}

int run_mutants() {
  const std::vector<std::string> seeds = galen::test::fuzz_seeds();
  for (const std::string& seed : seeds) run_one(seed);
  const auto deaths = galen::test::run_in_children(kMutants, [&](int i) {
    run_one(galen::test::Mutator(static_cast<std::uint64_t>(i))(seeds[static_cast<std::size_t>(i) % seeds.size()]));
  });
  for (const auto& death : deaths) std::printf("mutant %d: %s\n", death.task, death.cause.c_str());
  std::printf("%zu seeds, %d mutants, %zu findings\n", seeds.size(), kMutants, deaths.size());
  return deaths.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--write-seeds") {
    write_seeds(arguments[1]);
    return 0;
  }
  for (const std::string& file : arguments) run_one(galen::test::read_file(file));
  return arguments.empty() ? run_mutants() : 0;
}
