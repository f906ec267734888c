#include "data/import/repack.h"
#include "galen/error.h"
#include "tests/data/damaged_hdf5.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace galen::data {
namespace {

constexpr std::size_t kHeap = 512;  // its beginning, with the texts of attributes

// Every second file is damaged anywhere, the others where texts of variable length lie, in which the library loses itself most easily.
std::string damage(int i, std::string bytes) {
  test::Mutator mutate(static_cast<std::uint64_t>(i));
  const std::size_t heap = bytes.find("GCOL");
  if (i % 2 == 0 || heap == std::string::npos) return mutate(bytes);
  std::string part = mutate(bytes.substr(heap, kHeap));
  part.resize(kHeap);
  return bytes.replace(heap, kHeap, part);
}

TEST(RepackingADamagedFile, EndsInAnErrorOrInAFile) {
  const test::TemporaryFolder folder;
  test::write_small_images(folder / "plain.h5", 40, 3, std::vector<std::string>(40, "patient"), std::vector<Subset>(40, Subset::kTrain));
  test::write_small_images(folder / "gzip.h5", 40, 3, {}, {}, 6);
  const std::vector<std::string> whole = {test::read_file(folder / "plain.h5"), test::read_file(folder / "gzip.h5")};
  for (const std::string& bytes : whole) ASSERT_NE(bytes.find("GCOL"), std::string::npos);

  const std::string source = folder / "mutant.h5";
  const auto task = [&](int i) {
    test::replace_file(source, damage(i, whole[static_cast<std::size_t>(i / 2) % whole.size()]));
    try {
      repack({.source = source, .file = folder / "new.h5", .overwrite = true, .compression = i % 3},
             [](const char*, std::int64_t, std::int64_t) {});
    } catch (const Error&) {
    }
  };
  test::expect_survival(1500, task, [](int i) { return "mutation " + std::to_string(i); });
}

}  // namespace
}  // namespace galen::data
