#include "launch/options/configuration.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// A command of three keys.
struct Settings {
  std::int64_t batch = 32;
  double rate = 1e-3;
  bool resume = false;
  std::string device = "auto";

  std::vector<Option> options() {
    return {text("device", device, ""), flag("resume", resume, ""), number("trainer.batch", batch, at_least(1), ""),
            number("optimizer.rate", rate, above(0), "")};
  }
};

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(CommandLine, UnderstandsBothWaysToGiveAValue) {
  Settings settings;
  const CommandLine line = parse_command_line({"a.cfg", "--trainer.batch", "8", "--optimizer.rate=0.5"}, settings.options(), 1);
  EXPECT_THAT(line.values, ElementsAre(Pair("trainer.batch", "8"), Pair("optimizer.rate", "0.5")));
  EXPECT_THAT(line.operands, ElementsAre("a.cfg"));
}

TEST(CommandLine, AFlagTakesTheNextWordOnlyWhereItIsAValue) {
  Settings settings;
  EXPECT_THAT(parse_command_line({"--resume", "a.cfg"}, settings.options(), 1).operands, ElementsAre("a.cfg"));
  const CommandLine line = parse_command_line({"--resume", "false", "a.cfg"}, settings.options(), 1);
  EXPECT_THAT(line.values, ElementsAre(Pair("resume", "false")));
  EXPECT_THAT(line.operands, ElementsAre("a.cfg"));
}

TEST(CommandLine, TakesNegativeAndEmptyValues) {
  Settings settings;
  const CommandLine line = parse_command_line({"--optimizer.rate", "-1", "--device="}, settings.options(), 0);
  EXPECT_THAT(line.values, ElementsAre(Pair("optimizer.rate", "-1"), Pair("device", "")));
}

TEST(CommandLine, NamesTheNearestOption) {
  Settings settings;
  EXPECT_THAT(refusal([&] { parse_command_line({"--trainer.bach", "8"}, settings.options(), 1); }), HasSubstr("--trainer.batch"));
  EXPECT_THAT(refusal([&] { parse_command_line({"--trainer.bach=8"}, settings.options(), 1); }), HasSubstr("--trainer.bach."));
  EXPECT_THAT(refusal([&] { parse_command_line({"-n", "8"}, settings.options(), 1); }), HasSubstr("no option --n"));
}

TEST(CommandLine, DoesNotGuessFromTheBeginningOfAName) {
  Settings settings;
  EXPECT_THROW(parse_command_line({"--trainer.b", "8"}, settings.options(), 1), UsageError);
}

TEST(CommandLine, ReportsAMissingValue) {
  Settings settings;
  EXPECT_THAT(refusal([&] { parse_command_line({"--trainer.batch"}, settings.options(), 1); }), HasSubstr("--trainer.batch needs a value"));
  EXPECT_THAT(refusal([&] {
                parse_command_line({"--device", "--trainer.batch", "3"}, settings.options(), 1);
              }),
              HasSubstr("--device needs a value"));
}

TEST(CommandLine, RefusesOneOperandTooMany) {
  Settings settings;
  EXPECT_THAT(refusal([&] { parse_command_line({"a.cfg", "b.cfg"}, settings.options(), 1); }), HasSubstr("b.cfg"));
}

TEST(Configuration, CommandLineWinsOverFileOverDefault) {
  const test::TemporaryFolder folder;
  const std::string file = folder.write("a.cfg", "device = cpu\n[trainer]\nbatch = 16  # samples\n").string();
  Settings settings;
  Configuration configuration(settings.options());
  configuration.read_file(file);
  configuration.read(parse_command_line({"--trainer.batch", "8"}, settings.options(), 0));
  EXPECT_EQ(settings.batch, 8);
  EXPECT_EQ(settings.device, "cpu");
  EXPECT_EQ(settings.rate, 1e-3);
  EXPECT_EQ(configuration.origin("trainer.batch"), "command line");
  EXPECT_EQ(configuration.origin("device"), file);
  EXPECT_EQ(configuration.origin("optimizer.rate"), "default");
}

TEST(Configuration, QuotesAroundAValueAreNotPartOfIt) {
  const test::TemporaryFolder folder;
  std::string name;
  std::vector<std::string> names;
  const auto read = [&](const std::string& line) {
    Configuration configuration({text("name", name, ""), texts("names", names, "")});
    configuration.read_file(folder.write("a.cfg", line + "\n").string());
    return name;
  };
  EXPECT_EQ(read("name = \"x y.h5\""), "x y.h5");
  EXPECT_EQ(read("name = 'x.h5'  # single"), "x.h5");
  EXPECT_EQ(read("name = \"it's\""), "it's");
  EXPECT_EQ(read("name = \"\""), "");
  EXPECT_EQ(read("name = Crohn's disease"), "Crohn's disease");
  for (const char* line : {"name = \"x.h5", "name = x.h5'", "name = \"a#b.h5\"", "names = \"a\",\"b\"", "name = \""}) {
    EXPECT_THAT(refusal([&] { read(line); }), HasSubstr("quotes must surround the whole value")) << line;
  }
}

TEST(Configuration, TheLastOfTwoFlagsWins) {
  Settings settings;
  Configuration configuration(settings.options());
  configuration.read(parse_command_line({"--trainer.batch", "8", "--trainer.batch", "4"}, settings.options(), 0));
  EXPECT_EQ(settings.batch, 4);
}

TEST(Configuration, WhatItPrintsIsAFileThatItReads) {
  const test::TemporaryFolder folder;
  Settings settings;
  Configuration configuration(settings.options());
  configuration.read(parse_command_line({"--optimizer.rate", "3e-4", "--device", "cpu"}, settings.options(), 0));

  Settings again;
  Configuration reader(again.options());
  reader.read_file(folder.write("a.cfg", configuration.to_text()).string());
  EXPECT_EQ(again.rate, 3e-4);
  EXPECT_EQ(again.device, "cpu");
  reader.read_file(folder.write("b.cfg", to_text(settings.options())).string());
  EXPECT_EQ(again.rate, 3e-4);
}

TEST(Configuration, NamesTheOriginOfEachValue) {
  Settings settings;
  Configuration configuration(settings.options());
  configuration.read(parse_command_line({"--trainer.batch", "8"}, settings.options(), 0));
  EXPECT_THAT(configuration.to_text(), testing::ContainsRegex("batch = 8 +# command line"));
  EXPECT_THAT(configuration.to_text(), testing::ContainsRegex("rate = 0.001 +# default"));
}

TEST(Configuration, NamesFileKeyValueAndWhatIsAllowed) {
  const test::TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    Settings settings;
    Configuration(settings.options()).read_file(folder.write("a.cfg", text).string());
  };
  EXPECT_THAT(refusal([&] { read("[trainer]\nbatch = many\n"); }),
              testing::AllOf(HasSubstr("a.cfg"), HasSubstr("trainer.batch = many"), HasSubstr("a whole number, 1 or more")));
  EXPECT_THAT(refusal([&] { read("[trainer]\nbach = 3\n"); }), HasSubstr("Did you mean trainer.batch?"));
  EXPECT_THAT(refusal([&] { read("[trainer]\nbatch = 3\nbatch = 4\n"); }), HasSubstr("trainer.batch is set twice"));
}

TEST(Configuration, NamesTheLineThatItCannotRead) {
  const test::TemporaryFolder folder;
  for (const std::string text : {"# one\n[trainer]\nbatch 3\ndevice = cpu\n", "# one\n[trainer]\nbatch 3"}) {
    Settings settings;
    const std::string file = folder.write("a.cfg", text).string();
    EXPECT_THAT(refusal([&] { Configuration(settings.options()).read_file(file); }), HasSubstr(file + ":3:"));
  }
}

TEST(Configuration, NamesAMissingFile) {
  Settings settings;
  EXPECT_THAT(refusal([&] { Configuration(settings.options()).read_file("nowhere.cfg"); }), HasSubstr("nowhere.cfg"));
  EXPECT_THAT(refusal([&] { Configuration(settings.options()).read_file("/"); }), HasSubstr("cannot be read"));
}

TEST(Configuration, RefusesWhatAFileCouldNotKeep) {
  Settings settings;
  Configuration configuration(settings.options());
  EXPECT_THROW(configuration.read(parse_command_line({"--device", "a#b"}, settings.options(), 0)), UsageError);
}

}  // namespace
}  // namespace galen::launch
