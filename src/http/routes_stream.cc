// GET /api/stream/{id}: a job's story as server-sent events (the WHATWG's format).
//
// The id of an event is how many pieces of output have been told with it, so that whoever comes
// back with it goes on there, to this process or to the next one; "end" once everything was told.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <charconv>

#include "http/router.h"
#include "http/routes.h"
#include "http/server.h"
#include "http/stream_table.h"
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

class EventStream final : public BodyStream {
 public:
  EventStream(std::unique_ptr<JobFollower> follower, StreamTable::Place place)
      : follower_(std::move(follower)), place_(std::move(place)) {}

  Awaitable<std::optional<std::string>> next() override {
    if (complete_) co_return std::nullopt;
    std::optional<JobEvent> event = co_await follower_->next(kKeepAlive);
    // Whoever follows is back in a moment: at this process's successor.
    if (stopped_ || (!event && follower_->over())) co_return std::nullopt;
    if (!event) co_return ": still here\n\n";
    complete_ = std::holds_alternative<JobEvent::Complete>(event->what);
    co_return event_text(*event);
  }
  void stop() override {
    stopped_ = true;
    follower_->stop();
  }

 private:
  std::unique_ptr<JobFollower> follower_;
  StreamTable::Place place_;
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
  return validation_error("\"after\" and Last-Event-ID take the id of an event of this stream")
      .with("field", "after");
}

Result<void> check_room(const Exchange& exchange) {
  std::size_t limit = exchange.options.streams_per_client;
  std::size_t open = exchange.streams.of(exchange.request.client);
  if (limit == 0 || open < limit) return ok();
  return Error(ErrorKind::kRateLimit,
               fmt::format("You have {} event streams open, which is the most; close one.", open))
      .with("limit", "streams_per_client")
      .with("configured", limit)
      .with("observed", open)
      .with_retry_after(std::chrono::seconds(5));
}

Awaitable<Result<HttpResponse>> get_stream(Exchange& exchange) {
  GB_CO_TRY(std::string asked, place_asked_for(exchange.request));
  JobId id(exchange.parameter("id"));
  ClientId client = exchange.request.client;
  if (asked == kEnd) {
    auto finding = exchange.service.find(std::move(client), std::move(id), false);
    GB_CO_TRY([[maybe_unused]] ExecutionResult seen, co_await std::move(finding));
    HttpResponse nothing_more;
    nothing_more.status = 204;
    co_return nothing_more;
  }
  GB_CO_TRY(std::int64_t after, parse_place(asked));
  GB_CO_TRY_VOID(check_room(exchange));
  StreamTable::Place place(exchange.streams, client);
  auto following = exchange.service.follow(std::move(client), std::move(id), after);
  GB_CO_TRY(std::unique_ptr<JobFollower> follower, co_await std::move(following));
  HttpResponse response;
  response.fields = {{"Content-Type", "text/event-stream"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}};
  response.stream = std::make_unique<EventStream>(std::move(follower), std::move(place));
  co_return response;
}

}  // namespace

void add_stream_routes(Router& router) {
  router.add("GET", "/api/stream/{id}", get_stream);
}

}  // namespace glovebox
