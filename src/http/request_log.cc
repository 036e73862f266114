#include "http/request_log.h"

#include <fmt/format.h>

#include "auth/api_key.h"
#include "base/log.h"

namespace glovebox {

RequestLog::RequestLog(const HttpRequest& request, int status, SteadyTime start) : start_(start) {
  std::string who = request.client.str();
  if (request.client != request.address) who += "," + request.address.str();
  what_ = fmt::format("{} {} \"{} {}\" {}", request.id, who, escape_for_log(request.head.method),
                      escape_for_log(with_keys_hidden(request.head.target)), status);
  const std::string* agent = request.head.find("User-Agent");
  if (agent != nullptr) agent_ = escape_for_log(*agent);
}

void RequestLog::write() const {
  auto took = std::chrono::steady_clock::now() - start_;
  spdlog::info("{} {:.1f} ms \"{}\"", what_,
               std::chrono::duration<double, std::milli>(took).count(), agent_);
}

}  // namespace glovebox
