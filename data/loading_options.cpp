#include "data/loading_options.h"

#include "galen/option.h"

namespace galen::data {

std::vector<Option> describe(LoadingOptions& loading) {
  using namespace options;
  constexpr char kOtherOrder[] = "samples would be repeated or left out";
  std::vector<Option> all = describe_resources(loading);
  all.push_back(choice("data.order", loading.order,
                       "How samples are shuffled; windowed: within windows of compressed chunks, so that each is decompressed once an "
                       "epoch; auto: windowed where chunks hold several samples and take more than 1 GiB decompressed.")
                    .fixed(kOtherOrder)
                    .only_for({"networks"}));
  all.push_back(number("data.length_window", loading.length_window, at_least(1),
                       "Texts: steps whose samples are sorted by length together, so that little of a batch is padding; 1: none.")
                    .fixed(kOtherOrder)
                    .only_for({"networks"}));
  return all;
}

std::vector<Option> describe_resources(LoadingOptions& loading) {
  using namespace options;
  return {
      number("data.memory", loading.memory, at_least(0),
             "MiB for decompressed chunks, shared by the ranks of a node; 0: a quarter of what the node has left.")
          .may_change("it holds what is read"),
      number("data.threads", loading.threads, at_least(0),
             "Threads of each worker that load batches; 0: a quarter of its share of the node's cores, at least 1.")
          .may_change("batches are the same with any number"),
  };
}

}  // namespace galen::data
