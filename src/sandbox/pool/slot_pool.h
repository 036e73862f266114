// The server's side of the slots: sends each run to an idle slot, receives how it ends, and detects
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
  // Called once, when no slot will be created any more, or there was none for `outage_patience`.
  // `why` is for operators.
  std::function<void(const std::string& why)> on_lost = [](const std::string&) {};
  // A slot reports its job's usage twice a second. A slot that has a run and sends nothing during
  // `most_silent_looks` consecutive checks is replaced.
  std::chrono::milliseconds look_every = std::chrono::seconds(5);
  int most_silent_looks = 12;
  std::chrono::seconds longest_silence() const {
    return std::chrono::ceil<std::chrono::seconds>(look_every * most_silent_looks);
  }
  // How long there may be no ready slot before that is an outage; a slot that died is normally
  // replaced much sooner.
  std::chrono::milliseconds outage_after = std::chrono::seconds(1);
  std::chrono::milliseconds outage_patience = std::chrono::minutes(5);
};

// `control`: on which replacements of dead slots arrive. `slots`: the slots that are ready.
std::unique_ptr<Sandbox> make_slot_pool(boost::asio::io_context& loop, UniqueFd control,
                                        std::vector<UniqueFd> slots, IsolationReport report,
                                        SlotPoolOptions options = {});

}  // namespace glovebox
