#include "trainer/checkpoint/module_file.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using testing::HasSubstr;

// Of a run with a key, and of one without.
class ModuleFile : public testing::TestWithParam<bool> {
 protected:
  ModuleFile()
      : store_(folder_ / "run", GetParam() ? StoreOptions{.key_file = test::new_key(folder_)} : StoreOptions{}),
        name_(GetParam() ? "module.pt.sealed" : "module.pt") {}

  std::string save(std::int64_t step) {
    write_module(folder_ / "run", kBytes, store_.key());
    Manifest manifest = test::at_step(step);
    manifest.module = digest_of_module(kBytes);
    return store_.save(test::some_tensors(1), manifest);
  }

  const std::string kBytes = std::string(600'000, 'x') + "a module";
  test::TemporaryFolder folder_;
  CheckpointStore store_;
  std::string name_;
};

TEST_P(ModuleFile, IsAPartOfEachCheckpoint) {
  const std::string first = save(1);
  const std::string second = save(2);
  for (const std::string& folder : {first, second}) {
    const Checkpoint checkpoint(folder, store_.key());
    EXPECT_EQ(checkpoint.module(), kBytes);
    checkpoint.check();
    EXPECT_TRUE(fs::equivalent(fs::path(folder) / name_, fs::path(folder_ / "run") / name_));
  }
  EXPECT_EQ(test::read_file(fs::path(first) / name_).find("a module") == std::string::npos, GetParam());
  fs::copy(first, folder_ / "elsewhere");
  fs::remove_all(folder_ / "run");
  EXPECT_EQ(Checkpoint(folder_ / "elsewhere", store_.key()).module(), kBytes);
}

TEST_P(ModuleFile, DamageIsFound) {
  const std::string folder = save(1);
  std::string bytes = test::read_file(fs::path(folder) / name_);
  bytes[300'000] ^= 1;
  test::overwrite(fs::path(folder) / name_, bytes);
  EXPECT_THAT(message_of([&] { Checkpoint(folder, store_.key()).check(); }), HasSubstr(name_));
  fs::remove(fs::path(folder) / name_);
  EXPECT_THAT(message_of([&] { Checkpoint(folder, store_.key()).check(); }), HasSubstr(name_));
}

TEST_P(ModuleFile, ACheckpointWithoutItIsNotPublished) {
  save(1);
  fs::remove(fs::path(folder_ / "run") / name_);
  Manifest manifest = test::at_step(2);
  manifest.module = digest_of_module(kBytes);
  EXPECT_THAT(message_of([&] { store_.save(test::some_tensors(1), manifest); }), HasSubstr("Restore the file"));
  EXPECT_FALSE(store_.holds(2));
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutAKey, ModuleFile, testing::Bool(), [](const auto& kind) { return kind.param ? "Sealed" : "Plain"; });

}  // namespace
}  // namespace galen::trainer
