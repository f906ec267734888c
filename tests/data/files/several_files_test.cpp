#include "data/files/dataset.h"
#include "data/import/import.h"
#include "data/loader.h"
#include "data/sampling/split.h"
#include "galen/error.h"
#include "tests/data/small_dataset.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class SeveralFiles : public testing::Test {
 protected:
  // Message of the error that opening the files throws.
  std::string refusal(const std::string& files) const {
    try {
      const Dataset dataset({.file = files});
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  std::string in(const std::string& name) const { return folder_ / name; }

  test::TemporaryFolder folder_;
};

TEST_F(SeveralFiles, AreOneDataSetInTheOrderNamed) {
  test::write_small_images(in("b.h5"), 4);
  test::write_small_images(in("a.h5"), 7, 3, {}, {}, /*compression=*/1);
  const Dataset dataset({.file = in("b.h5") + "," + in("a.h5")});
  EXPECT_EQ(dataset.size(), 11);
  at::Tensor values = at::empty({6, 2, 3, 2}, at::kByte);
  const std::vector<std::int64_t> samples = {10, 0, 4, 3, 4, 9};
  dataset.read(samples, values);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::int64_t number = samples[i] < 4 ? samples[i] : samples[i] - 4;  // within its file
    EXPECT_EQ(values.const_data_ptr<std::uint8_t>()[12 * i + 5], 7 * number + 5);
    EXPECT_EQ(dataset.targets().const_data_ptr<std::int64_t>()[samples[i]], number % 3);
  }
}

TEST_F(SeveralFiles, MayBeNamedByAPattern) {
  test::write_small_images(in("part-2.h5"), 4);
  test::write_small_images(in("part-1.h5"), 3);
  test::write_small_images(in("other.h5"), 9);
  EXPECT_EQ(Dataset({.file = in("part-*.h5")}).size(), 7);
  EXPECT_EQ(Dataset({.file = in("part-?.h5") + "," + in("other.h5")}).size(), 16);
  EXPECT_THAT(refusal(in("none-*.h5")), AllOf(HasSubstr("none-*.h5"), HasSubstr("no file matches")));
  EXPECT_THAT(refusal(in("part-1.h5") + "," + in("missing.h5")), HasSubstr("missing.h5"));
}

TEST_F(SeveralFiles, MeanTheSamePatientByTheSameName) {
  test::write_small_images(in("1.h5"), 3, 3, {"ann", "bob", "ann"});
  test::write_small_images(in("2.h5"), 4, 3, {"eve", "ann", "bob", "eve"});
  const Dataset dataset({.file = in("?.h5")});
  EXPECT_THAT(dataset.groups(), ElementsAre(0, 1, 0, 2, 0, 1, 2));
  EXPECT_EQ(dataset.group_name(3), "eve");
  const std::vector<Subset> split = split_of(dataset, {.fractions = {0.34, 0.33, 0.33}});
  EXPECT_EQ(split[0], split[4]);
  EXPECT_EQ(split[1], split[5]);
}

TEST_F(SeveralFiles, WhosePatientsAreNumberedAnewAreNotOneDataSet) {
  int first = 0;  // no two files hold the same samples
  const auto write = [&](const char* name, const std::string& patients, PseudonymOptions pseudonyms) {
    first += 10;
    std::string table = "patient,x,label\n";
    for (int i = 0; i < 6; ++i) table += fmt::format("{}{},{},{}\n", patients, i, first + i, i % 2);
    ImportOptions options;
    options.source = folder_.write("t.csv", patients.empty() ? fmt::format("x,label\n{},0\n2,1\n3,0\n4,1\n", first) : table);
    options.file = in(name);
    options.pseudonyms = std::move(pseudonyms);
    import_source(options);
  };
  const std::string key = folder_.write("key", std::string(32, 'k'));
  const std::string other_key = folder_.write("other_key", std::string(32, 'l'));
  for (const std::string& file : {key, other_key}) std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  write("a.h5", "ann", {});
  write("b.h5", "bob", {});
  write("keyed_1.h5", "ann", {.key_file = key});
  write("keyed_2.h5", "ann", {.key_file = key});
  write("other.h5", "ann", {.key_file = other_key});
  write("kept_1.h5", "ann", {.identifiers = "keep"});
  write("kept_2.h5", "bob", {.identifiers = "keep"});
  write("alone_1.h5", "", {});
  write("alone_2.h5", "", {});
  EXPECT_THAT(refusal(in("a.h5") + "," + in("b.h5")),
              AllOf(HasSubstr("a.h5"), HasSubstr("b.h5"), HasSubstr("numbers that each import gave"), HasSubstr("--pseudonym-key-file")));
  EXPECT_THAT(refusal(in("keyed_1.h5") + "," + in("other.h5")), HasSubstr("which patients they share"));
  EXPECT_THAT(refusal(in("kept_1.h5") + "," + in("a.h5")), HasSubstr("kept in the one and numbered in the other"));
  const auto patients = [&](const char* pattern) {
    const Dataset dataset({.file = in(pattern)});
    return std::set<std::int64_t>(dataset.groups().begin(), dataset.groups().end()).size();
  };
  EXPECT_EQ(patients("keyed_?.h5"), 6);
  EXPECT_EQ(patients("kept_?.h5"), 12);
  EXPECT_EQ(patients("alone_?.h5"), 8);
}

TEST_F(SeveralFiles, ThatContradictEachOtherAreNamed) {
  test::write_small_images(in("a.h5"), 3, 3);
  test::write_small_images(in("b.h5"), 3, 2);
  EXPECT_THAT(refusal(in("a.h5") + "," + in("b.h5")),
              AllOf(HasSubstr("a.h5"), HasSubstr("b.h5"), HasSubstr("the classes"), HasSubstr("class 0, class 1, class 2")));
  test::write_small_images(in("c.h5"), 3, 3, {"ann", "bob", "ann"});
  EXPECT_THAT(refusal(in("a.h5") + "," + in("c.h5")), AllOf(HasSubstr("patient"), HasSubstr("not given")));
}

TEST_F(SeveralFiles, AreLoadedOnceEachEpoch) {
  for (const std::int64_t size : {11, 22, 33})
    test::write_small_images(in(std::to_string(size / 11) + ".h5"), size, 3, {}, {}, /*compression=*/1);
  const auto dataset = std::make_shared<Dataset>(DatasetOptions{.file = in("?.h5")});
  std::vector<std::int64_t> members;
  for (std::int64_t i = 0; i < dataset->size(); ++i) members.push_back(i);
  Loader loader(dataset, members, {.scaling = {{0, 0}, {1, 1}}}, {.batch = 5, .seed = 2, .threads = 2});
  std::set<std::int64_t> seen;
  for (const Batch& batch : loader.epoch(0)) {
    const auto* index = batch.samples.index.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < batch.samples.size(); ++i) {
      EXPECT_TRUE(seen.insert(index[i]).second);
      const std::int64_t number = index[i] - (index[i] < 11 ? 0 : index[i] < 33 ? 11 : 33);  // within its file
      EXPECT_EQ(batch.samples.inputs.only().const_data_ptr<float>()[12 * i], static_cast<float>(7 * number));
    }
  }
  EXPECT_EQ(seen.size(), members.size());
}

}  // namespace
}  // namespace galen::data
