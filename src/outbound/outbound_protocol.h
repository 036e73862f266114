// Packets between the server and the sender, one SOCK_SEQPACKET message each. Neither end trusts a
// length: the sender has been near hostile answers, the server near hostile requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "outbound/outbound.h"

namespace glovebox {

// `generation` counts the senders: a request for a sender that has died is not sent, because the
// server was already notified that it is lost.
struct CallPacket {
  std::int64_t generation = 0;
  std::int64_t id = 0;
  OutboundRequest request;
};

struct SenderReadyPacket {
  std::int64_t generation = 0;
  std::string note;  // what does not work, for the log; empty: everything does
};
struct SenderDiedPacket {
  std::int64_t generation = 0;
};
struct CallEndedPacket {
  std::int64_t id = 0;
  Result<OutboundAnswer> answer;
};
using FromSender = std::variant<SenderReadyPacket, SenderDiedPacket, CallEndedPacket>;

std::string encode(const CallPacket& packet);
std::string encode(const SenderReadyPacket& packet);
std::string encode(const SenderDiedPacket& packet);
std::string encode(const CallEndedPacket& packet);

// kInternal for a malformed packet.
Result<CallPacket> decode_to_sender(std::string_view bytes);
Result<FromSender> decode_from_sender(std::string_view bytes);

// kValidation where a bound of outbound.h is passed or a header field could break out of its line.
Result<void> check_outbound_request(const OutboundRequest& request);

}  // namespace glovebox
