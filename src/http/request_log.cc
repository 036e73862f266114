#include "http/request_log.h"

#include <fmt/format.h>

#include "auth/api_key.h"
#include "base/log.h"
#include "base/log_event.h"

namespace glovebox {

namespace {

// The query of a sign-in's callback has the provider's code, which is a secret.
std::string shown_target(const std::string& target) {
  constexpr std::string_view kCallback = "/auth/callback?";
  if (target.starts_with(kCallback)) return std::string(kCallback) + "***";
  return with_keys_hidden(target);
}

}  // namespace

RequestLog::RequestLog(const HttpRequest& request, int status, SteadyTime start)
    : id_(request.id),
      client_(request.client),
      address_(request.address),
      method_(request.head.method.substr(0, LogEvent::kLongestValue)),
      target_(shown_target(request.head.target)),
      job_(request.job),
      share_(request.share),
      status_(status),
      start_(start) {
  const std::string* agent = request.head.find("User-Agent");
  if (agent != nullptr) agent_ = with_keys_hidden(*agent).substr(0, LogEvent::kLongestValue + 1);
  if (request.trace) trace_ = request.trace->trace_id;
}

void RequestLog::write() const {
  std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start_;
  std::string who = client_.str();
  if (client_ != address_) who += "," + address_.str();
  LogEvent event("request");
  event.request(id_).job(job_).client(client_.str()).trace(trace_);
  event.with("address", address_.str()).with("method", method_).with("target", target_);
  event.with("status", std::int64_t{status_}).with("ms", took.count()).with("agent", agent_);
  if (!share_.empty()) event.with("share", share_);
  event.text(fmt::format("{} {} \"{} {}\" {} {:.1f} ms \"{}\"{}", id_, who, escape_for_log(method_),
                         escape_for_log(target_), status_, took.count(), escape_for_log(agent_),
                         trace_.empty() ? "" : " trace=" + trace_) +
             (share_.empty() ? "" : " share=" + share_));
  event.write();
}

}  // namespace glovebox
