#include "data/preparation/table_preparation.h"

#include "data/loader.h"
#include "data/preparation/preparation.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace galen::data {
namespace {

using testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(TablePreparation, FillsMarksAndScalesInF64) {
  const TablePreparation preparation = {.fill = {4, 0.1}, .indicators = {1}, .mean = {2, 0.3}, .deviation = {3, 0.7}};
  EXPECT_EQ(preparation.columns(), 3);
  double row[3] = {0.1, kNaN, -1};
  prepare_row(preparation, row, row);
  EXPECT_THAT(row, ElementsAre((0.1 - 2) / 3, (0.1 - 0.3) / 0.7, 1));
  double other[3] = {kNaN, 0, -1};
  prepare_row(preparation, other, other);
  EXPECT_THAT(other, ElementsAre(2.0 / 3, (0 - 0.3) / 0.7, 0)) << "0 is a value";
}

TEST(TablePreparation, LeavesGapsWhereNothingFillsThem) {
  const TablePreparation preparation = {.mean = {2}, .deviation = {3}};
  double row[1] = {kNaN};
  prepare_row(preparation, row, row);
  EXPECT_TRUE(std::isnan(row[0]));
}

TEST(TablePreparation, NamesIndicatorsAfterTheirFeatures) {
  const TablePreparation preparation = {.fill = {0, 0}, .indicators = {0, 1}, .mean = {0, 0}, .deviation = {1, 1}};
  const std::vector<std::string> names = {"age", "sex=f"};
  EXPECT_THAT(column_names(preparation, names), ElementsAre("age", "sex=f", "age missing", "sex=f missing"));
  EXPECT_THAT(column_names(preparation, {}), ElementsAre("column_1", "column_2", "column_1 missing", "column_2 missing"));
}

class TablePreparationOfFiles : public test::H5pyTest {};

// One input of a model in f64, of whatever is stored.
TEST_F(TablePreparationOfFiles, ReachesBatches) {
  if (IsSkipped()) return;
  write(R"(
x = np.random.default_rng(5).normal(1e3, 7, (23, 3))
x[4, 1] = np.nan
f['f64'], f['f32'], f['c'] = x, x.astype('f4'), np.arange(23) % 2)");
  Preparation preparation;
  preparation.table = {.fill = {1, 1000.1, 3}, .indicators = {1}, .mean = {999.9, 1000.3, 998}, .deviation = {7.1, 6.9, 7}};
  EXPECT_THAT(output_shape(preparation, {3}), ElementsAre(4));
  for (const std::string name : {"f64", "f32"}) {
    const std::vector<double> expected = evaluate("np.hstack([(np.where(np.isnan(f['" + name + "']), [1, 1000.1, 3], f['" + name +
                                                  "']) - [999.9, 1000.3, 998]) / [7.1, 6.9, 7], np.isnan(f['" + name + "'][:, 1:2])])");
    std::vector<std::int64_t> members(23);
    for (std::size_t i = 0; i < members.size(); ++i) members[i] = static_cast<std::int64_t>(i);
    Loader loader(open(name, "c"), members, preparation, {.batch = 5, .shuffle = false});
    std::vector<double> found;
    for (const Batch& batch : loader.epoch(0)) {
      ASSERT_EQ(batch.samples.inputs.only().scalar_type(), at::kDouble);
      const double* values = batch.samples.inputs.only().const_data_ptr<double>();
      found.insert(found.end(), values, values + batch.samples.inputs.only().numel());
    }
    EXPECT_EQ(found, expected) << name;
  }
}

}  // namespace
}  // namespace galen::data
