// RequestLog: the log line of each request, written when its response was sent.
#pragma once

#include <string>

#include "base/clock.h"
#include "http/wire/exchange.h"

namespace glovebox {

// Only what the line needs: a stream may exist for hours after the rest of its request.
class RequestLog {
 public:
  RequestLog() = default;
  RequestLog(const HttpRequest& request, int status, SteadyTime start);
  void write() const;

 private:
  std::string id_;
  ClientId client_;
  ClientId address_;
  std::string method_;
  std::string target_;  // keys in it are hidden
  std::string agent_;
  std::string job_;
  std::string share_;
  std::string trace_;
  int status_ = 0;
  SteadyTime start_;
};

}  // namespace glovebox
