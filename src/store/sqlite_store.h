// Stores jobs, check-ups, projects, webhooks and links in one SQLite file, for one process at a
// time.
//
// Accepted jobs and new projects are on disk before they are confirmed (synchronous = FULL),
// because clients rely on their ids. Starts and ends are written without waiting for the disk:
// after a power failure, a job that had just ended may appear as failed, server-restarted. After a
// crash of the process nothing is lost.
//
// Threads: see JobStore, CheckupStore, ProjectRecords, WebhookStore and ShareStore. The database
// has its own thread, which passes results to the callers' loops. Create the loop before the store,
// so that it is destroyed last.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/health_board.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "store/checkup_store.h"
#include "store/job_store.h"
#include "store/project_records.h"
#include "store/share_store.h"
#include "store/store_thread.h"
#include "store/webhook_store.h"

namespace glovebox {

class SqliteStore final : public JobStore,
                          public CheckupStore,
                          public ProjectRecords,
                          public WebhookStore,
                          public ShareStore {
 public:
  // The limit on requests that wait for the database. Ends of jobs are not counted; there is at
  // most one per slot.
  static constexpr std::size_t kCapacity = 4096;

  // Creates the file if missing; its folder must exist. ":memory:" stores nothing. kConflict if
  // another server has it open or a newer Glovebox created it. kUser, with the file and what to do,
  // if it is damaged or belongs to another program. Reports later faults to `health`. Blocks.
  // `on_commit` as for StoreThread.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& path,
                                                   std::size_t capacity = kCapacity,
                                                   HealthBoard* health = nullptr,
                                                   StoreThread::OnCommit on_commit = nullptr);
  // Writes all waiting requests, then notifies the callers whose loop still runs.
  ~SqliteStore() override = default;

  Awaitable<Result<std::optional<KeyedJob>>> add_job(AcceptedJob accepted) override;
  Awaitable<Result<std::optional<KeyedJob>>> find_keyed_job(ClientId owner,
                                                            std::string key) override;
  Awaitable<Result<void>> claim(Job job) override;
  Awaitable<Result<void>> requeue(Job job) override;
  Awaitable<Result<void>> renew(JobId job) override;
  Awaitable<Result<void>> add_ended(StoredJob ended, Pace pace) override;
  Awaitable<Result<void>> end(StoredJob ended, Pace pace) override;
  Awaitable<Result<std::optional<StoredJob>>> find_job(JobId id, WithOutput with) override;
  Awaitable<Result<std::string>> find_findings(JobId id) override;
  Awaitable<Result<std::vector<Job>>> find_jobs(JobQuery query) override;
  Awaitable<Result<std::vector<UnfinishedJob>>> unfinished_jobs() override;
  Awaitable<Result<std::int64_t>> remove_jobs_ended_before(WallTime time,
                                                           std::int64_t limit) override;

  Awaitable<Result<std::optional<KeyedCheckup>>> add_checkup(AcceptedCheckup accepted) override;
  Awaitable<Result<std::optional<KeyedCheckup>>> find_keyed_checkup(ClientId owner,
                                                                    std::string key) override;
  Awaitable<Result<std::optional<Checkup>>> find_checkup(CheckupId id) override;
  Awaitable<Result<std::vector<Checkup>>> find_checkups(CheckupQuery query) override;

  Awaitable<Result<void>> add_project(Project project) override;
  Awaitable<Result<std::optional<Project>>> find_project(ProjectId id) override;
  Awaitable<Result<void>> remove_project(ProjectId id) override;
  Awaitable<Result<std::int64_t>> count_projects_of_tree(std::string sha256) override;
  Awaitable<Result<std::vector<Project>>> expired_projects(WallTime now, ProjectId after,
                                                           std::int64_t limit) override;

  Awaitable<Result<void>> add_webhook(Webhook webhook, std::int64_t most) override;
  Awaitable<Result<std::optional<Webhook>>> find_webhook(ClientId owner, WebhookId id) override;
  Awaitable<Result<std::vector<Webhook>>> webhooks_of(ClientId owner) override;
  Awaitable<Result<bool>> remove_webhook(ClientId owner, WebhookId id) override;
  Awaitable<Result<void>> update_webhook(Webhook webhook) override;
  Awaitable<Result<bool>> webhooks_in_use() override;
  Awaitable<Result<Delivery>> add_test(Webhook webhook, WallTime now) override;
  Awaitable<Result<std::vector<Delivery>>> deliveries_of(WebhookId webhook,
                                                         std::int64_t limit) override;
  Awaitable<Result<std::optional<Delivery>>> redeliver(WebhookId webhook, DeliveryId id,
                                                       WallTime now) override;
  Awaitable<Result<std::vector<DueDelivery>>> due_deliveries(WallTime now,
                                                             std::int64_t limit) override;
  Awaitable<Result<std::optional<WallTime>>> next_due(WallTime now) override;
  Awaitable<Result<void>> record_attempt(DeliveryAttempt attempt) override;

  Awaitable<Result<void>> add_share(Share share) override;
  Awaitable<Result<void>> remove_share(ShareId id) override;
  Awaitable<Result<std::vector<Share>>> all_shares() override;
  Awaitable<Result<void>> remove_shares_expired_by(WallTime now) override;

 private:
  SqliteStore(UniqueFd lock, SqliteDatabase database, std::size_t capacity, HealthBoard* health,
              StoreThread::OnCommit on_commit)
      : lock_(std::move(lock)),
        thread_(std::move(database), capacity, StoreThread::kGather, health, std::move(on_commit)) {
  }

  // flock(2) on the file. It is closed after the database, because closing any descriptor of the
  // file releases SQLite's locks.
  UniqueFd lock_;
  StoreThread thread_;
};

}  // namespace glovebox
