#include "data/digest.h"
#include "galen/error.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/target.h"
#include "trainer/checkpoint/safetensors.h"

#include <ATen/ops/zeros.h>

namespace {

const std::vector<galen::models::NamedTensor>& tensors() {
  static const std::vector<galen::models::NamedTensor> kTensors = {
      {"dense.weight", at::zeros({2, 3})}, {"dense.bias", at::zeros({2})}, {"steps", at::zeros({}, at::kLong)}};
  return kTensors;
}

}  // namespace

std::vector<std::string> galen::test::fuzz_seeds() {
  const TemporaryFolder folder;
  trainer::write_safetensors(folder / "seed", tensors());
  return {read_file(folder / "seed")};
}

// A digest made by whoever made the file, so that it is no protection here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const galen::test::InputFile file("input.safetensors");
  galen::data::Digest digest;
  digest.add_bytes(data, size);
  try {
    galen::trainer::read_safetensors(file.write(galen::test::as_text(data, size)), digest.hex(), tensors());
  } catch (const galen::Error&) {
  }
  return 0;
}
