// Scores images in memory with a checkpoint: score RUN/best images.bin, whose bytes are images of 28 x 28
#include <ATen/ops/empty.h>
#include <trainer/predictor/predictor.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

int main(int, char** argv) {
  try {
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(argv[2]));
    const at::Tensor images = at::empty({bytes / (28 * 28), 1, 28, 28}, at::kByte);
    std::ifstream(argv[2], std::ios::binary).read(static_cast<char*>(images.mutable_data_ptr()), bytes);

    galen::trainer::Predictor predictor({.checkpoint = argv[1]});
    const at::Tensor scores = predictor.scores(images);
    for (std::int64_t i = 0; i < scores.size(0); ++i) std::printf("%.9g\n", scores[i][0].item<float>());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
