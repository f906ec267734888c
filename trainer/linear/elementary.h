#pragma once

#include <cstdint>

namespace galen::trainer::linear {

/// Exponentials and logarithms with the same bits on every processor, in every vector width, at every address. Errors are below 2 units in
/// the last place. Starts no threads, has no state.

/// results[i] = e^values[i]; values beyond ±708 count as ±708. May be the same memory.
void exponentials(const double* values, double* results, std::int64_t size);

/// results[i] = log(values[i]), values positive and normal. May be the same memory.
void logarithms(const double* values, double* results, std::int64_t size);

/// The terms of logistic regression for rows with linear predictors `scores` and targets 0 or 1: target − p, p · (1 − p), −log-likelihood.
void logistic_terms(const double* scores, const double* targets, std::int64_t size, double* residuals, double* weights, double* losses);

}  // namespace galen::trainer::linear
