// RequestLog: the line that the log has of each request, written when its answer was sent.
#pragma once

#include <string>

#include "base/clock.h"
#include "http/wire/exchange.h"

namespace glovebox {

// What the line needs, and no more: a stream may stand for hours after the rest of its request.
class RequestLog {
 public:
  RequestLog() = default;
  RequestLog(const HttpRequest& request, int status, SteadyTime start);
  void write() const;

 private:
  std::string what_;
  std::string agent_;
  SteadyTime start_;
};

}  // namespace glovebox
