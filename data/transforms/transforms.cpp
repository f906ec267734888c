#include "data/transforms/transforms.h"

#include "data/transforms/grammar.h"
#include "galen/error.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace galen::data {

namespace {

enum Kind : std::uint64_t { kEpoch = 1, kSample, kStep };

RandomStream stream_of(const SampleKey& key) {
  return RandomStream(key.seed).fork(kEpoch, static_cast<std::uint64_t>(key.epoch)).fork(kSample, static_cast<std::uint64_t>(key.sample));
}

}  // namespace

Transforms::Transforms(const TransformOptions& options, const std::vector<std::int64_t>& shape, ValueRange range)
    : output_shape_(shape), output_range_(range) {
  const std::vector<Call> prepare = parse_calls(to_string(TransformList::kPrepare), options.prepare);
  const std::vector<Call> augment = parse_calls(to_string(TransformList::kAugment), options.augment);
  if (shape.size() == 1) {
    grid_ = {.channels = shape[0], .extent = {1, 1, 1}, .dimensions = 1};
    if (!prepare.empty() || !augment.empty()) {
      throw UsageError("data.prepare and data.augment are for images, volumes and signals; these samples are rows of a table.");
    }
    return;
  }
  grid_ = grid_of(shape);
  SampleForm form{grid_, range, /*as_stored=*/true};
  append(TransformList::kPrepare, prepare, form);
  append(TransformList::kAugment, augment, form);
  output_shape_.assign(form.grid.extent.begin() + form.grid.first_axis(), form.grid.extent.end());
  output_shape_.insert(output_shape_.begin(), form.grid.channels);
  output_range_ = form.range;
}

void Transforms::append(TransformList list, const std::vector<Call>& calls, SampleForm& form) {
  for (const Call& call : calls) {
    auto [transform, probability] = make_transform(list, call, form);
    if (transform.fills_by_default && form.as_stored) zero_fills_.push_back(fmt::format("{}: {}", to_string(list), call.text));
    form = transform.result;
    steps_.push_back({std::move(transform), probability, list == TransformList::kAugment});
  }
}

// Visits the transforms that this sample takes, each as a view or as a step with its random stream.
template <typename VisitView, typename VisitStep>
void Transforms::for_each_active(const SampleKey& key, bool training, VisitView visit_view, VisitStep visit_step) const {
  const RandomStream sample = stream_of(key);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    RandomStream random = sample.fork(kStep, i);
    const bool active = !step.random || (training && random.uniform() < step.probability);
    if (!active && step.transform.still) {
      visit_view(*step.transform.still);
    } else if (active && step.transform.view) {
      visit_view(step.transform.view(random));
    } else if (active) {
      visit_step(step.transform, random);
    }
  }
}

std::optional<View> Transforms::view(const SampleKey& key, bool training) const {
  std::optional<View> folded = View::all_of(grid_);
  for_each_active(
      key, training, [&](const View& view) { folded = folded ? joined(*folded, view) : std::nullopt; },
      [&](const Transform&, const RandomStream&) { folded.reset(); });
  return folded;
}

// Results wait in two buffers in turn; views that follow one another are folded into one.
template <typename Value>
void Transforms::run(const Value* sample, Value* out, const SampleKey& key, bool training, Workspace& workspace) const {
  constexpr bool kIsMask = std::is_same_v<Value, std::uint8_t>;
  const auto as_seen = [](Grid grid) {
    if (kIsMask) grid.channels = 1;
    return grid;
  };
  Grid grid = as_seen(grid_);
  const Value* values = sample;
  std::optional<View> pending;
  const auto next = [&](std::int64_t size) {
    Value* between = workspace.buffer<Value>(Workspace::kBetween, size);
    return values == between ? workspace.buffer<Value>(Workspace::kAcross, size) : between;
  };
  const auto choose_pending = [&](Value* into) {
    choose(*pending, grid, values, into);
    grid = pending->result(grid);
    values = into;
    pending.reset();
  };
  for_each_active(
      key, training,
      [&](const View& view) {
        const std::optional<View> both = pending ? joined(*pending, view) : view;
        if (!both) choose_pending(next(pending->result(grid).elements()));
        pending = both ? *both : view;
      },
      [&](const Transform& transform, const RandomStream& random) {
        if constexpr (kIsMask) {
          if (!transform.mask) return;
        }
        if (pending) choose_pending(next(pending->result(grid).elements()));
        const Grid result = as_seen(transform.result.grid);
        Value* into = next(result.elements());
        if constexpr (kIsMask) {
          transform.mask(values, into, random, workspace);
        } else {
          transform.values(values, into, random, workspace);
        }
        grid = result;
        values = into;
      });
  if (pending) {
    choose_pending(out);
  } else {
    std::copy_n(values, grid.elements(), out);
  }
}

void Transforms::apply(const float* sample, float* out, const SampleKey& key, bool training, Workspace& workspace) const {
  run(sample, out, key, training, workspace);
}

void Transforms::apply_to_mask(const std::uint8_t* mask, std::uint8_t* out, const SampleKey& key, bool training,
                               Workspace& workspace) const {
  run(mask, out, key, training, workspace);
}

}  // namespace galen::data
