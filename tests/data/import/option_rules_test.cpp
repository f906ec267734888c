#include "data/import/option_rules.h"

#include "tests/data/formats/images/bitmaps.h"
#include "tests/data/import/import_fixture.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <sstream>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class OptionRules : public test::ImportFixture {
 protected:
  std::string table() const { return folder_.write("t.csv", "x,label\n1,0\n2,1\n3,1\n"); }
  std::string images() {
    test::write_bitmaps(folder_, "images", 40, 8);
    return folder_ / "images";
  }
  /// What an import says to options that `set` writes under the keys.
  std::string refusal_of(const std::string& source, std::set<std::string> keys, const std::function<void(ImportOptions&)>& set = {}) {
    ImportOptions options;
    options.written = std::move(keys);
    if (set) set(options);
    try {
      import(source, options);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(OptionRules, AnOptionOfAnotherFormatIsNamed) {
  const std::string table = this->table();
  for (const char* key : {"beats", "size", "patient", "table", "grey", "series", "labels", "text", "tokenizer", "chunk-samples"}) {
    EXPECT_THAT(refusal_of(table, {key}), AllOf(HasSubstr(std::string("--") + key), HasSubstr("t.csv is csv"))) << key;
  }
  const std::string images = this->images();
  for (const char* key : {"like", "categories", "keep", "decimal", "beats", "segment", "dates", "fit", "fill", "channels", "max-length"}) {
    EXPECT_THAT(refusal_of(images, {key}), AllOf(HasSubstr(std::string("--") + key), HasSubstr("images is images"))) << key;
  }
  EXPECT_EQ(refusal_of(table, {"target", "group", "split-seed", "task", "compression", "strict"},
                       [](ImportOptions& o) { o.table.target = {"label"}; }),
            "");
}

TEST_F(OptionRules, AnOptionThatDoesNothingBesideOthersSaysWhy) {
  const std::string images = this->images();
  const auto column = [](ImportOptions& o) { o.table.target = {"diagnosis"}; };
  EXPECT_THAT(refusal_of(images, {"target"}, column), AllOf(HasSubstr("--target"), HasSubstr("--table")));
  EXPECT_EQ(refusal_of(images, {"target"}, [](ImportOptions& o) { o.table.target = {"none"}; }), "");
  EXPECT_THAT(refusal_of(images, {"file-column"}), HasSubstr("--table"));
  EXPECT_THAT(refusal_of(images, {"group"}), HasSubstr("--table"));
  EXPECT_THAT(refusal_of(images, {"labels"}), HasSubstr("--target none"));
  EXPECT_EQ(refusal_of(images, {"labels"}, [](ImportOptions& o) { o.medical.labels = "folders"; }), "");
  EXPECT_THAT(refusal_of(images, {"task"}, [](ImportOptions& o) { o.table.target = {"none"}; }), HasSubstr("has none"));
  EXPECT_THAT(refusal_of(images, {"patient", "table"}, [&](ImportOptions& o) { o.images.table = table(); }), HasSubstr("--group"));

  const std::string table = this->table();
  const auto like = [&](ImportOptions& o) { o.table.like = folder_.write("earlier.h5", "its content is not asked for"); };
  for (const char* key : {"categories", "keep", "categorical"}) EXPECT_THAT(refusal_of(table, {key}, like), HasSubstr("--like")) << key;
}

TEST_F(OptionRules, TheSplitsOptionsNeedOneThatIsDrawn) {
  const std::string text = "image,label,split\nimages/ill/0000.bmp,1,train\nimages/well/0001.bmp,0,val\nimages/ill/0002.bmp,1,test\n";
  images();
  const auto options = [&](ImportOptions& o) { o.images.table = folder_.write("labels.csv", text); };
  EXPECT_EQ(refusal_of(folder_.path(), {"table"}, options), "");
  for (const char* key : {"fractions", "split-seed"}) {
    EXPECT_THAT(refusal_of(folder_.path(), {key}, options), AllOf(HasSubstr(key), HasSubstr("--split drawn"))) << key;
  }
  EXPECT_EQ(refusal_of(folder_.path(), {"split-seed"},
                       [&](ImportOptions& o) {
                         options(o);
                         o.split.source = SplitSource::kDrawn;
                       }),
            "");
}

TEST_F(OptionRules, RepackingHeedsItsOwnAlone) {
  ImportOptions options;
  options.source = "old.h5";
  options.written = {"repack", "compression", "chunk-samples", "input", "overwrite"};
  EXPECT_NO_THROW(check_written_options(options, kRepacking));
  for (const char* key : {"task", "target", "split", "strict", "like"}) {
    options.written = {"repack", key};
    EXPECT_THROW(check_written_options(options, kRepacking), UsageError) << key;
  }
}

TEST_F(OptionRules, NameFormatsThatThereAre) {
  std::set<std::string> known = {kRepacking};
  for (const ImportFormat& format : import_formats()) known.insert(format.name);
  std::set<std::string> used;
  for (const OptionRule& rule : option_rules()) {
    std::istringstream formats(rule.formats);
    for (std::string format; formats >> format;) used.insert(format);
  }
  EXPECT_EQ(used, known);
}

}  // namespace
}  // namespace galen::data
