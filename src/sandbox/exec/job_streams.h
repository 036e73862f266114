#pragma once

namespace glovebox {

// The job's descriptors 0, 1 and 2; their numbers are all above 2.
struct JobStreams {
  // The job opens /dev/null instead.
  static constexpr int kNull = -1;
  int in = kNull;
  int out = kNull;
  int err = kNull;
};

}  // namespace glovebox
