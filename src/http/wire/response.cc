#include "http/wire/response.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <ctime>

#include "base/log.h"
#include "base/log_event.h"
#include "http/wire/utf8.h"
#include "model/json.h"

namespace glovebox {
namespace {

// For clients that are told to retry, if no time is known.
constexpr std::chrono::seconds kDefaultRetryAfter{5};
// Most heads are shorter.
constexpr std::size_t kUsualHead = 768;

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  std::size_t begin = head.size();
  head.append(value);
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::replace_if(head.begin() + static_cast<std::ptrdiff_t>(begin), head.end(), is_control, ' ');
  head += "\r\n";
}

// A field of ours, which has no control characters.
void append_own(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

// Recomputed once a second.
const std::string& http_date() {
  thread_local std::time_t made_at = -1;
  thread_local std::string made;
  std::time_t now = std::time(nullptr);
  if (now == made_at) return made;
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  made.assign(text, size);
  made_at = now;
  return made;
}

bool has_field(const HttpResponse& response, std::string_view name) {
  for (const HeaderField& field : response.fields) {
    if (equal_ignoring_case(field.name, name)) return true;
  }
  return false;
}

// Restrictions on browsers for our responses, which include artifacts of hostile projects.
constexpr std::pair<std::string_view, std::string_view> kSecurityFields[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy",
     "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

Error told_to_clients(const Error& error, std::string_view request_id) {
  if (error.kind() != ErrorKind::kInternal) return error;
  LogEvent event("request-failed");
  event.request(request_id).with("error", error.message());
  event.text("request " + std::string(request_id) + " failed: " + escape_for_log(error.message()));
  event.write(spdlog::level::err);
  return internal_error(
             "Internal server error. Search the server's log for the request "
             "id.")
      .with("requestId", request_id);
}

}  // namespace

HttpResponse json_response(int status, const boost::json::object& body) {
  HttpResponse response;
  response.status = status;
  response.fields.push_back({"Content-Type", "application/json"});
  response.body = with_valid_utf8(boost::json::serialize(body));
  return response;
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kValidation:
    case ErrorKind::kUser:
      return 400;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kUnprocessable:
      return 422;
    case ErrorKind::kAuthentication:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kMethodNotAllowed:
      return 405;
    case ErrorKind::kPayloadTooLarge:
      return 413;
    case ErrorKind::kUriTooLong:
      return 414;
    case ErrorKind::kHeadersTooLarge:
      return 431;
    case ErrorKind::kRequestTimeout:
      return 408;
    case ErrorKind::kUnsupportedMedia:
      return 415;
    case ErrorKind::kPreconditionFailed:
      return 412;
    case ErrorKind::kRangeNotSatisfiable:
      return 416;
    case ErrorKind::kRateLimit:
      return 429;
    case ErrorKind::kQueueFull:
      return 503;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

HttpResponse error_response(const Error& error, std::string_view request_id) {
  HttpResponse response =
      json_response(http_status(error.kind()), to_json(told_to_clients(error, request_id)));
  if (response.status == 429 || response.status == 503) {
    auto after = error.retry_after().value_or(kDefaultRetryAfter);
    response.fields.push_back({"Retry-After", std::to_string(after.count())});
  }
  if (response.status == 401) {
    const auto* reason = error.details().if_contains("reason");
    bool missing = reason != nullptr && *reason == "missing";
    response.fields.push_back(
        {"WWW-Authenticate", missing ? "Bearer" : "Bearer error=\"invalid_token\""});
  }
  const auto* size = error.details().if_contains("observed");
  if (response.status == 416 && size != nullptr) {
    response.fields.push_back({"Content-Range", "bytes */" + boost::json::serialize(*size)});
  }
  const auto* allowed = error.details().if_contains("allowed");
  if (response.status == 405 && allowed != nullptr && allowed->is_string()) {
    response.fields.push_back({"Allow", std::string(allowed->as_string())});
  }
  return response;
}

std::string serialize_head(const HttpResponse& response, const ResponseTraits& traits) {
  namespace http = boost::beast::http;
  std::string head;
  head.reserve(kUsualHead);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(std::string_view(http::obsolete_reason(http::int_to_status(response.status))));
  head += "\r\n";
  append_own(head, "Date", http_date());
  append_own(head, "X-Request-Id", traits.request_id);
  append_own(head, "Connection", traits.keep_alive ? "keep-alive" : "close");
  for (const HeaderField& field : response.fields) append_field(head, field.name, field.value);
  for (const auto& [name, value] : kSecurityFields) {
    if (!has_field(response, name)) append_own(head, name, value);
  }
  if (traits.chunked) {
    append_own(head, "Transfer-Encoding", "chunked");
  } else if (response.status != 204 && response.status != 304 && !response.stream) {
    append_own(head, "Content-Length", std::to_string(response.content_length()));
  }
  head += "\r\n";
  return head;
}

}  // namespace glovebox
