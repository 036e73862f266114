// GET /api/stream/{id}: a job's story as server-sent events (the WHATWG's format).
//
// The id of an event is how many pieces of output have been told with it, so that whoever comes
// back with it goes on there, to this process or to the next one; "end" once everything was told.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <charconv>

#include "execution/artifacts/reader_places.h"
#include "execution/jobs.h"
#include "http/http_options.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kEnd = "end";
constexpr std::chrono::seconds kKeepAlive{15};

struct EventText {
  std::string_view name;
  json::object data;
};

struct ToText {
  std::int64_t told;

  EventText operator()(const JobEvent::Status& status) const {
    return {"status",
            {{"status", job_status_name(status.status)},
             {"position", status.position},
             {"estimatedWaitMs", status.estimated_wait.count()}}};
  }
  EventText operator()(const JobEvent::Output& output) const {
    bool is_stderr = output.stream == OutputStream::kStderr;
    return {"output",
            {{"seq", told}, {"stream", is_stderr ? "stderr" : "stdout"}, {"text", output.text}}};
  }
  EventText operator()(const JobEvent::Failure& failure) const {
    return {"error", {{"type", "InternalError"}, {"message", failure.message}}};
  }
  EventText operator()(const JobEvent::Complete& end) const {
    return {"complete", to_json(*end.job, SystemClock().wall_now())};
  }
};

std::string event_text(const JobEvent& event) {
  EventText text = std::visit(ToText{event.told}, event.what);
  bool last = std::holds_alternative<JobEvent::Complete>(event.what);
  std::string id = last ? std::string(kEnd) : std::to_string(event.told);
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, text.name, json::serialize(text.data));
}

// What a stream takes while it waits: its connection, its coroutine, its place.
constexpr std::uint64_t kStreamMemory = 16 << 10;

class EventStream final : public BodyStream {
 public:
  explicit EventStream(MemoryBudget::Share memory) : memory_(std::move(memory)) {}

  // Where there is no place: false.
  bool take_place(ReaderPlaces& places, const ClientId& client) {
    place_ = places.take(client, [this] { lose_place(); });
    return place_ != nullptr;
  }
  void follow(std::unique_ptr<JobFollower> follower) {
    if (!stopped_) follower_ = std::move(follower);
  }

  Awaitable<std::optional<std::string>> next() override {
    if (complete_ || stopped_) co_return std::nullopt;
    place_->asked();
    memory_.shrink_to(kStreamMemory);
    std::optional<std::string> text = co_await next_event();
    // Until the client has taken it and the next one is asked for; one event has a bound.
    if (text) memory_.take(kStreamMemory + 2 * text->size());
    place_->handed();
    co_return text;
  }
  bool may_end_early() const override { return true; }
  void stop() override {
    stopped_ = true;
    if (follower_) follower_->stop();
  }

 private:
  Awaitable<std::optional<std::string>> next_event() {
    std::optional<JobEvent> event = co_await follower_->next(kKeepAlive);
    // Whoever follows is back in a moment: at this process's successor.
    if (stopped_ || (!event && follower_->over())) co_return std::nullopt;
    if (!event) co_return ": still here\n\n";
    complete_ = std::holds_alternative<JobEvent::Complete>(event->what);
    co_return event_text(*event);
  }
  // Its client takes nothing, so that nobody waits in next(): what it holds is let go at once.
  void lose_place() {
    stopped_ = true;
    follower_.reset();
    memory_.release();
  }

  MemoryBudget::Share memory_;
  std::unique_ptr<JobFollower> follower_;
  std::unique_ptr<ReaderPlaces::Place> place_;
  bool complete_ = false;
  bool stopped_ = false;
};

// The header is what browsers send when they come back; it says more than the address they first
// asked for.
Result<std::string> place_asked_for(const HttpRequest& request) {
  if (const std::string* id = request.head.find("Last-Event-ID")) return *id;
  if (const std::string* after = request.target.find("after")) return *after;
  return std::string("0");
}

Result<std::int64_t> parse_place(const std::string& text) {
  std::int64_t number = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0) return number;
  return validation_error("\"after\" and Last-Event-ID must be the id of an event of this stream")
      .with("field", "after");
}

Error too_many_streams(const Exchange& exchange) {
  std::size_t open = exchange.streams.of(exchange.request.client);
  return Error(ErrorKind::kRateLimit,
               fmt::format("You have {} event streams open, which is the limit; close one.", open))
      .with("limit", "streams_per_client")
      .with("configured", exchange.options.streams_per_client)
      .with("observed", open)
      .with_retry_after(std::chrono::seconds(5));
}

Awaitable<Result<HttpResponse>> get_stream(Exchange& exchange, Jobs& jobs) {
  GB_CO_TRY(std::string asked, place_asked_for(exchange.request));
  JobId id(exchange.parameter("id"));
  ClientId client = exchange.request.client;
  if (asked == kEnd) {
    auto finding = jobs.find(std::move(client), std::move(id), WithOutput::kNo);
    GB_CO_TRY([[maybe_unused]] ExecutionResult seen, co_await std::move(finding));
    HttpResponse nothing_more;
    nothing_more.status = 204;
    co_return nothing_more;
  }
  GB_CO_TRY(std::int64_t after, parse_place(asked));
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kAnswers);
  if (!memory.grow_to(kStreamMemory)) {
    co_return exchange.options.memory->refusal(MemoryUse::kAnswers, ByteCount(kStreamMemory),
                                               "the stream");
  }
  auto stream = std::make_unique<EventStream>(std::move(memory));
  if (!stream->take_place(exchange.streams, client)) co_return too_many_streams(exchange);
  auto following = jobs.follow(std::move(client), std::move(id), after);
  GB_CO_TRY(std::unique_ptr<JobFollower> follower, co_await std::move(following));
  HttpResponse response;
  response.fields = {{"Content-Type", "text/event-stream"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}};
  stream->follow(std::move(follower));
  response.stream = std::move(stream);
  co_return response;
}

}  // namespace

void add_stream_routes(Router& router, Jobs& jobs) {
  router.add("GET", "/api/stream/{id}", with(get_stream, jobs));
}

}  // namespace glovebox
