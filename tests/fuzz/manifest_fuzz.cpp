#include "galen/error.h"
#include "tests/fuzz/target.h"
#include "trainer/checkpoint/manifest.h"

std::vector<std::string> galen::test::fuzz_seeds() {
  trainer::Manifest manifest;
  manifest.program_version = "0.1.0";
  manifest.inputs.front().preparation.scaling = {{0.5f, 1}, {2, 3}};
  manifest.inputs.front().shape = {1, 28, 28};
  manifest.names = {"benign", "malignant"};
  manifest.record = {{"trainer.batch", "32"}};
  manifest.digests = {{"model.safetensors", "0123456789abcdef"}};
  return {to_text(manifest)};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    galen::trainer::parse_manifest(std::string(galen::test::as_text(data, size)), "input");
  } catch (const galen::Error&) {
  }
  return 0;
}
