#include "data/formats/arrays/image_source.h"

#include "galen/error.h"

#include "data/formats/arrays/sample_layout.h"
#include "data/formats/targets.h"

#include <ATen/ops/cat.h>

#include <algorithm>

namespace galen::data {
namespace {

constexpr std::int64_t kScannedAtATime = std::int64_t{1} << 20;  // numbers of a table

/// The images of all pairs, in a row; one array is open at a time.
class Images {
 public:
  /// `layout`: none for the rows of a table.
  Images(std::vector<ImagePair> pairs, std::optional<SampleLayout> layout, at::ScalarType type)
      : pairs_(std::move(pairs)), layout_(std::move(layout)), type_(type) {}

  at::Tensor read(std::int64_t n) {
    std::vector<at::Tensor> parts;
    while (n > 0) {
      if (!array_) {
        array_ = pairs_.at(next_pair_++).open_images();
        left_ = array_->shape()[0];
      }
      const std::int64_t take = std::min(n, left_);
      if (take > 0) parts.push_back(arranged(array_->read(take, type_)));
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
  at::Tensor arranged(at::Tensor samples) const { return layout_ ? layout_->arrange(samples) : samples; }

  std::vector<ImagePair> pairs_;
  std::optional<SampleLayout> layout_;
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

/// The first number of a table's arrays that f32 changes, and where it is; empty where there is none.
std::string first_changed_number(const std::vector<ImagePair>& pairs, std::int64_t columns) {
  const std::int64_t block = std::max<std::int64_t>(kScannedAtATime / columns, 1);
  for (const ImagePair& pair : pairs) {
    const auto array = pair.open_images();
    if (f32_holds(array->type())) continue;
    for (std::int64_t row = 0; row < array->shape()[0]; row += block) {
      const at::Tensor values = array->read(std::min(block, array->shape()[0] - row), at::kDouble);
      const auto* begin = values.const_data_ptr<double>();
      const auto* found = std::find_if(begin, begin + values.numel(), f32_changes);
      if (found == begin + values.numel()) continue;
      return fmt::format("{} in {}, row {}, column {}", *found, array->name(), row + (found - begin) / columns + 1,
                         (found - begin) % columns + 1);
    }
  }
  return "";
}

/// Small whole numbers stay what they are.
void describe_table(const std::vector<ImagePair>& pairs, const Form& form, StoredType wanted, Source& source) {
  const std::int64_t columns = form.sample_shape.front();
  source.description.input = "tabular";
  source.description.sample_shape = form.sample_shape;
  for (std::int64_t column = 1; column <= columns; ++column) source.description.feature_names.push_back(fmt::format("column_{}", column));
  source.description.type = storage_type(form.type);
  if (wanted == StoredType::kAuto && source.description.type != at::kFloat) return;
  const TypeChoice choice = choose_type(wanted, first_changed_number(pairs, columns));
  source.description.type = choice.type;
  source.types.insert(source.types.begin(), "features " + choice.reason);
}

}  // namespace

Source image_source(std::vector<ImagePair> pairs, const std::string& task, StoredType type) {
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
  const bool is_table = array_shape.size() == 2 && array_shape.back() > 0 && pairs.front().may_be_table;
  if (!layout && !is_table) {
    throw Error("{}: has the shape {}; images [N, height, width] and volumes [N, depth, height, width] are known, either with channels.",
                first_images->name, first_images->text());
  }

  set_targets(source, targets_from_numbers(at::cat(labels), task, first_labels->name, LongCounts::kClasses, type));
  if (is_table) {
    describe_table(pairs, *first_images, type, source);
  } else {
    if (type != StoredType::kAuto) throw UsageError("--type is for tables, but {} holds images.", first_images->name);
    source.description.sample_shape = layout->sample_shape();
    source.description.type = storage_type(first_images->type);
  }
  const auto reader = std::make_shared<Images>(std::move(pairs), layout, source.description.type);
  source.read = [reader](std::int64_t n) { return reader->read(n); };
  source.notes_after = [reader] { return reader->notes(); };
  return source;
}

}  // namespace galen::data
