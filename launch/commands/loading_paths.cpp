#include "launch/commands/loading_paths.h"

#include "data/hdf5/storage.h"
#include "data/loader.h"
#include "data/reading/chunk_decoder.h"
#include "data/reading/library_rows.h"
#include "data/reading/mapped_file.h"
#include "data/sampling/windows.h"
#include "galen/random_stream.h"
#include "launch/commands/bench.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <numeric>
#include <thread>

namespace galen::launch {

namespace {

using data::Dataset;

constexpr std::int64_t kSamplesAChunk = 32;

std::int64_t elements_of(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

// Images that compress about as well as real ones: slow waves and some noise.
void write_images(const std::string& file, const std::vector<std::int64_t>& shape, std::int64_t samples, std::int64_t samples_a_chunk) {
  std::vector<std::int64_t> extents = {samples};
  extents.insert(extents.end(), shape.begin(), shape.end());
  data::hdf5::File output = data::hdf5::File::create(file);
  data::hdf5::Array images =
      output.create_array("/samples/image", data::hdf5::Native::kU8, extents, samples_a_chunk, samples_a_chunk > 0 ? 4 : 0);
  const std::int64_t elements = elements_of(shape);
  const std::int64_t block = std::min(samples, kSamplesAChunk);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(block * elements));
  RandomStream random(1);
  for (std::int64_t first = 0; first < samples; first += block) {
    const std::int64_t count = std::min(block, samples - first);
    for (std::size_t i = 0; i < pixels.size(); i += 8) {
      const std::uint64_t bits = random.bits();
      for (std::size_t k = 0; k < std::min<std::size_t>(8, pixels.size() - i); ++k) {
        pixels[i + k] = static_cast<std::uint8_t>(((i + k) >> 5 & 0x7f) + (bits >> 8 * k & 0x07));
      }
    }
    images.write(first, count, data::hdf5::Native::kU8, pixels.data());
  }
  output.flush();
}

// Runs work(thread) on each of the threads.
void on_threads(int threads, const std::function<void(int)>& work) {
  std::vector<std::thread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& thread : others) thread.join();
}

std::vector<std::int64_t> numbers_up_to(std::int64_t size) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(size));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

data::Preparation unit_scaling(std::int64_t channels) {
  const auto size = static_cast<std::size_t>(channels);
  return {.scaling = {std::vector<float>(size, 0.0F), std::vector<float>(size, 255.0F)}};
}

// Gives each thread a part of the samples, in its own batches: work(buffer, first, end).
std::function<void()> in_batches(const LoadingBench& bench,
                                 std::function<void(at::Tensor& buffer, std::int64_t first, std::int64_t end)> work) {
  std::vector<std::int64_t> shape = {bench.batch};
  shape.insert(shape.end(), bench.shape.begin(), bench.shape.end());
  const auto buffers = std::make_shared<std::vector<at::Tensor>>();
  for (int thread = 0; thread < bench.threads; ++thread) buffers->push_back(at::empty(shape, at::kByte));
  return [bench, buffers, work = std::move(work)] {
    on_threads(bench.threads, [&](int thread) {
      const std::int64_t end = bench.samples * (thread + 1) / bench.threads;
      for (std::int64_t first = bench.samples * thread / bench.threads; first < end; first += bench.batch) {
        work((*buffers)[static_cast<std::size_t>(thread)], first, std::min(first + bench.batch, end));
      }
    });
  };
}

LoadingPath sequential_memcpy(const LoadingBench& bench, const std::string& file) {
  const auto bytes = static_cast<std::uint64_t>(elements_of(bench.shape));
  const auto mapped = std::make_shared<data::MappedFile>(file);
  const std::uint64_t address = data::hdf5::File::open(file).array("/samples/image").storage().address;
  return {"sequential memcpy (limit)", static_cast<double>(bench.samples),
          in_batches(bench, [=](at::Tensor& buffer, std::int64_t first, std::int64_t end) {
            const auto from =
                mapped->bytes(address + static_cast<std::uint64_t>(first) * bytes, static_cast<std::uint64_t>(end - first) * bytes);
            std::memcpy(buffer.mutable_data_ptr(), from.data(), from.size());
          })};
}

LoadingPath gather(const LoadingBench& bench, const std::shared_ptr<Dataset>& dataset) {
  return {"contiguous: random samples, not converted", static_cast<double>(bench.samples),
          in_batches(bench, [=, order = data::Order(bench.samples, 1, 0)](at::Tensor& buffer, std::int64_t first, std::int64_t end) {
            std::vector<std::int64_t> samples;
            for (std::int64_t p = first; p < end; ++p) samples.push_back(order.sample_at(p));
            at::Tensor values = buffer.narrow(0, 0, end - first);
            dataset->read(samples, values);
          })};
}

LoadingPath loader(const std::string& name, const LoadingBench& bench, const std::shared_ptr<Dataset>& dataset,
                   const std::shared_ptr<const data::Chunks>& windows, const std::string& augment = {}) {
  data::Preparation preparation = unit_scaling(bench.shape.front());
  preparation.transforms.augment = augment;
  const auto made = std::make_shared<data::Loader>(
      dataset, numbers_up_to(dataset->size()), preparation,
      data::LoaderOptions{.batch = bench.batch, .augment = true, .seed = 1, .windows = windows, .threads = bench.threads});
  return {name, static_cast<double>(dataset->size()), [made, epoch = std::make_shared<std::int64_t>(0)] {
            for ([[maybe_unused]] const data::Batch& batch : made->epoch((*epoch)++)) {
            }
          }};
}

// Windows of 16 chunks, and memory for two of them: each chunk is decompressed once per epoch.
LoadingPath windowed_loader(const std::string& name, const LoadingBench& bench, const std::shared_ptr<Dataset>& dataset) {
  constexpr std::int64_t kChunks = 16;
  auto windows = std::make_shared<data::Chunks>(*data::plan_windows(*dataset, numbers_up_to(dataset->size()), data::Shuffle::kWindowed, 1));
  windows->window = kChunks * (dataset->size() / (static_cast<std::int64_t>(windows->begin.size()) - 1));
  const data::ChunkCache::Geometry geometry = dataset->compressed_chunks();
  const auto bytes = static_cast<std::size_t>(data::ChunkCache::memory_size(geometry, 2 * kChunks));
  std::shared_ptr<std::byte> memory(static_cast<std::byte*>(std::calloc(bytes, 1)), std::free);
  dataset->keep_chunks_in(std::make_shared<data::ChunkCache>(memory, geometry, 2 * kChunks));
  return loader(name, bench, dataset, windows);
}

// One library call for each of as many random samples as it can read in a reasonable time.
LoadingPath library(const std::string& name, const LoadingBench& bench, const std::string& file) {
  const data::hdf5::Array array = data::hdf5::File::open(file).array("/samples/image");
  const std::int64_t count = std::min<std::int64_t>(bench.samples, 1000);
  return {name, static_cast<double>(count), [=, epoch = std::make_shared<std::int64_t>(0)] {
            const data::Order order(bench.samples, 1, (*epoch)++);
            std::vector<std::uint8_t> pixels(static_cast<std::size_t>(elements_of(bench.shape)));
            for (std::int64_t p = 0; p < count; ++p) array.read(order.sample_at(p), 1, data::hdf5::Native::kU8, pixels.data());
          }};
}

LoadingPath libdeflate_alone(const LoadingBench& bench, const std::string& file) {
  const auto storage = std::make_shared<data::hdf5::Storage>(data::hdf5::File::open(file).array("/samples/image").storage());
  const auto mapped = std::make_shared<data::MappedFile>(file);
  return {"libdeflate alone, chunk after chunk (limit)", static_cast<double>(bench.samples), [=] {
            on_threads(bench.threads, [&](int thread) {
              data::ChunkDecoder decoder;
              std::vector<std::byte> pixels(static_cast<std::size_t>(elements_of(bench.shape)));
              const auto chunks = static_cast<std::int64_t>(storage->chunks.size());
              for (std::int64_t c = chunks * thread / bench.threads; c < chunks * (thread + 1) / bench.threads; ++c) {
                const data::hdf5::StoredChunk& chunk = storage->chunks[static_cast<std::size_t>(c)];
                decoder.decode(mapped->bytes(chunk.address, chunk.bytes), storage->filters, chunk.skipped, 1, pixels);
              }
            });
          }};
}

std::shared_ptr<Dataset> open(const std::string& file) {
  return std::make_shared<Dataset>(data::DatasetOptions{.file = file, .input = "/samples/image", .target = "", .layout = "nchw"});
}

}  // namespace

std::vector<LoadingPath> loading_paths(const LoadingBench& bench) {
  const std::string contiguous = bench.folder + "/contiguous.h5";
  const std::string single = bench.folder + "/single.h5";
  const std::string several = bench.folder + "/several.h5";
  write_images(contiguous, bench.shape, bench.samples, 0);
  write_images(single, bench.shape, bench.samples, 1);
  write_images(several, bench.shape, bench.samples, kSamplesAChunk);
  const std::shared_ptr<Dataset> plain = open(contiguous);
  return {
      sequential_memcpy(bench, contiguous),
      gather(bench, plain),
      loader("contiguous: loader, into scaled f32", bench, plain, nullptr),
      loader("contiguous: the same, flipped and cropped", bench, plain, nullptr,
             fmt::format("flip(horizontal); random_crop({}, {}, padding=4)", bench.shape[1], bench.shape[2])),
      library("contiguous: H5Dread, one call a sample", bench, contiguous),
      libdeflate_alone(bench, single),
      loader("gzip, 1 sample a chunk: loader", bench, open(single), nullptr),
      library("gzip, 1 sample a chunk: H5Dread", bench, single),
      windowed_loader("gzip, 32 samples a chunk: loader, windowed", bench, open(several)),
      library("gzip, 32 samples a chunk: H5Dread", bench, several),
  };
}

LoadingPath loader_on(const std::string& file, std::int64_t batch, int threads) {
  const std::shared_ptr<Dataset> dataset = open(file);
  const LoadingBench bench = {
      .folder = {}, .shape = dataset->input_shape(), .samples = dataset->size(), .batch = batch, .threads = threads};
  const data::ChunkCache::Geometry chunks = dataset->compressed_chunks();
  return chunks.chunks > 0 && chunks.chunks < dataset->size() ? windowed_loader(file, bench, dataset)
                                                              : loader(file, bench, dataset, nullptr);
}

double seconds_to_index(const std::string& folder, std::int64_t chunks) {
  const std::string file = folder + "/chunks.h5";
  {
    data::hdf5::File output = data::hdf5::File::create(file);
    data::hdf5::Array values = output.create_array("/samples/image", data::hdf5::Native::kU8, {chunks, 4}, 1);
    const std::vector<std::uint8_t> zeros(static_cast<std::size_t>(4 * chunks));
    values.write(0, chunks, data::hdf5::Native::kU8, zeros.data());
  }
  const data::hdf5::Array array = data::hdf5::File::open(file).array("/samples/image");
  return seconds_of([&] { array.storage(); });
}

double seconds_to_first_batch(const std::string& folder, std::int64_t bytes) {
  const std::vector<std::int64_t> shape = {3, 224, 224};
  const std::string file = folder + "/sparse.h5";
  {
    data::hdf5::File output = data::hdf5::File::create(file);
    const std::int64_t samples = bytes / elements_of(shape);
    data::hdf5::Array images = output.create_array("/samples/image", data::hdf5::Native::kU8, {samples, 3, 224, 224});
    const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(elements_of(shape)), 1);
    images.write(samples - 1, 1, data::hdf5::Native::kU8, pixels.data());
  }
  return seconds_of([&] {
    const std::shared_ptr<Dataset> dataset = open(file);
    data::Loader loader(dataset, numbers_up_to(dataset->size()), unit_scaling(3), {.batch = 64});
    auto epoch = loader.epoch(0);
    epoch.begin();
  });
}

}  // namespace galen::launch
