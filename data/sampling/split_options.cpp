#include "data/sampling/split.h"
#include "galen/option.h"

namespace galen::data {

std::vector<Option> describe(SplitOptions& split) {
  using namespace options;
  constexpr char kOtherSide[] = "samples would change the side of the split that they are on";
  return {
      choice("data.split_source", split.source,
             "stored: the file's own split; drawn: by fractions and seed, patient by patient; auto: stored where there is one.")
          .derived(RunPart::kSplit, kOtherSide),
      shares("data.fractions", split.fractions, "Shares of train, validation and test of a drawn split.")
          .derived(RunPart::kSplit, kOtherSide),
      number("data.split_seed", split.seed, any(), "Seed of a drawn split.").derived(RunPart::kSplit, kOtherSide),
  };
}

}  // namespace galen::data
