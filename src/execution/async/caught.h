// caught: converts an exception of a coroutine to an Error, for work that must continue after it.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "base/awaitable.h"
#include "base/result.h"

namespace glovebox {

inline Error exception_error(const std::exception& thrown) {
  return internal_error(std::string("an exception: ") + thrown.what());
}

template <class T>
Awaitable<Result<T>> caught(Awaitable<Result<T>> inner) {
  Error error;
  try {
    co_return co_await std::move(inner);
  } catch (const std::exception& thrown) {
    error = exception_error(thrown);
  }
  co_return error;
}

inline Awaitable<Result<void>> caught(Awaitable<void> inner) {
  Error error;
  try {
    co_await std::move(inner);
    co_return ok();
  } catch (const std::exception& thrown) {
    error = exception_error(thrown);
  }
  co_return error;
}

}  // namespace glovebox
