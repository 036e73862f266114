// JobScheduler, what clients ask of their jobs beside one job's state.
#include <fmt/format.h>

#include <charconv>

#include "execution/jobs/job_scheduler.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

using Milliseconds = std::chrono::milliseconds;

// A place in the order of jobs: "TIME-ID".
std::string cursor_of(const Job& job) {
  auto time = std::chrono::duration_cast<Milliseconds>(job.created_at.time_since_epoch());
  return fmt::format("{}-{}", time.count(), job.id.str());
}

Result<JobQuery::Place> parse_cursor(const std::string& text) {
  std::int64_t time = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, time);
  if (error != std::errc() || stop == end || *stop != '-') {
    return validation_error("\"cursor\" takes what an earlier answer gave as nextCursor")
        .with("field", "cursor");
  }
  return JobQuery::Place{WallTime(Milliseconds(time)), JobId(std::string(stop + 1, end))};
}

}  // namespace

Awaitable<Result<HistoryPage>> JobScheduler::history(ClientId caller, HistoryQuery asked) {
  JobQuery query;
  query.owner = std::move(caller);
  query.status = asked.status;
  query.tool_id = std::move(asked.tool_id);
  query.limit = asked.limit + 1;  // one more tells whether there is more
  if (!asked.cursor.empty()) {
    GB_CO_TRY(query.behind, parse_cursor(asked.cursor));
  }
  Result<std::vector<Job>> found = co_await deps_.store.find_jobs(std::move(query));
  if (found.has_error()) co_return public_error("could not look the jobs up", found.error());
  HistoryPage page;
  page.jobs = std::move(*found);
  for (Job& job : page.jobs) {
    LiveJobPtr live = find_live(job.id);
    if (live) job.seen_at = now_of(*live);
  }
  if (static_cast<std::int64_t>(page.jobs.size()) > asked.limit) {
    page.jobs.resize(static_cast<std::size_t>(asked.limit));
    page.next_cursor = cursor_of(page.jobs.back());
  }
  co_return page;
}

Awaitable<Result<std::string>> JobScheduler::raw_output(ClientId caller, JobId id) {
  LiveJobPtr live = find_live(id);
  if (!live) {
    GB_CO_TRY(live, co_await revive(caller, id));
  }
  if (live->accepted.owner != caller) co_return no_such_job(id);
  std::string bytes;
  for (std::size_t i = 0; i < live->pieces_of_output(); ++i) {
    bytes += live->course->log.entry(i).bytes;
  }
  co_return bytes;
}

}  // namespace glovebox
