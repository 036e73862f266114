#include "http/fake_jobs.h"

#include <boost/asio/post.hpp>
#include <stdexcept>
#include <utility>

#include "http/wire/timed_socket.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;

const ClientId kSomeoneElse("ip:203.0.113.99");

// A job that printed one line and ended.
class FakeFollower final : public JobFollower {
 public:
  FakeFollower(Job job, std::int64_t after) : job_(std::move(job)), told_(after) {}

  Awaitable<std::optional<JobEvent>> next(std::chrono::milliseconds) override {
    if (!status_told_) {
      status_told_ = true;
      JobEvent::Status status;
      status.status = job_.status;
      co_return JobEvent{status, told_};
    }
    if (told_ == 0) {
      told_ = 1;
      JobEvent::Output output;
      output.text = "hello\n";
      co_return JobEvent{std::move(output), told_};
    }
    JobEvent::Complete complete{std::make_shared<const Job>(job_)};
    co_return JobEvent{std::move(complete), told_};
  }
  bool over() const override { return false; }
  void stop() override {}

 private:
  Job job_;
  std::int64_t told_;
  bool status_told_ = false;
};

}  // namespace

void FakeJobs::hold_jobs() {
  std::lock_guard lock(mutex_);
  hold_jobs_ = true;
}

void FakeJobs::finish_jobs(asio::any_io_executor loop) {
  asio::post(loop, [this] {
    std::vector<std::string> open;
    for (const auto& [id, timer] : ends_) open.push_back(id);
    for (const std::string& id : open) end_job(JobId(id), JobStatus::kCompleted);
  });
}

void FakeJobs::fail_submit_with(Error error) {
  std::lock_guard lock(mutex_);
  submit_error_ = std::move(error);
}

void FakeJobs::fail_wait_by_throwing() {
  std::lock_guard lock(mutex_);
  throw_in_wait_ = true;
}

void FakeJobs::set_output(std::vector<std::string> lines) {
  std::lock_guard lock(mutex_);
  output_ = std::move(lines);
}

bool FakeJobs::wait_until(const std::function<bool()>& reached) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30), reached);
}

bool FakeJobs::wait_for_submitted(std::size_t count) {
  return wait_until([&] { return submitted_.size() >= count; });
}

bool FakeJobs::wait_for_waiting(std::size_t count) {
  return wait_until([&] { return waiting_ >= count; });
}

bool FakeJobs::wait_for_abandoned(std::size_t count) {
  return wait_until([&] { return abandoned_.size() >= count; });
}

std::vector<FakeJobs::Submitted> FakeJobs::submitted() const {
  std::lock_guard lock(mutex_);
  return submitted_;
}

std::size_t FakeJobs::abandoned() const {
  std::lock_guard lock(mutex_);
  return abandoned_.size();
}

Awaitable<Result<SubmittedJob>> FakeJobs::submit(ClientId client, ExecuteRequest request) {
  std::lock_guard lock(mutex_);
  if (submit_error_) co_return *submit_error_;
  for (const Submitted& earlier : submitted_) {
    const std::string& key = earlier.request.idempotency_key;
    if (!key.empty() && key == request.idempotency_key) co_return SubmittedJob{earlier.id, true};
  }
  JobId id("job_" + std::to_string(submitted_.size() + 1));
  Job job;
  job.id = id;
  job.tool_id = request.tool_id;
  job.project_id = request.project_id;
  job.owner = client;
  job.status = hold_jobs_ ? JobStatus::kRunning : JobStatus::kCompleted;
  if (!hold_jobs_) job.exit_code = 0;
  jobs_[id.str()] = job;
  submitted_.push_back(Submitted{client, std::move(request), id});
  changed_.notify_all();
  co_return SubmittedJob{id};
}

RateLimitState FakeJobs::rate_limit(const ClientId&) const {
  RateLimitState state;
  state.limit = 20;
  state.remaining = 12;
  state.reset = std::chrono::seconds(1800);
  return state;
}

Awaitable<Result<ExecutionResult>> FakeJobs::wait(JobId id) {
  asio::any_io_executor loop = co_await asio::this_coro::executor;
  std::shared_ptr<asio::steady_timer> end;
  {
    std::lock_guard lock(mutex_);
    if (throw_in_wait_) throw std::runtime_error("secret internals");
    ++waiting_;
    changed_.notify_all();
    if (!is_final(jobs_.at(id.str()).status)) {
      end = std::make_shared<asio::steady_timer>(loop, SteadyTime::max());
      ends_[id.str()] = end;
    }
  }
  if (end) co_await end->async_wait(kAsTuple);
  std::lock_guard lock(mutex_);
  ExecutionResult result;
  result.job = jobs_.at(id.str());
  result.output = output_;
  co_return result;
}

Awaitable<Result<ExecutionResult>> FakeJobs::find(ClientId caller, JobId id, WithOutput with) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id.str());
  if (found == jobs_.end() || caller == kSomeoneElse) co_return not_found("Job not found.");
  ExecutionResult result;
  result.job = found->second;
  if (with == WithOutput::kYes) result.output = output_;
  co_return result;
}

Awaitable<Result<std::string>> FakeJobs::raw_output(ClientId caller, JobId id) {
  std::lock_guard lock(mutex_);
  bool known = jobs_.contains(id.str()) && caller != kSomeoneElse;
  if (!known) co_return not_found("Job not found.");
  co_return std::string("raw \xff\n");
}

// A page of one, and then one of nothing.
Awaitable<Result<std::vector<Finding>>> FakeJobs::findings(ClientId, JobId) {
  co_return std::vector<Finding>();
}

Awaitable<Result<HistoryPage>> FakeJobs::history(ClientId, HistoryQuery query) {
  std::lock_guard lock(mutex_);
  HistoryPage page;
  if (!query.cursor.empty() || jobs_.empty() || query.status) co_return page;
  page.jobs.push_back(jobs_.begin()->second);
  page.next_cursor = "17-job_x";
  co_return page;
}

Awaitable<Result<std::unique_ptr<JobFollower>>> FakeJobs::follow(ClientId caller, JobId id,
                                                                 StoryPlace after) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id.str());
  if (found == jobs_.end() || caller == kSomeoneElse) co_return not_found("Job not found.");
  std::unique_ptr<JobFollower> follower = std::make_unique<FakeFollower>(found->second, after.told);
  co_return follower;
}

Awaitable<Result<CancelResult>> FakeJobs::cancel(ClientId, JobId id) {
  {
    std::lock_guard lock(mutex_);
    auto found = jobs_.find(id.str());
    if (found == jobs_.end()) co_return not_found("Job not found.");
    if (is_final(found->second.status)) co_return CancelResult::kAlreadyEnded;
  }
  end_job(id, JobStatus::kCancelled);
  co_return CancelResult::kCancelling;
}

void FakeJobs::abandon(const JobId& id) {
  {
    std::lock_guard lock(mutex_);
    abandoned_.push_back(id);
    changed_.notify_all();
  }
  end_job(id, JobStatus::kCancelled);
}

void FakeJobs::end_job(const JobId& id, JobStatus status) {
  std::lock_guard lock(mutex_);
  jobs_.at(id.str()).status = status;
  auto end = ends_.find(id.str());
  if (end == ends_.end()) return;
  end->second->cancel();
  ends_.erase(end);
}

Result<QueueStatus> FakeJobs::queue_status(const ClientId&, const std::optional<JobId>& id) const {
  std::lock_guard lock(mutex_);
  if (id && jobs_.count(id->str()) == 0) return not_found("Job not found.");
  QueueStatus status;
  status.position = 3;
  status.capacity = 1000;
  status.estimated_wait = std::chrono::milliseconds(1200);
  return status;
}

}  // namespace glovebox
