#include "galen/option.h"
#include "models/catalogue.h"
#include "trainer/gradient/exchange/step_exchange.h"

namespace galen::trainer {

std::vector<Option> describe(CommOptions& comm) {
  using namespace options;
  constexpr char kParts[] = "it parts messages, and with compression what is compressed together";
  return {
      choice(
          "comm.compression", comm.compression,
          "Of gradients between nodes of CPUs, with error feedback; bf16: half the bytes; powersgd: a few per cent of them. Results then "
          "depend on the number of nodes.")
          .fixed("it changes what is summed, and what is carried over to the next step")
          .only_for({models::kNetworks}),
      number("comm.powersgd_rank", comm.powersgd_rank, at_least(1),
             "Rank of powersgd's factors: a higher one is more accurate and sends more bytes.")
          .fixed("it changes what is summed")
          .only_for({models::kNetworks}),
      choice("comm.order", comm.order, "Of additions on GPUs; fast: as NCCL likes it; results then depend on the number of workers.")
          .last_bits("it orders additions")
          .only_for({models::kNetworks}),
      number("comm.first_bucket", comm.buckets.first_mib, above(0),
             "MiB of gradients that travel first, while the backward pass goes on: small, so that something does soon.")
          .last_bits(kParts)
          .only_for({models::kNetworks}),
      number("comm.bucket", comm.buckets.mib, above(0), "MiB of gradients that travel at a time after that.")
          .last_bits(kParts)
          .only_for({models::kNetworks}),
  };
}

}  // namespace galen::trainer
