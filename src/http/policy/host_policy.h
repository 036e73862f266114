// Host and Origin: the names that requests may be addressed to, and the pages that they may come
// from. Against DNS rebinding (a foreign name that resolves to our address) and cross-site
// requests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/wire/request_head.h"

namespace glovebox {

struct HostOptions {
  bool bound_to_loopback = true;
  std::vector<std::string> allowed_hosts;  // NAME or NAME:PORT
  std::string public_url;
};

class HostPolicy {
 public:
  // kValidation if an option is malformed.
  static Result<HostPolicy> make(const HostOptions& options);

  // `authority`: of a target in absolute form, which then replaces Host; otherwise empty. A request
  // without Host, as HTTP/1.0 allows, is accepted: browsers always send it, and only browsers are
  // led here by foreign names. Its Origin, if it has one, must be that of public_url. kForbidden
  // states which header is foreign, kValidation that it is malformed.
  Result<void> check(const RequestHead& head, std::string_view authority) const;

 private:
  // port 0: any.
  struct HostPort {
    std::string host;  // lower case, IPv6 in brackets
    int port = 0;
    bool operator==(const HostPort&) const = default;
  };
  struct Origin {
    std::string scheme;
    HostPort at;  // the port never 0
    bool operator==(const Origin&) const = default;
  };

  static Result<HostPort> parse_host_port(std::string_view text);
  static Result<Origin> parse_origin(std::string_view text);
  bool is_allowed_host(const HostPort& host) const;
  // `host`: the address of the request; null if it has none.
  Result<void> check_origin(std::string_view origin, const HostPort* host) const;

  std::vector<HostPort> hosts_;
  bool any_host_ = false;
  std::vector<Origin> public_origin_;  // none or one
};

}  // namespace glovebox
