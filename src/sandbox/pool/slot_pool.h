// The server's side of the slots: hands each run to an idle one, receives how it ends, and notices
// slots that hang.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "sandbox/sandbox.h"

namespace glovebox {

struct SlotPoolOptions {
  // Called once, when no slot will be made any more, or none was for `outage_patience`. `why` is
  // for operators.
  std::function<void(const std::string& why)> on_lost = [](const std::string&) {};
  // A slot says what its job uses twice a second. One that has a run and says nothing for
  // `most_silent_looks` looks in a row is given up.
  std::chrono::milliseconds look_every = std::chrono::seconds(5);
  int most_silent_looks = 12;
  std::chrono::seconds longest_silence() const {
    return std::chrono::ceil<std::chrono::seconds>(look_every * most_silent_looks);
  }
  // How long no slot may stand before that is an outage: one that died is replaced much sooner.
  std::chrono::milliseconds outage_after = std::chrono::seconds(1);
  std::chrono::milliseconds outage_patience = std::chrono::minutes(5);
};

// `control`: where replacements of slots that died arrive. `slots`: those that stand.
std::unique_ptr<Sandbox> make_slot_pool(boost::asio::io_context& loop, UniqueFd control,
                                        std::vector<UniqueFd> slots, IsolationReport report,
                                        SlotPoolOptions options = {});

}  // namespace glovebox
