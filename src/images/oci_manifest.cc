#include "images/oci_manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <set>

#include "base/clean_text.h"
#include "images/image_names.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Error refuse(std::string message) {
  return Error(ErrorKind::kUnprocessable, std::move(message));
}

Result<json::object> parse_image_json(std::string_view text, std::string_view what) {
  if (text.size() > kMaxImageJson) return refuse(fmt::format("the {} is over 4 MiB", what));
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return refuse(fmt::format("the {} is not a JSON object", what));
  return std::move(value.as_object());
}

std::string member_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

const json::object* member_object(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

const json::array* member_array(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr ? value->if_array() : nullptr;
}

Result<ImageBlob> read_blob(const json::object& descriptor, std::string_view what) {
  ImageBlob blob;
  blob.digest = member_text(descriptor, "digest");
  if (!is_image_digest(blob.digest)) {
    return refuse(fmt::format("the {} has no sha256 digest", what));
  }
  const json::value* size = descriptor.if_contains("size");
  if (size == nullptr || !size->is_int64() || size->get_int64() < 0) {
    return refuse(fmt::format("the {} has no size", what));
  }
  blob.size = static_cast<std::uint64_t>(size->get_int64());
  return blob;
}

Result<LayerPacking> read_packing(const std::string& type) {
  if (type == "application/vnd.oci.image.layer.v1.tar" ||
      type == "application/vnd.docker.image.rootfs.diff.tar") {
    return LayerPacking::kNone;
  }
  if (type == "application/vnd.oci.image.layer.v1.tar+gzip" ||
      type == "application/vnd.docker.image.rootfs.diff.tar.gzip") {
    return LayerPacking::kGzip;
  }
  if (type == "application/vnd.oci.image.layer.v1.tar+zstd") return LayerPacking::kZstd;
  return refuse(
      fmt::format("a layer has the type \"{}\", which is not a file system; a tar, "
                  "tar+gzip or tar+zstd layer is needed",
                  clean_line(type, 100)));
}

}  // namespace

std::string machine_architecture() {
  utsname name{};
  ::uname(&name);
  std::string machine = name.machine;
  if (machine == "x86_64") return "amd64";
  if (machine == "aarch64") return "arm64";
  return machine;
}

Result<void> check_platform(std::string_view os, std::string_view architecture) {
  std::string own = machine_architecture();
  if ((os.empty() || os == "linux") && (architecture.empty() || architecture == own)) return ok();
  return refuse(fmt::format(
      "the image is for {}/{}, and this machine is linux/{}; name a tag or "
      "digest that is for linux/{}",
      os.empty() ? "linux" : clean_line(os, 40), clean_line(architecture, 40), own, own));
}

bool is_image_index(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text.substr(0, kMaxImageJson + 1), error);
  return !error && value.is_object() && member_array(value.get_object(), "manifests") != nullptr;
}

Result<std::string> digest_for_this_machine(std::string_view index) {
  GB_TRY(json::object object, parse_image_json(index, "index"));
  const json::array* manifests = member_array(object, "manifests");
  if (manifests == nullptr) return refuse("the index lists no manifests");
  std::string own = machine_architecture();
  std::set<std::string> platforms;
  for (const json::value& entry : *manifests) {
    const json::object* descriptor = entry.if_object();
    const json::object* platform =
        descriptor != nullptr ? member_object(*descriptor, "platform") : nullptr;
    if (platform == nullptr) continue;
    std::string os = member_text(*platform, "os");
    std::string architecture = member_text(*platform, "architecture");
    if (os == "linux" && architecture == own) {
      GB_TRY(ImageBlob blob, read_blob(*descriptor, "manifest"));
      return blob.digest;
    }
    if (platforms.size() < 20) {
      platforms.insert(clean_line(fmt::format("{}/{}", os, architecture), 60));
    }
  }
  return refuse(
      fmt::format("the image is not for linux/{}; it is for: {}", own,
                  platforms.empty() ? "none" : fmt::format("{}", fmt::join(platforms, ", "))));
}

Result<OciManifest> parse_oci_manifest(std::string_view text) {
  GB_TRY(json::object object, parse_image_json(text, "manifest"));
  const json::object* config = member_object(object, "config");
  const json::array* layers = member_array(object, "layers");
  if (config == nullptr || layers == nullptr) {
    return refuse(
        "the manifest has no config or no layers; images in the format of Docker before "
        "1.10 cannot be used");
  }
  if (layers->size() > kMaxLayers) {
    return refuse(fmt::format("the image has {} layers; the limit is {}; squash it", layers->size(),
                              kMaxLayers))
        .with("limit", "layers")
        .with("configured", kMaxLayers)
        .with("observed", layers->size());
  }
  OciManifest manifest;
  GB_TRY(manifest.config, read_blob(*config, "configuration"));
  for (const json::value& entry : *layers) {
    const json::object* descriptor = entry.if_object();
    if (descriptor == nullptr) return refuse("a layer of the manifest is not an object");
    ImageLayer layer;
    GB_TRY(static_cast<ImageBlob&>(layer), read_blob(*descriptor, "layer"));
    GB_TRY(layer.packing, read_packing(member_text(*descriptor, "mediaType")));
    manifest.layers.push_back(std::move(layer));
  }
  return manifest;
}

Result<OciConfig> parse_oci_config(std::string_view text) {
  GB_TRY(json::object object, parse_image_json(text, "configuration"));
  OciConfig config;
  config.architecture = member_text(object, "architecture");
  config.os = member_text(object, "os");
  const json::object* inner = member_object(object, "config");
  const json::array* environment = inner != nullptr ? member_array(*inner, "Env") : nullptr;
  if (environment != nullptr) {
    for (const json::value& variable : *environment) {
      if (variable.is_string()) config.environment.emplace_back(variable.get_string());
    }
  }
  const json::object* rootfs = member_object(object, "rootfs");
  const json::array* ids = rootfs != nullptr ? member_array(*rootfs, "diff_ids") : nullptr;
  if (ids == nullptr) return config;
  for (const json::value& id : *ids) {
    if (!id.is_string() || !is_image_digest(std::string_view(id.get_string()))) {
      return refuse("the configuration has a diff_id that is not a sha256 digest");
    }
    config.diff_ids.emplace_back(id.get_string());
  }
  return config;
}

Result<ImageBlob> manifest_of_layout(std::string_view index) {
  GB_TRY(json::object object, parse_image_json(index, "index of the image layout"));
  const json::array* manifests = member_array(object, "manifests");
  bool one = manifests != nullptr && manifests->size() == 1 && manifests->front().is_object();
  if (!one) return refuse("the image layout does not hold exactly one image");
  return read_blob(manifests->front().get_object(), "manifest");
}

}  // namespace glovebox
