// StreamTable: how many event streams each client has open. The loop's thread.
#pragma once

#include <cstddef>
#include <map>
#include <utility>

#include "model/ids.h"

namespace glovebox {

class StreamTable {
 public:
  // One open stream; gives its place back. Must not outlive the table.
  class Place {
   public:
    Place(StreamTable& table, ClientId client) : table_(&table), client_(std::move(client)) {
      ++table_->open_[client_];
    }
    Place(Place&& other) noexcept
        : table_(std::exchange(other.table_, nullptr)), client_(std::move(other.client_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (table_ == nullptr) return;
      auto found = table_->open_.find(client_);
      if (--found->second == 0) table_->open_.erase(found);
    }

   private:
    StreamTable* table_;
    ClientId client_;
  };

  std::size_t of(const ClientId& client) const {
    auto found = open_.find(client);
    return found == open_.end() ? 0 : found->second;
  }

 private:
  std::map<ClientId, std::size_t> open_;
};

}  // namespace glovebox
