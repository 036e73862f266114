// POST /mcp: the Model Context Protocol over HTTP. A call of a tool is answered with server-sent
// events where the client takes them, else with JSON at its end.
#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include "execution/artifacts/reader_places.h"
#include "http/http_options.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/routes/submission.h"
#include "http/wire/audit.h"
#include "mcp/mcp_service.h"
#include "mcp/negotiation.h"

namespace glovebox {
namespace {

// Writes to the audit log what a call does, as the routes under /api do for theirs.
class McpRecorder final : public McpWitness {
 public:
  McpRecorder(const HttpOptions& options, const HttpRequest& request)
      : options_(options),
        uploaded_(audit_event(request, "audit-upload")),
        ran_(audit_event(request, "audit-run")),
        cancelled_(audit_event(request, "audit-cancel")) {}

  void uploaded(const ProjectId& project) override {
    audit(options_, LogEvent(uploaded_).with("project", project.str()));
  }
  void ran(const JobId& job, const ToolId& tool, const ProjectId& project) override {
    LogEvent event = ran_;
    audit(options_, event.job(job.str()).with("tool", tool.str()).with("project", project.str()));
  }
  void ran(const CheckupId& checkup, const ProjectId& project) override {
    LogEvent event = ran_;
    audit(options_, event.with("checkup", checkup.str()).with("project", project.str()));
  }
  void cancelled(const JobId& job) override {
    audit(options_, LogEvent(cancelled_).job(job.str()));
  }
  void cancelled(const CheckupId& checkup) override {
    audit(options_, LogEvent(cancelled_).with("checkup", checkup.str()));
  }
  void refused(const Error& error) override {
    if (options_.on_refusal) options_.on_refusal(error);
  }

 private:
  const HttpOptions& options_;
  const LogEvent uploaded_, ran_, cancelled_;
};

// What a stream takes while it waits, as in stream_routes.cc.
constexpr std::uint64_t kMcpStreamMemory = 16 << 10;

McpHeaders mcp_headers(const RequestHead& head) {
  McpHeaders headers;
  if (const std::string* version = head.find("MCP-Protocol-Version")) headers.version = *version;
  if (const std::string* method = head.find("Mcp-Method")) headers.method = *method;
  if (const std::string* name = head.find("Mcp-Name")) headers.name = *name;
  return headers;
}

// "Accept: application/json, text/event-stream", in any order and with any weights but 0.
bool takes_events(const RequestHead& head) {
  std::string accept = head.joined("Accept");
  std::string_view rest = accept;
  while (!rest.empty()) {
    std::size_t comma = std::min(rest.find(','), rest.size());
    if (media_type(rest.substr(0, comma)) == "text/event-stream") return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

class McpStream final : public BodyStream {
 public:
  McpStream(std::unique_ptr<McpCall> call, MemoryBudget::Share memory)
      : call_(std::move(call)), memory_(std::move(memory)) {}

  // Where there is no place: false.
  bool take_place(ReaderPlaces& places, const ClientId& client) {
    place_ = places.take(client, [this] { lose_place(); });
    return place_ != nullptr;
  }
  std::unique_ptr<McpCall> give_back() { return std::move(call_); }

  Awaitable<std::optional<std::string>> next() override {
    if (!call_) co_return std::nullopt;
    place_->asked();
    memory_.shrink_to(kMcpStreamMemory);
    std::optional<McpStep> step = co_await call_->next();
    if (!step || !call_) co_return std::nullopt;
    std::string text = ": still here\n\n";
    if (step->message) text = fmt::format("event: message\ndata: {}\n\n", mcp_text(*step->message));
    if (step->last) call_.reset();
    // Until the client has taken it and requests the next one.
    memory_.take(kMcpStreamMemory + 2 * text.size());
    place_->handed();
    co_return text;
  }
  void stop() override {
    if (call_) call_->peer_gone();
  }

 private:
  // Its client takes nothing, so that nobody waits in next().
  void lose_place() {
    call_.reset();
    memory_.release();
  }

  std::unique_ptr<McpCall> call_;  // null: its answer was given
  MemoryBudget::Share memory_;
  std::unique_ptr<ReaderPlaces::Place> place_;
};

Result<HttpResponse> message_response(Exchange& exchange, McpAnswer answer) {
  if (!answer.message) {
    HttpResponse response;
    response.status = answer.http_status == 200 ? 202 : answer.http_status;
    return response;
  }
  HttpResponse response;
  response.status = answer.http_status;
  response.fields.push_back({"Content-Type", "application/json"});
  response.fields.push_back({"Cache-Control", "no-store"});
  response.body = mcp_text(*answer.message);
  return charge_body(exchange.options, std::move(response), "the answer");
}

// For a client that takes no events, or has as many streams as it may: at the end of the call.
Awaitable<Result<HttpResponse>> wait_for_call(Exchange& exchange, std::shared_ptr<McpCall> call) {
  // The watch may outlast the call by a moment.
  exchange.peer.watch([watched = std::weak_ptr<McpCall>(call)] {
    if (auto waiting = watched.lock()) waiting->peer_gone();
  });
  McpAnswer answer;
  bool last = false;
  while (!last) {
    std::optional<McpStep> step = co_await call->next();
    if (!step) break;
    last = step->last;
    if (last) answer.message = std::move(step->message);
  }
  co_return message_response(exchange, std::move(answer));
}

Awaitable<Result<HttpResponse>> stream_call(Exchange& exchange, std::unique_ptr<McpCall> call) {
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kAnswers);
  bool room = takes_events(exchange.request.head) && memory.grow_to(kMcpStreamMemory);
  if (!room) co_return co_await wait_for_call(exchange, std::move(call));
  auto stream = std::make_unique<McpStream>(std::move(call), std::move(memory));
  if (!stream->take_place(exchange.streams, exchange.request.client)) {
    co_return co_await wait_for_call(exchange, stream->give_back());
  }
  HttpResponse response;
  response.fields = {{"Content-Type", "text/event-stream"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}};
  response.stream = std::move(stream);
  co_return response;
}

Awaitable<Result<HttpResponse>> post_mcp(Exchange& exchange, McpService& mcp) {
  GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  GB_CO_TRY(std::string text, co_await read_text(exchange, kMcpMessageBytes, memory));
  boost::json::value id;
  McpResult<McpMessage> message = parse_mcp_message(text, id);
  std::string().swap(text);
  if (message.has_error()) co_return message_response(exchange, mcp.refuse(id, message.error()));
  McpResult<McpRevision> revision =
      negotiate_over_http(*message, mcp_headers(exchange.request.head));
  if (revision.has_error()) co_return message_response(exchange, mcp.refuse(id, revision.error()));
  McpCaller caller{exchange.request.client, exchange.request.address.str(),
                   std::make_shared<McpRecorder>(exchange.options, exchange.request)};
  auto answering = mcp.answer(std::move(caller), std::move(*message), *revision);
  McpAnswer answer = co_await std::move(answering);
  memory.release();
  if (!answer.call) co_return message_response(exchange, std::move(answer));
  co_return co_await stream_call(exchange, std::move(answer.call));
}

}  // namespace

void add_mcp_routes(Router& router, McpService& mcp) {
  router.add("POST", "/mcp", with(post_mcp, mcp));
}

}  // namespace glovebox
