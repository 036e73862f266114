#include "sandbox/pool/sandbox_outage.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace glovebox {

void SandboxOutage::end() {
  timer_.cancel();
  cause_.clear();
  set("");
}

void SandboxOutage::begin_soon() {
  if (why_.empty()) call_after(times_.after, &SandboxOutage::begin);
}

void SandboxOutage::begin(std::string cause) {
  spdlog::error("the sandbox's launcher failed: {}", cause);
  bool first = why_.empty();
  cause_ = std::move(cause);
  if (first) begin();
}

void SandboxOutage::begin() {
  std::string why = "no slot of the sandbox is ready; the launcher is creating new ones";
  set(cause_.empty() ? why : fmt::format("{} ({})", why, cause_));
  call_after(times_.patience, &SandboxOutage::patience_is_over);
}

void SandboxOutage::last_for_good(const std::string& why) {
  timer_.cancel();
  set(cause_.empty() ? why : fmt::format("{} ({})", why, cause_));
}

void SandboxOutage::close() {
  alive_.reset();
  timer_.cancel();
  listener_ = nullptr;
}

void SandboxOutage::set(std::string why) {
  if (why_ == why) return;
  if (why.empty()) {
    spdlog::info("the sandbox works again");
  } else {
    spdlog::error("no job can run: {}", why);
  }
  why_ = std::move(why);
  if (listener_) listener_();
}

void SandboxOutage::call_after(std::chrono::milliseconds time, void (SandboxOutage::*what)()) {
  timer_.expires_after(time);
  timer_.async_wait([this, what, alive = std::weak_ptr(alive_)](auto failure) {
    if (!failure && alive.lock()) (this->*what)();
  });
}

}  // namespace glovebox
