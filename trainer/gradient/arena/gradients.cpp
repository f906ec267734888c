#include "trainer/gradient/arena/gradients.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace galen::trainer {

namespace {

// Largest number of vectors that the lanes `mine` need at the same time.
std::size_t greatest_depth(Range mine, std::int64_t lanes) {
  std::size_t depth = 0;
  LaneTree<int> tree(lanes);
  for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) {
    depth = std::max(depth, tree.subtrees().size() + 1);
    tree.push({0, lane}, 0, [](int, int) { return 0; });
  }
  return depth;
}

std::vector<at::Tensor> tensors_of(const models::Model& model) {
  std::vector<at::Tensor> tensors;
  for (const auto& named : model.parameters()) tensors.push_back(named.tensor);
  return tensors;
}

}  // namespace

Gradients::Gradients(models::Model& model, ParameterArena& arena, Range my_lanes, std::int64_t lanes, int rows,
                     const BucketOptions* buckets)
    : model_(model),
      arena_(arena),
      averages_(model),
      my_lanes_(my_lanes),
      size_(arena.size() + RunningAverages::size(model)),
      tree_(lanes),
      buckets_(buckets != nullptr ? Buckets(arena, size_, *buckets) : Buckets(arena, size_)),
      complete_([this](std::size_t bucket) { complete(bucket); }),
      hooks_(tensors_of(model), [this](std::size_t parameter, const at::Tensor& gradient) {
        const at::Tensor& place = views_[vector_][parameter];
        if (gradient.const_data_ptr() != place.const_data_ptr()) place.copy_(gradient);
        has_gradient_[parameter] = true;
        buckets_.arrived(parameter, complete_);
      }) {
  TORCH_CHECK(my_lanes_.size() > 0, "more workers than lanes");

  const std::int64_t stride = ParameterArena::aligned(size_);
  rows_ = arena.rows(rows * stride).view({-1, rows, stride});
  for (std::size_t depth = 0; depth < greatest_depth(my_lanes, lanes); ++depth) {
    const bool shared = depth < static_cast<std::size_t>(rows);
    const at::Tensor vector = shared ? rows_[arena.my_row()][static_cast<std::int64_t>(depth)] : at::zeros({stride}, rows_.options());
    vectors_.push_back(vector.narrow(0, 0, size_));
    views_.push_back(arena.views_of(vectors_.back()));
  }
}

const float* Gradients::partial_sum_of(int node_rank, std::size_t p) const {
  return rows_.const_data_ptr<float>() + node_rank * rows_.stride(0) + static_cast<std::int64_t>(p) * rows_.stride(1);
}

void Gradients::begin_step() {
  tree_.clear();
  scalars_.clear();
  averages_.begin_step();
}

void Gradients::begin_lane() {
  if (!scalars_.empty()) averages_.begin_lane();
  model_.offer_gradients(views_[tree_.subtrees().size()]);
}

void Gradients::accumulate(const at::Tensor& loss, double weight, std::int64_t samples) {
  const at::NoGradGuard no_grad;
  vector_ = tree_.subtrees().size();
  additions_.clear();
  tree_.push({0, my_lanes_.begin + static_cast<std::int64_t>(scalars_.size())}, vector_, [this](std::size_t left, std::size_t right) {
    additions_.push_back({left, right});
    return left;
  });
  has_gradient_.assign(arena_.slices().size(), false);
  buckets_.begin_pass();

  LaneScalars scalars;
  if (samples > 0) {
    averages_.end_lane(vectors_[vector_].narrow(0, arena_.size(), size_ - arena_.size()), samples);
    loss.backward();
    scalars = {loss.item<double>(), weight, static_cast<double>(samples), zero_unused()};
  } else {
    vectors_[vector_].zero_();
  }
  buckets_.end_pass(complete_);
  scalars_.push_back(scalars);
}

// A bucket of a lane is complete, and so are the sums that the lane completes.
void Gradients::complete(std::size_t bucket) {
  const Range range = buckets_.ranges()[bucket];
  for (const auto& [left, right] : additions_) {
    vectors_[left].narrow(0, range.begin, range.size()).add_(vectors_[right].narrow(0, range.begin, range.size()));
  }
  const bool last_lane = static_cast<std::int64_t>(scalars_.size()) + 1 == my_lanes_.size();
  if (last_lane) on_bucket_(bucket);
}

double Gradients::zero_unused() {
  double unused = 0;
  for (std::size_t i = has_gradient_.size(); i-- > 0;) {
    if (has_gradient_[i]) continue;
    views_[vector_][i].zero_();
    unused = static_cast<double>(i) + 1;
  }
  return unused;
}

}  // namespace galen::trainer
