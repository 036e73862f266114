#include "auth/watched_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "auth/key_file.h"
#include "auth/key_file_text.h"
#include "base/log.h"

namespace glovebox {
namespace {

constexpr std::size_t kNamesInLog = 10;

// The names of the keys in `of` that are not in `others`; a long list is abbreviated with its
// count.
std::string only_in(const ApiKeys& of, const ApiKeys& others) {
  std::vector<std::string> names;
  for (const ApiKey& key : of.all()) {
    if (others.find_hash(key.sha256) == nullptr) names.push_back(key.name);
  }
  if (names.empty()) return "none";
  std::size_t more = names.size() > kNamesInLog ? names.size() - kNamesInLog : 0;
  names.resize(names.size() - more);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

}  // namespace

// Belongs to the watching thread, except open().
class WatchedKeys::Watch {
 public:
  Watch(boost::asio::io_context& loop, std::shared_ptr<ApiKeys> keys, std::string path,
        Options options)
      : loop_(loop),
        in_force_(std::move(keys)),
        path_(std::move(path)),
        options_(std::move(options)) {}

  // Call before start().
  Result<ApiKeys> read_first() {
    GB_TRY(std::optional<ApiKeys> keys, look());
    known_ = *keys;
    if (known_.all().empty()) {
      spdlog::warn(
          "the keys file {} has no key, so every request is refused; create one with "
          "'glovebox key create NAME'",
          path_);
    } else {
      spdlog::info("keys in {}: {}", path_, known_.all().size());
    }
    return known_;
  }

  void start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }

 private:
  void work(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any pause;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      pause.wait_for(lock, stop, options_.look_every, [] { return false; });
      if (stop.stop_requested()) return;
      try {
        tell(look());
      } catch (const std::exception& exception) {
        spdlog::error("cannot read the keys file: {}", exception.what());
      }
      if (options_.on_look) options_.on_look();
    }
  }

  // The keys if the text has changed since the last look, else nothing. A text with a mistake is
  // parsed only once. A new text is used after it was read twice, because an editor may still be
  // writing.
  Result<std::optional<ApiKeys>> look() {
    GB_TRY(KeyFile file, KeyFile::open(path_));
    if (settled_ && file.same_as(*settled_)) return std::optional<ApiKeys>();
    if (file.is_readable_by_all() && !std::exchange(warned_, true)) {
      spdlog::warn("every user of this machine can read the keys file {}: chmod o-r {}", path_,
                   path_);
    }
    GB_TRY(std::string text, file.read());
    settled_.reset();
    if (!file.is_fresh(options_.read_after_change)) settled_.emplace(std::move(file));
    std::string hash = hash_of_key(text);
    bool maybe_half_written = hash != std::exchange(seen_hash_, hash) && !text_hash_.empty();
    if (maybe_half_written) {
      settled_.reset();
      return std::optional<ApiKeys>();
    }
    if (hash == std::exchange(text_hash_, hash)) return std::optional<ApiKeys>();
    GB_TRY(ApiKeys keys, parse_key_file(text, path_));
    return std::optional<ApiKeys>(std::move(keys));
  }

  void tell(Result<std::optional<ApiKeys>> looked) {
    if (looked.has_error()) {
      if (looked.error().message() == last_problem_) return;
      last_problem_ = looked.error().message();
      spdlog::error("{}; still using the keys read before: {}", escape_for_log(last_problem_),
                    known_.all().size());
      return;
    }
    last_problem_.clear();
    if (!looked->has_value()) return;
    ApiKeys keys = std::move(**looked);
    spdlog::info("keys in {}: {}; new: {}; removed: {}", path_, keys.all().size(),
                 only_in(keys, known_), only_in(known_, keys));
    known_ = keys;
    auto replace = [in_force = in_force_, keys = std::move(keys)]() mutable {
      *in_force = std::move(keys);
    };
    boost::asio::post(loop_, std::move(replace));
  }

  boost::asio::io_context& loop_;
  const std::shared_ptr<ApiKeys> in_force_;  // the loop's
  const std::string path_;
  const Options options_;
  ApiKeys known_;  // as last reported
  // The file as last read, unless it had just changed. Kept open, so that no other file gets its
  // inode number.
  std::optional<KeyFile> settled_;
  std::string seen_hash_;  // of the last text read
  std::string text_hash_;  // of the last text parsed; empty: none
  std::string last_problem_;
  bool warned_ = false;
  std::jthread thread_;
};

WatchedKeys::WatchedKeys(boost::asio::io_context& loop, std::string path, Options options)
    : keys_(std::make_shared<ApiKeys>()),
      watch_(std::make_unique<Watch>(loop, keys_, std::move(path), std::move(options))) {}

WatchedKeys::~WatchedKeys() = default;

Result<std::unique_ptr<WatchedKeys>> WatchedKeys::open(boost::asio::io_context& loop,
                                                       std::string path, Options options) {
  std::unique_ptr<WatchedKeys> watched(new WatchedKeys(loop, std::move(path), std::move(options)));
  GB_TRY(*watched->keys_, watched->watch_->read_first());
  watched->watch_->start();
  return watched;
}

const ApiKeys& WatchedKeys::keys() const {
  return *keys_;
}

}  // namespace glovebox
