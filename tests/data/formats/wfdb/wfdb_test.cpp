#include "data/formats/wfdb/wfdb.h"
#include "data/formats/wfdb/wfdb_annotations.h"
#include "data/hdf5/hdf5.h"
#include "tests/data/import/import_fixture.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string words(const std::vector<int>& values) {
  std::string bytes;
  for (const int value : values) bytes += {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)};
  return bytes;
}

int annotation(int code, int interval) { return code << 10 | interval; }

class WfdbTest : public test::ImportFixture {
 protected:
  WfdbTest() : ImportFixture(Identifiers::kKept) {}

  hdf5::Array signal() const { return hdf5::File::open(output()).array("/samples/signal"); }

  /// A record of one lead at 100 Hz in format 16 that counts 0, 1, 2 …, with beats at samples 30, 130, 230 … of the codes.
  std::string record(const std::string& name, const std::vector<int>& codes, const std::string& rate = "100") const {
    std::vector<int> values(1000);
    for (int i = 0; i < 1000; ++i) values[i] = i;
    folder_.write(name + ".dat", words(values));
    std::vector<int> annotations;
    for (std::size_t i = 0; i < codes.size(); ++i) annotations.push_back(annotation(codes[i], i == 0 ? 30 : 100));
    annotations.push_back(0);
    if (!codes.empty()) folder_.write(name + ".atr", words(annotations));
    return folder_.write(name + ".hea", fmt::format("{} 1 {} 1000\n{}.dat 16 100/mV 12 0 0 -24788 0 II\n", name, rate, name));
  }
};

TEST_F(WfdbTest, MitBihArrivesWithItsPublishedBeats) {
  const auto source = test::real_data("ecg");
  if (!source) GTEST_SKIP() << "needs ecg in GALEN_REAL_DATA";
  const ImportReport report = import(*source);
  EXPECT_EQ(report.format, "wfdb");
  EXPECT_THAT(report.sample_shape, ElementsAre(2, 252));
  // 100: 2239 N, 33 A, 1 V; 106: 1507 N, 520 V; 119: 1543 N, 444 V; 208: 1586 N, 992 V, 373 F, 2 S, 2 Q; four of them at the ends.
  std::vector<std::int64_t> counts;
  for (const ClassCount& count : report.classes) counts.push_back(count.samples[0] + count.samples[1] + count.samples[2]);
  EXPECT_THAT(counts, ElementsAre(6875 - 3, 35, 1957, 373 - 1, 2));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("4 beats")));
  compare("formats/wfdb/compare_wfdb.py", {"90", "162", *source});
}

TEST_F(WfdbTest, OneRecordIsNamedByAnyOfItsFiles) {
  const auto source = test::real_data("ecg");
  if (!source) GTEST_SKIP() << "needs ecg in GALEN_REAL_DATA";
  ImportOptions options;
  options.ecg.window_before = 0.2;
  options.ecg.window_after = 0.02;  // the last beat is 9 samples from the end
  for (const char* file : {"100.hea", "100.dat", "100.atr"}) EXPECT_EQ(import(*source / file, options).samples, 2273);
  options.ecg.beats = "symbol";
  const ImportReport report = import(*source / "100.hea", options);
  ASSERT_EQ(report.classes.size(), 3);
  EXPECT_EQ(report.classes[0].name, "A");
  EXPECT_THAT(report.subsets, ElementsAre(2273, 0, 0));  // one patient
}

TEST_F(WfdbTest, EveryFormatArrivesAsWfdbReadsIt) {
  if (!test::python()) GTEST_SKIP() << "needs Python with wfdb (launch/setup.sh --tests)";
  const std::string made = folder_ / "made";
  std::filesystem::create_directory(made);
  run_script("formats/wfdb/wfdb_files.py", {"make", made});
  ImportOptions options;
  options.ecg.window_before = 0.2;
  options.ecg.window_after = 0.4;
  const ImportReport report = import(made, options);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("lead 0 of a16/lead 0 of b80/lead 0 of c212")));
  compare("formats/wfdb/compare_wfdb.py", {"50", "100", made});

  for (const char* name : {"a16", "b80", "c212"}) {
    std::istringstream lines(run_script("formats/wfdb/wfdb_files.py", {"annotations", fmt::format("{}/{}", made, name)}));
    const std::vector<WfdbAnnotation> annotations = read_wfdb_annotations(fmt::format("{}/{}.atr", made, name), 250);
    EXPECT_EQ(annotations.size(), 30);
    for (const WfdbAnnotation& a : annotations) {
      std::string line;
      std::getline(lines, line);
      EXPECT_EQ(fmt::format("{}|{}|{}|{}|{}|{}", a.sample, a.code, a.subtype, a.channel, a.number, a.text), line);
    }
  }
}

// Every format, byte offsets, skew, several samples in a frame, missing samples, several files and segments of both layouts.
TEST_F(WfdbTest, EveryRecordArrivesAsWfdbReadsIt) {
  if (!test::python()) GTEST_SKIP() << "needs Python with wfdb (launch/setup.sh --tests)";
  const std::string made = folder_ / "made";
  std::filesystem::create_directory(made);
  run_script("formats/wfdb/wfdb_formats.py", {made});
  ImportOptions options;
  options.ecg.segment = 0.2;
  const ImportReport report = import(made, options);
  EXPECT_THAT(report.warnings,
              AllOf(Contains(HasSubstr("1 record has leads with several samples in a frame")),
                    Contains(HasSubstr("2 records have leads that are shifted")), Contains(HasSubstr("8 stretches reach into gaps"))));
  EXPECT_THAT(report.skipped, AllOf(SizeIs(7), Contains(AllOf(HasSubstr("i.hea"), HasSubstr("sample 100")))));
  const std::string counts = run_script("formats/wfdb/compare_wfdb_stretches.py", {"50", made, output()});
  EXPECT_EQ(counts, fmt::format("{} {}\n", report.samples, 8 + 7));
}

TEST_F(WfdbTest, HeadersAreRecognisedByTheirFirstFields) {
  const std::string header = record("r", {});
  for (const char* lines :
       {"r 1 100 1000\nr.dat 16 100/mV 12 0 0 -24788 0 sig 1, fmt 16; \"a\" <b>\n", "r 1 100 1000\nr.dat 16 100 lead, left\n"}) {
    folder_.write("r.hea", lines);
    EXPECT_EQ(import(header).format, "wfdb");
  }
  folder_.write("r.hea", "a, b\n1,2\n");
  EXPECT_FALSE(is_wfdb({header, false, {{header}, {}, {}, {}}}));
  EXPECT_THAT(refusal(folder_.write("a.edf", "0       X X X X" + std::string(300, ' '))), AllOf(HasSubstr("EDF"), HasSubstr("WFDB")));
}

TEST_F(WfdbTest, SegmentsMustFitTogether) {
  record("s", {});
  record("t", {}, "200");
  const auto header = [&](const std::string& text) { return refusal(folder_.write("m.hea", text)); };
  EXPECT_THAT(header("m/2 1 100 2000\ns 1000\n"), AllOf(HasSubstr("1 of the 2 segments")));
  EXPECT_THAT(header("m/1 1 100 1000\nu 1000\n"), HasSubstr("u.hea"));
  EXPECT_THAT(header("m/2 1 100 2000\ns 1000\nt 1000\n"), AllOf(HasSubstr("t.hea"), HasSubstr("200 Hz")));
  EXPECT_THAT(header("m/1 1 100 900\ns 900\n"), AllOf(HasSubstr("s.hea"), HasSubstr("1000 samples"), HasSubstr("900")));
  EXPECT_THAT(header("m/1 2 100 1000\ns 1000\n"), AllOf(HasSubstr("m.hea"), HasSubstr("2 leads")));
  EXPECT_THAT(header("m/2 1 100 3000\ns 1000\ns 1000\n"), AllOf(HasSubstr("m.hea"), HasSubstr("3000")));
  EXPECT_THAT(header("m/1 1 100 1000\n~ 1000\n"), HasSubstr("gaps"));
  EXPECT_THAT(header("m/1 1 100 1000\nm 1000\n"), HasSubstr("segments itself"));
}

TEST_F(WfdbTest, AWindowIsAroundItsBeatInMillivolts) {
  record("r", {1, 5, 28, 1});
  EXPECT_EQ(import(folder_ / "r.hea").samples, 3);
  const std::vector<double> values = signal().read_all<double>();
  ASSERT_EQ(values.size(), 3 * 70);
  EXPECT_FLOAT_EQ(values[0], 0.05);        // 0.25 s before sample 30
  EXPECT_FLOAT_EQ(values[70 + 25], 1.30);  // the second beat
  EXPECT_FLOAT_EQ(values[2 * 70 + 69], 3.74);
  EXPECT_THAT(signal().texts("channel_names"), ElementsAre("II"));
  EXPECT_THAT(signal().numbers("sampling_rate"), ElementsAre(100));
}

TEST_F(WfdbTest, WithoutAnnotationsARecordIsCutIntoStretches) {
  record("r", {});
  ImportReport report = import(folder_ / "r.hea");
  EXPECT_EQ(report.samples, 1);
  EXPECT_EQ(report.task, "");
  EXPECT_THAT(report.warnings, Contains(HasSubstr("--segment")));
  record("r", {1, 5});
  ImportOptions options;
  options.ecg.segment = 3;
  report = import(folder_ / "r.hea", options);
  EXPECT_EQ(report.samples, 3);
  EXPECT_FLOAT_EQ(signal().read_all<float>()[300], 3);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("The end of 1 record")));
}

TEST_F(WfdbTest, RecordsThatDoNotFitAreSkippedByName) {
  record("a", {1, 5});
  record("b", {1, 5}, "200");
  record("c", {});
  record("d", {5, 1});
  folder_.write("e.hea", "e 1 100 1000\ne.dat 16 100/mV 12 0\n");
  record("f", {5});
  folder_.write("f.atr", words({annotation(5, 30)}));
  const ImportReport report = import(folder_.path());
  EXPECT_EQ(report.samples, 4);
  EXPECT_THAT(
      report.skipped,
      AllOf(Contains(AllOf(HasSubstr("b.hea"), HasSubstr("200 Hz"))), Contains(AllOf(HasSubstr("c.hea"), HasSubstr("no annotations"))),
            Contains(AllOf(HasSubstr("e.hea"), HasSubstr("e.dat"))), Contains(AllOf(HasSubstr("f.atr"), HasSubstr("cut off")))));
  const Dataset dataset = imported();
  EXPECT_EQ(dataset.group_name(0), "a");
  EXPECT_EQ(dataset.group_name(3), "d");
}

TEST_F(WfdbTest, DamagedSamplesAreFoundByTheirSum) {
  const std::string header = record("r", {1, 5});
  std::string bytes = test::read_file(folder_ / "r.dat");
  bytes[801] = static_cast<char>(bytes[801] ^ 4);
  folder_.write("r.dat", bytes);
  EXPECT_THAT(refusal(header), AllOf(HasSubstr("r.dat"), HasSubstr("lead II"), HasSubstr("damaged")));
  folder_.write("r.dat", bytes.substr(0, 1500));
  EXPECT_THAT(refusal(header), AllOf(HasSubstr("r.hea"), HasSubstr("1000 samples"), HasSubstr("750")));
}

TEST_F(WfdbTest, ASampleThatWasNotTakenIsNamed) {
  const std::string header = record("r", {1, 5});
  std::string bytes = test::read_file(folder_ / "r.dat");
  bytes.replace(2 * 140, 2, std::string("\0\x80", 2));
  folder_.write("r.dat", bytes);
  folder_.write("r.hea", "r 1 100 1000\nr.dat 16 100/mV\n");
  const ImportReport report = import(header);
  EXPECT_EQ(report.samples, 1);
  EXPECT_THAT(report.skipped, ElementsAre(AllOf(HasSubstr("r.hea"), HasSubstr("sample 140"))));
}

TEST_F(WfdbTest, HeadersOfOtherKindsAreNamed) {
  record("r", {1, 5});
  const auto header = [&](const std::string& text) { return refusal(folder_.write("r.hea", text)); };
  EXPECT_THAT(header("r 1 100\nr.dat 516 100\n"),
              AllOf(HasSubstr("r.dat"), HasSubstr("format 516"), HasSubstr("FLAC"), HasSubstr("xform")));
  EXPECT_THAT(header("r 1 100\nr.dat 17 100\n"), AllOf(HasSubstr("r.dat"), HasSubstr("format 17"), HasSubstr("xform")));
  EXPECT_THAT(header("r 1 100\nr.dat 16x0 100\n"), AllOf(HasSubstr("line 2"), HasSubstr("16x0")));
  EXPECT_THAT(header("r 1 100\nr.dat 16:-3 100\n"), HasSubstr("16:-3"));
  EXPECT_THAT(header("r 0 100 1000\n"), HasSubstr("no leads"));
  EXPECT_THAT(header("r 1 100\n~ 0 100\n"), HasSubstr("no samples of its own"));
  EXPECT_THAT(header("r 2 100\nr.dat 16 100\n"), HasSubstr("1 of the 2 leads"));
  EXPECT_THAT(header("r 1 -100\nr.dat 16 100\n"), HasSubstr("-100 Hz"));
  EXPECT_THAT(header("r 1 100\nother/r.dat 16 100\n"), HasSubstr("beside the header"));
  EXPECT_THAT(header("# made by hand\n\nr 1 100\n# of one lead\nr.dat 16+2\n"),
              "");  // gain, units, zero and number of samples are left out
  EXPECT_FLOAT_EQ(signal().read_all<float>()[0], 6.0 / 200);
}

TEST_F(WfdbTest, AnnotationsMayHaveATimeScaleOfTheirOwn) {
  record("r", {1});
  const std::string note = "## time resolution: 1000";
  folder_.write("r.atr", words({annotation(22, 0), annotation(63, static_cast<int>(note.size()))}) + note +
                             words({annotation(59, 0), 0, 3000, annotation(1, 0), annotation(5, 1000), 0}));
  const std::vector<WfdbAnnotation> annotations = read_wfdb_annotations(folder_ / "r.atr", 100);
  ASSERT_EQ(annotations.size(), 3);
  EXPECT_EQ(annotations[1].sample, 300);
  EXPECT_EQ(annotations[2].sample, 400);
}

TEST_F(WfdbTest, TheTwoRecordsOfOnePersonStayTogether) {
  for (const char* name : {"200", "201", "202"}) {
    folder_.write(fmt::format("{}.dat", name), std::string(650000, '\x85'));
    folder_.write(fmt::format("{}.hea", name), fmt::format("{} 1 360 650000\n{}.dat 80 200\n", name, name));
    folder_.write(fmt::format("{}.atr", name), words({annotation(1, 500), annotation(5, 500), 0}));
  }
  import(folder_.path());
  const Dataset dataset = imported();
  EXPECT_THAT(dataset.groups(), ElementsAre(0, 0, 1, 1, 1, 1));
}

TEST_F(WfdbTest, WrongOptionsAreUsageErrors) {
  record("r", {1, 5});
  ImportOptions options;
  options.source = folder_ / "r.hea";
  options.file = output();
  options.ecg.beats = "mine";
  EXPECT_THROW(import_source(options), UsageError);
  options.ecg = {.window_before = 0, .window_after = 0};
  EXPECT_THROW(import_source(options), UsageError);
  options.ecg = {};
  options.task = "regression";
  EXPECT_THROW(import_source(options), UsageError);
}

}  // namespace
}  // namespace galen::data
