#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "trainer/samples/table_rows.h"

namespace galen::trainer {

/// Fits `options` to stored rows, over the rows of all workers: the second half of load_table(). `dataset` gives names for errors, and the
/// range of its type. Collective.
data::TablePreparation fit_table(const data::PreparationOptions& options, const data::Dataset& dataset, const TableRows& rows,
                                 comm::Communicator& workers);

}  // namespace galen::trainer
