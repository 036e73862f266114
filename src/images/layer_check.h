// Reads the layers of an image before umoci does, and refuses what it must not see: more than the
// bounds, other content than the digests say, names that lead out, and what is no tar.
//
// What umoci writes is looked at again afterwards (unpacked_root.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "images/oci_manifest.h"
#include "images/program.h"

namespace glovebox {

// Of one image. Counted on what is there, never on what it declares.
struct ImageLimits {
  ByteCount size{8ULL << 30};          // all layers unpacked, holes included
  std::int64_t entries = 1'000'000;    // in all layers
  std::chrono::seconds time{60 * 60};  // for each of fetching, reading and unpacking
};

class LayerCheck {
 public:
  LayerCheck(const ImageLimits& limits, Interrupted interrupted)
      : limits_(limits), interrupted_(std::move(interrupted)) {}

  // kUnprocessable names the layer and what is wrong; details {limit, configured, observed} as
  // applicable. `blob` is read from its start; `diff_id` is the digest of its tar.
  Result<void> check(int blob, const ImageLayer& layer, const std::string& diff_id);

  std::uint64_t bytes() const { return bytes_; }
  std::int64_t entries() const { return entries_; }
  // Files in whose place umoci writes empty ones without root: devices.
  const std::set<std::string>& devices() const { return devices_; }

 private:
  friend class LayerReader;
  Result<void> count(std::uint64_t bytes);
  Result<void> count_entry();

  ImageLimits limits_;
  Interrupted interrupted_;
  std::uint64_t bytes_ = 0;
  std::int64_t entries_ = 0;
  std::set<std::string> devices_;  // at most one for each entry
};

}  // namespace glovebox
