// Jobs and projects in memory, with faults on demand. One thread.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "store/checkup_store.h"
#include "store/job_store.h"
#include "store/project_records.h"

namespace glovebox {

class MemoryStore final : public JobStore, public CheckupStore, public ProjectRecords {
 public:
  explicit MemoryStore(boost::asio::io_context& loop) : loop_(loop) {}

  // Every operation that starts while this is set fails.
  std::optional<Error> fault;
  std::optional<Error> add_job_fault;
  std::size_t largest_output = SIZE_MAX;  // a larger one fails permanently
  bool sweep_throws = false;
  std::map<JobId, StoredJob> jobs;
  std::map<JobId, std::string> requests;
  std::map<std::pair<ClientId, std::string>, KeyedJob> keys;
  std::map<ProjectId, Project> projects;
  std::map<CheckupId, AcceptedCheckup> checkups;

  Awaitable<Result<std::optional<KeyedJob>>> add_job(AcceptedJob accepted) override {
    co_await turn();
    if (fault) co_return *fault;
    if (add_job_fault) co_return *add_job_fault;
    std::pair key(accepted.job.owner, accepted.idempotency_key);
    if (!key.second.empty()) {
      auto [at, is_new] = keys.try_emplace(key, KeyedJob{accepted.job.id, accepted.fingerprint});
      if (!is_new) co_return std::optional(at->second);
    }
    requests[accepted.job.id] = accepted.request;
    jobs[accepted.job.id].job = accepted.job;
    co_await turn();
    co_return std::optional<KeyedJob>();
  }
  Awaitable<Result<std::optional<KeyedJob>>> find_keyed_job(ClientId owner,
                                                            std::string key) override {
    co_await turn();
    if (fault) co_return *fault;
    auto found = keys.find(std::pair(owner, key));
    co_return found == keys.end() ? std::optional<KeyedJob>() : std::optional(found->second);
  }
  Awaitable<Result<void>> claim(Job job) override {
    co_await turn();
    if (fault) co_return *fault;
    jobs[job.id].job = job;
    co_return ok();
  }
  Awaitable<Result<void>> requeue(Job job) override { return claim(std::move(job)); }
  Awaitable<Result<void>> renew(JobId /*job*/) override { co_return ok(); }
  Awaitable<Result<void>> add_ended(StoredJob ended, Pace pace) override {
    return end(std::move(ended), pace);
  }
  Awaitable<Result<void>> end(StoredJob ended, Pace /*pace*/) override {
    co_await turn();
    if (fault) co_return *fault;
    if (ended.output.size() > largest_output) co_return internal_error("too big").with_errno(EFBIG);
    jobs[ended.job.id] = ended;
    co_return ok();
  }
  Awaitable<Result<std::optional<StoredJob>>> find_job(JobId id, WithOutput with) override {
    co_await turn();
    if (fault) co_return *fault;
    std::optional<StoredJob> found;
    if (jobs.contains(id)) found = jobs[id];
    if (found && with == WithOutput::kNo) found->output.clear();
    co_return found;
  }
  Awaitable<Result<std::string>> find_findings(JobId id) override {
    co_await turn();
    if (fault) co_return *fault;
    co_return jobs.contains(id) ? jobs[id].findings : std::string();
  }
  Awaitable<Result<std::vector<Job>>> find_jobs(JobQuery query) override {
    co_await turn();
    if (fault) co_return *fault;
    auto place = [](const Job& job) { return std::pair(job.created_at, job.id); };
    std::vector<Job> found;
    for (const auto& [id, stored] : jobs) {
      const Job& job = stored.job;
      bool wanted =
          job.owner == query.owner && (!query.status || job.status == *query.status) &&
          (!query.tool_id || job.tool_id == *query.tool_id) &&
          (!query.behind || place(job) < std::pair(query.behind->created_at, query.behind->id));
      if (wanted) found.push_back(job);
    }
    std::sort(found.begin(), found.end(),
              [&](const Job& a, const Job& b) { return place(b) < place(a); });
    if (static_cast<std::int64_t>(found.size()) > query.limit) {
      found.resize(static_cast<std::size_t>(query.limit));
    }
    co_return found;
  }
  Awaitable<Result<std::vector<UnfinishedJob>>> unfinished_jobs() override {
    co_await turn();
    std::vector<UnfinishedJob> unfinished;
    for (auto& [id, stored] : jobs) {
      if (!stored.job.finished_at) unfinished.push_back({stored.job, requests[id], checkup_of(id)});
    }
    co_return unfinished;
  }
  Awaitable<Result<std::int64_t>> remove_jobs_ended_before(WallTime time,
                                                           std::int64_t limit) override {
    co_await turn();
    if (sweep_throws) throw std::runtime_error("a sweep that throws");
    std::int64_t removed = 0;
    for (auto at = jobs.begin(); at != jobs.end() && removed < limit;) {
      bool old = at->second.job.finished_at && *at->second.job.finished_at < time;
      at = old ? jobs.erase(at) : std::next(at);
      removed += old;
    }
    co_return removed;
  }

  Awaitable<Result<std::optional<KeyedCheckup>>> add_checkup(AcceptedCheckup accepted) override {
    co_await turn();
    if (fault) co_return *fault;
    if (add_job_fault) co_return *add_job_fault;
    if (auto earlier = keyed(accepted.checkup.owner, accepted.idempotency_key)) co_return earlier;
    for (const AcceptedJob& job : accepted.jobs) {
      requests[job.job.id] = job.request;
      jobs[job.job.id].job = job.job;
    }
    checkups[accepted.checkup.id] = accepted;
    co_await turn();
    co_return std::optional<KeyedCheckup>();
  }
  Awaitable<Result<std::optional<KeyedCheckup>>> find_keyed_checkup(ClientId owner,
                                                                    std::string key) override {
    co_await turn();
    if (fault) co_return *fault;
    co_return keyed(owner, key);
  }
  Awaitable<Result<std::optional<Checkup>>> find_checkup(CheckupId id) override {
    co_await turn();
    if (fault) co_return *fault;
    if (!checkups.contains(id)) co_return std::optional<Checkup>();
    co_return std::optional(with_jobs(checkups.at(id)));
  }
  Awaitable<Result<std::vector<Checkup>>> find_checkups(CheckupQuery query) override {
    co_await turn();
    if (fault) co_return *fault;
    auto place = [](const CheckupRecord& record) {
      return std::pair(record.created_at, record.id);
    };
    std::vector<Checkup> found;
    for (const auto& [id, accepted] : checkups) {
      const CheckupRecord& record = accepted.checkup;
      bool wanted =
          record.owner == query.owner &&
          (!query.behind || place(record) < std::pair(query.behind->created_at, query.behind->id));
      if (wanted) found.push_back(with_jobs(accepted));
    }
    std::sort(found.begin(), found.end(),
              [&](const Checkup& a, const Checkup& b) { return place(b) < place(a); });
    if (static_cast<std::int64_t>(found.size()) > query.limit) {
      found.resize(static_cast<std::size_t>(query.limit));
    }
    co_return found;
  }

  Awaitable<Result<void>> add_project(Project project) override {
    co_await turn();
    if (fault) co_return *fault;
    projects[project.id] = project;
    co_return ok();
  }
  Awaitable<Result<std::optional<Project>>> find_project(ProjectId id) override {
    co_await turn();
    if (fault) co_return *fault;
    std::optional<Project> found;
    if (projects.contains(id)) found = projects[id];
    co_return found;
  }
  Awaitable<Result<void>> remove_project(ProjectId id) override {
    co_await turn();
    if (fault) co_return *fault;
    projects.erase(id);
    co_return ok();
  }
  Awaitable<Result<std::int64_t>> count_projects_of_tree(std::string sha256) override {
    co_await turn();
    std::int64_t count = 0;
    for (const auto& [id, project] : projects) count += project.sha256 == sha256;
    co_return count;
  }
  Awaitable<Result<std::vector<Project>>> expired_projects(WallTime now, ProjectId after,
                                                           std::int64_t limit) override {
    co_await turn();
    std::vector<Project> expired;
    for (const auto& [id, project] : projects) {
      bool wanted = project.expires_at <= now && id > after;
      if (wanted && static_cast<std::int64_t>(expired.size()) < limit) expired.push_back(project);
    }
    co_return expired;
  }

 private:
  std::optional<KeyedCheckup> keyed(const ClientId& owner, const std::string& key) const {
    for (const auto& [id, accepted] : checkups) {
      bool same = accepted.checkup.owner == owner && accepted.idempotency_key == key;
      if (same && !key.empty()) return KeyedCheckup{id, accepted.fingerprint};
    }
    return std::nullopt;
  }
  Checkup with_jobs(const AcceptedCheckup& accepted) {
    Checkup checkup(accepted.checkup);
    for (const AcceptedJob& job : accepted.jobs) checkup.jobs.push_back(jobs[job.job.id].job);
    return checkup;
  }
  CheckupId checkup_of(const JobId& job) const {
    for (const auto& [id, accepted] : checkups) {
      for (const AcceptedJob& member : accepted.jobs) {
        if (member.job.id == job) return id;
      }
    }
    return CheckupId();
  }
  // Like a real store: never immediately, always in order.
  Awaitable<void> turn() { co_await boost::asio::post(loop_, boost::asio::use_awaitable); }

  boost::asio::io_context& loop_;
};

}  // namespace glovebox
