#include "execution/checkups/checkup_story.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "execution/jobs/job_group.h"

namespace glovebox {
namespace {

// What was sent about each job, one character per job, in their order: this is the id of an event.
// It is valid in every process, because it describes what the client knows and not how it learnt
// that.
constexpr char kNothingTold = '-';
constexpr char kToldQueued = 'q';
constexpr char kToldRunning = 'r';
constexpr char kToldEnd = 'e';

// A named variable, so that no temporary is in a co_await expression.
constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<>> kNews(boost::asio::use_awaitable);

class CheckupStory final : public CheckupFollower, public LiveJobFollower {
 public:
  CheckupStory(boost::asio::io_context& loop, const JobService& jobs, Checkup checkup,
               std::string told)
      : jobs_(jobs), checkup_(std::move(checkup)), told_(std::move(told)), patience_(loop) {
    for (const Job& job : checkup_.jobs) {
      live_.push_back(jobs.find_live(job.id));
      if (live_.back() && !group_) group_ = live_.back()->group;
    }
    if (group_) group_->follow(*this);
  }
  ~CheckupStory() override {
    if (group_) group_->unfollow(*this);
  }

  Awaitable<std::optional<CheckupEvent>> next(std::chrono::milliseconds patience) override {
    SteadyTime deadline = std::chrono::steady_clock::now() + patience;
    std::size_t job = changed_job();
    while (!stopped_ && job == told_.size() && !all_told()) {
      if (over() || std::chrono::steady_clock::now() >= deadline) co_return std::nullopt;
      patience_.expires_at(deadline);
      co_await patience_.async_wait(kNews);
      job = changed_job();
    }
    if (stopped_) co_return std::nullopt;
    co_return job == told_.size() ? complete() : tell(job);
  }
  bool over() const override {
    return std::any_of(live_.begin(), live_.end(), [](const LiveJobPtr& live) {
      return live && live->state == JobState::kHandedOver;
    });
  }
  void stop() override {
    stopped_ = true;
    wake();
  }
  void wake() override { patience_.cancel(); }

 private:
  bool all_told() const { return told_.find_first_not_of(kToldEnd) == std::string::npos; }

  // The state of a job that is sent. The end of a job is sent when it has been recorded.
  char state_of(std::size_t i) const {
    const LiveJobPtr& live = live_[i];
    if (!live || has_ended(live->state)) return kToldEnd;
    if (live->state == JobState::kRunning) return kToldRunning;
    bool waits = is_waiting(live->state) || live->state == JobState::kAccepted;
    return waits ? kToldQueued : told_[i];
  }
  // The index of the first job with news; the number of jobs if there is none.
  std::size_t changed_job() const {
    std::size_t i = 0;
    while (i < told_.size() && (told_[i] == kToldEnd || state_of(i) == told_[i])) ++i;
    return i;
  }
  CheckupEvent tell(std::size_t i) {
    told_[i] = state_of(i);
    look(i);
    return {CheckupEvent::JobChanged{checkup_.jobs[i]}, told_};
  }
  CheckupEvent complete() {
    for (std::size_t i = 0; i < live_.size(); ++i) look(i);
    return {CheckupEvent::Complete{checkup_}, told_};
  }
  void look(std::size_t i) {
    if (live_[i]) checkup_.jobs[i] = jobs_.result_of(*live_[i], WithOutput::kNo).job;
  }

  const JobService& jobs_;
  Checkup checkup_;
  std::string told_;
  std::vector<LiveJobPtr> live_;  // null: it had ended before
  std::shared_ptr<JobGroup> group_;
  boost::asio::steady_timer patience_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<CheckupFollower>> make_checkup_follower(boost::asio::io_context& loop,
                                                               const JobService& jobs,
                                                               Checkup checkup,
                                                               const std::string& after) {
  std::string told = after.empty() ? std::string(checkup.jobs.size(), kNothingTold) : after;
  bool ours =
      told.size() == checkup.jobs.size() && told.find_first_not_of("-qre") == std::string::npos;
  if (!ours) {
    return validation_error("\"after\" and Last-Event-ID must be the id of an event of this stream")
        .with("field", "after");
  }
  std::unique_ptr<CheckupFollower> follower =
      std::make_unique<CheckupStory>(loop, jobs, std::move(checkup), std::move(told));
  return follower;
}

}  // namespace glovebox
