// One request with libcurl, under the rules of outbound.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "outbound/host_lookup.h"
#include "outbound/outbound.h"
#include "outbound/sender_options.h"

struct x509_store_st;

namespace glovebox {

// The trusted certificate authorities, read before the process is sealed. Threads: any.
class TrustStore {
 public:
  // The system's and `more` (PEM). kValidation where `more` has no certificate or a malformed one.
  static Result<TrustStore> load(const std::string& more);
  // Of the system's; empty: this machine has none, and https works only with `more`.
  const std::string& bundle() const { return bundle_; }
  x509_store_st* get() const { return store_.get(); }

 private:
  struct Free {
    void operator()(x509_store_st* store) const;
  };
  std::string bundle_;
  std::unique_ptr<x509_store_st, Free> store_;
};

// Call once in the process, before it is sealed and has threads.
Result<void> prepare_https();

// What a URL means, as libcurl reads it.
struct UrlParts {
  std::string scheme;          // "https" or "http"
  std::string host;            // lower case; an IPv6 address without brackets
  std::string port;            // always there
  std::string origin() const;  // "https://host:port"
};
// kValidation for anything but an absolute http(s) URL in ASCII without user and fragment.
Result<UrlParts> parse_outbound_url(const std::string& url);

// The addresses to which a request to `url` may connect; kForbidden where the rules of outbound.h
// refuse one of `found`.
Result<void> check_addresses(const UrlParts& url, const std::vector<NetworkAddress>& found,
                             const SenderOptions& options);

// Blocks until the answer, the timeout or a failure. One thread for each HostLookup.
Result<OutboundAnswer> perform_call(const OutboundRequest& request, const SenderOptions& options,
                                    const TrustStore& trust, HostLookup& lookup);

}  // namespace glovebox
