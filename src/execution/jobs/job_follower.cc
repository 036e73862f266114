#include "execution/jobs/job_follower.h"

#include <utility>

#include "base/utf8_text.h"
#include "execution/jobs/job_scheduler.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

// What goes into one event, unless a single piece is longer.
constexpr std::size_t kEventBytes = 16 << 10;
// By the time or by wake(). A name, so that no temporary stands in a co_await expression.
constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<>> kWoken(
    boost::asio::use_awaitable);

class Follower final : public JobFollower, public LiveJobFollower {
 public:
  Follower(JobScheduler& scheduler, LiveJobPtr job, std::int64_t after)
      : scheduler_(scheduler),
        followed_(scheduler.followed()),
        job_(std::move(job)),
        patience_(scheduler.loop()),
        told_(after) {
    if (job_->followers.empty()) followed_->insert(job_.get());
    job_->followers.push_back(this);
  }
  // In a coroutine that is still suspended at the end, this runs after the scheduler is gone.
  ~Follower() override {
    std::erase(job_->followers, this);
    if (job_->followers.empty()) followed_->erase(job_.get());
  }

  Awaitable<std::optional<JobEvent>> next(std::chrono::milliseconds patience) override {
    SteadyTime deadline = std::chrono::steady_clock::now() + patience;
    while (!stopped_ && !has_news()) {
      if (over() || std::chrono::steady_clock::now() >= deadline) co_return std::nullopt;
      patience_.expires_at(deadline);
      co_await patience_.async_wait(kWoken);
    }
    if (stopped_) co_return std::nullopt;
    co_return take();
  }

  bool over() const override { return job_->handed_over && !has_ended(); }
  void stop() override {
    stopped_ = true;
    wake();
  }
  void wake() override { patience_.cancel(); }

 private:
  bool has_ended() const { return job_->phase == LiveJob::Phase::kEnded; }
  bool has_output() const { return told_ < static_cast<std::int64_t>(job_->pieces_to_tell()); }
  bool has_news() const {
    return has_output() || has_ended() || !status_ || *status_ != scheduler_.status_of(*job_);
  }

  JobEvent take() {
    JobEvent::Status now = scheduler_.status_of(*job_);
    if (!status_ || (*status_ != now && !is_final(now.status))) {
      status_ = now;
      return {now, told_};
    }
    if (has_output()) return take_output();
    const Job& job = job_->course->job;
    bool ours = job.status == JobStatus::kFailed && job.reason.empty();
    if (ours && !std::exchange(failure_told_, true)) {
      return {JobEvent::Failure{job.message}, told_};
    }
    return {JobEvent::Complete{std::make_shared<const Job>(job)}, told_};
  }

  JobEvent take_output() {
    JobEvent::Output output;
    std::string bytes;
    const OutputLog& log = job_->course->log;
    output.stream = log.entry(static_cast<std::size_t>(told_)).stream;
    do {
      bytes += log.entry(static_cast<std::size_t>(told_)).bytes;
      ++told_;
    } while (has_output() && bytes.size() < kEventBytes &&
             log.entry(static_cast<std::size_t>(told_)).stream == output.stream);
    output.text = to_valid_utf8(bytes);
    return {std::move(output), told_};
  }

  JobScheduler& scheduler_;
  std::shared_ptr<FollowedJobs> followed_;
  LiveJobPtr job_;
  boost::asio::steady_timer patience_;
  std::int64_t told_;
  std::optional<JobEvent::Status> status_;
  bool failure_told_ = false;
  bool stopped_ = false;
};

}  // namespace

Awaitable<Result<std::unique_ptr<JobFollower>>> JobScheduler::follow(ClientId caller, JobId id,
                                                                     std::int64_t after) {
  LiveJobPtr live = find_live(id);
  if (!live) {
    GB_CO_TRY(live, co_await revive(caller, id));
  }
  if (live->accepted.owner != caller) co_return no_such_job(id);
  auto there = static_cast<std::int64_t>(live->pieces_of_output());
  // A power cut may take what was told last. Whoever has seen it has seen all that is left.
  if (live->course && live->course->job.reason == kServerRestarted) after = std::min(after, there);
  if (after > there) {
    co_return validation_error("this job has no output of that number yet")
        .with("field", "after")
        .with("observed", after);
  }
  std::unique_ptr<JobFollower> follower = std::make_unique<Follower>(*this, live, after);
  if (live->phase < LiveJob::Phase::kEnding) record_now(live);
  keep_output(*live);
  co_return follower;
}

// A job that has ended, as the store has it, told like a live one. All who read it share it.
Awaitable<Result<LiveJobPtr>> JobScheduler::revive(ClientId caller, JobId id) {
  if (LiveJobPtr shared = ended_outputs_.find(id)) co_return shared;
  Result<std::optional<StoredJob>> stored = co_await deps_.store.find_job(id, WithOutput::kYes);
  if (stored.has_error()) co_return public_error("could not look the job up", stored.error());
  bool theirs = stored->has_value() && (*stored)->job.owner == caller;
  if (!theirs) co_return no_such_job(id);
  Result<OutputLog> log = OutputLog::decode((*stored)->output);
  if (log.has_error()) co_return public_error("could not read the job's output", log.error());
  co_return ended_outputs_.add(ended_job(std::move((*stored)->job), std::move(*log)));
}

LiveJobPtr JobScheduler::ended_job(Job job, OutputLog log) {
  auto live = std::make_shared<LiveJob>(deps_.loop, job);
  LiveJob::Course& course = live->begin(deps_.loop);
  course.job = std::move(job);
  course.log = std::move(log);
  live->phase = LiveJob::Phase::kEnded;
  return live;
}

JobEvent::Status JobScheduler::status_of(const LiveJob& live) const {
  JobEvent::Status status;
  status.status = live.status();
  // Its end is told once it is recorded.
  if (live.phase == LiveJob::Phase::kEnding) status.status = JobStatus::kRunning;
  if (live.phase == LiveJob::Phase::kWaiting) {
    std::size_t position = *queue_.position(live.id());
    status.position = static_cast<std::int64_t>(position);
    status.estimated_wait = estimate_.wait(position, deps_.sandbox.slots());
  }
  return status;
}

// Places in the queue have changed.
void JobScheduler::tell_waiting() {
  for (LiveJob* live : *followed_) {
    if (live->phase == LiveJob::Phase::kWaiting) live->tell_followers();
  }
}

}  // namespace glovebox
