#include "sandbox/pool/slot_pool.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <iterator>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/os.h"
#include "sandbox/launcher/launcher_protocol.h"
#include "sandbox/pool/bereft_runs.h"
#include "sandbox/pool/pool_slot.h"
#include "sandbox/pool/sandbox_outage.h"
#include "sandbox/pool/slot_run.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;
using Run = SlotRun;
using Slot = PoolSlot;

// Kept alive by shared_ptr until its last completion has run, even after the Sandbox was destroyed.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(boost::asio::io_context& loop, UniqueFd control, IsolationReport report,
       SlotPoolOptions options)
      : loop_(loop),
        control_(loop, control.release()),
        report_(std::move(report)),
        options_(std::move(options)),
        look_timer_(loop),
        bereft_([this](auto& run, auto result) { finish_later(run, std::move(result)); }),
        outage_(loop, {options_.outage_after, options_.outage_patience},
                [this] { lose_launcher("the sandbox could not create a slot for too long"); }) {}

  void open(std::vector<UniqueFd> sockets) {
    slots_.resize(sockets.size());
    for (std::size_t i = 0; i < sockets.size(); ++i) attach(i, std::move(sockets[i]));
    listen_to_launcher();
  }

  void close() {
    closed_ = true;
    boost::system::error_code ignored;
    control_.close(ignored);
    look_timer_.cancel();
    outage_.close();
    for (Slot& slot : slots_) slot.socket.reset();
    waiting_.clear();
  }

  std::size_t size() const { return slots_.size(); }
  SlotStates states() const { return states_of(slots_); }
  const IsolationReport& report() const { return report_; }
  SandboxOutage& outage() { return outage_; }
  bool is_lost() const { return lost_; }

  void start(const std::shared_ptr<Run>& run) {
    std::size_t busy = waiting_.size();
    // A run whose handle was destroyed is being killed; its slot will be free soon.
    for (const Slot& slot : slots_) busy += slot.run != nullptr && slot.run->on_end != nullptr;
    if (auto refusal = refusal_of(run->spec, report_.tier)) return finish_later(run, *refusal);
    if (lost_) return finish_later(run, lost_run_error("the sandbox's launcher is gone"));
    if (busy >= slots_.size()) {
      return finish_later(run, internal_error("more runs at once than slots"));
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
    // The socket has room for a packet, unless the launcher has stopped reading.
    Result<void> sent = send_packet_now(slot.socket->native_handle(), encode(KillPacket{}));
    if (sent.has_error()) lose(*run->slot, "the sandbox's slot accepts no packets");
  }

  void abandon(const std::shared_ptr<Run>& run) {
    run->abandon();
    kill(run);
    pass_on(run);
  }

 private:
  void attach(std::size_t index, UniqueFd socket) {
    Slot& slot = slots_[index];
    ++slot.generation;
    ++slot.offer;
    slot.socket.emplace(loop_, socket.release());
    listen_to(index);
    outage_.end();
  }

  void dispatch() {
    for (std::size_t i = 0; i < slots_.size() && !waiting_.empty(); ++i) {
      if (slots_[i].run || !slots_[i].socket) continue;
      std::shared_ptr<Run> run = std::move(waiting_.front());
      waiting_.pop_front();
      hand_over(i, run);
    }
  }

  // The run never reached a slot, and there may never be one.
  void cancel_waiting(const std::shared_ptr<Run>& run) {
    if (std::erase(waiting_, run) > 0) finish_later(run, cancelled_result(*run));
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
    auto handed_at = std::chrono::steady_clock::now();
    Result<void> sent = send_packet_now(slots_[index].socket->native_handle(), encode(packet), fds);
    run->spec = std::move(packet.spec);
    run->streams = SandboxStreams();
    run->slot = index;
    run->handed_at = handed_at;
    slots_[index].run = run;
    slots_[index].silent_looks = 0;
    if (sent.has_error()) return lose(index, sent.error().message());
    if (!looking_) look_later();
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

  // Receives all pending packets. Returns false if the slot is lost.
  bool read_slot(std::size_t index) {
    while (slots_[index].socket) {
      Result<Packet> packet = receive_packet(slots_[index].socket->native_handle(), false);
      if (packet.has_value() && packet->empty) {
        if (auto run = slots_[index].run) pass_on(run);
        return slots_[index].socket.has_value();
      }
      slots_[index].silent_looks = 0;
      if (packet.has_error() || packet->end) {
        lose(index, std::string(kSlotDied));
        break;
      }
      Result<FromSlot> message = decode_from_slot(packet->bytes);
      if (message.has_error() || !take(index, std::move(*message), std::move(packet->fds))) {
        lose(index, "the sandbox's slot sent an invalid packet");
        break;
      }
    }
    return false;
  }

  // Returns false for a packet that a slot must not send.
  bool take(std::size_t index, FromSlot message, std::vector<UniqueFd> fds) {
    std::shared_ptr<Run> run = slots_[index].run;
    if (!run || run->ended) return false;
    if (auto* used = std::get_if<UsedPacket>(&message)) {
      run->used = used->usage;
      return fds.empty();
    }
    if (auto* artifact = std::get_if<ArtifactPacket>(&message)) {
      return run->add_artifact(std::move(*artifact), std::move(fds));
    }
    run->ended = std::move(std::get<EndedPacket>(message));
    pass_on(run);
    finish_if_taken(index);
    return true;
  }

  // The slot gets no other run before the artifacts are taken: they are charged to its leaf.
  void finish_if_taken(std::size_t index) {
    std::shared_ptr<Run> run = slots_[index].run;
    if (!run || !run->ended || run->has_untaken()) return;
    if (run->ended->slot_ends) return lose(index, "the slot could not remove all of its job");
    slots_[index].run.reset();
    finish_later(run, to_result(*run));
    dispatch();
  }

  // Passes on the artifacts that have arrived, unless the previous batch is still being taken.
  void pass_on(const std::shared_ptr<Run>& run) {
    if (run->being_taken > 0 || run->batch.empty()) return;
    run->being_taken = run->batch.size();
    std::vector<CollectedArtifact> batch = std::exchange(run->batch, {});
    if (run->take)
      return run->take(std::move(batch), [self = weak_from_this(), run] {
        if (auto pool = self.lock()) pool->note_taken(run);
      });
    if (run->on_end) std::ranges::move(batch, std::back_inserter(run->artifacts));
    batch.clear();
    note_taken(run);
  }

  void note_taken(const std::shared_ptr<Run>& run) {
    std::size_t count = std::exchange(run->being_taken, 0);
    if (closed_ || count == 0 || !run->slot) return;
    Slot& slot = slots_[*run->slot];
    if (slot.run != run || !slot.socket) return;
    slot.silent_looks = 0;
    if (!run->ended) {
      Result<void> sent = send_packet_now(slot.socket->native_handle(), encode(TookPacket{count}));
      if (sent.has_error()) return lose(*run->slot, "the sandbox's slot accepts no packets");
    }
    pass_on(run);
    finish_if_taken(*run->slot);
  }

  void lose(std::size_t index, const std::string& why) {
    Slot& slot = slots_[index];
    slot.socket.reset();
    std::shared_ptr<Run> run = std::exchange(slot.run, nullptr);
    spdlog::error("slot {}: {}", index, why);
    // The slot may hang instead of being dead. If it has been replaced already, nothing happens.
    ReplacePacket replace{index, slot.offer};
    if (!lost_) (void)send_packet_now(control_.native_handle(), encode(replace));
    if (run && run->ended) {
      finish_later(run, to_result(*run));
    } else if (run && run->killed) {
      finish_later(run, cancelled_result(*run));  // the slot's end is the end of the job
    } else if (run && why == kSlotDied && !lost_) {
      bereft_.add(index, run);
      if (!looking_) look_later();
    } else if (run) {
      finish_later(run, lost_run_error(why));
    }
    if (!has_slot() && !lost_) outage_.begin_soon();
  }

  bool has_slot() const {
    return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.socket.has_value(); });
  }

  void finish_later(const std::shared_ptr<Run>& run, Result<SandboxResult> result) {
    glovebox::finish_later(loop_, run, std::move(result));
  }

  void look_later() {
    looking_ = true;
    look_timer_.expires_after(options_.look_every);
    look_timer_.async_wait([self = shared_from_this()](auto failure) {
      self->looking_ = false;
      if (!failure && !self->closed_) self->look_at_slots();
    });
  }

  void look_at_slots() {
    bereft_.look();
    bool any = !bereft_.empty();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      Slot& slot = slots_[i];
      if (!slot.run || !slot.socket) continue;
      any = true;
      // A slot that waits for the server to take artifacts sends nothing.
      if (slot.run->being_taken > 0) continue;
      if (++slot.silent_looks > options_.most_silent_looks) {
        lose(i, fmt::format("the sandbox's slot did not respond for {} s and is replaced",
                            options_.longest_silence().count()));
      }
    }
    if (any) look_later();
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
      if (packet.has_error()) return lose_launcher(packet.error().message());
      if (packet->end) return lose_launcher("the keeper of the sandbox's launcher is gone");
      Result<FromLauncher> message = decode_from_launcher(packet->bytes);
      if (message.has_error()) return lose_launcher("the launcher sent an invalid packet");
      // The keeper starts another launcher.
      if (auto* failed = std::get_if<FailedPacket>(&*message)) outage_.begin(failed->message);
      // The first packet of a restarted launcher.
      if (std::holds_alternative<ReportPacket>(*message)) {
        for (Slot& slot : slots_) slot.offer = 0;
        bereft_.end_all();
      }
      if (auto* died = std::get_if<SlotDiedPacket>(&*message)) {
        // Packets that it sent before it died may not have been read yet.
        if (died->index < slots_.size()) read_slot(died->index);
        bereft_.end(died->index, died->out_of_memory);
      }
      auto* slot = std::get_if<SlotPacket>(&*message);
      if (slot == nullptr || slot->index >= slots_.size() || packet->fds.size() != 1) continue;
      // The old socket may still have unread packets.
      if (slots_[slot->index].socket) lose(slot->index, std::string(kSlotDied));
      bereft_.end(slot->index, false);
      attach(slot->index, std::move(packet->fds.front()));
      dispatch();
    }
  }

  bool lose_launcher(const std::string& why) {
    if (std::exchange(lost_, true)) return false;
    outage_.last_for_good(why);
    bereft_.end_all();
    for (auto& run : std::exchange(waiting_, {})) finish_later(run, lost_run_error(why));
    options_.on_lost(outage_.why());
    return false;
  }

  boost::asio::io_context& loop_;
  Descriptor control_;
  IsolationReport report_;
  SlotPoolOptions options_;
  boost::asio::steady_timer look_timer_;
  bool looking_ = false;
  BereftRuns bereft_;
  SandboxOutage outage_;
  UniqueFd null_;  // for streams that nobody uses
  std::vector<Slot> slots_;
  std::deque<std::shared_ptr<Run>> waiting_;
  bool lost_ = false;  // there will be no slot any more
  bool closed_ = false;
};

class Handle final : public SandboxRun {
 public:
  Handle(std::shared_ptr<Pool> pool, std::shared_ptr<Run> run)
      : pool_(std::move(pool)), run_(std::move(run)) {}
  ~Handle() override { pool_->abandon(run_); }
  void kill() override { pool_->kill(run_); }
  void set_artifact_sink(TakeArtifacts take) override { run_->take = std::move(take); }
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
  SlotStates slot_states() const override { return pool_->states(); }
  const IsolationReport& isolation() const override { return pool_->report(); }
  std::string outage() const override { return pool_->outage().why(); }
  bool is_lost() const override { return pool_->is_lost(); }
  void on_outage_change(std::function<void()> listener) override {
    pool_->outage().on_change(std::move(listener));
  }

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
                                        SlotPoolOptions options) {
  auto pool =
      std::make_shared<Pool>(loop, std::move(control), std::move(report), std::move(options));
  pool->open(std::move(slots));
  return std::make_unique<SlotPool>(std::move(pool));
}

}  // namespace glovebox
