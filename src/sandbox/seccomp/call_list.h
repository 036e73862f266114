// Collects the entries of job_calls(): each file adds those of its groups.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/seccomp/job_calls.h"

namespace glovebox {

inline constexpr CallAnswer kRefuse = answer_errno(EPERM);
inline constexpr CallAnswer kInvalid = answer_errno(EINVAL);

class CallList {
 public:
  // Entries added after this call belong to that group of call_groups().
  void begin(std::string_view group) { group_ = group; }
  // Names separated by spaces: allowed with any arguments.
  void allow(std::string_view names) {
    while (!names.empty()) {
      std::string_view name = names.substr(0, names.find(' '));
      names.remove_prefix(std::min(names.size(), name.size() + 1));
      rule(name, always(CallAnswer::kAllow), {});
    }
  }
  void rule(std::string_view name, CallRule rule, std::string_view arguments) {
    calls_.push_back({std::string(name), std::move(rule), arguments, group_});
  }
  // Allowed if all tests hold.
  void only(std::string_view name, std::vector<ArgumentTest> tests, std::string_view arguments,
            CallAnswer otherwise) {
    rule(name, allow_if(std::move(tests), otherwise), arguments);
  }
  std::vector<JobCall> take() { return std::move(calls_); }

 private:
  std::string_view group_;
  std::vector<JobCall> calls_;
};

void add_file_calls(CallList& table);     // files, operations on descriptors
void add_process_calls(CallList& table);  // memory, processes and threads
void add_time_calls(CallList& table);     // signals, time
void add_message_calls(CallList& table);  // waiting and messages

}  // namespace glovebox
