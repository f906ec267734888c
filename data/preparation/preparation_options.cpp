#include "data/preparation/preparation.h"
#include "galen/option.h"

namespace galen::data {

std::vector<Option> describe(PreparationOptions& preparation) {
  using namespace options;
  constexpr char kPreparedOtherwise[] = "samples would be prepared otherwise";
  const auto prepares = [&](Option option) { return std::move(option).derived(RunPart::kPreparation, kPreparedOtherwise); };
  return {
      prepares(choice("data.scaling", preparation.scaling,
                      "unit: 0 to 1 by the stored type's range (floating point: as it is; integers of more than 16 bits: by the range of "
                      "the training split); standardize: mean 0 and deviation 1 over the training split; none: values as they are.")),
      prepares(text("data.prepare", preparation.transforms.prepare,
                    "Transforms of every sample, in training and ever after, such as 'window(-160, 240); resize(150, 150)'; `galen inspect "
                    "--help` lists them.")),
      prepares(text("data.augment", preparation.transforms.augment,
                    "Random transforms in training, such as 'flip(horizontal); rotate(15); random_crop(28, 28, padding=4)'.")
                   .only_for({"networks"})),
      prepares(choice("data.impute", preparation.impute,
                      "Tables: what a missing value becomes, fitted on the training split; none: a missing value in it is an error.")),
      prepares(flag("data.missing_indicator", preparation.missing_indicator,
                    "Tables: append a feature, 1 where a value is missing and else 0, for each feature with gaps in the training split.")),
      prepares(number("data.max_length", preparation.max_length, at_least(0),
                      "Texts: tokens that are kept of a longer one; 0: as many as galen import kept.")
                   .only_for({"networks"})),
  };
}

}  // namespace galen::data
