#include "execution/health/deep_check.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"
#include "execution/async/caught.h"

namespace glovebox {
namespace {

// StorageLedger refuses uploads earlier than that. Below it, the database's own writes are at risk.
constexpr std::uint64_t kLeastDisk = 16ULL << 20;

HealthCheck failed_check(std::string message) {
  HealthCheck check;
  check.state = CheckState::kFailed;
  check.message = std::move(message);
  return check;
}

}  // namespace

DeepCheck::DeepCheck(Deps deps, std::chrono::milliseconds longest)
    : deps_(std::move(deps)),
      longest_(longest),
      canary_(deps_.loop, deps_.sandbox, deps_.jobs.dispatcher(), deps_.jobs.output_turns()),
      answered_(deps_.loop),
      looked_(deps_.loop) {}

Awaitable<std::shared_ptr<const DeepReport>> DeepCheck::look() {
  if (report_ && deps_.clock.steady_now() - reported_ < kFresh) co_return report_;
  if (!std::exchange(looking_, true)) deps_.tasks.spawn("health checks", look_closely());
  while (looking_) co_await looked_.wait();
  co_return report_;
}

// Returns after longest_ at the latest, whatever hangs.
Awaitable<void> DeepCheck::look_closely() {
  ask(of_canary_, "the canary job", &DeepCheck::ask_canary);
  ask(of_database_, "the check of the database", &DeepCheck::ask_database);
  ask(of_disk_, "the check of the disk", &DeepCheck::ask_disk);
  std::function<bool()> all = [this] { return all_answered(); };
  co_await wait_until(deps_.loop, answered_, longest_, std::move(all));
  report_ = std::make_shared<const DeepReport>(report());
  reported_ = deps_.clock.steady_now();
  looking_ = false;
  looked_.notify();
}

void DeepCheck::ask(Question& question, const char* name,
                    Awaitable<HealthCheck> (DeepCheck::*how)()) {
  question.answer.reset();
  if (std::exchange(question.asked, true)) return;
  question.since = deps_.clock.steady_now();
  deps_.tasks.spawn(name, answer(question, (this->*how)()));
}

Awaitable<void> DeepCheck::answer(Question& question, Awaitable<HealthCheck> how) {
  HealthCheck found = failed_check("the check itself failed; the server's log has the cause");
  try {
    found = co_await std::move(how);
  } catch (const std::exception& thrown) {
    spdlog::error("a health check ended by an exception: {}", escape_for_log(thrown.what()));
  }
  question.answer = std::move(found);
  question.asked = false;
  answered_.notify();
}

Awaitable<HealthCheck> DeepCheck::ask_canary() {
  HealthCheck check = co_await canary_.run();
  if (deps_.canary_observer != nullptr && check.state != CheckState::kBusy) {
    bool passed = check.state == CheckState::kOk;
    deps_.canary_observer->canary_ended(passed ? CanaryResult::kPassed : CanaryResult::kFailed,
                                        check.took);
  }
  co_return check;
}

bool DeepCheck::all_answered() const {
  return of_canary_.answer && of_database_.answer && of_disk_.answer;
}

Awaitable<HealthCheck> DeepCheck::ask_database() {
  SteadyTime start = std::chrono::steady_clock::now();
  auto finding = deps_.store.find_job(JobId("job_of_no_client"), WithOutput::kNo);
  Result<std::optional<StoredJob>> found = co_await std::move(finding);
  HealthCheck check;
  if (found.has_error()) {
    spdlog::error("the check of the database failed: {}", escape_for_log(found.error().message()));
    check = failed_check("the database does not answer queries; the server's log has the cause");
  }
  auto took = std::chrono::steady_clock::now() - start;
  check.took = std::chrono::duration_cast<std::chrono::milliseconds>(took);
  co_return check;
}

Awaitable<HealthCheck> DeepCheck::ask_disk() {
  space_.reset();
  if (!deps_.disk) co_return HealthCheck();
  std::function<Result<DiskSpace>()> probe = deps_.disk;
  SteadyTime start = std::chrono::steady_clock::now();
  Result<DiskSpace> space = co_await run_blocking<DiskSpace>(deps_.pool, std::move(probe));
  HealthCheck check;
  if (space.has_error()) {
    spdlog::error("the check of the disk failed: {}", escape_for_log(space.error().message()));
    check = failed_check("the data directory's disk does not answer");
  } else {
    space_ = *space;
    if (space->available.bytes() < kLeastDisk) {
      check = failed_check(
          fmt::format("the data directory's disk has {} left; at least {} are "
                      "needed: remove files or enlarge the disk",
                      format_bytes(space->available), format_bytes(ByteCount(kLeastDisk))));
    }
  }
  auto took = std::chrono::steady_clock::now() - start;
  check.took = std::chrono::duration_cast<std::chrono::milliseconds>(took);
  co_return check;
}

HealthCheck DeepCheck::answer_of(const Question& question, const char* what) const {
  if (question.answer) return *question.answer;
  auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(deps_.clock.steady_now() -
                                                                      question.since);
  HealthCheck check = failed_check(
      fmt::format("{} has not ended after {} ms", what, std::max(waited, longest_).count()));
  check.took = std::max(waited, longest_);
  return check;
}

DeepReport DeepCheck::report() const {
  DeepReport made;
  made.checked_at = deps_.clock.wall_now();
  made.canary = answer_of(of_canary_, "the test job");
  made.database = answer_of(of_database_, "a query of the database");
  made.disk = answer_of(of_disk_, "the check of the disk");
  made.space = space_;
  made.oldest_queued = deps_.jobs.oldest_queued();
  return made;
}

}  // namespace glovebox
