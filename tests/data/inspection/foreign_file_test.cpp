// What galen inspect says of files without the schema, and how it adds it.
#include "data/inspection/foreign_file.h"

#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kMine[] =
    "f['images'] = np.random.default_rng(0).integers(0, 255, (12, 8, 9, 3), 'u1'); f['diagnosis'] = ['b', 'm'] * 6\n"
    "f['meta/patient_id'] = np.arange(12) // 2; f['fold_of'] = np.arange(12); f['split'] = ['train'] * 8 + ['val'] * 2 + ['test'] * 2";

class OfAForeignFile : public test::H5pyTest {};

TEST_F(OfAForeignFile, TheKeysThatTrainItAreSaid) {
  write(kMine);
  ASSERT_TRUE(is_foreign({.file = path()}));
  EXPECT_EQ(training_line(with_likely_keys({.file = path()})),
            "galen train --data.file " + path() +
                " --data.input /images --data.target /diagnosis --data.patient /meta/patient_id --data.split /split");
  write("f['samples/image'] = np.ones((4, 1, 8, 8))");
  EXPECT_FALSE(is_foreign({.file = path()}));
}

TEST_F(OfAForeignFile, TheSchemaIsAddedInItsPlace) {
  write(kMine);
  const DatasetOptions keys = with_likely_keys({.file = path()});
  const Dataset before(keys);
  const std::string images = read("import hashlib; print(hashlib.sha256(f['images'][:].tobytes()).hexdigest())");
  EXPECT_THAT(write_schema(keys), AllOf(HasSubstr("/samples/image: is /images"), HasSubstr("layout"), HasSubstr("nhwc")));

  const Dataset after({.file = path()});
  EXPECT_THAT(after.input_shape(), ElementsAre(3, 8, 9));
  EXPECT_TRUE(at::equal(after.targets(), before.targets()));
  EXPECT_THAT(after.class_names(), ElementsAre("b", "m"));
  EXPECT_EQ(after.groups(), before.groups());
  EXPECT_EQ(after.stored_split(), before.stored_split());
  EXPECT_THAT(after.notes(), IsEmpty());
  EXPECT_EQ(read("import hashlib; print(hashlib.sha256(f['samples/image'][:].tobytes()).hexdigest())"), images);
  EXPECT_EQ(read("print(f['samples/image'] == f['images'], f.attrs['schema_version'], f['samples/label'][:4], f['diagnosis'].asstr()[0])"),
            "True 1 [0 1 0 1] b\n");
  EXPECT_EQ(test::count_temporaries(std::filesystem::path(path()).parent_path()), 0U);
}

TEST_F(OfAForeignFile, NothingIsChangedWhereTheSchemaDoesNotFit) {
  write(std::string(kMine) + "\nf['samples/label'] = np.arange(3)");
  std::ifstream file(path(), std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  DatasetOptions keys = with_likely_keys({.file = path()});
  keys.target = "/diagnosis";
  try {
    write_schema(keys);
    ADD_FAILURE() << "/samples/label is another array";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/samples/label exists already"));
  }
  std::ifstream again(path(), std::ios::binary);
  EXPECT_EQ(bytes, std::string(std::istreambuf_iterator<char>(again), {}));
  EXPECT_EQ(test::count_temporaries(std::filesystem::path(path()).parent_path()), 0U);
}

TEST_F(OfAForeignFile, NumbersThatAreClassesAlreadyAreLinked) {
  write("f['x'] = np.random.default_rng(0).random((12, 5)); f['y'] = np.arange(12) % 3");
  write_schema(with_likely_keys({.file = path()}));
  EXPECT_EQ(read("print(f['samples/label'] == f['y'], f['samples/tabular'] == f['x'], *f['y'].attrs['class_names'])"), "True True 0 1 2\n");
  write("f['x'] = np.random.default_rng(0).random((12, 5)); f['y'] = np.random.default_rng(1).random(12)");
  write_schema(with_likely_keys({.file = path()}));
  EXPECT_EQ(Dataset({.file = path()}).target_kind(), TargetKind::kValue);
  EXPECT_EQ(read("print(f['y'].attrs['task'])"), "regression\n");
}

// The Python of docs/data.md.
TEST_F(OfAForeignFile, TheDocumentedSchemaNeedsNoKeys) {
  std::ifstream page(test::source_folder() / "docs/data.md");
  const std::string text(std::istreambuf_iterator<char>(page), {});
  const std::string fence = "```python file=with_schema.py\n";
  ASSERT_NE(text.find(fence), std::string::npos);
  const std::size_t begin = text.find(fence) + fence.size();
  std::string script = text.substr(begin, text.find("```", begin) - begin);
  const std::string name = "\"mine.h5\"";
  script.replace(script.find(name), name.size(), "path");
  write("f.close()\n" + script);
  const Dataset dataset({.file = path()});
  EXPECT_EQ(dataset.size(), 120);
  EXPECT_THAT(dataset.input_shape(), ElementsAre(1, 28, 28));
  EXPECT_THAT(dataset.class_names(), ElementsAre("benign", "malignant"));
  EXPECT_TRUE(dataset.knows_patients());
  EXPECT_EQ(dataset.groups().back(), 39);
  EXPECT_THAT(dataset.notes(), IsEmpty());
}

}  // namespace
}  // namespace galen::data
