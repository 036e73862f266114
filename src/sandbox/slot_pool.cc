#include "sandbox/slot_pool.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/os.h"
#include "sandbox/launcher_protocol.h"
#include "sandbox/packet.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot_protocol.h"

namespace glovebox {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;

// One run, from start() to its end. Shared by the handle that the caller has and the slot that
// works on it.
struct Run {
  SandboxSpec spec;
  SandboxStreams streams;
  Sandbox::OnEnd on_end;
  Usage used;
  std::vector<CollectedArtifact> artifacts;
  std::optional<std::size_t> slot;
  bool killed = false;
};

struct Slot {
  std::optional<Descriptor> socket;  // none while the launcher makes another
  std::shared_ptr<Run> run;
  // A socket that was replaced may still have a completion under way; it is told apart by this.
  std::uint64_t generation = 0;
};

Error exec_error(const std::string& program, int errno_value) {
  std::string message =
      errno_value == ENOENT
          ? fmt::format("the program \"{}\" was not found in the sandbox (looked in {})", program,
                        program.find('/') == std::string::npos ? kSandboxPath : "/work")
          : fmt::format("the program \"{}\" could not be executed in the sandbox: {}", program,
                        errno_text(errno_value));
  return Error::from_errno("exec", program, errno_value)
      .with_kind(ErrorKind::kUser)
      .with_message(message);
}

Result<SandboxResult> to_result(Run& run, EndedPacket ended) {
  if (!ended.failed_step.empty()) {
    return step_error(ended.failed_step, ended.errno_value)
        .with_context("the sandbox could not be set up");
  }
  if (ended.errno_value != 0) return exec_error(run.spec.argv.front(), ended.errno_value);
  SandboxResult result;
  result.outcome = std::move(ended.outcome);
  result.usage = ended.usage;
  result.artifacts = std::move(run.artifacts);
  result.artifacts_truncated = ended.artifacts_truncated;
  return result;
}

// Lives on behind shared_ptr until its last completion has run, though the Sandbox itself is gone.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(boost::asio::io_context& loop, UniqueFd control, IsolationReport report,
       std::function<void()> on_lost)
      : loop_(loop),
        control_(loop, control.release()),
        report_(std::move(report)),
        on_lost_(std::move(on_lost)) {}

  void open(std::vector<UniqueFd> sockets) {
    slots_.resize(sockets.size());
    for (std::size_t i = 0; i < sockets.size(); ++i) attach(i, std::move(sockets[i]));
    listen_to_launcher();
  }

  void close() {
    closed_ = true;
    boost::system::error_code ignored;
    control_.close(ignored);
    for (Slot& slot : slots_) slot.socket.reset();
    waiting_.clear();
  }

  std::size_t size() const { return slots_.size(); }
  const IsolationReport& report() const { return report_; }

  void start(const std::shared_ptr<Run>& run) {
    std::size_t busy = waiting_.size();
    // A run that nobody waits for any more is being killed; its slot is as good as free.
    for (const Slot& slot : slots_) busy += slot.run != nullptr && slot.run->on_end != nullptr;
    if (busy >= slots_.size() || launcher_gone_) {
      return finish_later(run, internal_error(launcher_gone_ ? "the sandbox's launcher is gone"
                                                             : "more runs at once than slots"));
    }
    waiting_.push_back(run);
    dispatch();
  }

  void kill(const std::shared_ptr<Run>& run) {
    if (run->killed) return;
    run->killed = true;
    if (!run->slot) return cancel_waiting(run);
    Slot& slot = slots_[*run->slot];
    if (slot.run != run || !slot.socket) return;
    (void)send_packet(slot.socket->native_handle(), encode(KillPacket{}));
  }

  void abandon(const std::shared_ptr<Run>& run) {
    run->on_end = nullptr;
    kill(run);
  }

 private:
  void attach(std::size_t index, UniqueFd socket) {
    Slot& slot = slots_[index];
    ++slot.generation;
    slot.socket.emplace(loop_, socket.release());
    listen_to(index);
  }

  void dispatch() {
    for (std::size_t i = 0; i < slots_.size() && !waiting_.empty(); ++i) {
      if (slots_[i].run || !slots_[i].socket) continue;
      std::shared_ptr<Run> run = std::move(waiting_.front());
      waiting_.pop_front();
      hand_over(i, run);
    }
  }

  // It never reached a slot; none may ever come.
  void cancel_waiting(const std::shared_ptr<Run>& run) {
    if (std::erase(waiting_, run) == 0) return;
    SandboxResult cancelled;
    cancelled.outcome = Cancelled{};
    finish_later(run, std::move(cancelled));
  }

  void hand_over(std::size_t index, const std::shared_ptr<Run>& run) {
    if (!null_.valid()) {
      Result<UniqueFd> null = os::open("/dev/null", O_RDWR);
      if (null.has_error()) return finish_later(run, null.error());
      null_ = std::move(*null);
    }
    auto or_null = [&](const UniqueFd& fd) { return fd.valid() ? fd.get() : null_.get(); };
    int fds[] = {or_null(run->streams.in), or_null(run->streams.out), or_null(run->streams.err)};
    RunPacket packet{std::move(run->spec)};
    Result<void> sent = send_packet(slots_[index].socket->native_handle(), encode(packet), fds);
    run->spec = std::move(packet.spec);
    run->streams = SandboxStreams();
    run->slot = index;
    slots_[index].run = run;
    if (sent.has_error()) lose(index, sent.error());
  }

  void listen_to(std::size_t index) {
    Slot& slot = slots_[index];
    slot.socket->async_wait(Descriptor::wait_read, [self = shared_from_this(), index,
                                                    generation = slot.generation](auto failure) {
      Slot& now = self->slots_[index];
      if (failure || self->closed_ || now.generation != generation || !now.socket) return;
      if (self->read_slot(index)) self->listen_to(index);
    });
  }

  // Takes all that is there. False once the slot is lost.
  bool read_slot(std::size_t index) {
    while (slots_[index].socket) {
      Result<Packet> packet = receive_packet(slots_[index].socket->native_handle(), false);
      if (packet.has_value() && packet->empty) return true;
      if (packet.has_error() || packet->end) {
        lose(index, internal_error("the sandbox's slot died during the run"));
        break;
      }
      Result<FromSlot> message = decode_from_slot(packet->bytes);
      if (message.has_error() || !take(index, std::move(*message), std::move(packet->fds))) {
        lose(index, internal_error("the sandbox's slot sent nonsense"));
        break;
      }
    }
    return false;
  }

  // False for what a slot must not say.
  bool take(std::size_t index, FromSlot message, std::vector<UniqueFd> fds) {
    std::shared_ptr<Run> run = slots_[index].run;
    if (!run) return false;
    if (auto* used = std::get_if<UsedPacket>(&message)) {
      run->used = used->usage;
      return fds.empty();
    }
    if (auto* artifact = std::get_if<ArtifactPacket>(&message)) {
      bool further = artifact->further_name;
      if (fds.size() != (further ? 0 : 1) || run->artifacts.size() >= kMaxArtifacts) return false;
      if (further && run->artifacts.empty()) return false;
      UniqueFd content = further ? UniqueFd() : std::move(fds.front());
      run->artifacts.push_back(
          {std::move(artifact->path), artifact->size_bytes, std::move(content), further});
      return true;
    }
    slots_[index].run.reset();
    finish_later(run, to_result(*run, std::move(std::get<EndedPacket>(message))));
    dispatch();
    return true;
  }

  void lose(std::size_t index, Error error) {
    Slot& slot = slots_[index];
    slot.socket.reset();
    std::shared_ptr<Run> run = std::exchange(slot.run, nullptr);
    spdlog::error("slot {}: {}", index, error.message());
    if (run) finish_later(run, std::move(error));
  }

  void finish_later(const std::shared_ptr<Run>& run, Result<SandboxResult> result) {
    // Of a run that never got to a slot: whoever reads the other ends would wait for ever.
    run->streams = SandboxStreams();
    auto held = std::make_shared<Result<SandboxResult>>(std::move(result));
    boost::asio::post(loop_, [run, held] {
      if (auto on_end = std::exchange(run->on_end, nullptr)) on_end(std::move(*held));
    });
  }

  void listen_to_launcher() {
    control_.async_wait(Descriptor::wait_read, [self = shared_from_this()](auto failure) {
      if (failure || self->closed_) return;
      if (self->read_launcher()) self->listen_to_launcher();
    });
  }

  bool read_launcher() {
    for (;;) {
      Result<Packet> packet = receive_packet(control_.native_handle(), false);
      if (packet.has_value() && packet->empty) return true;
      if (packet.has_error() || packet->end) return lose_launcher("it is gone");
      Result<FromLauncher> message = decode_from_launcher(packet->bytes);
      if (message.has_error()) return lose_launcher("it sent nonsense");
      if (auto* failed = std::get_if<FailedPacket>(&*message))
        return lose_launcher(failed->message);
      auto* slot = std::get_if<SlotPacket>(&*message);
      if (slot == nullptr || slot->index >= slots_.size() || packet->fds.size() != 1) continue;
      // The old socket may not have been read to its end yet.
      if (slots_[slot->index].socket) {
        lose(slot->index, internal_error("the sandbox's slot died during the run"));
      }
      attach(slot->index, std::move(packet->fds.front()));
      dispatch();
    }
  }

  bool lose_launcher(const std::string& why) {
    spdlog::error("the sandbox's launcher cannot go on: {}", why);
    launcher_gone_ = true;
    on_lost_();
    for (auto& run : std::exchange(waiting_, {})) {
      finish_later(run, internal_error("the sandbox's launcher is gone"));
    }
    return false;
  }

  boost::asio::io_context& loop_;
  Descriptor control_;
  IsolationReport report_;
  std::function<void()> on_lost_;
  UniqueFd null_;  // for streams that nobody wants
  std::vector<Slot> slots_;
  std::deque<std::shared_ptr<Run>> waiting_;
  bool launcher_gone_ = false;
  bool closed_ = false;
};

class Handle final : public SandboxRun {
 public:
  Handle(std::shared_ptr<Pool> pool, std::shared_ptr<Run> run)
      : pool_(std::move(pool)), run_(std::move(run)) {}
  ~Handle() override { pool_->abandon(run_); }
  void kill() override { pool_->kill(run_); }
  Usage usage_so_far() const override { return run_->used; }

 private:
  std::shared_ptr<Pool> pool_;
  std::shared_ptr<Run> run_;
};

class SlotPool final : public Sandbox {
 public:
  explicit SlotPool(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
  ~SlotPool() override { pool_->close(); }

  std::size_t slots() const override { return pool_->size(); }
  const IsolationReport& isolation() const override { return pool_->report(); }

  std::unique_ptr<SandboxRun> start(ValidSpec spec, SandboxStreams streams, OnEnd on_end) override {
    auto run = std::make_shared<Run>();
    run->spec = spec.get();
    run->streams = std::move(streams);
    run->on_end = std::move(on_end);
    pool_->start(run);
    return std::make_unique<Handle>(pool_, run);
  }

 private:
  std::shared_ptr<Pool> pool_;
};

}  // namespace

std::unique_ptr<Sandbox> make_slot_pool(boost::asio::io_context& loop, UniqueFd control,
                                        std::vector<UniqueFd> slots, IsolationReport report,
                                        std::function<void()> on_lost) {
  auto pool =
      std::make_shared<Pool>(loop, std::move(control), std::move(report), std::move(on_lost));
  pool->open(std::move(slots));
  return std::make_unique<SlotPool>(std::move(pool));
}

}  // namespace glovebox
