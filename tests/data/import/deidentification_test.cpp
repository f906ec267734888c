#include "data/import/pseudonyms.h"

#include "data/files/dataset.h"
#include "data/files/schema.h"
#include "data/hdf5/hdf5.h"
#include "tests/data/import/python_test.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::StartsWith;

namespace fs = std::filesystem;

class DeidentificationTest : public test::PythonImportTest {
 protected:
  DeidentificationTest() : PythonImportTest("import/deidentification_files.py") {}

  void SetUp() override {
    PythonImportTest::SetUp();
    if (IsSkipped()) return;
    std::ifstream list(made("identifiers.txt"));
    for (std::string line; std::getline(list, line);) identifiers_.push_back(line);
    for (const char* name : {"dicom_", "nifti_", "table_", "hospital_", "notes_", "wfdb_", "images_"}) {
      const std::string source = made(name + std::string("Zyxwald"));
      sources_.push_back(std::filesystem::exists(source) ? source : source + ".csv");
    }
  }

  /// The identifiers that stand in the imported file, as bytes, as UTF-16 or as numbers.
  std::vector<std::string> found() const { return found_in(test::read_file(output())); }
  std::vector<std::string> found_in(const std::string& bytes) const {
    std::vector<std::string> found;
    for (const std::string& identifier : identifiers_) {
      if (identifier.starts_with("f32 ")) {
        const float number = std::stof(identifier.substr(4));
        if (bytes.find(std::string(reinterpret_cast<const char*>(&number), sizeof number)) != std::string::npos)
          found.push_back(identifier);
        continue;
      }
      std::string wide;
      for (const char c : identifier) wide += {c, '\0'};
      if (bytes.find(identifier) != std::string::npos || bytes.find(wide) != std::string::npos) found.push_back(identifier);
    }
    return found;
  }

  std::string key(const std::string& bytes = std::string(32, 'k'), fs::perms permissions = fs::perms::owner_read) const {
    const std::string file = folder_.write(fmt::format("key{}", keys_++), bytes);
    fs::permissions(file, permissions);
    return file;
  }

  std::set<std::string> patients() const {
    const Dataset dataset({.file = output()});
    std::set<std::string> names;
    for (std::int64_t i = 0; i < dataset.size(); ++i) names.insert(dataset.group_name(i));
    return names;
  }

  std::vector<std::string> identifiers_;
  std::vector<std::string> sources_;
  std::string told_;  ///< what the imports print
  mutable int keys_ = 0;
};

ImportOptions keyed(const std::string& key, const std::string& dates = "drop") {
  ImportOptions options;
  options.pseudonyms = {.key_file = key, .dates = dates};
  return options;
}

TEST_F(DeidentificationTest, NoIdentifierStandsInAnImportedFile) {
  EXPECT_GT(identifiers_.size(), 80);
  for (const std::string& source : sources_) {
    SCOPED_TRACE(source);
    for (ImportOptions options : {ImportOptions(), keyed(key()), keyed(key(), "shift")}) {
      if (source.ends_with("hospital_Zyxwald.csv")) options.table.group = "patient_id";
      told_ += describe(import(source, options));
      EXPECT_THAT(found(), ElementsAre());
    }
  }
  ImportOptions volumes;
  volumes.medical.series = true;
  told_ += describe(import(sources_[0], volumes));
  EXPECT_THAT(found(), ElementsAre());
  EXPECT_THAT(found_in(told_), ElementsAre());
}

TEST_F(DeidentificationTest, LeadsAndUnitsThatAreTextAreNumberedAndUnknown) {
  import(made("wfdb_Zyxwald"));
  const hdf5::Array signal = hdf5::File::open(output()).array(schema::kSignal);
  EXPECT_THAT(signal.texts(schema::kChannelNamesAttribute), ElementsAre("lead 1", "II"));
  EXPECT_THAT(signal.texts(schema::kUnitsAttribute), ElementsAre("mV", "unknown"));
}

TEST_F(DeidentificationTest, PublicDataKeepTheirsOnRequest) {
  ImportOptions options;
  options.pseudonyms.identifiers = "keep";
  import(sources_[0], options);
  EXPECT_THAT(found(), IsSupersetOf({"MRN-8815337", "Hollingsworth", "Zyxwald"}));
  import(sources_[2], options);
  EXPECT_THAT(patients(), ElementsAre("MRN-7700142", "MRN-8815337"));
}

TEST_F(DeidentificationTest, WithoutAKeyPatientsAreNumbered) {
  import(sources_[2]);
  EXPECT_THAT(patients(), ElementsAre("p000001", "p000002"));
  EXPECT_EQ(Dataset({.file = output()}).sample_name(2), "s000003");
}

TEST_F(DeidentificationTest, TheSameKeyLinksAPatientAcrossImports) {
  const std::string ours = key();
  import(sources_[0], keyed(ours));
  const std::set<std::string> in_images = patients();
  ASSERT_EQ(in_images.size(), 1);
  import(sources_[2], keyed(ours));
  EXPECT_EQ(patients().count(*in_images.begin()), 1);
  import(sources_[2], keyed(key(std::string(32, 'l'))));
  EXPECT_EQ(patients().count(*in_images.begin()), 0);
}

TEST_F(DeidentificationTest, PseudonymsDoNotChangeTheSplit) {
  ImportOptions options;
  options.pseudonyms.identifiers = "keep";
  import(sources_[2], options);
  const std::vector<Subset> split = Dataset({.file = output()}).stored_split();
  import(sources_[2], keyed(key()));
  EXPECT_EQ(Dataset({.file = output()}).stored_split(), split);
}

TEST_F(DeidentificationTest, DatesComeOnlyShiftedAndAlikeForAPatient) {
  const auto dates = [&]() -> std::vector<std::string> {
    const hdf5::File file = hdf5::File::open(output());
    return file.has(schema::kStudyDate) ? file.array(schema::kStudyDate).read_texts() : std::vector<std::string>();
  };
  import(sources_[0], keyed(key()));
  EXPECT_TRUE(dates().empty());
  import(sources_[0], keyed(key(), "shift"));
  ASSERT_EQ(dates().size(), 2);
  EXPECT_EQ(dates()[0], dates()[1]);
  EXPECT_LT(dates()[0], "2019-08-23");
  EXPECT_GT(dates()[0], "2009-08-01");
  EXPECT_THROW(import(sources_[0], keyed("", "shift")), UsageError);
}

TEST_F(DeidentificationTest, AKeyThatIsNoneIsRefused) {
  EXPECT_THAT(refusal(sources_[2], keyed(folder_ / "absent")), AllOf(HasSubstr("absent"), HasSubstr("/dev/urandom")));
  EXPECT_THAT(refusal(sources_[2], keyed(key("short"))), AllOf(HasSubstr("5 bytes"), HasSubstr("at least 32")));
  EXPECT_THAT(refusal(sources_[2], keyed(key(std::string(32, 'k'), fs::perms::owner_read | fs::perms::others_read))),
              HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace galen::data
