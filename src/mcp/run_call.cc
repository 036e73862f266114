#include "mcp/run_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/units.h"
#include "mcp/results.h"

namespace glovebox {
namespace {

namespace json = boost::json;

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

// What both kinds of call have in common: progress, the end of the wait, being given up.
class WaitingCall : public McpCall {
 public:
  WaitingCall(const McpCallDeps& deps, McpContext context, WaitOptions options)
      : deps_(deps),
        context_(std::move(context)),
        options_(options),
        progress_(context_.progress_token, steady_now()),
        told_at_(steady_now()),
        entry_(deps.pending, context_, this) {}

  Awaitable<std::optional<McpStep>> next() override {
    while (!stopped_ && !answered_) {
      SteadyTime now = steady_now();
      if (std::optional<json::object> notification = progress_.take(now)) {
        told_at_ = now;
        co_return McpStep{std::move(notification), false};
      }
      if (ended_ || (options_.until && now >= *options_.until)) co_return co_await answer();
      bool heard = co_await listen(patience(now));
      if (stopped_) break;
      if (!heard && story_is_over()) co_return handed_over();
      if (!heard && !progress_.wanted() && steady_now() - told_at_ >= McpProgress::kSilence) {
        told_at_ = steady_now();
        co_return McpStep();
      }
    }
    co_return std::nullopt;
  }

  void cancel() override {
    if (answered_ || stopped_) return;
    stopped_ = true;
    stop_listening();
    if (options_.when_given_up == WhenGivenUp::kStopIt && !ended_) stop_run();
  }
  void peer_gone() override {
    if (context_.revision == McpRevision::k20260728) return cancel();
    stopped_ = true;
    stop_listening();
  }

 protected:
  // Waits for what is next, and takes it in. False where there was nothing for so long.
  virtual Awaitable<bool> listen(std::chrono::milliseconds patience) = 0;
  virtual bool story_is_over() const = 0;
  virtual void stop_listening() = 0;
  virtual void stop_run() = 0;
  virtual Awaitable<json::object> result() = 0;
  virtual std::string run_id() const = 0;

  void end() {
    ended_ = true;
    progress_.finish();
  }
  // A call that is destroyed without an answer was given up.
  void give_up() {
    if (*deps_.alive && !answered_ && !stopped_) peer_gone();
  }

  const McpCallDeps deps_;
  const McpContext context_;
  const WaitOptions options_;
  McpProgress progress_;

 private:
  std::chrono::milliseconds patience(SteadyTime now) const {
    std::chrono::milliseconds patience = progress_.patience(now);
    if (!options_.until) return patience;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*options_.until - now);
    return std::clamp(left, std::chrono::milliseconds(1), patience);
  }

  Awaitable<std::optional<McpStep>> answer() {
    json::object made = co_await result();
    if (stopped_) co_return std::nullopt;
    answered_ = true;
    co_return McpStep{mcp_result(context_.id, std::move(made)), true};
  }

  // The server is shutting down, and its next process goes on.
  std::optional<McpStep> handed_over() {
    answered_ = true;
    Error error(ErrorKind::kQueueFull,
                fmt::format("The server is shutting down. Run {} is kept and goes on after the "
                            "restart: ask for it then with read_run.",
                            run_id()));
    auto made = error_result(std::move(error).with_retry_after(std::chrono::seconds(30)),
                             context_.revision);
    return McpStep{mcp_result(context_.id, std::move(*made)), true};
  }

  SteadyTime told_at_;
  bool ended_ = false;
  bool stopped_ = false;
  bool answered_ = false;
  McpPending::Entry entry_;
};

class RunCall final : public WaitingCall {
 public:
  RunCall(const McpCallDeps& deps, McpContext context, JobId id,
          std::unique_ptr<JobFollower> follower, WaitOptions options)
      : WaitingCall(deps, std::move(context), options),
        id_(std::move(id)),
        follower_(std::move(follower)) {}
  ~RunCall() override { give_up(); }

 private:
  Awaitable<bool> listen(std::chrono::milliseconds patience) override {
    std::optional<JobEvent> event = co_await follower_->next(patience);
    if (!event) co_return false;
    if (const auto* status = std::get_if<JobEvent::Status>(&event->what)) {
      progress_.say(id_.str() + " " + status_text(*status));
    } else if (const auto* output = std::get_if<JobEvent::Output>(&event->what)) {
      progress_.add_output(output->text);
    } else if (const auto* complete = std::get_if<JobEvent::Complete>(&event->what)) {
      job_ = complete->job;
      end();
    }
    co_return true;
  }
  bool story_is_over() const override { return follower_->over(); }
  void stop_listening() override { follower_->stop(); }
  void stop_run() override {
    if (context_.caller.witness) context_.caller.witness->cancelled(id_);
    deps_.services.jobs.abandon(id_);
    deps_.tasks.spawn("cancel", cancel_job(deps_.services.jobs, context_.caller.client, id_));
  }
  static Awaitable<void> cancel_job(Jobs& jobs, ClientId client, JobId id) {
    // One that has ended by itself needs no cancel.
    static_cast<void>(co_await jobs.cancel(std::move(client), std::move(id)));
  }

  Awaitable<json::object> result() override {
    ClientId client = context_.caller.client;
    if (job_) co_return co_await run_result(deps_.services, client, *job_, context_.revision);
    auto found = co_await deps_.services.jobs.find(client, id_, WithOutput::kNo);
    if (found.has_value()) {
      co_return co_await run_result(deps_.services, client, found->job, context_.revision);
    }
    Error error = found.error().kind() == ErrorKind::kInternal ? not_found(found.error().message())
                                                               : found.error();
    auto made = error_result(error, context_.revision);
    co_return std::move(*made);
  }
  std::string run_id() const override { return id_.str(); }

  JobId id_;
  std::unique_ptr<JobFollower> follower_;
  std::shared_ptr<const Job> job_;  // once it has ended
};

class CheckupCall final : public WaitingCall {
 public:
  CheckupCall(const McpCallDeps& deps, McpContext context, Checkup checkup,
              std::unique_ptr<CheckupFollower> follower, WaitOptions options)
      : WaitingCall(deps, std::move(context), options),
        checkup_(std::move(checkup)),
        follower_(std::move(follower)) {}
  ~CheckupCall() override { give_up(); }

 private:
  Awaitable<bool> listen(std::chrono::milliseconds patience) override {
    std::optional<CheckupEvent> event = co_await follower_->next(patience);
    if (!event) co_return false;
    if (auto* complete = std::get_if<CheckupEvent::Complete>(&event->what)) {
      checkup_ = std::move(complete->checkup);
      end();
    } else {
      take_in(std::move(std::get<CheckupEvent::JobChanged>(event->what).job));
    }
    co_return true;
  }
  void take_in(Job job) {
    for (Job& known : checkup_.jobs) {
      if (known.id != job.id) continue;
      std::optional<Verdict> verdict = verdict_in_checkup(job);
      std::string_view word =
          is_final(job.status) && verdict ? verdict_name(*verdict) : job_status_name(job.status);
      progress_.add_output(fmt::format("{}: {}\n", job.tool_id.str(), word));
      known = std::move(job);
    }
    auto ended = std::count_if(checkup_.jobs.begin(), checkup_.jobs.end(),
                               [](const Job& each) { return is_final(each.status); });
    progress_.say(
        fmt::format("{}: {} of {} tools ended", checkup_.id.str(), ended, checkup_.jobs.size()));
  }
  bool story_is_over() const override { return follower_->over(); }
  void stop_listening() override { follower_->stop(); }
  void stop_run() override {
    if (context_.caller.witness) context_.caller.witness->cancelled(checkup_.id);
    Checkups& checkups = deps_.services.checkups;
    deps_.tasks.spawn("cancel", cancel_checkup(checkups, context_.caller.client, checkup_.id));
  }
  static Awaitable<void> cancel_checkup(Checkups& checkups, ClientId client, CheckupId id) {
    static_cast<void>(co_await checkups.cancel(std::move(client), std::move(id)));
  }

  Awaitable<json::object> result() override {
    ClientId client = context_.caller.client;
    co_return co_await checkup_result(deps_.services, client, checkup_, context_.revision);
  }
  std::string run_id() const override { return checkup_.id.str(); }

  Checkup checkup_;
  std::unique_ptr<CheckupFollower> follower_;
};

}  // namespace

std::unique_ptr<McpCall> make_run_call(const McpCallDeps& deps, McpContext context, JobId id,
                                       std::unique_ptr<JobFollower> follower, WaitOptions options) {
  return std::make_unique<RunCall>(deps, std::move(context), std::move(id), std::move(follower),
                                   options);
}

std::unique_ptr<McpCall> make_checkup_call(const McpCallDeps& deps, McpContext context,
                                           Checkup checkup,
                                           std::unique_ptr<CheckupFollower> follower,
                                           WaitOptions options) {
  return std::make_unique<CheckupCall>(deps, std::move(context), std::move(checkup),
                                       std::move(follower), options);
}

std::string status_text(const JobEvent::Status& status) {
  if (status.status != JobStatus::kQueued) return std::string(job_status_name(status.status));
  std::string text = fmt::format("waits, place {} in the queue", status.position);
  if (status.estimated_wait.count() > 0) {
    text += fmt::format(", about {}", format_duration(status.estimated_wait));
  }
  return text;
}

}  // namespace glovebox
