// Share: a link that lets anyone who has it read one job or one check-up.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"

namespace glovebox {

using ShareId = StrongId<struct ShareIdTag>;
ShareId new_share_id();

struct Share {
  ShareId id;
  ClientId owner;
  std::string subject;     // "job_…" or "chk_…"
  std::string token_hash;  // SHA-256, lower-case hex; the token itself is not kept
  WallTime created_at;
  WallTime expires_at;

  bool has_expired(WallTime now) const { return expires_at <= now; }
};

// "gbs_" and 22 characters of [0-9A-Za-z], from the kernel's random generator: 130 random bits, so
// that a plain SHA-256 can be neither reversed nor guessed.
std::string new_share_token();
// Whether `text` has that form.
bool is_share_token(std::string_view text);
std::string hash_of_share_token(std::string_view token);

// `Share` of the HTTP API, without its token.
boost::json::object to_json(const Share& share);

}  // namespace glovebox
