// Error: our failure or the caller's, never the tool's. How a tool ended is an Outcome
// (model/outcome.h).
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace glovebox {

// One kind per answer that a transport gives; the HTTP status follows from the kind alone.
enum class ErrorKind {
  kValidation,          // malformed request, or a bad field: details name it
  kUser,                // well formed, cannot be served
  kConflict,            // cannot be served in the present state, such as a tool that is unavailable
  kUnprocessable,       // understood and refused, such as a hostile archive
  kAuthentication,      // a key is required and is missing or wrong
  kForbidden,           // foreign Host or Origin
  kNotFound,            // no such thing, or it belongs to someone else
  kMethodNotAllowed,    // the route exists, the method does not
  kPayloadTooLarge,     // over the upload limit
  kUriTooLong,          // request target over its limit
  kHeadersTooLarge,     // header section over its limit
  kUnsupportedMedia,    // a Content-Type that the route does not take
  kPreconditionFailed,  // If-Match names another state
  kRangeNotSatisfiable,  // a byte range outside of the content; details: "observed", its size
  kRequestTimeout,       // the peer took longer than a deadline
  kRateLimit,            // the client's quota; retry_after says when
  kQueueFull,            // the queue is full or the server is draining; retry_after says when
  kInternal,             // our fault
};

// The name of the kind as clients see it, such as "ValidationError".
std::string_view error_type(ErrorKind kind);

class Error {
 public:
  // Only for containers and boost::system::result, which want one.
  Error() = default;
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  // A failed system call: "CALL: WHAT: strerror". Kept as kInternal until someone knows better.
  static Error from_errno(std::string_view call, std::string_view what, int errno_value);

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  // Names of the field, limit, configured and observed value; empty when there is nothing to add.
  const boost::json::object& details() const { return details_; }
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
  // The errno behind a failed system call, else 0.
  int errno_value() const { return errno_value_; }

  // Each returns the error itself, so that they chain on a temporary.
  Error&& with(std::string_view key, boost::json::value value) &&;
  Error&& with(std::string_view key, std::string_view text) &&;
  Error&& with(std::string_view key, const char* text) && {
    return std::move(*this).with(key, std::string_view(text));
  }
  Error&& with(std::string_view key, const std::string& text) && {
    return std::move(*this).with(key, std::string_view(text));
  }
  Error&& with_retry_after(std::chrono::seconds after) &&;
  // Puts "context: " before the message, for the way up.
  Error&& with_context(std::string_view context) &&;
  Error&& with_kind(ErrorKind kind) &&;
  // For errors of libraries that have a system call's meaning, such as ENOSPC.
  Error&& with_errno(int errno_value) &&;
  Error&& with_message(std::string message) &&;

 private:
  ErrorKind kind_ = ErrorKind::kInternal;
  std::string message_;
  boost::json::object details_;
  std::optional<std::chrono::seconds> retry_after_;
  int errno_value_ = 0;
};

// What an errno means, for people: strerror(3), and a name for what the C library has none for.
std::string errno_text(int errno_value);

inline Error validation_error(std::string message) {
  return Error(ErrorKind::kValidation, std::move(message));
}
inline Error internal_error(std::string message) {
  return Error(ErrorKind::kInternal, std::move(message));
}
inline Error not_found(std::string message) {
  return Error(ErrorKind::kNotFound, std::move(message));
}

}  // namespace glovebox
