// Result<T>: a value or an Error. Reading the value of a failed Result throws ResultError, which is
// a bug in the caller and is never caught by name.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>

#include "base/error.h"

namespace glovebox {

class ResultError : public std::logic_error {
 public:
  explicit ResultError(const Error& error) : std::logic_error(error.message()) {}
};

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
  throw ResultError(error);
}

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
  using Base = boost::system::result<T, Error>;

 public:
  using Base::Base;
  using value_type = T;
};

template <>
class [[nodiscard]] Result<void> : public boost::system::result<void, Error> {
  using Base = boost::system::result<void, Error>;

 public:
  using Base::Base;
  using value_type = void;
};

inline Result<void> ok() {
  return {};
}

}  // namespace glovebox

#define GB_CONCAT_INNER(a, b) a##b
#define GB_CONCAT(a, b) GB_CONCAT_INNER(a, b)

// GB_TRY(auto x, f()): declares x from the value of f(), or returns its error.
#define GB_TRY(declaration, expression) \
  GB_TRY_IMPL(return, GB_CONCAT(gb_result_, __LINE__), declaration, expression)
// The same inside a coroutine. Keep braces and capturing lambdas out of a co_await expression.
#define GB_CO_TRY(declaration, expression) \
  GB_TRY_IMPL(co_return, GB_CONCAT(gb_result_, __LINE__), declaration, expression)
#define GB_TRY_IMPL(ret, name, declaration, expression) \
  auto&& name = (expression);                           \
  if (name.has_error()) ret std::move(name).error();    \
  declaration = std::move(name).value()

// GB_TRY_VOID(f()): returns the error of f(), if it has one.
#define GB_TRY_VOID(expression)                                     \
  do {                                                              \
    auto&& gb_result = (expression);                                \
    if (gb_result.has_error()) return std::move(gb_result).error(); \
  } while (false)
#define GB_CO_TRY_VOID(expression)                                     \
  do {                                                                 \
    auto&& gb_result = (expression);                                   \
    if (gb_result.has_error()) co_return std::move(gb_result).error(); \
  } while (false)
