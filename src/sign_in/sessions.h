// Sessions: the people who are signed in, by the random word in their browser's cookie. In memory:
// a restart signs everybody out. Of the words, only hashes are kept.
//
// Pure: time is passed in. Threads: one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "sign_in/id_token.h"

namespace glovebox {

class Sessions {
 public:
  // One more ends the one that began first.
  static constexpr std::size_t kMost = 10'000;

  explicit Sessions(std::chrono::milliseconds ttl) : ttl_(ttl) {}

  // The word for the cookie: "ses_" and 22 random characters.
  std::string begin(Person person, SteadyTime now);
  // Null where there is none, or it has expired. Valid until the next begin() or end().
  const Person* find(std::string_view word, SteadyTime now) const;
  // Idempotent.
  void end(std::string_view word);
  std::size_t size() const { return sessions_.size(); }

 private:
  struct Session {
    Person person;
    SteadyTime ends;
    std::list<std::string>::iterator place;
  };
  std::chrono::milliseconds ttl_;
  std::unordered_map<std::string, Session> sessions_;  // by the word's hash
  std::list<std::string> by_age_;                      // hashes; who began first is in front
};

}  // namespace glovebox
