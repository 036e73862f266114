#include "execution/jobs.h"
#include "http/http_options.h"
#include "http/routes/execute_body.h"
#include "http/routes/execution_json.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/routes/submission.h"
#include "http/wire/audit.h"

namespace glovebox {
namespace {

namespace json = boost::json;

HttpResponse accepted(Exchange& exchange, Jobs& jobs, const JobId& id, JobStatus status) {
  std::string self = "/api/jobs/" + id.str();
  json::object body;
  body["jobId"] = id.str();
  body["status"] = job_status_name(status);
  auto queue = jobs.queue_status(exchange.request.client, id);
  body["position"] = queue ? queue->position : 0;
  body["estimatedWaitMs"] = queue ? queue->estimated_wait.count() : 0;
  json::object links;
  links["self"] = self;
  links["stream"] = "/api/stream/" + id.str();
  body["links"] = std::move(links);
  HttpResponse response = json_response(202, body);
  response.fields.push_back({"Location", self});
  return response;
}

Awaitable<Result<HttpResponse>> accept(Exchange& exchange, Jobs& jobs, const SubmittedJob& job) {
  JobStatus status = JobStatus::kQueued;
  if (job.repeated) {
    auto finding = jobs.find(exchange.request.client, job.id, WithOutput::kNo);
    GB_CO_TRY(ExecutionResult earlier, co_await std::move(finding));
    status = earlier.job.status;
  }
  co_return accepted(exchange, jobs, job.id, status);
}

Awaitable<Result<HttpResponse>> wait_for(Exchange& exchange, Jobs& jobs, const JobId& id) {
  exchange.peer.watch([&jobs, id] { jobs.abandon(id); });
  auto waiting = jobs.wait(id);
  GB_CO_TRY(ExecutionResult result, co_await std::move(waiting));
  HttpResponse response = json_response(200, execution_json(result, WithOutput::kYes));
  response.held = std::move(result.memory);
  co_return response;
}

Awaitable<Result<HttpResponse>> run(Exchange& exchange, Jobs& jobs, const Webhooks* webhooks) {
  GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  std::size_t limit = exchange.options.json_body.bytes();
  // While the request is checked and recorded. Its standard input, which is kept afterwards, has
  // its own bound.
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  GB_CO_TRY(std::string text, co_await read_text(exchange, limit, memory));
  GB_CO_TRY(ExecuteBody body, parse_execute_body(text, webhooks));
  std::string().swap(text);
  GB_CO_TRY(body.request.idempotency_key, idempotency_key(exchange.request.head));
  bool respond_async = exchange.request.head.has_token("Prefer", "respond-async");
  bool at_once = body.stream || respond_async;
  // A client that sends a key will repeat the request if the connection breaks.
  bool its_own = at_once || !body.request.idempotency_key.empty();
  if (its_own) body.request.lifetime = Lifetime::kItsOwn;
  ClientId client = exchange.request.client;
  ToolId tool = body.request.tool_id;
  ProjectId project = body.request.project_id;
  auto submitting = jobs.submit(std::move(client), std::move(body.request));
  GB_CO_TRY(SubmittedJob job, co_await std::move(submitting));
  exchange.log_job = job.id.str();
  if (!job.repeated) {
    audit(exchange.options, audit_event(exchange.request, "audit-run")
                                .job(job.id.str())
                                .with("tool", tool.str())
                                .with("project", project.str()));
  }
  memory.release();
  HttpResponse response;
  if (at_once) {
    GB_CO_TRY(response, co_await accept(exchange, jobs, job));
  } else {
    GB_CO_TRY(response, co_await wait_for(exchange, jobs, job.id));
  }
  if (respond_async) response.fields.push_back({"Preference-Applied", "respond-async"});
  if (job.repeated) response.fields.push_back({"Idempotency-Replayed", "true"});
  co_return response;
}

Awaitable<Result<HttpResponse>> post_execute(Exchange& exchange, Jobs& jobs,
                                             const Webhooks* webhooks) {
  Result<HttpResponse> result = co_await run(exchange, jobs, webhooks);
  HttpResponse response =
      result ? std::move(result).value() : error_response(result.error(), exchange.request.id);
  add_rate_limit(response, jobs.rate_limit(exchange.request.client));
  co_return response;
}

}  // namespace

void add_execute_routes(Router& router, Jobs& jobs, const Webhooks* webhooks) {
  router.add("POST", "/api/execute", [&jobs, webhooks](Exchange& exchange) {
    return post_execute(exchange, jobs, webhooks);
  });
}

}  // namespace glovebox
