#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "trainer/samples/table_rows.h"

#include <cstdint>
#include <span>

namespace galen::trainer {

/// Fits `options` to stored rows, over the rows of all workers: the second half of load_table(). `dataset` gives names for errors, and the
/// range of its type. Collective.
data::TablePreparation fit_table(const data::PreparationOptions& options, const data::Dataset& dataset, const TableRows& rows,
                                 comm::Communicator& workers, int threads);

/// What the width of prepared rows follows from, before they are loaded: the columns of which a sample of `training` misses the value, for
/// data.missing_indicator. Each worker reads its share of the samples. Collective.
data::TablePreparation outline_table(const data::Dataset& dataset, std::span<const std::int64_t> training, comm::Communicator& workers);

}  // namespace galen::trainer
