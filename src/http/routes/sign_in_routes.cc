// Signing in and out with OpenID Connect, and who the caller is.
#include <boost/json/object.hpp>

#include "http/http_options.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/wire/audit.h"
#include "http/wire/cookies.h"
#include "http/wire/session_cookie.h"
#include "sign_in/sign_in.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kPendingCookie = "glovebox_sign_in";
constexpr std::string_view kSignInPath = "/auth/sign-in";
constexpr std::string_view kSignOutPath = "/auth/sign-out";

// As the browser reaches this server. Host has been checked.
std::string origin_of(const Exchange& exchange) {
  std::string url = exchange.options.public_url;
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty()) return url;
  const std::string* host = exchange.request.head.find("Host");
  return "http://" + (host == nullptr ? std::string("localhost") : *host);
}

CookieTraits cookie_traits(const HttpOptions& options, std::string_view path,
                           std::chrono::seconds max_age) {
  return {path, max_age, options.public_url.starts_with("https://")};
}

HttpResponse redirect(const std::string& location) {
  HttpResponse response;
  response.status = 303;
  response.fields = {{"Location", location}, {"Cache-Control", "no-store"}};
  return response;
}

std::string parameter_of(const RequestTarget& target, std::string_view name) {
  const std::string* value = target.find(name);
  return value == nullptr ? std::string() : *value;
}

Awaitable<Result<HttpResponse>> get_sign_in(Exchange& exchange, SignIn& sign_in) {
  std::string callback = origin_of(exchange) + "/auth/callback";
  std::string return_to = parameter_of(exchange.request.target, "return");
  auto beginning = sign_in.begin(std::move(callback), std::move(return_to));
  GB_CO_TRY(SignIn::Begun begun, co_await std::move(beginning));
  HttpResponse response = redirect(begun.location);
  CookieTraits traits = cookie_traits(exchange.options, "/auth", SignIn::kPatience);
  response.fields.push_back(set_cookie(kPendingCookie, begun.cookie, traits));
  co_return response;
}

Awaitable<Result<HttpResponse>> get_callback(Exchange& exchange, SignIn& sign_in) {
  const RequestTarget& target = exchange.request.target;
  SignIn::Callback callback;
  callback.state = parameter_of(target, "state");
  callback.code = parameter_of(target, "code");
  callback.issuer = parameter_of(target, "iss");
  callback.cookie = cookie_in(exchange.request.head, kPendingCookie);
  callback.redirect_uri = origin_of(exchange) + "/auth/callback";
  auto finishing = sign_in.finish(std::move(callback));
  Result<SignIn::Done> done = co_await std::move(finishing);
  if (done.has_error()) {
    LogEvent event = audit_event(exchange.request, "audit-sign-in-refused");
    if (const auto* reason = done.error().details().if_contains("reason")) {
      event.with("reason", std::string_view(reason->as_string()));
    }
    audit(exchange.options, event.with("error", done.error().message()));
    co_return std::move(done).error();
  }
  audit(exchange.options, audit_event(exchange.request, "audit-sign-in")
                              .client(SignIn::client_of(done->person).str())
                              .with("name", done->person.name));
  HttpResponse response = redirect(done->return_to);
  auto ttl = std::chrono::floor<std::chrono::seconds>(sign_in.session_ttl());
  CookieTraits session = cookie_traits(exchange.options, "/", ttl);
  CookieTraits gone = cookie_traits(exchange.options, "/auth", std::chrono::seconds(0));
  response.fields.push_back(set_cookie(session_cookie(exchange.options), done->session, session));
  response.fields.push_back(set_cookie(kPendingCookie, "", gone));
  co_return response;
}

Awaitable<Result<HttpResponse>> post_sign_out(Exchange& exchange, SignIn& sign_in) {
  std::string word = cookie_in(exchange.request.head, session_cookie(exchange.options));
  if (const Person* person = sign_in.find(word)) {
    audit(exchange.options,
          audit_event(exchange.request, "audit-sign-out").client(SignIn::client_of(*person).str()));
  }
  sign_in.end(word);
  HttpResponse response;
  response.status = 204;
  CookieTraits gone = cookie_traits(exchange.options, "/", std::chrono::seconds(0));
  response.fields.push_back(set_cookie(session_cookie(exchange.options), "", gone));
  co_return response;
}

Awaitable<Result<HttpResponse>> get_session(Exchange& exchange) {
  const HttpRequest& request = exchange.request;
  SignIn* sign_in = exchange.options.sign_in;
  const Person* person = nullptr;
  if (sign_in != nullptr) {
    person = sign_in->find(cookie_in(request.head, session_cookie(exchange.options)));
  }
  bool by_sign_in = person != nullptr && SignIn::client_of(*person) == request.client;
  json::object body;
  body["client"] = request.client.str();
  body["name"] = nullptr;
  std::string_view client = request.client.str();
  if (by_sign_in) body["name"] = person->name;
  if (client.starts_with("user:")) body["name"] = std::string(client.substr(5));
  if (client.starts_with("key:")) body["name"] = std::string(client.substr(4));
  body["signInUrl"] = nullptr;
  body["signOutUrl"] = nullptr;
  if (sign_in != nullptr && !by_sign_in) body["signInUrl"] = std::string(kSignInPath);
  if (by_sign_in) body["signOutUrl"] = std::string(kSignOutPath);
  co_return json_response(200, body);
}

}  // namespace

void add_session_routes(Router& router, SignIn* sign_in) {
  auto session = [](Exchange& exchange) { return get_session(exchange); };
  router.add("GET", "/api/session", session, Access::kWelcome);
  if (sign_in == nullptr) return;
  router.add("GET", kSignInPath, with(get_sign_in, *sign_in), Access::kOpen);
  router.add("GET", "/auth/callback", with(get_callback, *sign_in), Access::kOpen);
  router.add("POST", kSignOutPath, with(post_sign_out, *sign_in), Access::kOpen);
}

}  // namespace glovebox
