// The server's side of the slots: hands each run to an idle one, and hears how it ends.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "base/unique_fd.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// `control`: where replacements of slots that died arrive. `slots`: those that stand. `on_lost` is
// called when nothing replaces them any more.
std::unique_ptr<Sandbox> make_slot_pool(
    boost::asio::io_context& loop, UniqueFd control, std::vector<UniqueFd> slots,
    IsolationReport report, std::function<void()> on_lost = [] {});

}  // namespace glovebox
