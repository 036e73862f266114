// The cost of recording an accepted job on disk before it is confirmed: jobs recorded with a sync,
// N at a time like N clients, against the same records without a sync. One commit covers all jobs
// that wait at the same moment, so the cost per job falls with their number.
#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "store/output_journal.h"
#include "store/sqlite_store.h"

namespace glovebox {
namespace {

class Folder {
 public:
  Folder() { ::mkdtemp(path_.data()); }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path path() const { return path_; }

 private:
  // Not /tmp, which is in memory on some machines.
  std::string path_ = "/var/tmp/glovebox-bench-XXXXXX";
};

AcceptedJob accepted_job() {
  AcceptedJob accepted;
  accepted.job.id = new_job_id();
  accepted.job.tool_id = ToolId("cppcheck");
  accepted.job.project_id = ProjectId("prj_0123456789012345678901");
  accepted.job.owner = ClientId("ip:192.0.2.7");
  accepted.request = R"({"toolId":"cppcheck","projectId":"prj_0","parameters":{},"stdin":""})";
  return accepted;
}

enum class Sync { kNo, kYes };

Awaitable<void> record(SqliteStore& store, Sync sync) {
  if (sync == Sync::kYes) {
    auto added = store.add_job(accepted_job());
    (void)co_await std::move(added);
  } else {
    // An end is a write of the same size that does not wait for the disk.
    Job job = accepted_job().job;
    StoredJob ended{std::move(job), std::string(100, 'x')};
    auto ending = store.end(std::move(ended), Pace::kAtOnce);
    (void)co_await std::move(ending);
  }
}

// Clients that record one job after the other until `left` are done.
Awaitable<void> client(SqliteStore& store, Sync sync, int& left) {
  while (left-- > 0) co_await record(store, sync);
}

double microseconds_each(SqliteStore& store, Sync sync, std::int64_t at_once) {
  constexpr int kJobs = 2000;
  boost::asio::io_context loop;
  int left = kJobs;
  for (std::int64_t i = 0; i < at_once; ++i) {
    boost::asio::co_spawn(loop, client(store, sync, left), [](std::exception_ptr) {});
  }
  auto begun = std::chrono::steady_clock::now();
  loop.run();
  std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begun;
  return took.count() / kJobs;
}

void accepted_jobs(benchmark::State& state) {
  Folder folder;
  auto store = SqliteStore::open(folder.path() / "glovebox.db").value();
  double durable = 0, plain = 0;
  for ([[maybe_unused]] auto _ : state) {
    durable += microseconds_each(*store, Sync::kYes, state.range(0));
    plain += microseconds_each(*store, Sync::kNo, state.range(0));
  }
  auto rounds = static_cast<double>(state.iterations());
  state.counters["synced_us_each"] = durable / rounds;
  state.counters["unsynced_us_each"] = plain / rounds;
}

// One read of a pipe, stored.
void journal_append(benchmark::State& state) {
  Folder folder;
  OutputJournal journal = OutputJournal::open(folder.path() / "output").value();
  UniqueFd file = journal.begin(JobId("job_1"), 1).value();
  std::string line(static_cast<std::size_t>(state.range(0)), 'x');
  for ([[maybe_unused]] auto _ : state) (void)OutputJournal::append(file.get(), line);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}

// The extra cost of a short job: its file is created and removed.
void journal_of_one_line(benchmark::State& state) {
  Folder folder;
  OutputJournal journal = OutputJournal::open(folder.path() / "output").value();
  JobId job("job_1");
  for ([[maybe_unused]] auto _ : state) {
    UniqueFd file = journal.begin(job, 1).value();
    (void)OutputJournal::append(file.get(), "one line\n");
    journal.remove(job, 1);
  }
}

BENCHMARK(accepted_jobs)->Arg(1)->Arg(8)->Arg(64)->Arg(256)->Iterations(1)->UseRealTime();
BENCHMARK(journal_append)->Arg(80)->Arg(65536)->Iterations(2000);
BENCHMARK(journal_of_one_line)->Iterations(2000);

}  // namespace
}  // namespace glovebox

BENCHMARK_MAIN();
