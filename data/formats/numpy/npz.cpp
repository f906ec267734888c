#include "data/formats/numpy/npz.h"

#include "galen/error.h"

#include "data/formats/arrays/image_source.h"
#include "data/formats/gzip_file.h"
#include "data/formats/numpy/npy.h"
#include "data/formats/numpy/zip_archive.h"

#include <algorithm>

namespace galen::data {
namespace {

struct PairName {
  const char* images;
  const char* labels;
  Subset subset;
};

constexpr PairName kPairs[] = {
    {"train_images", "train_labels", Subset::kTrain},
    {"val_images", "val_labels", Subset::kValidation},
    {"test_images", "test_labels", Subset::kTest},
    {"x_train", "y_train", Subset::kTrain},
    {"x_val", "y_val", Subset::kValidation},
    {"x_test", "y_test", Subset::kTest},
    {"images", "labels", Subset::kTrain},
    {"x", "y", Subset::kTrain},
};

class NpzArray : public ArrayReader {
 public:
  NpzArray(std::shared_ptr<const ZipArchive> archive, const std::string& array)
      : archive_(std::move(archive)), member_(*archive_, array + ".npy") {
    const NpyHeader header = read_npy_header([this](void* bytes, std::size_t count) { member_.read(bytes, count); }, name());
    set_header(header.type, header.shape);
  }

  const std::string& name() const override { return member_.name(); }
  void expect_end() override { member_.expect_end(); }

 protected:
  void read_bytes(void* bytes, std::size_t count) override { member_.read(bytes, count); }

 private:
  std::shared_ptr<const ZipArchive> archive_;
  ZipMember member_;
};

std::vector<PairName> find_pairs(const ZipArchive& archive) {
  const std::vector<std::string> members = archive.members();
  const auto has = [&](const char* name) { return std::count(members.begin(), members.end(), std::string(name) + ".npy") > 0; };
  const std::string holds = members.empty() ? "nothing" : fmt::format("{}", fmt::join(members, ", "));

  std::vector<PairName> found;
  for (const PairName& pair : kPairs) {
    const bool images = has(pair.images);
    const bool labels = has(pair.labels);
    if (images && labels) found.push_back(pair);
    if (images != labels) {
      throw Error("{}: has the array {} but no {}; it holds {}.", archive.path(), images ? pair.images : pair.labels,
                  images ? pair.labels : pair.images, holds);
    }
  }
  if (found.empty()) {
    throw Error(
        "{}: has no arrays of samples and labels that Galen knows (train_images and train_labels as MedMNIST names them, x_train and "
        "y_train as Keras does, or images and labels); it holds {}.",
        archive.path(), holds);
  }
  return found;
}

}  // namespace

bool is_npz(const std::string& path) {
  const std::string start = peek(path, 4);
  return start == "PK\x03\x04" || start == "PK\x05\x06";  // the second: an archive without members
}

Source open_npz(const ImportOptions& options) {
  const auto archive = std::make_shared<const ZipArchive>(options.source);
  std::vector<ImagePair> pairs;
  for (const PairName& pair : find_pairs(*archive)) {
    pairs.push_back({[archive, pair] { return std::make_unique<NpzArray>(archive, pair.images); },
                     [archive, pair] { return std::make_unique<NpzArray>(archive, pair.labels); }, pair.subset,
                     /*may_be_table=*/pair.images[0] == 'x'});
  }
  return image_source(std::move(pairs), options.task, parse_stored_type(options.table.type));
}

}  // namespace galen::data
