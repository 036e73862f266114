#include "outbound/outbound_protocol.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

enum OutboundPacket : std::int64_t { kCall = 201, kReady, kSenderDied, kAnswered, kFailedCall };

Error malformed_outbound(std::string_view whose) {
  return internal_error(fmt::format("a packet of the {} is malformed", whose));
}

void put_headers(PacketWriter& w, const HeaderFields& headers) {
  std::vector<std::string> flat;
  for (const auto& [name, value] : headers) flat.insert(flat.end(), {name, value});
  w.texts(flat);
}

bool get_headers(PacketReader& r, HeaderFields& headers) {
  std::vector<std::string> flat = r.texts();
  if (flat.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < flat.size(); i += 2) headers.emplace_back(flat[i], flat[i + 1]);
  return true;
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// Visible characters and spaces: a line break would begin a field of the sender's own.
bool is_value_char(char c) {
  return c >= 0x20 && c < 0x7f;
}

Result<void> check_header(const std::string& name, const std::string& value) {
  bool named = !name.empty() && std::ranges::all_of(name, is_name_char);
  if (!named || !std::ranges::all_of(value, is_value_char)) {
    return validation_error("a header field of an outgoing request has a forbidden character");
  }
  if (name.size() + value.size() > kMaxOutboundHeaderBytes) {
    return validation_error(fmt::format("a header field of an outgoing request is longer than {} B",
                                        kMaxOutboundHeaderBytes));
  }
  return ok();
}

Result<FromSender> get_answer(PacketReader& r) {
  CallEndedPacket packet{r.number(), OutboundAnswer()};
  OutboundAnswer& answer = *packet.answer;
  answer.status = static_cast<int>(r.number());
  bool paired = get_headers(r, answer.headers);
  answer.body = r.text();
  answer.body_truncated = r.number() != 0;
  answer.address = r.text();
  bool bounded =
      answer.body.size() <= kMaxOutboundAnswer && answer.status >= 100 && answer.status <= 999;
  if (!r.complete() || !paired || !bounded) return malformed_outbound("sender");
  return FromSender(std::move(packet));
}

Result<FromSender> get_failure(PacketReader& r) {
  std::int64_t id = r.number(), kind = r.number();
  std::string message = r.text();
  bool known = kind >= 0 && kind <= static_cast<std::int64_t>(ErrorKind::kInternal);
  if (!r.complete() || !known) return malformed_outbound("sender");
  return FromSender(CallEndedPacket{id, Error(static_cast<ErrorKind>(kind), std::move(message))});
}

}  // namespace

std::string_view OutboundAnswer::header(std::string_view name) const {
  auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string encode(const CallPacket& packet) {
  const OutboundRequest& request = packet.request;
  PacketWriter w;
  for (std::int64_t number : {std::int64_t(kCall), packet.generation, packet.id}) w.number(number);
  w.number(static_cast<std::int64_t>(request.method));
  w.text(request.url);
  put_headers(w, request.headers);
  w.text(request.body);
  w.number(request.timeout.count());
  w.number(static_cast<std::int64_t>(request.most_answer_bytes));
  return w.str();
}

std::string encode(const SenderReadyPacket& packet) {
  PacketWriter w;
  w.number(kReady);
  w.number(packet.generation);
  w.text(packet.note);
  return w.str();
}

std::string encode(const SenderDiedPacket& packet) {
  PacketWriter w;
  w.number(kSenderDied);
  w.number(packet.generation);
  return w.str();
}

std::string encode(const CallEndedPacket& packet) {
  PacketWriter w;
  if (packet.answer.has_error()) {
    w.number(kFailedCall);
    w.number(packet.id);
    w.number(static_cast<std::int64_t>(packet.answer.error().kind()));
    w.text(packet.answer.error().message());
    return w.str();
  }
  w.number(kAnswered);
  w.number(packet.id);
  w.number(packet.answer->status);
  put_headers(w, packet.answer->headers);
  w.text(packet.answer->body);
  w.number(packet.answer->body_truncated);
  w.text(packet.answer->address);
  return w.str();
}

Result<CallPacket> decode_to_sender(std::string_view bytes) {
  PacketReader r(bytes);
  std::int64_t kind = r.number();
  CallPacket packet;
  packet.generation = r.number();
  packet.id = r.number();
  std::int64_t method = r.number();
  packet.request.method = static_cast<OutboundRequest::Method>(method);
  packet.request.url = r.text();
  bool paired = get_headers(r, packet.request.headers);
  packet.request.body = r.text();
  packet.request.timeout = std::chrono::milliseconds(r.number());
  packet.request.most_answer_bytes = static_cast<std::size_t>(r.number());
  bool known = kind == kCall && (method == 0 || method == 1);
  if (!r.complete() || !known || !paired) return malformed_outbound("server");
  return packet;
}

Result<FromSender> decode_from_sender(std::string_view bytes) {
  PacketReader r(bytes);
  std::int64_t kind = r.number();
  if (kind == kAnswered) return get_answer(r);
  if (kind == kFailedCall) return get_failure(r);
  std::int64_t generation = r.number();
  std::string note = kind == kReady ? r.text() : std::string();
  if (!r.complete() || (kind != kReady && kind != kSenderDied)) return malformed_outbound("sender");
  if (kind == kReady) return FromSender(SenderReadyPacket{generation, std::move(note)});
  return FromSender(SenderDiedPacket{generation});
}

Result<void> check_outbound_request(const OutboundRequest& request) {
  auto over = [](std::string_view what, std::size_t bound, std::size_t seen) {
    return validation_error(
        fmt::format("{} of an outgoing request is {}; the limit is {}", what, seen, bound));
  };
  if (request.url.size() > kMaxOutboundUrl) {
    return over("the URL's length", kMaxOutboundUrl, request.url.size());
  }
  if (request.body.size() > kMaxOutboundBody) {
    return over("the body's size", kMaxOutboundBody, request.body.size());
  }
  if (request.headers.size() > kMaxOutboundHeaders) {
    return over("the number of header fields", kMaxOutboundHeaders, request.headers.size());
  }
  if (request.most_answer_bytes > kMaxOutboundAnswer) {
    return over("the answer's bound", kMaxOutboundAnswer, request.most_answer_bytes);
  }
  if (request.timeout.count() <= 0 || request.timeout > kMaxOutboundTime) {
    return validation_error(fmt::format("the time for an outgoing request must be 1 to {} ms",
                                        kMaxOutboundTime.count()));
  }
  for (const auto& [name, value] : request.headers) GB_TRY_VOID(check_header(name, value));
  return ok();
}

}  // namespace glovebox
