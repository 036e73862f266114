// Links to jobs and check-ups: create, list, revoke. What a link can read is served by the routes
// with Access::kShared.
#include <boost/json/array.hpp>

#include "execution/shares.h"
#include "http/http_options.h"
#include "http/routes/json_body.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/routes/submission.h"
#include "http/wire/audit.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::size_t kShareBody = 4 << 10;

Result<std::chrono::milliseconds> parse_share_body(std::string_view text) {
  if (text.empty()) return kUsualShare;
  GB_TRY(auto object, parse_json_object(text));
  JsonFields fields(std::move(object));
  GB_TRY(auto expires_in, fields.optional_integer("expiresInMs"));
  GB_TRY_VOID(fields.refuse_unknown());
  if (!expires_in) return kUsualShare;
  return std::chrono::milliseconds(*expires_in);
}

// "/api/jobs/chk_…" names nothing.
Result<std::string> subject_of(const Exchange& exchange) {
  const std::string& id = exchange.parameter("id");
  bool of_checkups = exchange.request.target.segments[1] == "checkups";
  if (id.starts_with("chk_") == of_checkups) return id;
  return not_found("no " + std::string(of_checkups ? "check-up" : "job") + " has this id");
}

Awaitable<Result<HttpResponse>> post_share(Exchange& exchange, Shares& shares) {
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  GB_CO_TRY(std::string text, co_await read_text(exchange, kShareBody, memory));
  if (!text.empty()) GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  GB_CO_TRY(std::chrono::milliseconds lifetime, parse_share_body(text));
  GB_CO_TRY(std::string subject, subject_of(exchange));
  auto creating = shares.create(exchange.request.client, subject, lifetime);
  GB_CO_TRY(NewShare made, co_await std::move(creating));
  audit(exchange.options, audit_event(exchange.request, "audit-share")
                              .with("share", made.share.id.str())
                              .with("subject", subject)
                              .with("expires", format_rfc3339(made.share.expires_at)));
  json::object body = to_json(made.share);
  body["token"] = made.token;
  body["path"] = "/shared/" + subject + "#share=" + made.token;
  HttpResponse response = json_response(201, body);
  response.fields.push_back({"Cache-Control", "no-store"});
  co_return response;
}

HttpResponse list_response(const std::vector<Share>& found) {
  json::array list;
  for (const Share& share : found) list.push_back(to_json(share));
  json::object body;
  body["shares"] = std::move(list);
  return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_shares_of(Exchange& exchange, Shares& shares) {
  GB_CO_TRY(std::string subject, subject_of(exchange));
  auto listing = shares.list_of(exchange.request.client, std::move(subject));
  GB_CO_TRY(std::vector<Share> found, co_await std::move(listing));
  co_return list_response(found);
}

Awaitable<Result<HttpResponse>> get_shares(Exchange& exchange, Shares& shares) {
  co_return list_response(shares.list(exchange.request.client));
}

Awaitable<Result<HttpResponse>> delete_share_link(Exchange& exchange, Shares& shares) {
  std::string id = exchange.parameter("id");
  auto revoking = shares.revoke(exchange.request.client, ShareId(id));
  GB_CO_TRY_VOID(co_await std::move(revoking));
  audit(exchange.options, audit_event(exchange.request, "audit-unshare").with("share", id));
  HttpResponse response;
  response.status = 204;
  co_return response;
}

}  // namespace

void add_share_routes(Router& router, Shares& shares) {
  router.add("POST", "/api/jobs/{id}/share", with(post_share, shares));
  router.add("GET", "/api/jobs/{id}/share", with(get_shares_of, shares));
  router.add("POST", "/api/checkups/{id}/share", with(post_share, shares));
  router.add("GET", "/api/checkups/{id}/share", with(get_shares_of, shares));
  router.add("GET", "/api/shares", with(get_shares, shares));
  router.add("DELETE", "/api/shares/{id}", with(delete_share_link, shares));
}

}  // namespace glovebox
