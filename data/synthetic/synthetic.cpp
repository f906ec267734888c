#include "data/synthetic/synthetic.h"

#include "data/files/dataset_writer.h"
#include "data/synthetic/lesion.h"
#include "galen/error.h"
#include "galen/random_stream.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace galen::data {
namespace {

constexpr int kShapes = static_cast<int>(kLesionShapes.size());
constexpr std::array kCounts = {"", "two ", "three ", "four "};
constexpr std::int64_t kBlockBytes = 8 << 20;

enum Kind : std::uint64_t { kPatient, kSample, kChannel, kClassTurn };  // of random streams

void check(const SyntheticOptions& options) {
  const int most = kShapes * static_cast<int>(kCounts.size());
  if (options.samples < 1) throw UsageError("synthetic samples are {}; at least 1 is needed.", options.samples);
  if (options.side < 16)
    throw UsageError("the side of synthetic images is {}; at least 16 pixels are needed to draw a lesion.", options.side);
  if (options.channels < 1) throw UsageError("synthetic channels are {}; at least 1 is needed.", options.channels);
  if (options.classes < 2 || options.classes > most)
    throw UsageError("synthetic classes are {}; 2 to {} can be drawn.", options.classes, most);
  if (options.samples_per_patient < 1) throw UsageError("samples a patient are {}; at least 1 is needed.", options.samples_per_patient);
  if (options.contrast < 0 || options.contrast > 1) throw UsageError("the contrast is {}; it lies between 0 and 1.", options.contrast);
  if (options.noise < 0 || options.noise > 1) throw UsageError("the noise is {}; it lies between 0 and 1.", options.noise);
}

/// Smooth texture: random values on a square lattice of `cells` cells a side, interpolated in between.
class Texture {
 public:
  Texture(int cells, std::int64_t side, double deviation, RandomStream& random)
      : points_(cells + 1), scale_(static_cast<double>(cells) / static_cast<double>(side)), values_(points_ * points_) {
    for (double& value : values_) value = deviation * random.bell();
  }

  double at(double x, double y) const {
    const auto [column, right] = place(x);
    const auto [row, down] = place(y);
    const double* corner = &values_[row * points_ + column];
    return (1 - down) * ((1 - right) * corner[0] + right * corner[1]) +
           down * ((1 - right) * corner[points_] + right * corner[points_ + 1]);
  }

 private:
  std::pair<int, double> place(double coordinate) const {
    const double scaled = coordinate * scale_;
    const int cell = std::min(static_cast<int>(scaled), points_ - 2);
    const double within = scaled - cell;
    return {cell, within * within * (3 - 2 * within)};
  }

  int points_;
  double scale_;
  std::vector<double> values_;
};

std::vector<Lesion> place_lesions(int count, int shape, const LesionTraits& traits, double size, double side, RandomStream& random) {
  const double radius = size * side / (count == 1 ? 1.0 : 2.0);
  if (count == 1) {
    const double margin = 1.1 * radius;
    const double x = random.uniform(margin, side - margin);
    const double y = random.uniform(margin, side - margin);
    return {Lesion(shape, traits, x, y, radius, random)};
  }
  std::vector<Lesion> lesions;  // around the middle, apart from each other
  const double turn = random.uniform(0, 2 * std::numbers::pi);
  for (int k = 0; k < count; ++k) {
    const double angle = turn + 2 * std::numbers::pi * k / count;
    lesions.emplace_back(shape, traits, side * (0.5 + 0.28 * std::cos(angle)), side * (0.5 + 0.28 * std::sin(angle)), radius, random);
  }
  return lesions;
}

void draw(const SyntheticOptions& options, std::int64_t sample, std::uint8_t* pixels) {
  const RandomStream root(options.seed);
  const std::int64_t patient_number = sample / options.samples_per_patient;
  RandomStream patient = root.fork(kPatient, patient_number);
  const LesionTraits traits(patient);
  const double size = patient.uniform(0.22, 0.28);
  const double brightness = patient.uniform(0.45, 0.55);

  RandomStream random = root.fork(kSample, sample);
  const std::int64_t side = options.side;
  const auto looks = static_cast<int>(synthetic_class(options, sample));
  const double strength = options.contrast * random.uniform(0.7, 1.3) * (random.uniform() < 0.5 ? -1 : 1);
  const std::vector<Lesion> lesions =
      place_lesions(1 + looks / kShapes, looks % kShapes, traits, size * random.uniform(0.9, 1.1), static_cast<double>(side), random);

  std::vector<double> cover(side * side, 0.0);
  for (std::int64_t y = 0; y < side; ++y) {
    for (std::int64_t x = 0; x < side; ++x) {
      for (const Lesion& lesion : lesions) cover[y * side + x] = std::max(cover[y * side + x], lesion.cover(x + 0.5, y + 0.5));
    }
  }

  const RandomStream channels = root.fork(kChannel, sample);
  for (std::int64_t channel = 0; channel < options.channels; ++channel) {
    RandomStream own = channels.fork(kChannel, channel);
    const double gain = strength * (options.channels == 1 ? 1.0 : own.uniform(0.6, 1.2));
    const Texture coarse(3, side, 0.06, own);
    const Texture fine(7, side, 0.04, own);
    for (std::int64_t y = 0; y < side; ++y) {
      for (std::int64_t x = 0; x < side; ++x) {
        const double background = brightness + coarse.at(x + 0.5, y + 0.5) + fine.at(x + 0.5, y + 0.5);
        const double value = background + gain * cover[y * side + x] + options.noise * own.bell();
        *pixels++ = static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
      }
    }
  }
}

}  // namespace

// Each run of `classes` patients has every class once, beginning with a random one: balanced from the first samples on.
std::int64_t synthetic_class(const SyntheticOptions& options, std::int64_t sample) {
  const std::int64_t patient = sample / options.samples_per_patient;
  const auto turn = RandomStream(options.seed).fork(kClassTurn, patient / options.classes).bits();
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(patient) + turn) % static_cast<std::uint64_t>(options.classes));
}

std::vector<std::string> synthetic_class_names(int classes) {
  std::vector<std::string> names;
  for (int k = 0; k < classes; ++k) names.push_back(std::string(kCounts.at(k / kShapes)) + kLesionShapes[k % kShapes]);
  return names;
}

at::Tensor draw_synthetic(const SyntheticOptions& options, std::int64_t first, std::int64_t count) {
  check(options);
  at::Tensor images = at::empty({count, options.channels, options.side, options.side}, at::kByte);
  auto* pixels = images.data_ptr<std::uint8_t>();
  const std::int64_t bytes = options.channels * options.side * options.side;
  at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) draw(options, first + i, pixels + i * bytes);
  });
  return images;
}

void write_synthetic(const SyntheticOptions& options) {
  check(options);
  const std::int64_t size = options.samples;
  at::Tensor classes = at::empty({size}, at::kLong);
  auto* class_of = classes.data_ptr<std::int64_t>();
  std::vector<std::int64_t> patients(size);
  std::vector<std::string> patient_names(size);
  for (std::int64_t i = 0; i < size; ++i) {
    class_of[i] = synthetic_class(options, i);
    patient_names[i] = fmt::format("patient-{:06}", i / options.samples_per_patient);
    patients[i] = group_key(patient_names[i]);
  }

  DatasetDescription description;
  description.sample_shape = {options.channels, options.side, options.side};
  description.size = size;
  description.task = options.classes == 2 ? "binary" : "multiclass";
  description.class_names = synthetic_class_names(options.classes);
  description.compression = options.compression;
  description.provenance = {{"source", "galen synth"},
                            {"synthetic", fmt::format("seed {}, {} samples a patient, contrast {}, noise {}", options.seed,
                                                      options.samples_per_patient, options.contrast, options.noise)}};
  DatasetWriter writer(options.file, description, options.overwrite);
  writer.set_targets(classes);
  writer.set_groups(patient_names);
  writer.set_split(
      draw_split(patients, {class_of, static_cast<std::size_t>(size)}, {SplitSource::kDrawn, options.fractions, options.seed}));

  const std::int64_t block = std::max<std::int64_t>(1, kBlockBytes / (options.channels * options.side * options.side));
  for (std::int64_t first = 0; first < size; first += block) writer.append(draw_synthetic(options, first, std::min(block, size - first)));
  writer.finish();
}

}  // namespace galen::data
