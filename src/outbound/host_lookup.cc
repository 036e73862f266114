#include "outbound/host_lookup.h"

#include <ares.h>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <sstream>

namespace glovebox {
namespace {

constexpr int kTryMs = 2000;
constexpr int kTries = 2;

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

struct FoundAddresses {
  bool done = false;
  int status = ARES_SUCCESS;
  std::vector<NetworkAddress> addresses;
};

void take_addresses(void* argument, int status, int, ares_addrinfo* info) {
  auto& found = *static_cast<FoundAddresses*>(argument);
  found.done = true;
  found.status = status;
  if (info == nullptr) return;
  for (ares_addrinfo_node* node = info->nodes; node != nullptr; node = node->ai_next) {
    if (auto address = NetworkAddress::of(node->ai_addr)) found.addresses.push_back(*address);
  }
  ares_freeaddrinfo(info);
}

Error not_found_in_dns(const std::string& name, std::string_view why) {
  return Error(ErrorKind::kUser, fmt::format("the address of '{}' was not found: {}", name, why));
}

}  // namespace

HostNames parse_hosts_file(std::string_view text) {
  HostNames names;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line) && names.size() < kMaxHostsNames;) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    words >> word;
    std::optional<NetworkAddress> address = NetworkAddress::parse(word);
    if (!address) continue;
    while (words >> word) names[lower_case(word)].push_back(*address);
  }
  return names;
}

void HostLookup::CloseChannel::operator()(ares_channeldata* channel) const {
  ares_destroy(channel);
}

Result<HostLookup> HostLookup::prepare(const std::string& dns_server,
                                       std::shared_ptr<const HostNames> hosts) {
  HostLookup lookup;
  lookup.hosts_ = std::move(hosts);
  ares_options options{};
  options.timeout = kTryMs;
  options.tries = kTries;
  // Only DNS: the hosts file has been read, and cannot be read later.
  char lookups[] = "b";
  options.lookups = lookups;
  ares_channel channel = nullptr;
  int status =
      ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
  if (status != ARES_SUCCESS) {
    return internal_error(fmt::format("the resolver cannot start: {}", ares_strerror(status)));
  }
  lookup.channel_.reset(channel);
  if (dns_server.empty()) return lookup;
  status = ares_set_servers_ports_csv(channel, dns_server.c_str());
  if (status != ARES_SUCCESS) {
    return validation_error(fmt::format("'{}' is no DNS server: {}; write ADDRESS or ADDRESS:PORT",
                                        dns_server, ares_strerror(status)));
  }
  return lookup;
}

void HostLookup::run_until(SteadyTime deadline, const bool& done) {
  while (!done) {
    auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.count() <= 0) return ares_cancel(channel_.get());
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int which = ares_getsock(channel_.get(), sockets, ARES_GETSOCK_MAXNUM);
    std::vector<pollfd> fds;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      short events = (ARES_GETSOCK_READABLE(which, i) ? POLLIN : 0) |
                     (ARES_GETSOCK_WRITABLE(which, i) ? POLLOUT : 0);
      if (events != 0) fds.push_back({sockets[i], events, 0});
    }
    timeval most{rest.count() / 1000, (rest.count() % 1000) * 1000};
    timeval* wait = ares_timeout(channel_.get(), &most, &most);
    ::poll(fds.data(), fds.size(),
           static_cast<int>(wait->tv_sec * 1000 + wait->tv_usec / 1000) + 1);
    for (const pollfd& fd : fds) {
      bool readable = fd.revents & (POLLIN | POLLERR | POLLHUP);
      bool writable = fd.revents & POLLOUT;
      ares_process_fd(channel_.get(), readable ? fd.fd : ARES_SOCKET_BAD,
                      writable ? fd.fd : ARES_SOCKET_BAD);
    }
    if (fds.empty() || std::ranges::none_of(fds, [](auto& fd) { return fd.revents != 0; })) {
      ares_process_fd(channel_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // its timeouts
    }
  }
}

Result<std::vector<NetworkAddress>> HostLookup::find(const std::string& name, SteadyTime deadline) {
  auto known = hosts_->find(lower_case(name));
  if (known != hosts_->end()) return known->second;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_flags = ARES_AI_NOSORT;
  FoundAddresses found;
  ares_getaddrinfo(channel_.get(), name.c_str(), nullptr, &hints, take_addresses, &found);
  run_until(deadline, found.done);
  if (found.status != ARES_SUCCESS) {
    bool late = found.status == ARES_ECANCELLED || found.status == ARES_ETIMEOUT;
    return not_found_in_dns(name,
                            late ? "DNS did not answer in time" : ares_strerror(found.status));
  }
  if (found.addresses.empty()) return not_found_in_dns(name, "it has none");
  if (found.addresses.size() > kMostAddresses) {
    return not_found_in_dns(
        name, fmt::format("it has {}; the limit is {}", found.addresses.size(), kMostAddresses));
  }
  return std::move(found.addresses);
}

}  // namespace glovebox
