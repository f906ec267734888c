#include "trainer/coordinator/service_messages.h"

#include <nlohmann/json.hpp>
#include <type_traits>

// A message is a CBOR array (RFC 8949): its type's number, then its fields. Unlike JSON, CBOR can represent NaN.

namespace galen::trainer {

namespace {

using nlohmann::json;

json fields_of(const KeepOrder& order) {
  return {order.step, order.slot, order.filling, order.parts, order.best, order.evaluate, order.manifest};
}
json fields_of(const RateOrder& order) { return {order.step, order.value, order.larger_is_better, order.best, order.loss}; }
json fields_of(const EndOrder& order) { return {static_cast<int>(order.ending), order.manifest}; }
json fields_of(const Written& answer) { return {answer.step, answer.seconds, answer.bytes}; }
json fields_of(const NotWritten& answer) { return {answer.step, answer.why}; }
json fields_of(const Evaluated& answer) { return {answer.step, answer.metrics, answer.failure}; }
json fields_of(const Unlinked& answer) { return json::array({answer.step}); }
json fields_of(const Ended&) { return json::array(); }

void read(const json& fields, KeepOrder& order) {
  order = {fields.at(0), fields.at(1), fields.at(2), fields.at(3), fields.at(4), fields.at(5), fields.at(6)};
}
void read(const json& fields, RateOrder& order) { order = {fields.at(0), fields.at(1), fields.at(2), fields.at(3), fields.at(4)}; }
void read(const json& fields, EndOrder& order) { order = {static_cast<Ending>(fields.at(0).get<int>()), fields.at(1)}; }
void read(const json& fields, Written& answer) { answer = {fields.at(0), fields.at(1), fields.at(2)}; }
void read(const json& fields, NotWritten& answer) { answer = {fields.at(0), fields.at(1)}; }
void read(const json& fields, Evaluated& answer) {
  answer.step = fields.at(0);
  answer.metrics = fields.at(1).get<decltype(answer.metrics)>();
  answer.failure = fields.at(2);
}
void read(const json& fields, Unlinked& answer) { answer = {fields.at(0)}; }
void read(const json&, Ended&) {}

template <typename Message>
std::string to_bytes(const Message& message) {
  const json whole = {message.index(), std::visit([](const auto& one) { return fields_of(one); }, message)};
  std::string bytes;
  json::to_cbor(whole, bytes);
  return bytes;
}

template <typename Message, std::size_t index = 0>
Message from_fields(std::size_t type, const json& fields) {
  if constexpr (index + 1 < std::variant_size_v<Message>) {
    if (type != index) return from_fields<Message, index + 1>(type, fields);
  }
  std::variant_alternative_t<index, Message> message;
  read(fields, message);
  return message;
}

template <typename Message>
Message from_bytes(const std::string& bytes) {
  const json whole = json::from_cbor(bytes);
  return from_fields<Message>(whole.at(0), whole.at(1));
}

}  // namespace

std::string to_bytes(const Order& order) { return to_bytes<Order>(order); }
std::string to_bytes(const Answer& answer) { return to_bytes<Answer>(answer); }
Order parse_order(const std::string& bytes) { return from_bytes<Order>(bytes); }
Answer parse_answer(const std::string& bytes) { return from_bytes<Answer>(bytes); }

}  // namespace galen::trainer
