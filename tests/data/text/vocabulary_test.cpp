#include "data/text/vocabulary.h"

#include "data/files/stored_vocabulary.h"
#include "tests/data/h5py.h"
#include "tests/support/error_text.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Vocabulary kVocabulary = {"wordpiece", false, 256, {"[PAD]", "[UNK]", "blut", "##\u00E4rzte", "\u8840"}};

TEST(Vocabulary, SurvivesJson) { EXPECT_EQ(vocabulary_from_json(nlohmann::json::parse(to_json(kVocabulary).dump()), "m"), kVocabulary); }

TEST(Vocabulary, OneThatCannotBeUsedIsNamed) {
  const auto refusal = [](const char* key, const nlohmann::json& value) {
    nlohmann::json json = to_json(kVocabulary);
    json[key] = value;
    return test::error_text([&] { vocabulary_from_json(json, "model.json"); });
  };
  EXPECT_THAT(refusal("tokenizer", "bpe"), AllOf(HasSubstr("model.json"), HasSubstr("bpe"), HasSubstr("wordpiece")));
  EXPECT_THAT(refusal("tokens", {"[UNK]", "[PAD]"}), HasSubstr("first token"));
  EXPECT_THAT(refusal("tokens", {"[PAD]", "a"}), HasSubstr("[UNK]"));
  EXPECT_THAT(refusal("tokens", {"[PAD]", "[UNK]", "a", "a"}), HasSubstr("a twice"));
  EXPECT_THAT(refusal("tokens", {"[PAD]", "[UNK]", ""}), HasSubstr("empty"));
  EXPECT_THAT(refusal("tokens", 3), HasSubstr("no vocabulary"));
  EXPECT_THAT(refusal("max_length", 0), HasSubstr("0 tokens"));
  EXPECT_THAT(test::error_text([] { vocabulary_from_json(nlohmann::json::array(), "m"); }), HasSubstr("no vocabulary"));
}

TEST(Vocabulary, AFileHasATokenALine) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_vocabulary_file(folder.write("vocab.txt", "[PAD]\r\n[UNK]\r\na\n")), (std::vector<std::string>{"[PAD]", "[UNK]", "a"}));
  EXPECT_THAT(test::error_text([&] { read_vocabulary_file(folder / "absent.txt"); }), HasSubstr("absent.txt"));
}

class StoredVocabulary : public test::H5pyTest {};

TEST_F(StoredVocabulary, IsTextForOthers) {
  {
    hdf5::File file = hdf5::File::create(path());
    write_vocabulary(file, kVocabulary);
  }
  EXPECT_EQ(read_vocabulary(hdf5::File::open(path())), kVocabulary);
  EXPECT_EQ(
      read("v = f['vocabulary']; print(*(t.decode() for t in v[:]), v.attrs['tokenizer'], v.attrs['lower_case'], v.attrs['max_length'])"),
      "[PAD] [UNK] blut ##\u00E4rzte \u8840 wordpiece 0 256\n");
}

TEST_F(StoredVocabulary, OneThatIsNoneIsNamed) {
  write("f['samples/text'] = np.zeros((2, 3), 'u2')");
  EXPECT_FALSE(read_vocabulary(hdf5::File::open(path())).has_value());
  write("f['vocabulary'] = np.zeros(3)");
  EXPECT_THAT(test::error_text([&] { read_vocabulary(hdf5::File::open(path())); }),
              AllOf(HasSubstr("/vocabulary"), HasSubstr("tokenizer")));
}

}  // namespace
}  // namespace galen::data
