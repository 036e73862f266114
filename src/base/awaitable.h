// The coroutine type of everything that waits. See docs/hacking.md: no `{` and no capturing lambda
// inside a co_await expression, since g++ 12 miscompiles the temporaries.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace glovebox {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace glovebox
