#include "data/inspection/inspect.h"

#include "data/files/dataset_writer.h"
#include "data/import/import.h"
#include "data/synthetic/synthetic.h"
#include "tests/data/small_dataset.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace galen::data {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Inspection inspect_file(const std::string& file) {
  return inspect({.file = file, .input = "", .target = "/samples/label", .layout = "auto"});
}

void expect_as_numpy_says(const Inspection& inspection) {
  if (!test::python()) GTEST_SKIP() << "needs Python with numpy and h5py; run launch/setup.sh";
  const test::ProgramResult result =
      test::run_python({test::source_folder() / "tests/data/inspection/inspect_expected.py", inspection.file});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const json expected = json::parse(result.output);

  EXPECT_EQ(json(inspection.samples), expected["samples"]);
  EXPECT_EQ(json(inspection.patients.value()), expected["patients"]);
  EXPECT_EQ(json(inspection.missing), expected["missing"]);
  ASSERT_EQ(inspection.classes.size(), expected["classes"].size());
  for (std::size_t k = 0; k < inspection.classes.size(); ++k) EXPECT_EQ(json(inspection.classes[k].samples), expected["classes"][k]);
  ASSERT_EQ(inspection.training.mean.size(), expected["mean"].size());
  for (std::size_t c = 0; c < inspection.training.mean.size(); ++c) {
    EXPECT_NEAR(inspection.training.mean[c], expected["mean"][c].get<double>(), 1e-9 * std::abs(inspection.training.mean[c]));
    EXPECT_NEAR(inspection.training.deviation[c], expected["std"][c].get<double>(), 1e-9 * inspection.training.deviation[c]);
  }
}

TEST(Inspect, CountsAndMomentsOfImagesAreNumpys) {
  const test::TemporaryFolder folder;
  write_synthetic({.file = folder / "s.h5", .samples = 500, .channels = 3, .classes = 3, .samples_per_patient = 4, .compression = 3});
  const Inspection inspection = inspect_file(folder / "s.h5");
  expect_as_numpy_says(inspection);
  EXPECT_EQ(inspection.type, "u8");
  EXPECT_THAT(inspection.stored_shape, ElementsAre(500, 3, 28, 28));
  EXPECT_THAT(inspection.sample_shape, ElementsAre(3, 28, 28));
  EXPECT_THAT(inspection.chunk_shape, ElementsAre(testing::Gt(1), 3, 28, 28));
  EXPECT_THAT(inspection.filters, ElementsAre("deflate"));
  EXPECT_EQ(inspection.split, "stored");
  EXPECT_EQ(inspection.provenance.at("source"), "galen synth");
  EXPECT_EQ(inspection.digest.size(), 32);
}

TEST(Inspect, CountsAndMomentsOfATableAreNumpys) {
  const test::TemporaryFolder folder;
  std::string table = "patient,age,weight,outcome\n";
  for (int i = 0; i < 200; ++i) {
    table +=
        fmt::format("p{},{},{},{}\n", i / 2, 20 + i % 50, i % 7 == 0 ? "?" : fmt::format("{}", 60.5 + i % 31), i % 4 < 2 ? "well" : "ill");
  }
  ImportOptions import;
  import.source = folder.write("t.csv", table);
  import.file = folder / "t.h5";
  import_source(import);
  const Inspection inspection = inspect_file(import.file);
  expect_as_numpy_says(inspection);
  EXPECT_THAT(inspection.channels, ElementsAre("age", "weight"));
  EXPECT_THAT(inspection.missing, ElementsAre(0, 29));
  EXPECT_THAT(inspection.chunk_shape, IsEmpty());
  EXPECT_EQ(inspection.provenance.at("format"), "csv");
}

TEST(Inspect, AdvisesAgainstChunksOfManySamples) {
  const test::TemporaryFolder folder;
  test::write_small_images(folder / "plain.h5", 20);
  EXPECT_THAT(inspect_file(folder / "plain.h5").advice, IsEmpty());
  test::write_small_images(folder / "packed.h5", 20, 3, {}, {}, /*compression=*/4);
  EXPECT_THAT(describe(inspect_file(folder / "packed.h5")), AllOf(HasSubstr("decompression of 20"), HasSubstr("--chunk-samples 1")));
}

TEST(Inspect, TheTextNamesWhatTheFileHolds) {
  const test::TemporaryFolder folder;
  write_synthetic({.file = folder / "s.h5", .samples = 100});
  const Inspection inspection = inspect_file(folder / "s.h5");
  EXPECT_THAT(describe(inspection), AllOf(HasSubstr("100 of 1 x 28 x 28, u8"), HasSubstr("contiguous"), HasSubstr("spiculated"),
                                          HasSubstr("patients"), HasSubstr("channel 0"), HasSubstr(inspection.digest)));
  const json document = to_json(inspection);
  EXPECT_EQ(document["samples"]["train"], inspection.samples[0]);
  EXPECT_EQ(document["classes"][1]["name"], "spiculated");
  EXPECT_EQ(document["shape"], json({100, 1, 28, 28}));
}

TEST(Inspect, MasksOfVolumesAreToldBesideTheirTargets) {
  const test::TemporaryFolder folder;
  DatasetDescription description;
  description.sample_shape = {1, 2, 3, 4};
  description.size = 3;
  description.has_mask = true;
  description.mask_class_names = {"background", "liver", "tumour"};
  description.task = "binary";
  DatasetWriter writer(folder / "m.h5", description);
  at::Tensor masks = at::zeros({3, 2, 3, 4}, at::kByte);
  masks[0][0].fill_(1);     // half of a volume
  masks[1][1][2].fill_(7);  // 4 of 24 voxels, of a class without a name
  writer.append(at::zeros({3, 1, 2, 3, 4}, at::kByte), masks);
  writer.set_targets(at::tensor({0, 1, 0}, at::kLong));
  writer.finish();

  for (const char* target : {"/samples/label", "/samples/mask"}) {
    const Inspection inspection = inspect({.file = folder / "m.h5", .target = target});
    ASSERT_TRUE(inspection.masks);
    EXPECT_EQ(inspection.masks->without_foreground(), 1);
    const std::vector<MaskSummary::Class> classes = inspection.masks->classes();
    ASSERT_EQ(classes.size(), 4);
    EXPECT_EQ(classes[1].name, "liver");
    EXPECT_EQ(classes[1].pixels, 12);
    EXPECT_EQ(classes[1].samples, 1);
    EXPECT_EQ(classes[2].pixels, 0);
    EXPECT_EQ(classes[3].name, "7");
    EXPECT_DOUBLE_EQ(classes[3].share, 4.0 / 72);
    EXPECT_EQ(inspection.task, std::string(target) == "/samples/mask" ? "masks" : "classes");
  }
}

TEST(Inspect, ValuesHaveARangeMeanAndDeviation) {
  const test::TemporaryFolder folder;
  ImportOptions import;
  import.source = folder.write("t.csv", "x,target\n1,0.5\n2,-3.25\n3,7\n");
  import.file = folder / "t.h5";
  import.split.fractions = {1, 0, 0};
  import_source(import);
  const Inspection inspection = inspect_file(import.file);
  EXPECT_EQ(inspection.task, "regression");
  ASSERT_EQ(inspection.targets.size(), 1);
  EXPECT_EQ(inspection.targets[0].smallest, -3.25);
  EXPECT_EQ(inspection.targets[0].largest, 7);
  EXPECT_DOUBLE_EQ(inspection.targets[0].mean, 4.25 / 3);
  EXPECT_DOUBLE_EQ(inspection.targets[0].deviation, std::sqrt((0.5 * 0.5 + 3.25 * 3.25 + 7 * 7) / 3 - 4.25 * 4.25 / 9));
  EXPECT_THAT(describe(inspection), HasSubstr("-3.25 to 7, mean 1.41667, std 4.23445"));
  EXPECT_EQ(to_json(inspection)["targets"][0]["std"], inspection.targets[0].deviation);
  EXPECT_THAT(inspection.classes, IsEmpty());
}

}  // namespace
}  // namespace galen::data
