// GET /api/stream/{id}: the events of a job, or of a check-up, as server-sent events (WHATWG
// format).
//
// The id of an event states what has been sent up to and including it. So a client that reconnects
// with it continues there, in this process or the next one. For a job it is the number of pieces of
// output, from the second attempt on with the attempt and a dash before it; for a check-up,
// CheckupEvent::told; "end" when everything was sent.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <charconv>

#include "execution/artifacts/reader_places.h"
#include "execution/checkups.h"
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
             {"estimatedWaitMs", status.estimated_wait.count()},
             {"attempt", status.attempt}}};
  }
  EventText operator()(const JobEvent::Output& output) const {
    bool is_stderr = output.stream == OutputStream::kStderr;
    return {"output",
            {{"seq", told}, {"stream", is_stderr ? "stderr" : "stdout"}, {"text", output.text}}};
  }
  EventText operator()(const JobEvent::FindingsSoFar& so_far) const {
    json::object data = to_json(so_far.counts);
    json::array latest;
    for (const Finding& finding : so_far.latest) latest.push_back(to_json(finding));
    data["latest"] = std::move(latest);
    return {"findings", std::move(data)};
  }
  EventText operator()(const JobEvent::Failure& failure) const {
    return {"error", {{"type", "InternalError"}, {"message", failure.message}}};
  }
  EventText operator()(const JobEvent::Complete& end) const {
    return {"complete", to_json(*end.job, SystemClock().wall_now())};
  }
};

std::string event_text(std::string_view id, std::string_view name, const json::object& data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, name, json::serialize(data));
}

std::string id_of(const JobEvent& event) {
  if (std::holds_alternative<JobEvent::Complete>(event.what)) return std::string(kEnd);
  if (event.attempt == 1) return std::to_string(event.told);
  return fmt::format("{}-{}", event.attempt, event.told);
}

std::string event_text(const JobEvent& event) {
  EventText text = std::visit(ToText{event.told}, event.what);
  return event_text(id_of(event), text.name, text.data);
}

// The events of a JobFollower, one at a time.
class EventSource {
 public:
  struct Event {
    std::string text;
    bool last = false;
  };
  virtual ~EventSource() = default;
  virtual Awaitable<std::optional<Event>> next(std::chrono::milliseconds patience) = 0;
  virtual bool over() const = 0;
  virtual void stop() = 0;
};

class JobEvents final : public EventSource {
 public:
  explicit JobEvents(std::unique_ptr<JobFollower> follower) : follower_(std::move(follower)) {}

  Awaitable<std::optional<Event>> next(std::chrono::milliseconds patience) override {
    std::optional<JobEvent> event = co_await follower_->next(patience);
    if (!event) co_return std::nullopt;
    bool last = std::holds_alternative<JobEvent::Complete>(event->what);
    Event told{event_text(*event), last};
    co_return told;
  }
  bool over() const override { return follower_->over(); }
  void stop() override { follower_->stop(); }

 private:
  std::unique_ptr<JobFollower> follower_;
};

class CheckupEvents final : public EventSource {
 public:
  explicit CheckupEvents(std::unique_ptr<CheckupFollower> follower)
      : follower_(std::move(follower)) {}

  Awaitable<std::optional<Event>> next(std::chrono::milliseconds patience) override {
    std::optional<CheckupEvent> event = co_await follower_->next(patience);
    if (!event) co_return std::nullopt;
    WallTime now = SystemClock().wall_now();
    Event told;
    if (auto* changed = std::get_if<CheckupEvent::JobChanged>(&event->what)) {
      told.text = event_text(event->told, "job", to_json(changed->job, now));
    } else {
      const Checkup& checkup = std::get<CheckupEvent::Complete>(event->what).checkup;
      told.text = event_text(kEnd, "complete", to_json(checkup, now));
      told.last = true;
    }
    co_return told;
  }
  bool over() const override { return follower_->over(); }
  void stop() override { follower_->stop(); }

 private:
  std::unique_ptr<CheckupFollower> follower_;
};

// What a waiting stream uses: its connection, its coroutine, its place.
constexpr std::uint64_t kStreamMemory = 16 << 10;

class EventStream final : public BodyStream {
 public:
  explicit EventStream(MemoryBudget::Share memory) : memory_(std::move(memory)) {}

  // Returns false if there is no place.
  bool take_place(ReaderPlaces& places, const ClientId& client) {
    place_ = places.take(client, [this] { lose_place(); });
    return place_ != nullptr;
  }
  void follow(std::unique_ptr<EventSource> source) {
    if (!stopped_) source_ = std::move(source);
  }

  Awaitable<std::optional<std::string>> next() override {
    if (complete_ || stopped_) co_return std::nullopt;
    place_->asked();
    memory_.shrink_to(kStreamMemory);
    std::optional<std::string> text = co_await next_event();
    // Until the client has read it and the next one is requested; an event has a bound.
    if (text) memory_.take(kStreamMemory + 2 * text->size());
    place_->handed();
    co_return text;
  }
  bool may_end_early() const override { return true; }
  void stop() override {
    stopped_ = true;
    if (source_) source_->stop();
  }

 private:
  Awaitable<std::optional<std::string>> next_event() {
    std::optional<EventSource::Event> event = co_await source_->next(kKeepAlive);
    // The follower reconnects immediately, to the next process of this server.
    if (stopped_ || (!event && source_->over())) co_return std::nullopt;
    if (!event) co_return ": still here\n\n";
    complete_ = event->last;
    co_return std::move(event->text);
  }
  // Its client reads nothing, so nobody waits in next(): its resources are released at once.
  void lose_place() {
    stopped_ = true;
    source_.reset();
    memory_.release();
  }

  MemoryBudget::Share memory_;
  std::unique_ptr<EventSource> source_;
  std::unique_ptr<ReaderPlaces::Place> place_;
  bool complete_ = false;
  bool stopped_ = false;
};

// The header is what browsers send when they reconnect; it is newer than the address that they
// first requested.
Result<std::string> place_asked_for(const HttpRequest& request) {
  if (const std::string* id = request.head.find("Last-Event-ID")) return *id;
  if (const std::string* after = request.target.find("after")) return *after;
  return std::string("0");
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

Result<StoryPlace> parse_place(std::string_view text) {
  StoryPlace place;
  std::size_t dash = text.find('-');
  bool in_attempt = dash != std::string_view::npos;
  bool known =
      !in_attempt || (parse_number(text.substr(0, dash), place.attempt) && place.attempt >= 1);
  std::string_view told = in_attempt ? text.substr(dash + 1) : text;
  if (known && parse_number(told, place.told)) return place;
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

using SourceMade = Awaitable<Result<std::unique_ptr<EventSource>>>;

SourceMade follow_job(ClientId client, Jobs& jobs, JobId id, std::string asked) {
  GB_CO_TRY(StoryPlace after, parse_place(asked));
  auto following = jobs.follow(std::move(client), std::move(id), after);
  GB_CO_TRY(std::unique_ptr<JobFollower> follower, co_await std::move(following));
  std::unique_ptr<EventSource> source = std::make_unique<JobEvents>(std::move(follower));
  co_return source;
}

SourceMade follow_checkup(ClientId client, Checkups& checkups, CheckupId id, std::string asked) {
  if (asked == "0") asked.clear();
  auto following = checkups.follow(std::move(client), std::move(id), std::move(asked));
  GB_CO_TRY(std::unique_ptr<CheckupFollower> follower, co_await std::move(following));
  std::unique_ptr<EventSource> source = std::make_unique<CheckupEvents>(std::move(follower));
  co_return source;
}

bool is_checkup(const std::string& id) {
  return id.starts_with("chk_");
}

// For a client that has received the end: 204, if it may request the stream at all.
Awaitable<Result<HttpResponse>> nothing_more(Exchange& exchange, Jobs& jobs, Checkups& checkups) {
  std::string id = exchange.parameter("id");
  ClientId client = exchange.request.reader;
  if (is_checkup(id)) {
    auto finding = checkups.find(std::move(client), CheckupId(std::move(id)));
    GB_CO_TRY([[maybe_unused]] Checkup seen, co_await std::move(finding));
  } else {
    auto finding = jobs.find(std::move(client), JobId(std::move(id)), WithOutput::kNo);
    GB_CO_TRY([[maybe_unused]] ExecutionResult seen, co_await std::move(finding));
  }
  HttpResponse response;
  response.status = 204;
  co_return response;
}

Awaitable<Result<HttpResponse>> get_stream(Exchange& exchange, Jobs& jobs, Checkups& checkups) {
  GB_CO_TRY(std::string asked, place_asked_for(exchange.request));
  if (asked == kEnd) co_return co_await nothing_more(exchange, jobs, checkups);
  ClientId client = exchange.request.reader;
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kAnswers);
  if (!memory.grow_to(kStreamMemory)) {
    co_return exchange.options.memory->refusal(MemoryUse::kAnswers, ByteCount(kStreamMemory),
                                               "the stream");
  }
  auto stream = std::make_unique<EventStream>(std::move(memory));
  if (!stream->take_place(exchange.streams, exchange.request.client))
    co_return too_many_streams(exchange);
  std::string id = exchange.parameter("id");
  auto following = is_checkup(id) ? follow_checkup(client, checkups, CheckupId(id), asked)
                                  : follow_job(client, jobs, JobId(id), asked);
  GB_CO_TRY(std::unique_ptr<EventSource> source, co_await std::move(following));
  HttpResponse response;
  response.fields = {{"Content-Type", "text/event-stream"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}};
  stream->follow(std::move(source));
  response.stream = std::move(stream);
  co_return response;
}

}  // namespace

void add_stream_routes(Router& router, Jobs& jobs, Checkups& checkups) {
  router.add("GET", "/api/stream/{id}", with(get_stream, jobs, checkups), Access::kShared);
}

}  // namespace glovebox
