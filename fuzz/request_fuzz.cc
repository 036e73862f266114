// A request's bytes from the strict gate to its JSON body. The parser must understand what the gate
// accepts, and both must not depend on how the bytes are split.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "http/policy/client_address.h"
#include "http/policy/host_policy.h"
#include "http/policy/key_gate.h"
#include "http/routes/execute_body.h"
#include "http/wire/message_parser.h"
#include "http/wire/request_target.h"
#include "http/wire/response.h"
#include "http/wire/strict_head.h"

namespace glovebox {
namespace {

// Nothing if it is refused or incomplete.
std::optional<std::size_t> find_head(std::string_view bytes, std::size_t piece) {
  HeadScanner scanner{HeadLimits{}};
  for (std::size_t end = 0; end < bytes.size();) {
    end = piece < bytes.size() - end ? end + piece : bytes.size();
    auto size = scanner.scan(bytes.substr(0, end));
    if (!size) return std::nullopt;
    if (*size) return **size;
  }
  return std::nullopt;
}

void read_body(MessageParser& parser, std::string_view bytes) {
  char output[512];
  std::string body;
  while (!parser.body_done() && !bytes.empty()) {
    auto step = parser.decode(bytes, output, sizeof output);
    if (!step) return;
    if (step->consumed == 0 && step->produced == 0) return;
    if (step->consumed > bytes.size() || step->produced > sizeof output) std::abort();
    bytes.remove_prefix(step->consumed);
    body.append(output, step->produced);
  }
  (void)parse_execute_body(body);
}

void read_request(std::string_view bytes) {
  std::optional<std::size_t> size = find_head(bytes, bytes.size());
  if (find_head(bytes, 1) != size) std::abort();
  if (!size) return;
  std::string_view text = bytes.substr(0, *size);
  if (!check_head(text, HeadLimits{})) return;
  MessageParser parser;
  auto head = parser.parse_head(text);
  if (!head) return;
  static const HostPolicy kPolicy = HostPolicy::make(HostOptions{}).value();
  (void)kPolicy.check(*head, "");
  static const ClientAddresses kAddresses = ClientAddresses::make({"::1"}).value();
  static const ApiKeys kKeys;
  static KeyGate gate(&kKeys);
  if (gate.admit(*head, ClientId("ip:192.0.2.7"))) std::abort();
  (void)kAddresses.identify(boost::asio::ip::make_address("::1"), *head);
  if (auto target = parse_target(head->target)) {
    if (auto path = relative_path(target->segments)) {
      if (path->find('\0') != std::string::npos || path->starts_with('/')) std::abort();
    }
  }
  read_body(parser, bytes.substr(*size));
}

}  // namespace
}  // namespace glovebox

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  glovebox::read_request(bytes);
  (void)glovebox::parse_execute_body(bytes);
  return 0;
}
