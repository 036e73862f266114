// What clients see of Glovebox's own failures: a readable message without internal details.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/result.h"

namespace glovebox {

// Logs a kInternal error in full and replaces it by "WHAT: an internal fault…"; other errors pass.
inline Error public_error(std::string_view what, Error error) {
  if (error.kind() != ErrorKind::kInternal) return error;
  spdlog::error("{}: {}", what, escape_for_log(error.message()));
  return internal_error(std::string(what) +
                        ": an internal fault; the server's log has the details");
}

template <class T>
Result<T> public_error(std::string_view what, Result<T> result) {
  if (result.has_error()) return public_error(what, std::move(result).error());
  return result;
}

}  // namespace glovebox
