// Damaged tables: an error of ours or a data set, never a crash, a hang or an error that tells nothing.

#include "galen/error.h"
#include "galen/splitmix64.h"
#include "tests/data/formats/tables/table_fixture.h"

#include <gmock/gmock.h>

#include <array>

namespace galen::data {
namespace {

using TableMutation = TableTest;

constexpr int kMutants = 500;

class Mutation {
 public:
  explicit Mutation(std::uint64_t seed) : state_(seed) {}

  std::string of(std::string text) {
    for (std::uint64_t left = 1 + next(6); left > 0 && !text.empty(); --left) change(text);
    return text;
  }

 private:
  std::uint64_t next(std::uint64_t limit) { return splitmix64(state_++) % limit; }

  void change(std::string& text) {
    static constexpr std::array<std::string_view, 20> kPieces = {
        ",",    ";",    "\"",           "\n",    "\r",  "\t",         std::string_view("\0", 1),
        "\xFF", "\xC3", "1e400",        "-inf",  "NaN", "2024-01-31", "1,5",
        "?",    "\"\"", "\xEF\xBB\xBF", "00000", "yes", "+"};
    const std::size_t at = next(text.size());
    switch (next(5)) {
      case 0:
        text[at] = static_cast<char>(next(256));
        break;
      case 1:
        text.insert(at, kPieces[next(kPieces.size())]);
        break;
      case 2:
        text.erase(at, 1 + next(20));
        break;
      case 3:
        text.resize(at);
        break;
      default:
        text.insert(at, text.substr(next(text.size()), next(80)));
    }
  }

  std::uint64_t state_;
};

TEST_F(TableMutation, DamagedIsRefusedOrImportedButNeverWorse) {
  std::string table = "\xEF\xBB\xBFpatient,age,sex,dose,smoker,seen,remark,label\n";
  for (int i = 0; i < 24; ++i) {
    table += fmt::format("p{},{},{},{},{},2024-0{}-11,\"said \"\"well, {}\"\"\",{}\n", i / 2, i % 5 == 0 ? "?" : "61",
                         i % 3 == 0 ? "f" : "m", 0.5 * i, i % 2 == 0 ? "yes" : "No", 1 + i % 9, i, i % 2 == 0 ? "ill" : "well");
  }
  int imported_ones = 0;
  for (int seed = 0; seed < kMutants; ++seed) {
    try {
      const ImportReport report = import_text(Mutation(1000 * static_cast<std::uint64_t>(seed)).of(table));
      EXPECT_EQ(imported().size(), report.samples) << seed;
      ++imported_ones;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("t.csv")) << seed;
    }
  }
  EXPECT_GT(imported_ones, kMutants / 20);
  EXPECT_LT(imported_ones, kMutants);
}

}  // namespace
}  // namespace galen::data
