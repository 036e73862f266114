#include "base/error.h"

#include <cstring>

namespace glovebox {

std::string_view error_type(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kValidation:
    case ErrorKind::kUnsupportedMedia:
    case ErrorKind::kRangeNotSatisfiable:
      return "ValidationError";
    case ErrorKind::kUser:
    case ErrorKind::kConflict:
    case ErrorKind::kUnprocessable:
    case ErrorKind::kUriTooLong:
    case ErrorKind::kHeadersTooLarge:
    case ErrorKind::kRequestTimeout:
    case ErrorKind::kPreconditionFailed:
      return "UserError";
    case ErrorKind::kAuthentication:
      return "AuthenticationError";
    case ErrorKind::kForbidden:
      return "ForbiddenError";
    case ErrorKind::kNotFound:
    case ErrorKind::kMethodNotAllowed:
      return "NotFoundError";
    case ErrorKind::kPayloadTooLarge:
      return "PayloadTooLargeError";
    case ErrorKind::kRateLimit:
      return "RateLimitError";
    case ErrorKind::kQueueFull:
      return "QueueFullError";
    case ErrorKind::kInternal:
      return "InternalError";
  }
  return "InternalError";
}

std::string errno_text(int errno_value) {
  // A kernel-internal value, defined in linux/errno.h but not for programs. seccomp(2) still
  // returns it.
  constexpr int kEnotsupp = 524;
  if (errno_value == kEnotsupp) return "ENOTSUPP: not supported by the kernel now (error 524)";
  return std::strerror(errno_value);
}

Error Error::from_errno(std::string_view call, std::string_view what, int errno_value) {
  std::string message(call);
  if (!what.empty()) message.append(": ").append(what);
  message.append(": ").append(errno_text(errno_value));
  Error error(ErrorKind::kInternal, std::move(message));
  error.errno_value_ = errno_value;
  return error;
}

Error&& Error::with(std::string_view key, boost::json::value value) && {
  details_[boost::json::string_view(key.data(), key.size())] = std::move(value);
  return std::move(*this);
}

Error&& Error::with(std::string_view key, std::string_view text) && {
  return std::move(*this).with(
      key, boost::json::value(boost::json::string_view(text.data(), text.size())));
}

Error&& Error::with_retry_after(std::chrono::seconds after) && {
  retry_after_ = after;
  return std::move(*this);
}

Error&& Error::with_context(std::string_view context) && {
  message_ = std::string(context) + ": " + message_;
  return std::move(*this);
}

Error&& Error::with_kind(ErrorKind kind) && {
  kind_ = kind;
  return std::move(*this);
}

Error&& Error::with_errno(int errno_value) && {
  errno_value_ = errno_value;
  return std::move(*this);
}

Error&& Error::with_message(std::string message) && {
  message_ = std::move(message);
  return std::move(*this);
}

}  // namespace glovebox
