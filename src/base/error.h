// Error: a failure of Glovebox or of the caller, never of the tool. How a tool ended is an Outcome
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

// One kind per response of a transport. The HTTP status depends only on the kind.
enum class ErrorKind {
  kValidation,           // malformed request, or an invalid field, which details name
  kUser,                 // well formed, but cannot be served
  kConflict,             // cannot be served in the current state, such as an unavailable tool
  kUnprocessable,        // understood but refused, such as a hostile archive
  kAuthentication,       // a key is required and is missing or wrong
  kForbidden,            // unknown Host or Origin
  kNotFound,             // not found, or owned by another client
  kMethodNotAllowed,     // the route exists, but not with this method
  kPayloadTooLarge,      // over the upload limit
  kUriTooLong,           // request target over its limit
  kHeadersTooLarge,      // header section over its limit
  kUnsupportedMedia,     // a Content-Type that the route does not accept
  kPreconditionFailed,   // If-Match does not match
  kRangeNotSatisfiable,  // a byte range outside the content; details: "observed", its size
  kRequestTimeout,       // the peer exceeded a deadline
  kRateLimit,            // the client's quota is used up; see retry_after
  kQueueFull,            // the queue is full or the server is draining; see retry_after
  kInternal,             // our fault
};

// The name of the kind as clients see it, such as "ValidationError".
std::string_view error_type(ErrorKind kind);

class Error {
 public:
  // Only for containers and boost::system::result, which require it.
  Error() = default;
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  // A failed system call: "CALL: WHAT: strerror". kInternal, unless a caller changes the kind.
  static Error from_errno(std::string_view call, std::string_view what, int errno_value);

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  // The field, limit, configured and observed value; may be empty.
  const boost::json::object& details() const { return details_; }
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
  // The errno behind a failed system call, else 0.
  int errno_value() const { return errno_value_; }

  // Each returns the error itself, so that calls can be chained on a temporary.
  Error&& with(std::string_view key, boost::json::value value) &&;
  Error&& with(std::string_view key, std::string_view text) &&;
  Error&& with(std::string_view key, const char* text) && {
    return std::move(*this).with(key, std::string_view(text));
  }
  Error&& with(std::string_view key, const std::string& text) && {
    return std::move(*this).with(key, std::string_view(text));
  }
  Error&& with_retry_after(std::chrono::seconds after) &&;
  // Prepends "context: " to the message.
  Error&& with_context(std::string_view context) &&;
  Error&& with_kind(ErrorKind kind) &&;
  // For library errors that correspond to a system call's errno, such as ENOSPC.
  Error&& with_errno(int errno_value) &&;
  Error&& with_message(std::string message) &&;

 private:
  ErrorKind kind_ = ErrorKind::kInternal;
  std::string message_;
  boost::json::object details_;
  std::optional<std::chrono::seconds> retry_after_;
  int errno_value_ = 0;
};

// The text of an errno: strerror(3), plus names that the C library does not have.
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
