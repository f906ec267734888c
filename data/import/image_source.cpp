#include "data/import/image_source.h"

#include "galen/error.h"

#include "data/import/sample_layout.h"
#include "data/import/targets.h"

#include <ATen/ops/cat.h>

#include <algorithm>

namespace galen::data {
namespace {

/// The images of all pairs, in a row; one array is open at a time.
class Images {
 public:
  Images(std::vector<ImagePair> pairs, SampleLayout layout, at::ScalarType type)
      : pairs_(std::move(pairs)), layout_(std::move(layout)), type_(type) {}

  at::Tensor read(std::int64_t n) {
    std::vector<at::Tensor> parts;
    while (n > 0) {
      if (!array_) {
        array_ = pairs_.at(next_pair_++).open_images();
        left_ = array_->shape()[0];
      }
      const std::int64_t take = std::min(n, left_);
      if (take > 0) parts.push_back(layout_.arrange(array_->read(take, type_)));
      n -= take;
      left_ -= take;
      if (left_ == 0) {
        array_->expect_end();
        const std::vector<std::string> notes = array_->faults().notes(array_->name(), "value");
        notes_.insert(notes_.end(), notes.begin(), notes.end());
        array_.reset();
      }
    }
    return parts.size() == 1 ? parts.front() : at::cat(parts);
  }

  const std::vector<std::string>& notes() const { return notes_; }  ///< of the arrays that have been read

 private:
  std::vector<ImagePair> pairs_;
  SampleLayout layout_;
  at::ScalarType type_;
  std::size_t next_pair_ = 0;
  std::unique_ptr<ArrayReader> array_;
  std::int64_t left_ = 0;
  std::vector<std::string> notes_;
};

/// What every pair must have in common.
struct Form {
  std::string name;
  std::vector<std::int64_t> sample_shape;
  NumberType type;

  explicit Form(const ArrayReader& array)
      : name(array.name()), sample_shape(array.shape().begin() + 1, array.shape().end()), type(array.type()) {}

  std::string text() const { return fmt::format("[N{}{}]", sample_shape.empty() ? "" : ", ", fmt::join(sample_shape, ", ")); }
};

void require_same(const Form& first, const Form& form, bool types) {
  if (form.sample_shape == first.sample_shape && (!types || form.type == first.type)) return;
  throw Error("{}: is {} of {}-byte numbers, but {} is {} of {}-byte numbers; all parts of a data set need one form.", form.name,
              form.text(), form.type.bytes, first.name, first.text(), first.type.bytes);
}

}  // namespace

Source image_source(std::vector<ImagePair> pairs, const std::string& task) {
  Source source;
  std::optional<Form> first_images;
  std::optional<Form> first_labels;
  std::vector<at::Tensor> labels;

  for (const ImagePair& pair : pairs) {
    const auto images = pair.open_images();
    const auto pair_labels = pair.open_labels();
    const std::int64_t samples = images->shape()[0];
    if (samples != pair_labels->shape()[0]) {
      throw Error("{}: holds {} samples, but {} holds {}.", images->name(), samples, pair_labels->name(), pair_labels->shape()[0]);
    }
    if (!first_images) first_images.emplace(*images);
    if (!first_labels) first_labels.emplace(*pair_labels);
    require_same(*first_images, Form(*images), true);
    require_same(*first_labels, Form(*pair_labels), false);

    labels.push_back(pair_labels->read(samples, at::kDouble));
    pair_labels->expect_end();
    source.description.size += samples;
    if (pairs.size() > 1) source.split.insert(source.split.end(), samples, pair.subset.value());
  }
  if (source.description.size == 0) throw Error("{}: holds no samples.", first_images->name);

  std::vector<std::int64_t> array_shape = first_images->sample_shape;
  array_shape.insert(array_shape.begin(), source.description.size);
  const auto layout = SampleLayout::recognise(array_shape);
  if (!layout) {
    throw Error("{}: has the shape {}; images [N, height, width] and volumes [N, depth, height, width] are known, either with channels.",
                first_images->name, first_images->text());
  }

  set_targets(source, targets_from_numbers(at::cat(labels), task, first_labels->name));
  source.description.sample_shape = layout->sample_shape();
  source.description.type = storage_type(first_images->type);
  const auto reader = std::make_shared<Images>(std::move(pairs), *layout, source.description.type);
  source.read = [reader](std::int64_t n) { return reader->read(n); };
  source.notes_after = [reader] { return reader->notes(); };
  return source;
}

}  // namespace galen::data
