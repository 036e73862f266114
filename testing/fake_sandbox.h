// A sandbox without processes: scripted outcomes, output written to the real streams.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/sandbox.h"

namespace glovebox {

// What one run does: writes, then ends with `result`; or hangs until killed or until
// FakeSandbox::end().
struct FakeRun {
  std::string out;
  std::string err;
  Outcome outcome = Exited{0};
  Usage usage;
  std::vector<CollectedArtifact> artifacts;
  Error error{ErrorKind::kInternal, ""};  // instead of an outcome, if its message is not empty
  bool hangs = false;
};

class FakeSandbox final : public Sandbox {
 public:
  explicit FakeSandbox(boost::asio::io_context& loop, std::size_t slots = 1)
      : loop_(loop), slots_(slots) {
    report_.tier = Tier::kNamespaces;
    report_.layers = {"namespaces", "seccomp"};
  }

  // Called at each start; exits with 0 by default.
  std::function<FakeRun(const SandboxSpec&)> script = [](const SandboxSpec&) { return FakeRun(); };

  // Simulates the loss of all slots; empty: they work again.
  void set_outage(std::string why) {
    outage_ = std::move(why);
    if (outage_listener_) outage_listener_();
  }
  std::string outage() const override { return outage_; }
  void on_outage_change(std::function<void()> listener) override {
    outage_listener_ = std::move(listener);
  }
  // Simulates the loss of the slot of this run, which hangs.
  void lose(std::size_t number) {
    auto state = runs_.at(number).lock();
    if (!state) return;
    state->run.error = lost_run_error("the slot died");
    boost::asio::post(loop_, [state] { state->end(); });
  }

  std::size_t slots() const override { return slots_; }
  const IsolationReport& isolation() const override { return report_; }

  std::unique_ptr<SandboxRun> start(ValidSpec spec, SandboxStreams streams, OnEnd on_end) override {
    auto state = std::make_shared<State>(*this);
    state->on_end = std::move(on_end);
    state->run = script(spec.get());
    state->streams = std::move(streams);
    for (int fd : {state->streams.out.get(), state->streams.err.get()}) {
      ::fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    specs_.push_back(spec.get());
    stdin_texts_.push_back(read_all(state->streams.in.get()));
    runs_.push_back(state);
    peak_ = std::max(peak_, ++running_);
    if (running_ > slots_) {
      state->run.error = internal_error("more runs than slots");
      state->run.hangs = false;
    }
    boost::asio::post(loop_, [state] { state->step(); });
    return std::make_unique<Handle>(state);
  }

  // Of every start, in order.
  const std::vector<SandboxSpec>& specs() const { return specs_; }
  const std::vector<std::string>& stdin_texts() const { return stdin_texts_; }
  std::size_t running() const { return running_; }
  std::size_t peak_running() const { return peak_; }
  std::size_t kills() const { return kills_; }

  // More output of this run, which hangs.
  void say(std::size_t number, std::string text) {
    if (auto state = runs_.at(number).lock()) State::write_some(state->streams.out, text);
  }

  // Ends this run, which hangs.
  void end(std::size_t number, Outcome outcome = Exited{0}) {
    if (auto state = runs_.at(number).lock()) {
      state->run.outcome = outcome;
      boost::asio::post(loop_, [state] { state->end(); });
    }
  }

 private:
  struct State : std::enable_shared_from_this<State> {
    explicit State(FakeSandbox& of) : sandbox(of) {}

    void step() {
      if (ended) return;
      bool all = write_some(streams.out, run.out) & write_some(streams.err, run.err);
      if (!all) {
        boost::asio::post(sandbox.loop_, [self = shared_from_this()] { self->step(); });
      } else if (!run.hangs) {
        end();
      }
    }

    // Delivers artifacts in small batches; the end follows when all are taken.
    void end() {
      if (!take || run.artifacts.empty() || !run.error.message().empty()) return tell_end();
      std::vector<CollectedArtifact> batch;
      std::size_t size = std::min(run.artifacts.size(), kArtifactWindow);
      std::move(run.artifacts.begin(), run.artifacts.begin() + static_cast<long>(size),
                std::back_inserter(batch));
      run.artifacts.erase(run.artifacts.begin(), run.artifacts.begin() + static_cast<long>(size));
      take(std::move(batch), [self = shared_from_this()] { self->end(); });
    }

    void tell_end() {
      if (std::exchange(ended, true)) return;
      streams = {};
      --sandbox.running_;
      OnEnd tell = std::move(on_end);
      if (!tell) return;
      if (!run.error.message().empty()) {
        tell(run.error);
        return;
      }
      SandboxResult result;
      result.outcome = run.outcome;
      result.usage = run.usage;
      result.artifacts = std::move(run.artifacts);
      tell(std::move(result));
    }

    // Whether all of it is written. The reader shares our loop, so this must not block.
    static bool write_some(UniqueFd& fd, std::string& text) {
      while (!text.empty()) {
        ssize_t n = ::write(fd.get(), text.data(), text.size());
        if (n < 0) return errno != EAGAIN;
        text.erase(0, static_cast<std::size_t>(n));
      }
      return true;
    }

    FakeSandbox& sandbox;
    OnEnd on_end;
    FakeRun run;
    SandboxStreams streams;
    TakeArtifacts take;
    bool ended = false;
  };

  class Handle final : public SandboxRun {
   public:
    explicit Handle(std::shared_ptr<State> state) : state_(std::move(state)) {}
    ~Handle() override {
      state_->on_end = nullptr;
      state_->take = nullptr;
      state_->tell_end();
    }
    Usage usage_so_far() const override { return state_->run.usage; }
    void set_artifact_sink(TakeArtifacts take) override { state_->take = std::move(take); }
    void kill() override {
      if (state_->ended || state_->run.outcome == Outcome(Cancelled())) return;
      ++state_->sandbox.kills_;
      state_->run.outcome = Cancelled();
      boost::asio::post(state_->sandbox.loop_, [state = state_] { state->end(); });
    }

   private:
    std::shared_ptr<State> state_;
  };

  static std::string read_all(int fd) {
    std::string text;
    char buffer[4096];
    while (fd >= 0) {
      ssize_t n = ::read(fd, buffer, sizeof buffer);
      if (n <= 0) break;
      text.append(buffer, static_cast<std::size_t>(n));
    }
    return text;
  }

  boost::asio::io_context& loop_;
  std::size_t slots_;
  IsolationReport report_;
  std::vector<SandboxSpec> specs_;
  std::vector<std::string> stdin_texts_;
  std::vector<std::weak_ptr<State>> runs_;
  std::size_t running_ = 0;
  std::size_t peak_ = 0;
  std::size_t kills_ = 0;
  std::string outage_;
  std::function<void()> outage_listener_;
};

}  // namespace glovebox
