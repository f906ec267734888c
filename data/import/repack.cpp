#include "data/import/repack.h"

#include "data/files/reading_file.h"
#include "data/files/schema.h"
#include "data/hdf5/hdf5.h"
#include "data/hdf5/rewrite.h"
#include "data/hdf5/storage.h"
#include "data/import/target_lock.h"
#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/room.h"
#include "galen/size_text.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <new>
#include <stdexcept>

namespace galen::data {
namespace {

constexpr std::int64_t kChunkBytes = 256 * 1024;
constexpr std::int64_t kMostChunkBytes = (std::int64_t{1} << 32) - 1;  // HDF5's own limit

std::string find_input(const hdf5::File& file, const std::string& name) {
  if (!name.empty()) return file.array(name).name();
  for (const char* candidate : {schema::kImage, schema::kSignal, schema::kTabular, schema::kText}) {
    if (file.has(candidate)) return candidate;
  }
  throw Error("{}: none of the datasets {}, {}, {} and {} exists; name the one to repack with --input. The file holds: {}.", file.where(),
              schema::kImage, schema::kSignal, schema::kTabular, schema::kText, fmt::join(file.arrays(), ", "));
}

hdf5::ArrayLayout layout_for(const hdf5::Array& array, const RepackOptions& options) {
  const std::int64_t sample_bytes = array.row_elements() * static_cast<std::int64_t>(array.type().bytes);
  if (array.rows() == 0 || sample_bytes == 0) throw Error("{} holds no samples.", array.where());
  array.storage();  // a damaged shape must not fill the disk
  hdf5::ArrayLayout layout{options.chunk_samples, options.compression};
  if (layout.chunk_rows == 0 && layout.gzip_level > 0) layout.chunk_rows = std::max<std::int64_t>(kChunkBytes / sample_bytes, 1);
  layout.chunk_rows = std::min(layout.chunk_rows, array.rows());
  if (layout.chunk_rows > kMostChunkBytes / sample_bytes) {
    throw UsageError("--chunk-samples {} makes chunks beyond HDF5's limit of 4 GB; {} samples are the most.", layout.chunk_rows,
                     kMostChunkBytes / sample_bytes);
  }
  return layout;
}

// What was taken out of other files, and lies in the new one.
std::string taken_along(const hdf5::File& source) {
  std::string text;
  for (const std::string& name : source.arrays()) {
    try {
      const std::vector<std::string> others = source.array(name).other_files();
      if (!others.empty()) text += fmt::format("  {}: its elements were taken from {}\n", name, fmt::join(others, ", "));
    } catch (const Error&) {
      // A link to nothing is copied as it is.
    }
  }
  return text;
}

std::string describe(const std::string& name, const hdf5::ArrayLayout& layout) {
  if (layout.chunk_rows == 0) return fmt::format("  {}: contiguous\n", name);
  return fmt::format("  {}: {} sample{} a chunk, {}\n", name, layout.chunk_rows, layout.chunk_rows == 1 ? "" : "s",
                     layout.gzip_level > 0 ? fmt::format("gzip level {}", layout.gzip_level) : "not compressed");
}

void rewrite(const RepackOptions& options, const std::string& into, const std::map<std::string, hdf5::ArrayLayout>& layouts,
             const std::function<void(const char*, std::int64_t, std::int64_t)>& progress) {
  try {
    hdf5::rewrite(options.source, into, layouts, options.external,
                  [&](std::int64_t done, std::int64_t total) { progress("repacked", done, total); });
  } catch (const std::bad_alloc&) {
    throw Error("{}: one of its datasets or attributes does not fit into memory. If that cannot be, it is damaged: copy it again.",
                options.source);
  } catch (const std::length_error&) {
    throw Error("{}: one of its datasets or attributes says that it holds more than there can be. It is damaged: copy it again.",
                options.source);
  }
}

}  // namespace

std::string repack(const RepackOptions& options, const std::function<void(const char*, std::int64_t, std::int64_t)>& progress) {
  expect_free_name(options.file, options.overwrite);
  const TargetLock lock(options.file);
  const ReadingFile reading(options.source);
  std::map<std::string, hdf5::ArrayLayout> layouts;
  std::string text;
  {
    const hdf5::File source = hdf5::File::open(options.source, options.external);
    std::vector<std::string> names = {find_input(source, options.input)};
    if (options.input.empty() && source.has(schema::kMask)) names.emplace_back(schema::kMask);
    std::int64_t bytes = 0;
    for (const std::string& name : names) {
      const hdf5::ArrayLayout layout = layout_for(source.array(name), options);
      layouts[name] = layout;
      text += describe(name, layout);
      const hdf5::Array array = source.array(name);
      bytes = std::max(bytes, saturating_product(array.rows() * array.row_elements(), static_cast<std::int64_t>(array.type().bytes)));
    }
    text += taken_along(source);
    if (options.compression == 0) expect_disk_space(options.file, bytes, "its samples");
  }
  AtomicFile file(options.file, options.overwrite);
  rewrite(options, file.temporary_name(), layouts, progress);
  const auto before = static_cast<std::int64_t>(std::filesystem::file_size(options.source));
  const auto after = static_cast<std::int64_t>(std::filesystem::file_size(file.temporary_name()));
  file.publish();
  return fmt::format("{}: {}, from {}\n{}", options.file, size_text(after), size_text(before), text);
}

}  // namespace galen::data
