#include "outbound/sender_process.h"

#include <poll.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/os.h"
#include "outbound/outbound_protocol.h"
#include "outbound/sender_main.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

constexpr int kKeeperEndPatienceMs = 5000;
// Beyond the request's own time: for a busy machine, and for a sender that hangs.
constexpr std::chrono::seconds kAnswerPatience{5};
constexpr std::string_view kOutageCode = "sender_outage";

struct PendingCall {
  explicit PendingCall(boost::asio::io_context& loop) : timer(loop) {}
  boost::asio::steady_timer timer;  // its end or its cancellation wakes the caller
  std::optional<Result<OutboundAnswer>> answer;
};

// Kept alive by shared_ptr until the last completion has run.
class SenderLink : public std::enable_shared_from_this<SenderLink> {
 public:
  SenderLink(boost::asio::io_context& loop, HealthBoard& health, UniqueFd socket)
      : loop_(loop), health_(&health), socket_(loop, socket.release()) {}

  void listen() {
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& failure) {
                         if (!failure && self->hear()) self->listen();
                       });
  }

  void close() {
    closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    lose_calls("the server is shutting down");
  }

  std::string outage() const { return outage_; }

  // The packet was sent: its answer will come to `call`.
  Result<void> begin(std::shared_ptr<PendingCall> call, OutboundRequest request) {
    GB_TRY_VOID(check_outbound_request(request));
    if (closed_ || !outage_.empty()) return internal_error("nothing can be sent: " + outage_);
    Error full(ErrorKind::kQueueFull, "too many outgoing requests are under way; try again later");
    if (calls_.size() >= kMaxOutboundCalls) return std::move(full).with_retry_after(kBusyRetry);
    call->timer.expires_after(request.timeout + kAnswerPatience);
    CallPacket packet{generation_, ++last_id_, std::move(request)};
    Result<void> sent = send_packet_now(socket_.native_handle(), encode(packet));
    if (sent.has_error()) return internal_error("the sender does not take requests");
    calls_[last_id_] = std::move(call);
    return ok();
  }

  void forget(const std::shared_ptr<PendingCall>& call) {
    std::erase_if(calls_, [&](const auto& entry) { return entry.second == call; });
  }

 private:
  static constexpr std::chrono::seconds kBusyRetry{5};

  // False where the keeper is gone.
  bool hear() {
    for (;;) {
      if (closed_) return false;
      Result<Packet> packet = receive_packet(socket_.native_handle(), false);
      if (packet.has_value() && packet->empty) return true;
      Result<FromSender> message = packet.has_error() || packet->end
                                       ? Result<FromSender>(internal_error("its end"))
                                       : decode_from_sender(packet->bytes);
      if (message.has_error()) {
        begin_outage("the process that sends requests is gone; restart the server");
        return false;
      }
      std::visit([this](auto& of_kind) { on(of_kind); }, *message);
    }
  }

  void on(const SenderReadyPacket& ready) {
    if (!ready.note.empty()) spdlog::warn("outgoing requests: {}", ready.note);
    if (ready.generation == 0) return;  // it could not start, and has ended
    generation_ = ready.generation;
    outage_.clear();
    health_->clear(kOutageCode);
  }
  void on(const SenderDiedPacket&) {
    spdlog::warn("the process that sends requests has ended; it is started again");
    begin_outage("the process that sends requests is being started again");
  }
  void on(CallEndedPacket& ended) {
    auto found = calls_.find(ended.id);
    if (found == calls_.end()) return;  // too late
    finish(found->second, std::move(ended.answer));
    calls_.erase(found);
  }

  void begin_outage(const std::string& why) {
    outage_ = why;
    health_->report(
        {std::string(kOutageCode), "webhooks and sign-in wait: " + why, HealthEffect::kDegraded});
    lose_calls(why);
  }

  void lose_calls(const std::string& why) {
    auto calls = std::exchange(calls_, {});
    for (auto& [id, call] : calls) finish(call, internal_error(why));
  }

  static void finish(const std::shared_ptr<PendingCall>& call, Result<OutboundAnswer> answer) {
    call->answer = std::move(answer);
    call->timer.cancel();
  }

  boost::asio::io_context& loop_;
  HealthBoard* health_;
  boost::asio::posix::stream_descriptor socket_;
  std::map<std::int64_t, std::shared_ptr<PendingCall>> calls_;
  std::int64_t generation_ = 0;
  std::int64_t last_id_ = 0;
  std::string outage_ = "the process that sends requests is being started";
  bool closed_ = false;
};

class SenderOutbound final : public Outbound {
 public:
  SenderOutbound(boost::asio::io_context& loop, HealthBoard& health, UniqueFd socket)
      : loop_(loop), link_(std::make_shared<SenderLink>(loop, health, std::move(socket))) {
    link_->listen();
  }
  ~SenderOutbound() override { link_->close(); }

  Awaitable<Result<OutboundAnswer>> send(OutboundRequest request) override {
    auto link = link_;
    auto call = std::make_shared<PendingCall>(loop_);
    GB_CO_TRY_VOID(link->begin(call, std::move(request)));
    auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    if (!call->answer) co_await call->timer.async_wait(token);
    link->forget(call);
    if (call->answer) co_return std::move(*call->answer);
    co_return internal_error("the process that sends requests does not answer");
  }
  std::string outage() const override { return link_->outage(); }

 private:
  boost::asio::io_context& loop_;
  std::shared_ptr<SenderLink> link_;
};

}  // namespace

struct SenderProcess::State {
  pid_t keeper = 0;
  UniqueFd pidfd;
  UniqueFd socket;
};

SenderProcess::SenderProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
SenderProcess::SenderProcess(SenderProcess&&) noexcept = default;
SenderProcess& SenderProcess::operator=(SenderProcess&&) noexcept = default;

Result<SenderProcess> SenderProcess::begin(const SenderOptions& options) {
  GB_TRY(auto sockets, os::seqpacket_pair());
  GB_TRY(os::CloneResult keeper, os::clone_process());
  if (keeper.pid == 0) {
    sockets.first.reset();
    run_sender_keeper(options, std::move(sockets.second));
  }
  auto state = std::make_unique<State>();
  state->keeper = keeper.pid;
  state->pidfd = std::move(keeper.pidfd);
  state->socket = std::move(sockets.first);
  return SenderProcess(std::move(state));
}

SenderProcess::~SenderProcess() {
  if (!state_ || state_->keeper == 0) return;
  state_->socket.reset();  // its end is what ends the keeper
  pollfd ended{state_->pidfd.get(), POLLIN, 0};
  if (::poll(&ended, 1, kKeeperEndPatienceMs) != 1) pidfd_kill(state_->pidfd);
  bury_within(state_->keeper, state_->pidfd, std::chrono::milliseconds(kKeeperEndPatienceMs));
}

int SenderProcess::pid() const {
  return state_->keeper;
}

std::unique_ptr<Outbound> SenderProcess::make_outbound(boost::asio::io_context& loop,
                                                       HealthBoard& health) {
  return std::make_unique<SenderOutbound>(loop, health, std::move(state_->socket));
}

}  // namespace glovebox
