// The test has the other ends of a slot pool's sockets and acts as the slots and the launcher.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/os.h"
#include "sandbox/launcher/launcher_protocol.h"
#include "sandbox/pool/slot_pool.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {

// One call of start() and its result.
struct Started {
  std::unique_ptr<SandboxRun> run;
  std::optional<Result<SandboxResult>> end;
  int ends = 0;
};

class SlotPoolFixture : public testing::Test {
 protected:
  boost::asio::io_context loop_;
  std::vector<UniqueFd> slots_;  // the slots' ends
  UniqueFd launcher_;            // the launcher's end
  SlotPoolOptions options_;
  std::unique_ptr<Sandbox> sandbox_;

  void make_pool(std::size_t count = 1) {
    std::vector<UniqueFd> ends;
    for (std::size_t i = 0; i < count; ++i) {
      auto pair = os::seqpacket_pair().value();
      ends.push_back(std::move(pair.first));
      slots_.push_back(std::move(pair.second));
    }
    auto control = os::seqpacket_pair().value();
    launcher_ = std::move(control.second);
    IsolationReport report;
    report.tier = Tier::kNamespaces;
    sandbox_ = make_slot_pool(loop_, std::move(control.first), std::move(ends), std::move(report),
                              options_);
  }

  static ValidSpec spec(const std::string& program = "true") {
    SandboxSpec spec;
    spec.argv = {program};
    return ValidSpec::validate(std::move(spec)).value();
  }

  std::shared_ptr<Started> start(const std::string& program = "true", SandboxStreams streams = {}) {
    auto started = std::make_shared<Started>();
    started->run = sandbox_->start(spec(program), std::move(streams),
                                   [started = started.get()](Result<SandboxResult> result) {
                                     ++started->ends;
                                     started->end = std::move(result);
                                   });
    EXPECT_EQ(started->ends, 0) << "called from inside start()";
    return started;
  }

  // Runs everything that is ready; a pool that waits keeps the loop from ending.
  void pump() {
    loop_.restart();
    while (loop_.poll() > 0) loop_.restart();
  }

  Packet take(std::size_t slot = 0) {
    pump();
    return receive_packet(slots_[slot].get(), false).value();
  }
  // The program of the Run packet that has arrived, or "" if there is none.
  std::string taken_program(std::size_t slot = 0) {
    Packet packet = take(slot);
    if (packet.empty || packet.end) return {};
    ToSlot message = decode_to_slot(packet.bytes).value();
    auto* run = std::get_if<RunPacket>(&message);
    return run != nullptr ? run->spec.argv.front() : "";
  }
  bool kill_came(std::size_t slot = 0) {
    Packet packet = take(slot);
    if (packet.empty || packet.end) return false;
    return std::holds_alternative<KillPacket>(decode_to_slot(packet.bytes).value());
  }

  void say(std::string_view bytes, std::size_t slot = 0, std::span<const int> fds = {}) {
    ASSERT_TRUE(send_packet(slots_[slot].get(), bytes, fds).has_value());
    pump();
  }
  void end_run(Outcome outcome, std::size_t slot = 0) {
    EndedPacket ended;
    ended.outcome = std::move(outcome);
    say(encode(ended), slot);
  }

  // The next Replace packet that the launcher has received; nullopt if there is none.
  std::optional<ReplacePacket> replacement_asked_for() {
    pump();
    Packet packet = receive_packet(launcher_.get(), false).value();
    if (packet.empty || packet.end) return std::nullopt;
    return decode_to_launcher(packet.bytes).value();
  }
  // Runs the loop until `done`; returns false if that takes too long.
  bool pump_until(const std::function<bool()>& done) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      loop_.restart();
      loop_.run_for(std::chrono::milliseconds(2));
    }
    return done();
  }

  // The first packet of a launcher about a slot that died.
  void say_died(std::size_t index, bool out_of_memory = false) {
    SlotDiedPacket died{index, out_of_memory};
    ASSERT_TRUE(send_packet(launcher_.get(), encode(died)).has_value());
    pump();
  }
  // The packet that follows: a new slot has replaced it.
  void replace(std::size_t index) {
    auto pair = os::seqpacket_pair().value();
    int fds[] = {pair.first.get()};
    ASSERT_TRUE(send_packet(launcher_.get(), encode(SlotPacket{index}), fds).has_value());
    slots_[index] = std::move(pair.second);
    pump();
  }
};

}  // namespace glovebox
