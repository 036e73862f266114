#include "sign_in/sessions.h"

#include <utility>

#include "base/random.h"
#include "sign_in/web_text.h"

namespace glovebox {

std::string Sessions::begin(Person person, SteadyTime now) {
  if (sessions_.size() >= kMost) {
    sessions_.erase(by_age_.front());
    by_age_.pop_front();
  }
  std::string word = random_id("ses_");
  std::string hash = sha256_bytes(word);
  auto place = by_age_.insert(by_age_.end(), hash);
  sessions_.insert_or_assign(std::move(hash), Session{std::move(person), now + ttl_, place});
  return word;
}

const Person* Sessions::find(std::string_view word, SteadyTime now) const {
  auto found = sessions_.find(sha256_bytes(word));
  if (found == sessions_.end() || now >= found->second.ends) return nullptr;
  return &found->second.person;
}

void Sessions::end(std::string_view word) {
  auto found = sessions_.find(sha256_bytes(word));
  if (found == sessions_.end()) return;
  by_age_.erase(found->second.place);
  sessions_.erase(found);
}

}  // namespace glovebox
