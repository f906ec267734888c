#include "galen/inputs.h"

#include "galen/error.h"

namespace galen {

namespace {

template <typename Change>
Input changed(const Input& input, Change change) {
  const auto where_defined = [&](const at::Tensor& tensor) { return tensor.defined() ? change(tensor) : tensor; };
  return {where_defined(input.values), where_defined(input.length), where_defined(input.present)};
}

}  // namespace

Input Input::rows(Range range) const {
  return changed(*this, [&](const at::Tensor& tensor) { return tensor.narrow(0, range.begin, range.size()); });
}

Input Input::to(at::Device device, bool non_blocking) const {
  return changed(*this, [&](const at::Tensor& tensor) { return tensor.to(device, non_blocking); });
}

Inputs Inputs::rows(Range range) const {
  Inputs cut;
  cut.reserve(size());
  for (const Input& input : *this) cut.push_back(input.rows(range));
  return cut;
}

Inputs Inputs::to(at::Device device, bool non_blocking) const {
  Inputs moved;
  moved.reserve(size());
  for (const Input& input : *this) moved.push_back(input.to(device, non_blocking));
  return moved;
}

const at::Tensor& Inputs::only() const {
  if (size() == 1) return front().values;
  throw UsageError("the model takes one input, but gets {}. Name one array in data.input, or use a model with {} inputs.", size(), size());
}

}  // namespace galen
