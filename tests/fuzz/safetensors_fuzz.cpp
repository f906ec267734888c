#include "galen/digest.h"
#include "galen/error.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/target.h"
#include "trainer/checkpoint/store.h"
#include "trainer/checkpoint/tensor_files.h"

#include <ATen/ops/zeros.h>

namespace {

const galen::trainer::Section& weights() {
  static const galen::trainer::Section kSection = {
      .name = galen::trainer::kWeights,
      .tensors = {{"dense.weight", at::zeros({2, 3})}, {"dense.bias", at::zeros({2})}, {"steps", at::zeros({}, at::kLong)}}};
  return kSection;
}

}  // namespace

std::vector<std::string> galen::test::fuzz_seeds() {
  const TemporaryFolder folder;
  const trainer::CheckpointStore store(folder.path());
  store.write_part(1, {{weights()}}, 0, 1);
  for (int part : {0, 1}) store.write_part(2, {{weights()}}, part, 2);
  return {read_file(store.folder_of(1) + "/weights.safetensors"), read_file(store.folder_of(2) + "/weights-00001-of-00002.safetensors")};
}

// A digest made by whoever made the file, so that it is no protection here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const galen::test::InputFile file("weights.safetensors");
  file.write(galen::test::as_text(data, size));
  galen::Digest digest;
  digest.add_bytes(data, size);
  galen::trainer::Manifest manifest;
  manifest.digests = {{"weights.safetensors", digest.hex()}};
  try {
    const galen::trainer::TensorFiles files(file.folder(), manifest, galen::trainer::kWeights, /*key=*/nullptr);
    files.check();
    files.check_fits(weights());
    files.copy_to(weights());
  } catch (const galen::Error&) {
  }
  return 0;
}
