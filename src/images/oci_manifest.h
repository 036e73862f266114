// The JSON of an image (image-spec v1.0 and Docker's schema 2), as far as it matters here. All of
// it is hostile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

inline constexpr std::size_t kMaxImageJson = 4 << 20;
inline constexpr std::size_t kMaxLayers = 512;

enum class LayerPacking { kNone, kGzip, kZstd };

struct ImageBlob {
  std::string digest;  // is_image_digest()
  std::uint64_t size = 0;
};

struct ImageLayer : ImageBlob {
  LayerPacking packing = LayerPacking::kNone;
};

struct OciManifest {
  ImageBlob config;
  std::vector<ImageLayer> layers;
};

struct OciConfig {
  std::string architecture;  // empty: it names none
  std::string os;
  std::vector<std::string> environment;
  std::vector<std::string> diff_ids;  // digests of the layers' tars, in the order of the layers
};

// As Go and images name it: "amd64", "arm64".
std::string machine_architecture();
// kUnprocessable where the image is for another machine. Empty fields match.
Result<void> check_platform(std::string_view os, std::string_view architecture);

bool is_image_index(std::string_view text);
// The digest of the manifest for this machine in an index.
Result<std::string> digest_for_this_machine(std::string_view index);

// All kUnprocessable where something is missing, mistyped or over its bound.
Result<OciManifest> parse_oci_manifest(std::string_view text);
Result<OciConfig> parse_oci_config(std::string_view text);
// The one manifest that an image layout's index.json names.
Result<ImageBlob> manifest_of_layout(std::string_view index);

}  // namespace glovebox
