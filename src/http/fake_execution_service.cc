#include "http/fake_execution_service.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <stdexcept>

#include "http/wire/timed_socket.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;

const ClientId kSomeoneElse("ip:203.0.113.99");

UniqueFd memory_file(const std::string& content) {
  UniqueFd fd(::memfd_create("glovebox-test", MFD_CLOEXEC));
  if (::write(fd.get(), content.data(), content.size()) < 0) throw std::runtime_error("write");
  // The same file each time.
  timespec times[2] = {{1, 2}, {1, 2}};
  if (::futimens(fd.get(), times) != 0) throw std::runtime_error("futimens");
  return fd;
}

std::string read_file(int fd) {
  std::string content;
  std::string piece(1 << 16, '\0');
  off_t at = 0;
  while (true) {
    ssize_t got = ::pread(fd, piece.data(), piece.size(), at);
    if (got <= 0) return content;
    content.append(piece, 0, static_cast<std::size_t>(got));
    at += got;
  }
}

Project some_project(const ClientId& owner, const std::string& name) {
  Project project;
  project.id = ProjectId("prj_1");
  project.owner = owner;
  project.name = name;
  project.file_count = 1;
  return project;
}

}  // namespace

FakeExecutionService::FakeExecutionService() {
  Tool tool;
  tool.id = ToolId("cppcheck");
  tool.name = "Cppcheck";
  tool.examples.push_back(ExampleInfo{"leak", "A leak", "Leaks memory.", 2});
  tools_.push_back(tool);
  isolation_.tier = Tier::kNamespaces;
  isolation_.layers = {"namespaces", "seccomp"};
}

void FakeExecutionService::hold_jobs() {
  std::lock_guard lock(mutex_);
  hold_jobs_ = true;
}

void FakeExecutionService::finish_jobs(asio::any_io_executor loop) {
  asio::post(loop, [this] {
    std::vector<std::string> open;
    for (const auto& [id, timer] : ends_) open.push_back(id);
    for (const std::string& id : open) end_job(JobId(id), JobStatus::kCompleted);
  });
}

void FakeExecutionService::fail_submit_with(Error error) {
  std::lock_guard lock(mutex_);
  submit_error_ = std::move(error);
}

void FakeExecutionService::fail_wait_by_throwing() {
  std::lock_guard lock(mutex_);
  throw_in_wait_ = true;
}

void FakeExecutionService::set_draining() {
  std::lock_guard lock(mutex_);
  draining_ = true;
}

void FakeExecutionService::set_file(const std::string& path, std::string content) {
  std::lock_guard lock(mutex_);
  files_[path] = std::move(content);
}

void FakeExecutionService::set_output(std::vector<std::string> lines) {
  std::lock_guard lock(mutex_);
  output_ = std::move(lines);
}

bool FakeExecutionService::wait_until(const std::function<bool()>& reached) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30), reached);
}

bool FakeExecutionService::wait_for_submitted(std::size_t count) {
  return wait_until([&] { return submitted_.size() >= count; });
}
bool FakeExecutionService::wait_for_waiting(std::size_t count) {
  return wait_until([&] { return waiting_ >= count; });
}
bool FakeExecutionService::wait_for_abandoned(std::size_t count) {
  return wait_until([&] { return abandoned_.size() >= count; });
}

std::vector<FakeExecutionService::Submitted> FakeExecutionService::submitted() const {
  std::lock_guard lock(mutex_);
  return submitted_;
}

std::vector<FakeExecutionService::Uploaded> FakeExecutionService::uploaded() const {
  std::lock_guard lock(mutex_);
  return uploaded_;
}

std::size_t FakeExecutionService::uploads_begun() const {
  std::lock_guard lock(mutex_);
  return uploads_begun_;
}

std::size_t FakeExecutionService::abandoned() const {
  std::lock_guard lock(mutex_);
  return abandoned_.size();
}

Result<const Tool*> FakeExecutionService::tool(const ToolId& id) {
  for (const Tool& tool : tools_) {
    if (tool.id == id) return &tool;
  }
  return not_found("There is no tool \"" + id.str() + "\".");
}

Awaitable<Result<UniqueFd>> FakeExecutionService::create_upload() {
  std::lock_guard lock(mutex_);
  ++uploads_begun_;
  co_return memory_file("");
}

Awaitable<Result<Project>> FakeExecutionService::add_project(ClientId owner, std::string name,
                                                             UniqueFd archive,
                                                             ArchiveOptions options) {
  std::lock_guard lock(mutex_);
  uploaded_.push_back(Uploaded{owner, name, read_file(archive.get()), std::move(options)});
  co_return some_project(owner, name);
}

Awaitable<Result<Project>> FakeExecutionService::add_example(ClientId owner, ToolId tool_id,
                                                             std::string example) {
  GB_CO_TRY(const Tool* found, tool(tool_id));
  if (found->examples.at(0).name != example) co_return not_found("Example not found.");
  co_return some_project(owner, example);
}

Awaitable<Result<Project>> FakeExecutionService::project(ClientId caller, ProjectId id) {
  if (id.str() != "prj_1") co_return not_found("Project not found.");
  co_return some_project(caller, "project");
}

Awaitable<Result<ProjectDetails>> FakeExecutionService::project_details(ClientId caller,
                                                                        ProjectId id) {
  ProjectDetails details;
  GB_CO_TRY(details.project, co_await project(std::move(caller), std::move(id)));
  std::lock_guard lock(mutex_);
  std::vector<ProjectFile>& files = details.files;
  for (const auto& [path, content] : files_) {
    ProjectFile file;
    file.path = path;
    file.size_bytes = static_cast<std::int64_t>(content.size());
    files.push_back(file);
  }
  details.links.push_back({"link", "a/target"});
  co_return details;
}

Awaitable<Result<UniqueFd>> FakeExecutionService::open_project_file(ClientId, ProjectId,
                                                                    std::string path) {
  std::lock_guard lock(mutex_);
  auto found = files_.find(path);
  if (found == files_.end()) co_return not_found("The project has no file \"" + path + "\".");
  co_return memory_file(found->second);
}

Awaitable<Result<void>> FakeExecutionService::remove_project(ClientId, ProjectId id) {
  if (id.str() != "prj_1") co_return not_found("Project not found.");
  co_return ok();
}

Awaitable<Result<SubmittedJob>> FakeExecutionService::submit(ClientId client,
                                                             ExecuteRequest request) {
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

RateLimitState FakeExecutionService::rate_limit(const ClientId&) const {
  RateLimitState state;
  state.limit = 20;
  state.remaining = 12;
  state.reset = std::chrono::seconds(1800);
  return state;
}

Awaitable<Result<ExecutionResult>> FakeExecutionService::wait(JobId id) {
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

Awaitable<Result<ExecutionResult>> FakeExecutionService::find(ClientId caller, JobId id,
                                                              bool with_output) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id.str());
  if (found == jobs_.end() || caller == kSomeoneElse) co_return not_found("Job not found.");
  ExecutionResult result;
  result.job = found->second;
  if (with_output) result.output = output_;
  co_return result;
}

namespace {

// A job that said one line and ended.
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

Awaitable<Result<std::string>> FakeExecutionService::raw_output(ClientId caller, JobId id) {
  std::lock_guard lock(mutex_);
  bool known = jobs_.contains(id.str()) && caller != kSomeoneElse;
  if (!known) co_return not_found("Job not found.");
  co_return std::string("raw \xff\n");
}

// A page of one, and then one of nothing.
Awaitable<Result<HistoryPage>> FakeExecutionService::history(ClientId, HistoryQuery query) {
  std::lock_guard lock(mutex_);
  HistoryPage page;
  if (!query.cursor.empty() || jobs_.empty() || query.status) co_return page;
  page.jobs.push_back(jobs_.begin()->second);
  page.next_cursor = "17-job_x";
  co_return page;
}

Awaitable<Result<std::unique_ptr<JobFollower>>> FakeExecutionService::follow(ClientId caller,
                                                                             JobId id,
                                                                             std::int64_t after) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id.str());
  if (found == jobs_.end() || caller == kSomeoneElse) co_return not_found("Job not found.");
  std::unique_ptr<JobFollower> follower = std::make_unique<FakeFollower>(found->second, after);
  co_return follower;
}

Awaitable<Result<CancelResult>> FakeExecutionService::cancel(ClientId, JobId id) {
  {
    std::lock_guard lock(mutex_);
    auto found = jobs_.find(id.str());
    if (found == jobs_.end()) co_return not_found("Job not found.");
    if (is_final(found->second.status)) co_return CancelResult::kAlreadyEnded;
  }
  end_job(id, JobStatus::kCancelled);
  co_return CancelResult::kCancelling;
}

void FakeExecutionService::abandon(const JobId& id) {
  {
    std::lock_guard lock(mutex_);
    abandoned_.push_back(id);
    changed_.notify_all();
  }
  end_job(id, JobStatus::kCancelled);
}

void FakeExecutionService::end_job(const JobId& id, JobStatus status) {
  std::lock_guard lock(mutex_);
  jobs_.at(id.str()).status = status;
  auto end = ends_.find(id.str());
  if (end == ends_.end()) return;
  end->second->cancel();
  ends_.erase(end);
}

Result<QueueStatus> FakeExecutionService::queue_status(const ClientId&,
                                                       const std::optional<JobId>& id) const {
  std::lock_guard lock(mutex_);
  if (id && jobs_.count(id->str()) == 0) return not_found("Job not found.");
  QueueStatus status;
  status.position = 3;
  status.capacity = 1000;
  status.estimated_wait = std::chrono::milliseconds(1200);
  return status;
}

bool FakeExecutionService::draining() const {
  std::lock_guard lock(mutex_);
  return draining_;
}

Awaitable<void> FakeExecutionService::drain(std::chrono::milliseconds) {
  co_return;
}

}  // namespace glovebox
