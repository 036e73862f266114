// The coroutine type of all asynchronous functions. See docs/hacking.md: no `{` and no capturing
// lambda inside a co_await expression, because g++ 12 miscompiles the temporaries.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace glovebox {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace glovebox
