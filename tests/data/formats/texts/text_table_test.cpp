#include "data/files/schema.h"
#include "data/files/stored_vocabulary.h"
#include "data/hdf5/hdf5.h"
#include "data/text/tokenizer.h"
#include "tests/data/import/import_fixture.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

const std::string kLong = "the heart is a pump that moves blood around the body all day";

class TextTableTest : public test::ImportFixture {
 protected:
  hdf5::File imported() const { return hdf5::File::open(output()); }
  Vocabulary vocabulary() const { return read_vocabulary(imported()).value(); }
  std::vector<std::int64_t> numbers(const char* array) const { return imported().array(array).read_all<std::int64_t>(); }
};

TEST_F(TextTableTest, MedicalAbstractsArriveWithoutAnyOption) {
  const auto source = test::real_data("text/medical_abstracts.csv");
  if (!source) GTEST_SKIP() << "needs text/medical_abstracts.csv in GALEN_REAL_DATA";
  const ImportReport report = import(*source);
  EXPECT_EQ(report.format, "text");
  EXPECT_EQ(report.samples, 2888);
  EXPECT_EQ(report.task, "multiclass");
  std::vector<std::int64_t> counts;
  for (const ClassCount& count : report.classes) counts.push_back(count.samples[0] + count.samples[1] + count.samples[2]);
  EXPECT_THAT(counts, ElementsAre(633, 299, 385, 610, 961));
  EXPECT_EQ(report.classes[4].name, "5");
  EXPECT_THAT(report.warnings, Contains(HasSubstr("as sensitive as")));
  compare("formats/texts/compare_text.py", {*source});
}

TEST_F(TextTableTest, MedicalAbstractsInWordPiecesAreAsHuggingFaceHasThem) {
  const auto source = test::real_data("text/medical_abstracts.csv");
  if (!source) GTEST_SKIP() << "needs text/medical_abstracts.csv in GALEN_REAL_DATA";
  ImportOptions options;
  options.text = {.tokenizer = "wordpiece", .vocabulary_size = 4000, .max_length = 200};
  const ImportReport report = import(*source, options);
  EXPECT_THAT(report.sample_shape, ElementsAre(200));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("longer than 200 tokens")));
  compare("formats/texts/compare_text.py", {*source});
}

TEST_F(TextTableTest, OnlyTrainingTextsMakeTheVocabulary) {
  std::string text = "patient,note,label\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("p{},\"{}; only{} only{}\",{}\n", i, kLong, i, i, i % 2);
  import_text(text);
  const std::vector<std::int64_t> split = numbers(schema::kSplit);
  for (int i = 0; i < 40; ++i) {
    const std::string word = fmt::format("only{}", i);
    if (split[i] == 0) {
      EXPECT_THAT(vocabulary().tokens, Contains(word));
    } else {
      EXPECT_THAT(vocabulary().tokens, Not(Contains(word)));
    }
  }
}

TEST_F(TextTableTest, LengthsAndPaddingTellWhereATextEnds) {
  ImportOptions options;
  options.text.column = "note";
  options.split.fractions = {1, 0, 0};
  import_text("note,label\na b a b a,1\na,2\n?,1\nzzz,2\n", options);
  EXPECT_THAT(numbers(schema::kTextLength), ElementsAre(5, 1, 1, 1));
  EXPECT_THAT(imported().array(schema::kText).shape(), ElementsAre(4, 8));
  EXPECT_THAT(numbers(schema::kText), ElementsAre(2, 3, 2, 3, 2, 0, 0, 0, /**/ 2, 0, 0, 0, 0, 0, 0, 0,  //
                                                  1, 0, 0, 0, 0, 0, 0, 0, /**/ 1, 0, 0, 0, 0, 0, 0, 0));
}

TEST_F(TextTableTest, NewTextsAreImportedLikeEarlierOnes) {
  ImportOptions options;
  options.text = {.column = "note", .tokenizer = "wordpiece", .lower_case = false, .max_length = 9};
  options.split.fractions = {1, 0, 0};
  std::string text = "note,label\n";
  for (const char* label : {"well", "ill", "dead"}) text += fmt::format("{0} {0},{1}\n", kLong, label);
  import_text(text, options);
  const Vocabulary earlier = vocabulary();
  std::filesystem::rename(folder_ / "imported.h5", folder_ / "earlier.h5");

  ImportOptions like;
  like.text.column = "note";
  like.table.like = folder_ / "earlier.h5";
  import_text("note,label\n" + kLong + " other words,well\nthe heart,ill\n", like);
  EXPECT_EQ(vocabulary(), earlier);
  EXPECT_THAT(numbers(schema::kTextLength), ElementsAre(9, testing::Lt(9)));
  const std::vector<std::string> names = imported().array(schema::kLabel).texts(schema::kClassNamesAttribute);
  EXPECT_THAT(names, testing::UnorderedElementsAre("well", "ill", "dead"));
  EXPECT_EQ(names[static_cast<std::size_t>(numbers(schema::kLabel)[0])], "well");
  EXPECT_EQ(names[static_cast<std::size_t>(numbers(schema::kLabel)[1])], "ill");

  EXPECT_THAT(refusal_of_text("note,label\n" + kLong + ",other\n", like), AllOf(HasSubstr("class other"), HasSubstr("--like")));
  like.text.vocabulary_file = folder_.write("vocab.txt", "[PAD]\n");
  EXPECT_THAT(refusal_of_text("note,label\n" + kLong + ",ill\n", like), HasSubstr("--vocabulary"));
  like.text.vocabulary_file = "";
  hdf5::File::create(folder_ / "empty.h5");
  like.table.like = folder_ / "empty.h5";
  EXPECT_THAT(refusal_of_text("note,label\n" + kLong + ",ill\n", like), AllOf(HasSubstr("empty.h5"), HasSubstr("no vocabulary")));
}

TEST_F(TextTableTest, TheStoredVocabularyEncodesNewTextsAlike) {
  ImportOptions options;
  options.text = {.tokenizer = "wordpiece", .vocabulary_size = 60, .lower_case = true, .max_length = 16};
  import_text("note,label\n" + kLong + ",0\n" + kLong + ",1\n", options);
  const std::vector<std::int32_t> encoded = Tokenizer(vocabulary()).encode(kLong);
  std::vector<std::int64_t> ids = numbers(schema::kText);
  EXPECT_EQ(numbers(schema::kTextLength)[0], encoded.size());
  ids.resize(encoded.size());
  EXPECT_THAT(encoded, ElementsAreArray(ids));
}

TEST_F(TextTableTest, AVocabularyCanBeGiven) {
  ImportOptions options;
  options.text.vocabulary_file = folder_.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\npump\nthe\nhe\n##art\n");
  const std::string table = "note,label\n" + kLong + ",0\n" + kLong + ",1\n";
  EXPECT_THAT(refusal_of_text(table, options), HasSubstr("--tokenizer wordpiece"));
  options.text.tokenizer = "wordpiece";
  options.text.max_length = 7;
  import_text(table, options);
  EXPECT_THAT(numbers(schema::kText), ElementsAre(2, 5, 6, 7, 1, 1, 3, 0, 2, 5, 6, 7, 1, 1, 3, 0));
  options.text.vocabulary_file = folder_.write("bad.txt", "a\nb\n");
  EXPECT_THAT(refusal_of_text(table, options), AllOf(HasSubstr("bad.txt"), HasSubstr("[PAD]")));
}

TEST_F(TextTableTest, ManyTokensTakeMoreBits) {
  std::string tokens = "[PAD]\n[UNK]\n";
  for (int i = 0; i < 70000; ++i) tokens += fmt::format("w{}\n", i);
  ImportOptions options;
  options.text.vocabulary_file = folder_.write("vocab.txt", tokens);
  options.text.column = "note";
  import_text("note,label\nw69999 w1,0\nw0,1\n", options);
  EXPECT_EQ(to_string(imported().array(schema::kText).type()), "i32");
  EXPECT_THAT(std::vector<std::int64_t>(numbers(schema::kText)), Contains(70001));
}

TEST_F(TextTableTest, ColumnsFindTheirPart) {
  const std::string row = fmt::format("m1,{},3.5,x\n", kLong);
  ImportReport report = import_text("mrn,report,dose,final_diagnosis\n" + row + "m2," + kLong + ",1,y\n");
  EXPECT_THAT(report.warnings, AllOf(Contains(HasSubstr("final_diagnosis is learnt")), Contains(HasSubstr("report holds the texts")),
                                     Contains(HasSubstr("left out: dose")), Contains(HasSubstr("mrn identifies the patient"))));
  const std::string two = fmt::format("title,body,label\n{},{},0\n{},{},1\n", kLong, kLong, kLong, kLong);
  EXPECT_THAT(refusal_of_text(two), AllOf(HasSubstr("title, body could each be"), HasSubstr("--text")));
  ImportOptions options;
  options.table.leave_out = {"title"};
  EXPECT_THAT(import_text(two, options).warnings, Contains(HasSubstr("body holds")));
  options.table = {};
  options.text.column = "abstract";
  EXPECT_THAT(refusal_of_text(two, options), AllOf(HasSubstr("no column abstract"), HasSubstr("title, body, label")));
  options.text.column = "label";
  EXPECT_THROW(import_text(two, options), UsageError);
}

TEST_F(TextTableTest, ATableOfNumbersAndShortTextsIsNoText) {
  EXPECT_EQ(import_text("x,label\n1,healthy as far as we know\n2,ill\n").format, "csv");
}

TEST_F(TextTableTest, BadRowsAreNamed) {
  EXPECT_THAT(refusal_of_text("note,label\n" + kLong + ",1\n" + kLong + "\n"), AllOf(HasSubstr("line 3"), HasSubstr("1 cells")));
  EXPECT_THAT(refusal_of_text("note,label\n" + kLong + ",\n"), AllOf(HasSubstr("line 2"), HasSubstr("--leave-out-unlabelled")));
  EXPECT_THAT(refusal_of_text("sample_id,note,label\na," + kLong + ",1\na," + kLong + ",2\n"), HasSubstr("lines 2 and 3"));
  EXPECT_THAT(refusal_of_text("patient,note,label\n," + kLong + ",1\n"), AllOf(HasSubstr("line 2"), HasSubstr("patient")));
}

TEST_F(TextTableTest, LettersThatAreNoUtf8AreTakenForLatin1AndTold) {
  EXPECT_THAT(import_text("note,label\nM\xFCller " + kLong + ",1\n" + kLong + ",2\n").warnings, Contains(HasSubstr("Windows-1252")));
}

}  // namespace
}  // namespace galen::data
