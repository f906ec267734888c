#include "trainer/samples/table_rows.h"

#include "comm/single_communicator.h"
#include "data/import/import.h"
#include "galen/error.h"
#include "tests/support/error_text.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <mutex>

namespace galen::trainer {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Form {
  bool gaps = false;
  std::int64_t rows = 700;
  std::int64_t rows_a_patient = 3;
};

/// Decimals that f32 does not hold, on very different scales; column e is constant.
std::string make_table(const Form& form) {
  std::string text = "id,a,b,c,d,e,y\n";
  std::uint64_t state = 1;
  const auto random = [&state](int bits) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>(state >> (64 - bits));
  };
  for (std::int64_t row = 0; row < form.rows; ++row) {
    const double a = static_cast<double>(random(16)) / 1000;
    const double b = 1e5 + static_cast<double>(random(12)) / 10;
    const double c = static_cast<double>(random(3));
    const double d = static_cast<double>(random(20)) * 1e-9;
    const double y = 2.5 * a - 0.03 * b + 1.7 * c + 1e4 * d + static_cast<double>(random(10)) / 100;
    const auto cell = [&](double value) { return form.gaps && random(3) == 0 ? std::string() : fmt::format("{}", value); };
    // Patients alternate, so that the rows of one are not consecutive in the file.
    text += fmt::format("p{},{},{},{},{},0.1,{}\n", row % (form.rows / form.rows_a_patient), cell(a), b, cell(c), d, y);
  }
  return text;
}

class TableRowsTest : public testing::Test {
 protected:
  void import(const std::string& table, const std::string& target = "y", const std::string& type = "auto") {
    data::ImportOptions options;
    options.source = folder_.write("table.csv", table);
    options.file = folder_ / "imported.h5";
    options.overwrite = true;
    options.pseudonyms.identifiers = "keep";
    options.table.target = {target};
    options.table.group = "id";
    options.table.type = type;
    data::import_source(options);
    dataset_ = std::make_unique<data::Dataset>(data::DatasetOptions{.file = options.file});
    training_ = data::members(data::split_of(*dataset_, {}), data::Subset::kTrain);
  }

  /// What all workers load, put together in rank order; every rank's fit is that of rank 0.
  Table load(const data::PreparationOptions& options, int workers = 1, const TableDemands& demands = {}) const {
    std::vector<Table> parts(static_cast<std::size_t>(workers));
    test::run_ranks(workers, [&](comm::Communicator& world) {
      parts[static_cast<std::size_t>(world.rank())] = load_table(*dataset_, training_, options, demands, world);
    });
    Table whole = parts.front();
    whole.rows.lane_begins.pop_back();
    for (std::size_t rank = 1; rank < parts.size(); ++rank) append(parts[rank], whole);
    whole.rows.lane_begins.push_back(static_cast<std::int64_t>(whole.rows.samples.size()));
    return whole;
  }

  static void append(const Table& part, Table& whole) {
    EXPECT_EQ(part.preparation, whole.preparation);
    EXPECT_EQ(part.column_names, whole.column_names);
    const TableRows& rows = part.rows;
    for (std::size_t lane = 0; lane + 1 < rows.lane_begins.size(); ++lane) {
      whole.rows.lane_begins.push_back(static_cast<std::int64_t>(whole.rows.samples.size()) + rows.lane_begins[lane]);
    }
    const auto add = [](const auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); };
    add(rows.values, whole.rows.values);
    add(rows.targets, whole.rows.targets);
    add(rows.weights, whole.rows.weights);
    add(rows.samples, whole.rows.samples);
    add(rows.patients, whole.rows.patients);
  }

  template <typename Value>
  void write(const char* name, const std::vector<std::vector<Value>>& parts) const {
    std::ofstream file(folder_ / name, std::ios::binary);
    for (const std::vector<Value>& part : parts) {
      file.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size() * sizeof(Value)));
    }
  }

  void compare_with_numpy(const data::PreparationOptions& options, const Table& table) const {
    if (!test::python()) GTEST_SKIP() << "needs Python with numpy, h5py and scikit-learn (launch/setup.sh --tests)";
    write<double>("x.f64", {table.rows.values});
    write<double>("y.f64", {table.rows.targets});
    write<std::int64_t>("samples.i64", {table.rows.samples});
    write<double>("fit.f64", {table.preparation.fill, table.preparation.mean, table.preparation.deviation});
    const test::ProgramResult result =
        test::run_python({test::source_folder() / "tests/trainer/samples/table_rows_reference.py", folder_.path(), name_of(options.impute),
                          options.missing_indicator ? "1" : "0", name_of(options.scaling)});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<data::Dataset> dataset_;
  std::vector<std::int64_t> training_;
};

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

TEST_F(TableRowsTest, AreTheDecimalsOfTheFile) {
  import(make_table({}));
  for (const data::ScalingMethod scaling : {data::ScalingMethod::kUnit, data::ScalingMethod::kNone, data::ScalingMethod::kStandardize}) {
    SCOPED_TRACE(name_of(scaling));
    const data::PreparationOptions options{.scaling = scaling};
    const Table table = load(options);
    EXPECT_THAT(table.column_names, ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_THAT(table.rows.weights, IsEmpty());
    compare_with_numpy(options, table);
  }
}

TEST_F(TableRowsTest, AreFilledAsScikitLearnFillsThem) {
  import(make_table({.gaps = true}));
  for (const data::ImputationMethod impute :
       {data::ImputationMethod::kMean, data::ImputationMethod::kMedian, data::ImputationMethod::kMostFrequent}) {
    SCOPED_TRACE(name_of(impute));
    const data::PreparationOptions options{.scaling = data::ScalingMethod::kStandardize, .impute = impute, .missing_indicator = true};
    const Table table = load(options, 2);
    EXPECT_THAT(table.column_names, ElementsAre("a", "b", "c", "d", "e", "a missing", "c missing"));
    compare_with_numpy(options, table);
  }
}

TEST_F(TableRowsTest, HaveTheSameBitsOnAnyNumberOfWorkers) {
  import(make_table({.gaps = true}));
  for (const std::int64_t lanes : {8, 11, 256}) {
    for (const data::ImputationMethod impute : {data::ImputationMethod::kMean, data::ImputationMethod::kMedian}) {
      const data::PreparationOptions options{.scaling = data::ScalingMethod::kStandardize, .impute = impute, .missing_indicator = true};
      const Table one = load(options, 1, {.lanes = lanes});
      for (const int workers : {2, 3, 4, 8}) {
        SCOPED_TRACE(fmt::format("{} lanes, {}, {} workers", lanes, name_of(impute), workers));
        const Table several = load(options, workers, {.lanes = lanes});
        EXPECT_TRUE(same_bits(several.rows.values, one.rows.values));
        EXPECT_TRUE(same_bits(several.preparation.deviation, one.preparation.deviation));
        EXPECT_EQ(several.rows.samples, one.rows.samples);
        EXPECT_EQ(several.rows.lane_begins, one.rows.lane_begins);
      }
    }
  }
}

TEST_F(TableRowsTest, KeepPatientsInOneLane) {
  import(make_table({.rows_a_patient = 9}));
  const TableRows rows = load({}, 4).rows;
  for (const std::int64_t begin : rows.lane_begins) {
    if (begin == 0 || begin == rows.size()) continue;
    EXPECT_NE(rows.patients[static_cast<std::size_t>(begin)], rows.patients[static_cast<std::size_t>(begin) - 1]);
  }
}

TEST_F(TableRowsTest, OfFewPatientsLeaveWorkersWithoutAny) {
  import(make_table({.rows = 40, .rows_a_patient = 10}));
  const data::PreparationOptions options{.scaling = data::ScalingMethod::kStandardize, .impute = data::ImputationMethod::kMedian};
  const Table one = load(options, 1);
  EXPECT_TRUE(same_bits(load(options, 8).rows.values, one.rows.values));
}

TEST_F(TableRowsTest, MissAndInfiniteValuesAreNamed) {
  import(make_table({.gaps = true}));
  EXPECT_THAT(test::error_text([&] { load({}); }), AllOf(HasSubstr("holds nan in feature"), HasSubstr("data.impute")));
  const Table table = load({}, 2, {.takes_missing = true});
  EXPECT_TRUE(std::any_of(table.rows.values.begin(), table.rows.values.end(), [](double value) { return std::isnan(value); }));
  EXPECT_THAT(table.preparation.fill, IsEmpty());
}

TEST_F(TableRowsTest, WeighClasses) {
  import("id,x,y\n1,0.1,a\n2,0.2,b\n3,0.3,a\n4,0.4,b\n5,0.5,a\n6,0.6,b\n7,0.7,a\n8,0.8,b\n9,0.9,a\n10,1,b\n11,1.1,a\n12,1.2,b\n");
  const Table table = load({}, 2, {.class_weights = {0.25, 4}});
  ASSERT_EQ(table.rows.weights.size(), table.rows.targets.size());
  for (std::size_t row = 0; row < table.rows.targets.size(); ++row) {
    EXPECT_EQ(table.rows.weights[row], table.rows.targets[row] == 0 ? 0.25 : 4);
  }
}

TEST_F(TableRowsTest, AreOfTablesAlone) {
  import(make_table({.rows = 40}));
  EXPECT_THROW(load({.transforms = {.prepare = "flip(horizontal)"}}), UsageError);
  EXPECT_THROW(load({}, 3, {.lanes = 2}), UsageError);
}

}  // namespace
}  // namespace galen::trainer
