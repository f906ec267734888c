// How often an import opens each file of its source: once to look at it, once to read it, whatever the number of ranks.

#include "data/import/import.h"
#include "galen/missing_file.h"
#include "tests/data/formats/images/bitmaps.h"
#include "tests/data/import/import_fixture.h"
#include "tests/data/import/workers_as_threads.h"
#include "tests/support/error_text.h"

#include <gmock/gmock.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

/// Counts the opens of each file below a folder, from its construction on. Closing is watched, too: equal events in a row are one.
class Opens {
 public:
  explicit Opens(const fs::path& folder) : queue_(inotify_init1(IN_NONBLOCK)) {
    watch(folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_directory()) watch(entry.path());
    }
  }
  ~Opens() { ::close(queue_); }

  /// Of files. To be asked now and then, before the queue is full.
  const std::map<std::string, int>& count() {
    alignas(inotify_event) char buffer[1 << 16];
    for (ssize_t size = 0; (size = ::read(queue_, buffer, sizeof(buffer))) > 0;) {
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
        EXPECT_EQ(event->mask & IN_Q_OVERFLOW, 0U) << "events were lost";
        if ((event->mask & IN_OPEN) != 0 && (event->mask & IN_ISDIR) == 0 && event->len > 0) ++opens_[folders_[event->wd] / event->name];
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return opens_;
  }

 private:
  void watch(const fs::path& folder) { folders_[inotify_add_watch(queue_, folder.c_str(), IN_OPEN | IN_CLOSE)] = folder; }

  int queue_;
  std::map<int, fs::path> folders_;
  std::map<std::string, int> opens_;
};

std::string little_endian(std::initializer_list<int> numbers) {
  std::string bytes;
  for (const int number : numbers) bytes += {static_cast<char>(number), static_cast<char>(number >> 8)};
  return bytes;
}

/// A mask of 0 and 255.
std::string mask(int side) {
  std::string bytes = test::bitmap(0, side);
  for (std::size_t i = 54 + 1024; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 3 == 0 ? 0 : 255);
  return bytes;
}

/// An element of explicit VR, little endian (PS3.5, 7.1.2), of a short form.
std::string element(int group, int number, const char* vr, std::string value) {
  if (value.size() % 2 == 1) value += vr == std::string("UI") ? '\0' : ' ';
  return little_endian({group, number}) + vr + little_endian({static_cast<int>(value.size())}) + value;
}

std::string dicom(int number) {
  std::string pixels;
  for (int i = 0; i < 64; ++i) pixels += little_endian({i * number});
  return std::string(128, '\0') + "DICM" + element(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1") + element(0x0008, 0x0060, "CS", "MR") +
         element(0x0010, 0x0020, "LO", fmt::format("patient {}", number)) + element(0x0028, 0x0002, "US", little_endian({1})) +
         element(0x0028, 0x0004, "CS", "MONOCHROME2") + element(0x0028, 0x0010, "US", little_endian({8})) +
         element(0x0028, 0x0011, "US", little_endian({8})) + element(0x0028, 0x0100, "US", little_endian({16})) +
         element(0x0028, 0x0101, "US", little_endian({16})) + element(0x0028, 0x0102, "US", little_endian({15})) +
         element(0x0028, 0x0103, "US", little_endian({0})) + little_endian({0x7FE0, 0x0010}) + "OW" +
         little_endian({0, static_cast<int>(pixels.size()), 0}) + pixels;
}

/// NIfTI-1 of 4 x 4 x 4 voxels of i16, along the axes.
std::string nifti(int number) {
  std::string bytes(352, '\0');
  const auto put = [&](std::size_t at, const std::string& value) { bytes.replace(at, value.size(), value); };
  const auto real = [](float value) { return std::string(reinterpret_cast<const char*>(&value), sizeof(value)); };
  put(0, little_endian({348, 0}));
  put(40, little_endian({3, 4, 4, 4, 1, 1, 1, 1}));
  put(70, little_endian({4, 16}));
  for (std::size_t i = 0; i < 4; ++i) put(76 + 4 * i, real(1));
  put(108, real(352));
  put(254, little_endian({1}));
  for (std::size_t axis = 0; axis < 3; ++axis) put(280 + 20 * axis, real(1));
  put(344, std::string("n+1\0", 4));
  for (int i = 0; i < 64; ++i) bytes += little_endian({i - number});
  return bytes;
}

class DiscoveryTest : public test::ImportFixture {
 protected:
  using Set = std::function<void(ImportOptions&)>;

  std::string write(const std::string& folder, int count, const std::string& name, const std::function<std::string(int)>& content) {
    fs::create_directories(folder_ / folder);
    for (int i = 0; i < count; ++i) folder_.write(fmt::format("{}/{}", folder, fmt::format(fmt::runtime(name), i)), content(i));
    return folder_ / folder;
  }

  /// Imports by 1, 2, 3 and 4 ranks give the same bytes, and open each file of `ending` as often as `expected`; recognising the format may
  /// open one file more.
  void expect_each_opened(const std::string& source, const std::string& ending, int expected, const Set& set = {}) {
    std::string first;
    for (const int size : {1, 2, 3, 4}) {
      SCOPED_TRACE(fmt::format("{} by {} ranks", source, size));
      ImportOptions options;
      options.source = source;
      options.file = folder_ / "imported.h5";
      options.overwrite = true;
      if (set) set(options);
      Opens opens(source);
      test::run_as_workers(size, [&](const ImportWorkers& workers) {
        const ImportReport report = import_source(options, workers);
        EXPECT_THAT(report.skipped, testing::IsEmpty());
      });
      int files = 0;
      int more = 0;
      for (const auto& [file, count] : opens.count()) {
        if (!file.ends_with(ending)) continue;
        ++files;
        more += count - expected;
        EXPECT_GE(count, expected) << file;
      }
      EXPECT_GT(files, 20);
      EXPECT_LE(more, 1);
      const std::string bytes = test::read_file(options.file);
      if (first.empty()) first = bytes;
      EXPECT_EQ(bytes == first, true);
    }
  }
};

TEST_F(DiscoveryTest, LooksAtEachImageOnce) { expect_each_opened(test::write_bitmaps(folder_, "images", 120, 12), ".bmp", 2); }

// Recognisers of other formats must not look into all that lies right in the source.
TEST_F(DiscoveryTest, LooksAtEachImageOfAFlatFolderOnce) {
  expect_each_opened(write("flat", 300, "{:04}.bmp", [](int i) { return test::bitmap(i, 8); }), ".bmp", 2);
}

TEST_F(DiscoveryTest, LooksAtEachMaskOnce) {
  write("pairs/images", 60, "{:04}.bmp", [](int i) { return test::bitmap(i, 12); });
  write("pairs/masks", 60, "{:04}.bmp", [](int) { return mask(12); });
  expect_each_opened(folder_ / "pairs", ".bmp", 2);
}

TEST_F(DiscoveryTest, LooksAtEachDicomFileOnce) { expect_each_opened(write("dicom", 60, "{:04}.dcm", dicom), ".dcm", 2); }

TEST_F(DiscoveryTest, LooksAtEachNiftiHeaderOnce) { expect_each_opened(write("nifti", 40, "case{:02}.nii", nifti), ".nii", 2); }

TEST_F(DiscoveryTest, LooksAtEachEcgHeaderOnce) {
  write("ecg", 30, "r{:02}.hea", [](int i) { return fmt::format("r{0:02} 1 100 300\nr{0:02}.dat 16 100/mV 12 0 0 0 0 I\n", i); });
  write("ecg", 30, "r{:02}.dat", [](int i) {
    std::string signal;
    for (int t = 0; t < 300; ++t) signal += little_endian({t * i % 50});
    return signal;
  });
  expect_each_opened(folder_ / "ecg", ".hea", 1, [](ImportOptions& options) { options.ecg.segment = 1; });
}

TEST_F(DiscoveryTest, ReadsATableOfImagesOnce) {
  test::write_bitmaps(folder_, "images", 60, 8);
  std::string table = "file,label\n";
  for (int i = 0; i < 60; ++i) table += fmt::format("{}/{:04}.bmp,{}\n", i % 2 == 0 ? "ill" : "well", i, i % 3);
  fs::create_directories(folder_ / "tables");
  const std::string file = folder_.write("tables/labels.csv", table);
  std::vector<int> opens;
  for (const int size : {1, 4}) {
    Opens counted(folder_ / "tables");
    ImportOptions options;
    options.source = folder_ / "images";
    options.file = folder_ / fmt::format("{}.h5", size);
    options.images.table = file;
    test::run_as_workers(size, [&](const ImportWorkers& workers) { import_source(options, workers); });
    opens.push_back(counted.count().at(file));
  }
  EXPECT_EQ(opens[0], opens[1]) << "by four ranks as often as by one";
  EXPECT_TRUE(test::read_file(folder_ / "1.h5") == test::read_file(folder_ / "4.h5"));
}

TEST_F(DiscoveryTest, BadFilesAreNamedOnceByAnyNumberOfRanks) {
  const std::string source = test::write_bitmaps(folder_, "images", 60, 8);
  for (const char* name : {"ill/0000.bmp", "well/0031.bmp", "well/0059.bmp"}) folder_.write(std::string("images/") + name, "BM");
  for (const int size : {1, 2, 4}) {
    ImportOptions options;
    options.source = source;
    options.file = folder_ / fmt::format("{}.h5", size);
    test::run_as_workers(size, [&](const ImportWorkers& workers) {
      const ImportReport report = import_source(options, workers);
      EXPECT_EQ(report.skipped.size(), workers.rank == 0 ? 3U : 0U);
    });
  }
  EXPECT_TRUE(test::read_file(folder_ / "1.h5") == test::read_file(folder_ / "4.h5"));
}

// Images of two sizes are found by looking at all of them.
TEST_F(DiscoveryTest, WrongSharesAreRefusedBeforeTheSourceIsLookedThrough) {
  const std::string source = test::write_bitmaps(folder_, "images", 30, 8);
  folder_.write("images/well/big.bmp", test::bitmap(1, 16));
  ImportOptions options;
  options.split.fractions = {0.9, 0.9, 0.9};
  EXPECT_THAT(refusal(source, options), testing::HasSubstr("add up to 1"));
}

TEST_F(DiscoveryTest, ARefusalComesToAllRanks) {
  const std::string source = test::write_bitmaps(folder_, "images", 30, 8);
  folder_.write("images/well/big.bmp", test::bitmap(1, 16));
  std::atomic<int> refused = 0;
  test::run_as_workers(3, [&](const ImportWorkers& workers) {
    ImportOptions options;
    options.source = source;
    options.file = folder_ / "x.h5";
    const std::string text = test::error_text([&] { import_source(options, workers); });
    refused += text.find("--size") != std::string::npos;
    options.source = folder_ / "nowhere";
    EXPECT_THROW(import_source(options, workers), MissingFile);
  });
  EXPECT_EQ(refused, 3);
}

}  // namespace
}  // namespace galen::data
