#include "galen/option.h"
#include "models/catalogue.h"
#include "trainer/gradient/exchange/step_exchange.h"

namespace galen::trainer {

std::vector<Option> describe(CommOptions& comm) {
  using namespace options;
  constexpr char kParts[] = "it splits messages, and with compression decides what is compressed together";
  return {
      choice(
          "comm.compression", comm.compression,
          "Compression of gradients between CPU nodes, with error feedback. bf16: half the bytes; powersgd: a few per cent. Results then "
          "depend on the number of nodes.")
          .fixed("it changes the sums, and the errors carried over to the next step")
          .only_for({models::kNetworks}),
      number("comm.powersgd_rank", comm.powersgd_rank, at_least(1),
             "Rank of powersgd's factors: a higher one is more accurate and sends more bytes.")
          .fixed("it changes the sums")
          .only_for({models::kNetworks}),
      choice("comm.order", comm.order, "Order of additions on GPUs. fast: chosen by NCCL; results then depend on the number of workers.")
          .last_bits("it orders additions")
          .only_for({models::kNetworks}),
      number("comm.first_bucket", comm.buckets.first_mib, above(0),
             "MiB of gradients that are sent first, during the backward pass: small, so that sending starts early.")
          .last_bits(kParts)
          .only_for({models::kNetworks}),
      number("comm.bucket", comm.buckets.mib, above(0), "MiB of gradients in each later message.")
          .last_bits(kParts)
          .only_for({models::kNetworks}),
  };
}

}  // namespace galen::trainer
