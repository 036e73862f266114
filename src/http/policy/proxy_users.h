// ProxyUsers: people whom a trusted proxy in front of the server has signed in, and whose name it
// sends in a header field.
//
// The field counts only from a peer that is a trusted proxy; the caller checks that. The proxy must
// set or remove the field in every request, because what its clients send would otherwise pass
// through. A field that is there twice is refused: the proxy then added its own to a client's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/wire/request_head.h"
#include "model/ids.h"

namespace glovebox {

class ProxyUsers {
 public:
  static constexpr std::size_t kLongestUser = 128;

  // Empty: none. kValidation where `header` is no field name, or one with a meaning of its own.
  static Result<ProxyUsers> make(std::string header);

  bool asks() const { return !header_.empty(); }
  const std::string& header() const { return header_; }
  // "user:NAME". Nothing where the field is missing or empty. kAuthentication where it is there
  // more than once, or is no name: printable ASCII without spaces, commas, quotes and backslashes.
  Result<std::optional<ClientId>> user(const RequestHead& head) const;

 private:
  std::string header_;
};

}  // namespace glovebox
