// Names to addresses, with a deadline. Everything that a look-up needs from files is read by
// prepare(), before the process is sealed.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "outbound/network_address.h"

struct ares_channeldata;

namespace glovebox {

// The names of a hosts(5) file, in lower case. At most kMaxHostsNames are read.
using HostNames = std::map<std::string, std::vector<NetworkAddress>>;
inline constexpr std::size_t kMaxHostsNames = 4096;
HostNames parse_hosts_file(std::string_view text);

// One thread. A look-up asks /etc/hosts first, then DNS (c-ares).
class HostLookup {
 public:
  // More addresses of one name are an Error: each must be checked.
  static constexpr std::size_t kMostAddresses = 64;

  // `dns_server`: as SenderOptions.
  static Result<HostLookup> prepare(const std::string& dns_server,
                                    std::shared_ptr<const HostNames> hosts);
  // At least one address. kUser where there is none, or the deadline has passed.
  Result<std::vector<NetworkAddress>> find(const std::string& name, SteadyTime deadline);

 private:
  struct CloseChannel {
    void operator()(ares_channeldata* channel) const;
  };
  HostLookup() = default;
  void run_until(SteadyTime deadline, const bool& done);

  std::shared_ptr<const HostNames> hosts_;
  std::unique_ptr<ares_channeldata, CloseChannel> channel_;
};

}  // namespace glovebox
