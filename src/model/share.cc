#include "model/share.h"

#include "base/random.h"
#include "base/sha256.h"

namespace glovebox {
namespace {

constexpr std::string_view kShareTokenPrefix = "gbs_";
constexpr std::size_t kShareTokenLength = kShareTokenPrefix.size() + 22;

boost::json::value subject_or_null(const Share& share, std::string_view prefix) {
  if (!share.subject.starts_with(prefix)) return nullptr;
  return boost::json::value(share.subject);
}

}  // namespace

ShareId new_share_id() {
  return ShareId(random_id("shr_"));
}

std::string new_share_token() {
  return random_id(kShareTokenPrefix);
}

bool is_share_token(std::string_view text) {
  return text.size() == kShareTokenLength && text.starts_with(kShareTokenPrefix) &&
         text.find_first_not_of(kIdAlphabet, kShareTokenPrefix.size()) == std::string_view::npos;
}

std::string hash_of_share_token(std::string_view token) {
  Sha256 hash;
  hash.update(token);
  return hash.finish();
}

boost::json::object to_json(const Share& share) {
  boost::json::object object;
  object["shareId"] = share.id.str();
  object["jobId"] = subject_or_null(share, "job_");
  object["checkupId"] = subject_or_null(share, "chk_");
  object["createdAt"] = format_rfc3339(share.created_at);
  object["expiresAt"] = format_rfc3339(share.expires_at);
  return object;
}

}  // namespace glovebox
