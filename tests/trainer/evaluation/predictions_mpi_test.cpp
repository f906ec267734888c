#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "models/factory.h"
#include "tests/support/temporary_folder.h"
#include "tests/trainer/evaluation/small_dataset.h"
#include "trainer/evaluation/predictions.h"
#include "trainer/evaluation/report.h"

#include <ATen/ops/arange.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <numeric>

namespace galen::trainer {
namespace {

TEST(PredictOverMpi, HasTheBitsOfOneRankAlone) {
  const test::TemporaryFolder folder;
  const auto dataset = test::small_dataset(folder / "small.h5", "binary", {"no", "yes"}, 6, at::arange(37, at::kLong).remainder(2));
  const auto model = models::make_model({.name = "dense_net"}, {{6}, 1, true}, /*seed=*/5);
  const auto task = make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, model->output_form());
  const data::Preparation preparation = {.scaling = {std::vector<float>(6, 0), std::vector<float>(6, 1)}};
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const auto alone = comm::make_single_communicator();

  for (const std::int64_t samples : {1, 2, 8, 37}) {
    std::vector<std::int64_t> members(static_cast<std::size_t>(samples));
    std::iota(members.begin(), members.end(), 0);
    const Predictions shared = predict(*model, *task, {dataset, members, {preparation}}, *world, {.batch = 4});
    const Predictions expected = predict(*model, *task, {dataset, members, {preparation}}, *alone, {.batch = 4});
    EXPECT_TRUE(shared.records.equal(expected.records)) << samples << " samples";
    EXPECT_TRUE(shared.index.equal(expected.index));
    const ReportOptions options{.intervals = {.resamples = 50}};
    EXPECT_EQ(to_json(make_report(*task, shared, *dataset, options, *world)).dump(),
              to_json(make_report(*task, expected, *dataset, options, *alone)).dump());
  }
}

}  // namespace
}  // namespace galen::trainer
