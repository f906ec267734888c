#include "tests/data/import/mutated_source.h"

namespace galen::data {
namespace {

using test::as_source;

std::string word(int value) { return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)}; }

TEST(MutatedEcgAndText, Wfdb) {
  std::string annotations = word(28 << 10 | 2) + word(63 << 10 | 3) + std::string("(N\0\0", 4);
  for (int i = 0; i < 12; ++i) annotations += word((i % 3 == 0 ? 5 : 1) << 10 | 40) + word(62 << 10 | i % 2);
  annotations += word(59 << 10) + word(0) + word(300) + word(1 << 10) + word(0);
  const test::MutatedSource source;
  for (const char* name : {"a", "b"}) {
    const bool packed = name[0] == 'a';
    std::string samples;
    for (int i = 0; i < (packed ? 3 * 1000 : 4 * 1000); ++i) samples += static_cast<char>(i * 37);
    source.add(fmt::format("{}.dat", name), samples);
    source.add(fmt::format("{}.atr", name), annotations);
    source.add(fmt::format("{}.hea", name),
               fmt::format("{0} 2 100 1000\n{0}.dat {1} 200(12)/mV 12 0 0\n{0}.dat {1} 100/uV 12\n# 63 M\n", name, packed ? "212" : "16"));
  }
  source.expect_survival(as_source());
}

TEST(MutatedEcgAndText, TextTable) {
  std::string table = "patient,\"report, first\",finding_label\r\n";
  for (int i = 0; i < 20; ++i) {
    table +=
        fmt::format("p{},\"the n\u00E9phritic patient no. {} said \"\"it hurts\"\" and was then seen by two doctors \u8840\u538B\",{}\r\n",
                    i / 2, i, i % 4 < 2 ? "well" : "ill");
  }
  const test::MutatedSource source;
  source.add("t.csv", table);
  source.expect_survival(as_source("t.csv"));
  ImportOptions pieces = as_source("t.csv");
  pieces.text = {.column = "report, first", .tokenizer = "wordpiece", .vocabulary_size = 120};
  source.expect_survival(pieces);
}

TEST(MutatedEcgAndText, Vocabulary) {
  const test::MutatedSource source;
  source.add("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nheart\n##s\nthe\n\u00E9\n");
  source.add("t.csv", "note,label\nthe hearts \u00E9,1\nheart the,0\nthe,1\n");
  ImportOptions options = as_source("t.csv");
  options.text = {.column = "note", .tokenizer = "wordpiece", .vocabulary_file = "vocab.txt"};
  source.expect_survival(options);
}

}  // namespace
}  // namespace galen::data
