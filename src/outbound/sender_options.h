// The sender's configuration. It gets this before it is sealed, and nothing later.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "outbound/network_address.h"

namespace glovebox {

struct SenderOptions {
  // Special addresses that are permitted, and permitted without TLS.
  std::vector<Network> allow_networks;
  // Of the operator's own configuration, "https://host:port" in lower case with the port always
  // given: any address, http included.
  std::vector<std::string> trusted_origins;
  // "ADDRESS:PORT" with a comma between; empty: those of /etc/resolv.conf.
  std::string dns_server;
  // PEM; trusted besides the system's certificate authorities.
  std::string ca_certificates;
  // Gives up what the keeper or the sender does not need: capabilities, files. Called in each of
  // the two processes, which have one thread then. Null in tests of the sender alone.
  enum class Process { kKeeper, kSender };
  std::function<Result<void>(Process)> confine;
};

}  // namespace glovebox
