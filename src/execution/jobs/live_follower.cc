#include "execution/jobs/live_follower.h"

#include <algorithm>
#include <utility>

#include "base/utf8_text.h"

namespace glovebox {
namespace {

// The maximum size of one event, unless a single piece is longer.
constexpr std::size_t kEventBytes = 16 << 10;
constexpr std::chrono::milliseconds kBetweenFindings{250};
constexpr std::size_t kLatestFindings = 20;
// Waits for the timeout or wake(). A named variable, so that no temporary is in a co_await
// expression.
constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<>> kWoken(
    boost::asio::use_awaitable);

class LiveFollower final : public JobFollower, public LiveJobFollower {
 public:
  LiveFollower(boost::asio::io_context& loop, const OutputHub::StatusOf& status_of,
               std::shared_ptr<FollowedJobs> followed, LiveJobPtr job, std::int64_t after)
      : status_of_(status_of),
        followed_(std::move(followed)),
        job_(std::move(job)),
        patience_(loop),
        told_(after),
        attempt_(job_->attempt) {
    if (job_->followers.empty()) followed_->insert(job_.get());
    job_->followers.push_back(this);
  }
  // In a coroutine that is still suspended at the end, this runs after the hub was destroyed.
  ~LiveFollower() override {
    std::erase(job_->followers, this);
    if (job_->followers.empty()) followed_->erase(job_.get());
  }

  Awaitable<std::optional<JobEvent>> next(std::chrono::milliseconds patience) override {
    SteadyTime deadline = std::chrono::steady_clock::now() + patience;
    while (!stopped_ && !has_news()) {
      if (over() || std::chrono::steady_clock::now() >= deadline) co_return std::nullopt;
      patience_.expires_at(has_findings() ? std::min(deadline, next_findings_) : deadline);
      co_await patience_.async_wait(kWoken);
    }
    if (stopped_) co_return std::nullopt;
    co_return take();
  }

  bool over() const override { return job_->state == JobState::kHandedOver; }
  void stop() override {
    stopped_ = true;
    wake();
  }
  void wake() override { patience_.cancel(); }

 private:
  bool has_output() const { return told_ < static_cast<std::int64_t>(job_->pieces_to_show()); }
  const FindingCollector* collector() const {
    return job_->progress ? job_->progress->findings.get() : nullptr;
  }
  bool has_findings() const {
    return collector() != nullptr && collector()->counts().total > told_findings_;
  }
  bool are_findings_due() const {
    return has_findings() &&
           (has_ended(job_->state) || std::chrono::steady_clock::now() >= next_findings_);
  }
  bool has_news() const {
    return attempt_ != job_->attempt || has_output() || are_findings_due() ||
           has_ended(job_->state) || !status_ || *status_ != status_of_(*job_);
  }

  JobEvent take() {
    if (attempt_ != job_->attempt) begin_attempt();
    JobEvent::Status now = status_of_(*job_);
    if (!status_ || (*status_ != now && !is_final(now.status))) {
      status_ = now;
      return event(now);
    }
    if (are_findings_due()) return take_findings();
    if (has_output()) return take_output();
    const Job& job = job_->progress->job;
    bool ours = job.status == JobStatus::kFailed && job.reason.empty();
    if (ours && !std::exchange(failure_told_, true)) return event(JobEvent::Failure{job.message});
    return event(JobEvent::Complete{std::make_shared<const Job>(job)});
  }

  template <class What>
  JobEvent event(What what) const {
    return {std::move(what), told_, attempt_};
  }

  // The run whose output was sent is lost; the output of the new run is sent from its beginning.
  void begin_attempt() {
    attempt_ = job_->attempt;
    told_ = 0;
    told_findings_ = 0;
    told_kept_ = 0;
    status_.reset();
  }

  JobEvent take_findings() {
    const std::vector<Finding>& kept = collector()->findings();
    std::size_t first = std::min(told_kept_, kept.size());
    if (kept.size() - first > kLatestFindings) first = kept.size() - kLatestFindings;
    JobEvent::FindingsSoFar so_far;
    so_far.counts = collector()->counts();
    so_far.latest.assign(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.end());
    told_findings_ = so_far.counts.total;
    told_kept_ = kept.size();
    next_findings_ = std::chrono::steady_clock::now() + kBetweenFindings;
    return event(std::move(so_far));
  }

  JobEvent take_output() {
    JobEvent::Output output;
    std::string bytes;
    const OutputLog& log = job_->progress->output.log;
    output.stream = log.entry(static_cast<std::size_t>(told_)).stream;
    do {
      bytes += log.entry(static_cast<std::size_t>(told_)).bytes;
      ++told_;
    } while (has_output() && bytes.size() < kEventBytes &&
             log.entry(static_cast<std::size_t>(told_)).stream == output.stream);
    output.text = to_valid_utf8(bytes);
    return event(std::move(output));
  }

  // Owned by the hub; every follower of it refers to it.
  const OutputHub::StatusOf& status_of_;
  std::shared_ptr<FollowedJobs> followed_;
  LiveJobPtr job_;
  boost::asio::steady_timer patience_;
  std::int64_t told_;
  int attempt_;
  std::int64_t told_findings_ = 0;  // number of all findings
  std::size_t told_kept_ = 0;       // number of stored findings
  SteadyTime next_findings_{};
  std::optional<JobEvent::Status> status_;
  bool failure_told_ = false;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<JobFollower> make_live_follower(boost::asio::io_context& loop,
                                                const OutputHub::StatusOf& status_of,
                                                std::shared_ptr<FollowedJobs> followed,
                                                LiveJobPtr job, std::int64_t after) {
  return std::make_unique<LiveFollower>(loop, status_of, std::move(followed), std::move(job),
                                        after);
}

}  // namespace glovebox
