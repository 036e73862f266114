// StoreHealth: reports faults of the database's thread to a HealthBoard and decides when they are
// over. The board may be null. Threads: the store's.
#pragma once

#include <set>
#include <string>

#include "base/error.h"
#include "base/health_board.h"

namespace glovebox {

class StoreHealth {
 public:
  // The board must outlive it.
  explicit StoreHealth(HealthBoard* board) : board_(board) {}

  // A statement failed. errno_value() tells which fault, see sqlite.h.
  void failed(const Error& error);
  // A transaction was committed, so the disk has room and the file can be written.
  void committed();
  // Whether to attempt a write only to see if a fault is over.
  bool wants_probe() const { return !passing_.empty(); }

 private:
  void report(const char* code, const char* message, HealthEffect effect);

  HealthBoard* board_;
  std::set<std::string> passing_;  // codes that a commit clears
};

// The error for clients while the database cannot be used: kQueueFull with retry_after and the
// original errno. The database's own text, which may contain SQL, goes to the log. Other errors
// pass unchanged.
Error told_if_unavailable(Error error);

// Whether a retry of the same write would always fail: too large, or violates the tables. Other
// faults may be temporary.
bool fails_for_good(const Error& error);

}  // namespace glovebox
