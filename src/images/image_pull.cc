#include "images/image_pull.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "base/disk_usage.h"
#include "base/os.h"
#include "base/sha256.h"
#include "images/image_ref.h"
#include "images/image_work.h"
#include "images/oci_manifest.h"
#include "images/unpacked_root.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

// For what is written beside the image itself.
constexpr std::uint64_t kRoom = 16 << 20;
constexpr std::string_view kAcceptAll = R"({"default":[{"type":"insecureAcceptAnything"}]})";
// What skopeo and umoci are given of our environment: where credentials, proxies and certificates
// are. Jobs get none of it.
constexpr const char* kPassedOn[] = {
    "PATH",       "HOME",          "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "DOCKER_CONFIG",
    "HTTP_PROXY", "HTTPS_PROXY",   "NO_PROXY",           "http_proxy",      "https_proxy",
    "no_proxy",   "SSL_CERT_FILE", "SSL_CERT_DIR"};

// What is known before anything is fetched.
struct ResolvedImage {
  std::string ref;            // to fetch; by digest from a registry
  std::string digest;         // empty: it is found out with the image
  std::string key;            // of the work folder
  std::uint64_t largest = 0;  // of its blobs; 0: unknown
  std::uint64_t packed = 0;   // all of them
};

class ImagePull {
 public:
  ImagePull(const ImageStore& store, const PullRequest& request)
      : store_(store), request_(request) {}

  Result<PulledImage> run() {
    GB_TRY(ResolvedImage image, resolve());
    GB_TRY(ImageWork work,
           ImageWork::begin(store_.folders(), image.key, request_.interrupted, [this] {
             tell("another pull of this image is under way; waiting for it");
           }));
    PulledImage pulled;
    if (!image.digest.empty() && store_.has_root(image.digest)) {
      pulled.was_there = true;
      pulled.id.digest = image.digest;
    } else {
      GB_TRY(pulled, fetch_and_unpack(image, work.path()));
    }
    pulled.id.ref = request_.told_ref;
    GB_TRY_VOID(finish(pulled, work.path()));
    return pulled;
  }

 private:
  void tell(std::string_view text) const {
    if (request_.tell) request_.tell(text);
  }

  Result<std::string> run_in(const fs::path& work, ProgramAccess access, std::uint64_t file_size,
                             std::vector<std::string> argv) const {
    ProgramRun run;
    run.argv = std::move(argv);
    run.environment.push_back(fmt::format("TMPDIR={}", work.native()));
    for (const char* name : kPassedOn) {
      const char* value = std::getenv(name);
      if (value != nullptr) run.environment.push_back(fmt::format("{}={}", name, value));
    }
    run.file_size = ByteCount(file_size);
    run.time = request_.limits.time;
    if (request_.confine) run.confine = [&] { return request_.confine(work, access); };
    run.interrupted = request_.interrupted;
    return run_program(run);
  }

  // skopeo with the flags that come before and after its command.
  Result<std::string> skopeo(const fs::path& work, std::uint64_t file_size, const char* command,
                             std::vector<std::string> rest) const {
    fs::path policy = request_.policy;
    if (policy.empty()) {
      policy = work / "policy.json";
      std::ofstream(policy) << kAcceptAll;
    }
    std::vector<std::string> argv{"skopeo", "--policy", policy, "--tmpdir", work, command};
    std::string_view flag = std::string_view(command) == "copy" ? "src-tls-verify" : "tls-verify";
    if (!request_.tls_verify.empty()) {
      argv.push_back(fmt::format("--{}={}", flag, request_.tls_verify));
    }
    std::move(rest.begin(), rest.end(), std::back_inserter(argv));
    return run_in(work, ProgramAccess::kFetch, file_size, std::move(argv));
  }

  Result<std::string> inspect(const fs::path& work, const std::string& ref) const {
    return skopeo(work, request_.limits.size.bytes(), "inspect", {"--raw", ref});
  }

  Result<ResolvedImage> resolve() const {
    GB_TRY(ImageWork work, ImageWork::begin(store_.folders()));
    std::string failures;
    for (const std::string& ref : request_.refs) {
      tell(fmt::format("looking at {}", ref));
      Result<std::string> raw = inspect(work.path(), ref);
      if (raw.has_value()) return resolve_manifest(work.path(), ref, *std::move(raw));
      if (raw.error().kind() != ErrorKind::kUnprocessable) return std::move(raw).error();
      failures += fmt::format("{}{}", failures.empty() ? "" : "; ", raw.error().message());
    }
    return Error(ErrorKind::kUnprocessable,
                 fmt::format("cannot read {}: {}", request_.told_ref, failures));
  }

  Result<ResolvedImage> resolve_manifest(const fs::path& work, const std::string& ref,
                                         std::string raw) const {
    ResolvedImage image;
    image.ref = ref;
    Sha256 hash;
    hash.update(raw);
    std::string digest = "sha256:" + hash.finish();
    if (is_image_index(raw)) {
      GB_TRY(std::string own, digest_for_this_machine(raw));
      if (!is_registry_ref(ref)) {
        image.key = folder_of_digest(digest);
        return image;
      }
      image.ref = ref_by_digest(ref, own);
      GB_TRY(raw, inspect(work, image.ref));
      hash.update(raw);
      digest = "sha256:" + hash.finish();
      if (digest != own) {
        return Error(ErrorKind::kUnprocessable,
                     fmt::format("the registry gave another manifest ({}) than requested ({})",
                                 digest, own));
      }
    }
    GB_TRY(OciManifest manifest, parse_oci_manifest(raw));
    for (const ImageLayer& layer : manifest.layers) {
      image.packed += layer.size;
      image.largest = std::max(image.largest, layer.size);
    }
    image.digest = digest;
    image.key = folder_of_digest(digest);
    if (is_registry_ref(ref)) image.ref = ref_by_digest(ref, digest);
    if (image.packed <= request_.limits.size.bytes()) return image;
    return too_large(image.packed);
  }

  Error too_large(std::uint64_t bytes) const {
    return Error(ErrorKind::kUnprocessable,
                 fmt::format("the image has {} packed; the limit is {} unpacked; --max-size raises "
                             "it",
                             format_bytes(ByteCount(bytes)), format_bytes(request_.limits.size)))
        .with("limit", "size")
        .with("configured", request_.limits.size.bytes())
        .with("observed", bytes);
  }

  Result<void> check_room(std::uint64_t bytes, std::string_view what) const {
    GB_TRY(DiskSpace space, disk_space(store_.folders().dir()));
    if (space.available.bytes() >= bytes + kRoom) return ok();
    return Error(ErrorKind::kUser,
                 fmt::format("no space to {} the image: it needs {}, and {} has {} left; remove "
                             "images with 'glovebox image remove', or choose another folder with "
                             "--images-dir",
                             what, format_bytes(ByteCount(bytes + kRoom)),
                             store_.folders().dir().native(), format_bytes(space.available)));
  }

  Result<PulledImage> fetch_and_unpack(const ResolvedImage& image, const fs::path& work) const {
    GB_TRY_VOID(check_room(image.packed, "fetch"));
    tell(fmt::format("fetching {}", image.packed == 0 ? std::string("the image")
                                                      : format_bytes(ByteCount(image.packed))));
    // A registry may send more than it has told.
    std::uint64_t file_size = request_.limits.size.bytes();
    if (is_registry_ref(image.ref)) file_size = std::min(file_size, image.largest + kRoom);
    std::string layout = work / "layout";
    GB_TRY_VOID(skopeo(work, file_size, "copy",
                       {"--quiet", "--remove-signatures", image.ref, "oci:" + layout + ":image"}));
    return unpack(image, work);
  }

  // A blob of the layout that skopeo has made. Links are not followed: it makes none.
  static Result<UniqueFd> open_blob(const fs::path& layout, const std::string& digest) {
    return os::open(layout / "blobs/sha256" / folder_of_digest(digest), O_RDONLY | O_NOFOLLOW);
  }

  static Result<std::string> read_blob(const fs::path& layout, const std::string& digest) {
    return os::read_file(layout / "blobs/sha256" / folder_of_digest(digest), kMaxImageJson + 1);
  }

  Result<PulledImage> unpack(const ResolvedImage& image, const fs::path& work) const {
    fs::path layout = work / "layout";
    GB_TRY(std::string index, os::read_file(layout / "index.json", kMaxImageJson));
    GB_TRY(ImageBlob found, manifest_of_layout(index));
    GB_TRY(std::string manifest_text, read_blob(layout, found.digest));
    GB_TRY(OciManifest manifest, parse_oci_manifest(manifest_text));
    GB_TRY(std::string config_text, read_blob(layout, manifest.config.digest));
    GB_TRY(OciConfig config, parse_oci_config(config_text));
    PulledImage pulled;
    pulled.id.digest = image.digest.empty() ? found.digest : image.digest;
    if (store_.has_root(pulled.id.digest)) {
      pulled.was_there = true;
      return pulled;
    }
    GB_TRY_VOID(check_platform(config.os, config.architecture));
    GB_TRY(pulled.info.environment, usable_environment(config.environment));
    LayerCheck check(request_.limits, request_.interrupted);
    GB_TRY_VOID(check_layers(check, layout, manifest, config));
    GB_TRY_VOID(check_room(check.bytes(), "unpack"));
    tell(fmt::format("unpacking {} in {} entries", format_bytes(ByteCount(check.bytes())),
                     check.entries()));
    GB_TRY_VOID(run_umoci(work, manifest));
    GB_TRY(UniqueFd root, os::open(work / "root", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    GB_TRY(RootSize size,
           tidy_root(root.get(), check.devices(), request_.limits, request_.interrupted));
    // The rename must not come to the disk before the files.
    GB_TRY_VOID(os::check(::syncfs(root.get()), "syncfs", work.native()));
    pulled.info.digest = pulled.id.digest;
    pulled.info.architecture = config.architecture;
    pulled.info.size_bytes = size.bytes;
    pulled.info.entries = size.entries;
    pulled.info.layers = static_cast<std::int64_t>(manifest.layers.size());
    pulled.info.unpacked_at = SystemClock().wall_now();
    return pulled;
  }

  Result<void> check_layers(LayerCheck& check, const fs::path& layout, const OciManifest& manifest,
                            const OciConfig& config) const {
    if (config.diff_ids.size() != manifest.layers.size()) {
      return Error(ErrorKind::kUnprocessable,
                   fmt::format("the image has {} layers, and its configuration lists {}",
                               manifest.layers.size(), config.diff_ids.size()));
    }
    tell(fmt::format("checking {} layers", manifest.layers.size()));
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      GB_TRY(UniqueFd blob, open_blob(layout, manifest.layers[i].digest));
      GB_TRY_VOID(check.check(blob.get(), manifest.layers[i], config.diff_ids[i]));
    }
    return ok();
  }

  // Without root's rights: umoci then owns all files, and makes no devices.
  Result<void> run_umoci(const fs::path& work, const OciManifest& manifest) const {
    std::string layout = work / "layout";
    bool zstd = std::any_of(manifest.layers.begin(), manifest.layers.end(),
                            [](const auto& layer) { return layer.packing == LayerPacking::kZstd; });
    std::uint64_t file_size = request_.limits.size.bytes();
    if (zstd) {
      // umoci before 0.5 does not know zstd.
      std::string gzipped = work / "gzipped";
      GB_TRY_VOID(skopeo(work, file_size, "copy",
                         {"--quiet", "--dest-compress-format", "gzip", "oci:" + layout + ":image",
                          "oci:" + gzipped + ":image"}));
      layout = gzipped;
    }
    GB_TRY_VOID(run_in(work, ProgramAccess::kUnpack, file_size,
                       {"umoci", "--log=error", "raw", "unpack", "--rootless", "--image",
                        layout + ":image", work / "root"}));
    return ok();
  }

  Result<void> finish(const PulledImage& pulled, const fs::path& work) const {
    {
      GB_TRY(UniqueFd lock, store_.folders().lock());
      if (!pulled.was_there) GB_TRY_VOID(store_.add_root(work / "root", pulled.info));
      if (!store_.has_root(pulled.id.digest)) {
        return Error(ErrorKind::kConflict, "the image was removed meanwhile; pull it again");
      }
      GB_TRY_VOID(store_.set_name(request_.name, pulled.id));
    }
    return store_.collect();
  }

  const ImageStore& store_;
  const PullRequest& request_;
};

}  // namespace

Result<PulledImage> pull_image(const ImageStore& store, const PullRequest& request) {
  GB_TRY_VOID(check_image_name(request.name));
  for (const std::string& ref : request.refs) GB_TRY_VOID(check_image_ref(ref));
  return ImagePull(store, request).run();
}

fs::path signature_policy(const fs::path& given, const ImageFolders& folders) {
  if (!given.empty()) return given;
  std::error_code code;
  for (const fs::path& path : {folders.policy(), fs::path("/etc/glovebox/policy.json")}) {
    if (fs::exists(path, code)) return path;
  }
  return {};
}

}  // namespace glovebox
