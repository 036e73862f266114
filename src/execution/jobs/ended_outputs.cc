#include "execution/jobs/ended_outputs.h"

#include <chrono>
#include <string>
#include <unordered_map>
#include <utility>

namespace glovebox {
namespace {

constexpr std::chrono::seconds kOutputRetry{10};

Error no_room(ErrorKind kind, std::string_view limit, ByteCount configured, std::uint64_t held) {
  bool own = kind == ErrorKind::kRateLimit;
  return Error(kind, std::string("output of ended jobs that is being read ") +
                         (own ? "by you " : "") + "fills the memory set aside for it, " +
                         format_bytes(configured) + "; finish or close some reads, or try later")
      .with("limit", limit)
      .with("configured", configured.bytes())
      .with("observed", held)
      .with_retry_after(kOutputRetry);
}

}  // namespace

struct EndedOutputs::State {
  struct Held {
    std::weak_ptr<LiveJob> job;
    std::uint64_t bytes = 0;
  };

  void remove(const JobId& id, const ClientId& owner) {
    auto found = jobs.find(id);
    all -= found->second.bytes;
    auto own = of_client.find(owner);
    own->second -= found->second.bytes;
    if (own->second == 0) of_client.erase(own);
    jobs.erase(found);
  }

  Limits limits;
  std::unordered_map<JobId, Held> jobs;
  std::unordered_map<ClientId, std::uint64_t> of_client;
  std::uint64_t all = 0;
};

EndedOutputs::EndedOutputs(const Limits& limits) : state_(std::make_shared<State>()) {
  state_->limits = limits;
}

LiveJobPtr EndedOutputs::find(const JobId& id) const {
  auto found = state_->jobs.find(id);
  return found == state_->jobs.end() ? nullptr : found->second.job.lock();
}

Result<LiveJobPtr> EndedOutputs::add(LiveJobPtr job) {
  if (LiveJobPtr there = find(job->id())) return there;
  const Limits& limits = state_->limits;
  const ClientId& owner = job->accepted.owner;
  // At least one byte, so that an empty output is counted too.
  std::uint64_t bytes = job->progress->output.log.memory_bytes() + 1;
  auto own = state_->of_client.find(owner);
  if (own != state_->of_client.end() && own->second + bytes > limits.per_client.bytes()) {
    return no_room(ErrorKind::kRateLimit, "output_reads_per_client", limits.per_client,
                   own->second);
  }
  if (state_->all > 0 && state_->all + bytes > limits.in_all.bytes()) {
    return no_room(ErrorKind::kQueueFull, "output_reads", limits.in_all, state_->all);
  }
  LiveJob* raw = job.get();
  LiveJobPtr shared(raw, [state = state_, job = std::move(job)](LiveJob*) mutable {
    state->remove(job->id(), job->accepted.owner);
  });
  state_->all += bytes;
  state_->of_client[owner] += bytes;
  state_->jobs.emplace(raw->id(), State::Held{shared, bytes});
  return shared;
}

ByteCount EndedOutputs::held() const {
  return ByteCount(state_->all);
}

}  // namespace glovebox
