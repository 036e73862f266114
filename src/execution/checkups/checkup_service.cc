#include "execution/checkups/checkup_service.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <utility>

#include "base/sha256.h"
#include "execution/async/blocking.h"
#include "execution/async/uncancelled.h"
#include "execution/checkups/checkup_story.h"
#include "execution/checkups/tool_choice.h"
#include "execution/findings/finding_pages.h"
#include "execution/jobs/history_cursor.h"
#include "execution/projects/storage_ledger.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

std::string checkup_fingerprint(const CheckupRequest& request) {
  boost::json::object object;
  object["projectId"] = request.project_id.str();
  object["toolIds"] = nullptr;
  if (request.tools) {
    boost::json::array tools;
    for (const ToolId& id : *request.tools) tools.emplace_back(id.str());
    object["toolIds"] = std::move(tools);
  }
  boost::json::object parameters;
  for (const auto& [tool, values] : request.parameters) parameters[tool.str()] = values;
  object["parameters"] = std::move(parameters);
  if (request.timeout) object["timeoutMs"] = request.timeout->count();
  Sha256 hash;
  hash.update(boost::json::serialize(object));
  hash.update(request.webhook_url);
  return hash.finish();
}

Error no_such_checkup(const CheckupId& id) {
  return not_found(
      fmt::format("no check-up \"{}\"; check-ups are kept as long as their jobs", id.str()));
}

}  // namespace

Awaitable<Result<SubmittedCheckup>> CheckupService::submit(ClientId client,
                                                           CheckupRequest request) {
  return uncancelled(check_and_submit(std::move(client), std::move(request)));
}

Awaitable<Result<SubmittedCheckup>> CheckupService::check_and_submit(ClientId client,
                                                                     CheckupRequest request) {
  AcceptedCheckup accepted;
  accepted.idempotency_key = std::move(request.idempotency_key);
  if (!accepted.idempotency_key.empty()) {
    accepted.fingerprint = checkup_fingerprint(request);
    auto looking = deps_.store.find_keyed_checkup(client, accepted.idempotency_key);
    Result<std::optional<KeyedCheckup>> earlier = co_await std::move(looking);
    if (earlier.has_error()) {
      co_return deps_.jobs.store_error("could not find the check-up", earlier.error());
    }
    if (earlier->has_value()) {
      co_return co_await repeated(std::move(client), std::move(**earlier), accepted.fingerprint);
    }
  }
  accepted.checkup.id = new_checkup_id();
  accepted.checkup.owner = client;
  accepted.checkup.project_id = request.project_id;
  accepted.webhook_url = std::move(request.webhook_url);
  GB_CO_TRY(std::vector<PreparedJob> prepared,
            co_await prepare(std::move(client), std::move(request)));
  co_return co_await submit_prepared(std::move(accepted), std::move(prepared));
}

Awaitable<Result<std::vector<PreparedJob>>> CheckupService::prepare(ClientId client,
                                                                    CheckupRequest request) {
  auto asking = deps_.projects.details(client, request.project_id);
  GB_CO_TRY(ProjectDetails details, co_await std::move(asking));
  GB_CO_TRY(std::vector<ExecuteRequest> requests,
            choose_tools(deps_.tools.tools(), details.project.suits, request));
  std::vector<PreparedJob> prepared;
  for (ExecuteRequest& one : requests) {
    std::string tool = one.tool_id.str();
    Result<PreparedJob> job = co_await deps_.checker.prepare(client, std::move(one));
    if (job.has_error()) {
      Error error = std::move(job).error();
      co_return std::move(error).with("toolId", tool);
    }
    prepared.push_back(std::move(*job));
  }
  co_return prepared;
}

Awaitable<Result<SubmittedCheckup>> CheckupService::submit_prepared(
    AcceptedCheckup accepted, std::vector<PreparedJob> prepared) {
  CheckupRecord record = accepted.checkup;
  record.created_at = deps_.clock.wall_now();
  accepted.checkup.created_at = record.created_at;
  std::vector<Dispatcher::NewJob> jobs;
  for (PreparedJob& each : prepared) {
    AcceptedAs job;
    job.id = new_job_id();
    job.owner = record.owner;
    job.tool_id = each.tool_id;
    job.project_id = record.project_id;
    job.created_at = record.created_at;
    job.inputs = each.inputs;
    accepted.jobs.push_back({Job(job), each.request, {}, {}});
    jobs.push_back({std::move(job), std::move(each)});
  }
  std::string fingerprint = accepted.fingerprint;
  Dispatcher& dispatcher = deps_.jobs.dispatcher();
  GB_CO_TRY(std::vector<LiveJobPtr> live, dispatcher.admit_group(std::move(jobs)));
  for (const LiveJobPtr& each : live) each->in_store = InStore::kAccepted;
  auto adding = deps_.store.add_checkup(std::move(accepted));
  Result<std::optional<KeyedCheckup>> earlier = co_await std::move(adding);
  if (earlier.has_error() || earlier->has_value()) dispatcher.withdraw_group(live);
  if (earlier.has_error()) {
    co_return deps_.jobs.store_error("could not record the check-up", earlier.error());
  }
  if (earlier->has_value()) {
    co_return co_await repeated(record.owner, std::move(**earlier), std::move(fingerprint));
  }
  dispatcher.enqueue_group(live);
  SubmittedCheckup submitted;
  submitted.checkup = Checkup(std::move(record));
  for (const LiveJobPtr& each : live) {
    submitted.checkup.jobs.push_back(deps_.jobs.result_of(*each, WithOutput::kNo).job);
  }
  co_return submitted;
}

Awaitable<Result<SubmittedCheckup>> CheckupService::repeated(ClientId client, KeyedCheckup earlier,
                                                             std::string fingerprint) {
  if (earlier.fingerprint != fingerprint) {
    co_return Error(ErrorKind::kUnprocessable,
                    fmt::format("this Idempotency-Key belongs to check-up {}, which had a "
                                "different request; use a new key for a new request",
                                earlier.id.str()))
        .with("field", "Idempotency-Key")
        .with("checkupId", earlier.id.str());
  }
  SubmittedCheckup submitted;
  submitted.repeated = true;
  GB_CO_TRY(submitted.checkup, co_await find(std::move(client), std::move(earlier.id)));
  co_return submitted;
}

Awaitable<Result<Checkup>> CheckupService::find(ClientId caller, CheckupId id) {
  Result<std::optional<Checkup>> stored = co_await deps_.store.find_checkup(id);
  if (stored.has_error()) {
    co_return public_error("could not find the check-up", stored.error());
  }
  if (!stored->has_value() || (*stored)->owner != caller) co_return no_such_checkup(id);
  co_return co_await as_it_is(std::move(**stored));
}

Awaitable<Result<Checkup>> CheckupService::as_it_is(Checkup stored) {
  for (Job& job : stored.jobs) {
    if (LiveJobPtr live = deps_.jobs.find_live(job.id)) {
      job = deps_.jobs.result_of(*live, WithOutput::kNo).job;
    } else if (!is_final(job.status)) {
      // It has ended since the store was read.
      auto asking = deps_.jobs.find(job.owner, job.id, WithOutput::kNo);
      GB_CO_TRY(ExecutionResult ended, co_await std::move(asking));
      job = std::move(ended.job);
    }
  }
  co_return stored;
}

Awaitable<Result<CheckupHistoryPage>> CheckupService::history(ClientId caller,
                                                              CheckupHistoryQuery asked) {
  CheckupQuery query;
  query.owner = std::move(caller);
  query.limit = asked.limit + 1;  // one more shows whether there is another page
  if (!asked.cursor.empty()) {
    GB_CO_TRY(HistoryPlace place, parse_history_cursor(asked.cursor));
    CheckupQuery::Place behind{place.created_at, CheckupId(std::move(place.id))};
    query.behind = std::move(behind);
  }
  auto asking = deps_.store.find_checkups(std::move(query));
  Result<std::vector<Checkup>> found = co_await std::move(asking);
  if (found.has_error()) {
    co_return public_error("could not list the check-ups", found.error());
  }
  CheckupHistoryPage page;
  if (static_cast<std::int64_t>(found->size()) > asked.limit) {
    found->resize(static_cast<std::size_t>(asked.limit));
    const Checkup& last = found->back();
    page.next_cursor = history_cursor(HistoryPlace{last.created_at, last.id.str()});
  }
  for (Checkup& checkup : *found) {
    GB_CO_TRY(Checkup now, co_await as_it_is(std::move(checkup)));
    page.checkups.push_back(std::move(now));
  }
  co_return page;
}

Awaitable<Result<std::unique_ptr<CheckupFollower>>> CheckupService::follow(ClientId caller,
                                                                           CheckupId id,
                                                                           std::string after) {
  GB_CO_TRY(Checkup checkup, co_await find(std::move(caller), std::move(id)));
  co_return make_checkup_follower(deps_.loop, deps_.jobs, std::move(checkup), after);
}

Awaitable<Result<FindingsOfJobs>> CheckupService::all_findings(Checkup checkup) {
  FindingsOfJobs all;
  std::size_t kept = 0;
  for (Job& job : checkup.jobs) {
    auto asking = deps_.found.all(job.owner, job.id);
    GB_CO_TRY(std::shared_ptr<const JobFindings> found, co_await std::move(asking));
    if (kept + found->findings.size() <= kMaxFindingsOfCheckup) {
      kept += found->findings.size();
    } else {
      auto counted = std::make_shared<JobFindings>();
      counted->job = found->job;
      counted->job.findings->truncated = true;
      found = std::move(counted);
    }
    all.push_back(std::move(found));
  }
  co_return all;
}

Awaitable<Result<CheckupFindingsPage>> CheckupService::findings(ClientId caller, CheckupId id,
                                                                FindingsQuery query) {
  GB_CO_TRY_VOID(parse_findings_cursor(query.cursor));
  GB_CO_TRY(Checkup checkup, co_await find(std::move(caller), std::move(id)));
  GB_CO_TRY(FindingsOfJobs all, co_await all_findings(std::move(checkup)));
  std::function<Result<CheckupFindingsPage>()> merge =
      [all = std::move(all), query = std::move(query)] { return merged_page(all, query); };
  Result<CheckupFindingsPage> page = co_await run_blocking(deps_.pool, std::move(merge));
  co_return public_error("could not list the findings", std::move(page));
}

Awaitable<Result<FindingsReport>> CheckupService::report(ClientId caller, CheckupId id,
                                                         std::string name) {
  GB_CO_TRY(ReportFormat format, parse_report_format(name));
  GB_CO_TRY(Checkup checkup, co_await find(std::move(caller), std::move(id)));
  if (checkup.status() == CheckupStatus::kRunning) {
    co_return Error(ErrorKind::kConflict, "the check-up has not ended; ask for its report then");
  }
  GB_CO_TRY(FindingsOfJobs all, co_await all_findings(std::move(checkup)));
  std::vector<ReportRun> runs;
  for (const auto& found : all) runs.push_back(deps_.found.report_run(*found));
  std::function<Result<FindingsReport>()> write = [all = std::move(all), runs = std::move(runs),
                                                   format, &store = deps_.project_store] {
    return write_report_file(format, runs, store);
  };
  Result<FindingsReport> written = co_await run_blocking(deps_.pool, std::move(write));
  if (written.has_error()) {
    co_return public_error("could not write the report", no_room_if_full(written.error()));
  }
  co_return std::move(written);
}

Awaitable<Result<CancelResult>> CheckupService::cancel(ClientId caller, CheckupId id) {
  return uncancelled(cancel_jobs(std::move(caller), std::move(id)));
}

Awaitable<Result<CancelResult>> CheckupService::cancel_jobs(ClientId caller, CheckupId id) {
  GB_CO_TRY(Checkup checkup, co_await find(caller, std::move(id)));
  CancelResult result = CancelResult::kAlreadyEnded;
  // In reverse order: the end of one job would start the next.
  for (auto job = checkup.jobs.rbegin(); job != checkup.jobs.rend(); ++job) {
    if (is_final(job->status)) continue;
    GB_CO_TRY(CancelResult one, co_await deps_.jobs.cancel(caller, job->id));
    if (one == CancelResult::kCancelling) result = one;
  }
  co_return result;
}

}  // namespace glovebox
