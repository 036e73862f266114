#include "images/layer_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clean_text.h"
#include "base/sha256.h"
#include "images/image_names.h"
#include "projects/byte_stream.h"
#include "projects/pax_records.h"
#include "projects/tar_header.h"
#include "projects/tar_input.h"
#include "projects/tar_sparse.h"

namespace glovebox {
namespace {

constexpr std::uint64_t kMostOfAName = 64 << 10;
constexpr std::size_t kMostOfAComponent = 255;  // NAME_MAX
// umoci unpacks by whole paths, and PATH_MAX is also for the work folder's own.
constexpr std::size_t kMostOfAPath = 3 << 10;

Error refuse_layer(std::string message) {
  return Error(ErrorKind::kUnprocessable, std::move(message));
}

Error refuse_member(std::string_view name, std::string_view predicate) {
  return refuse_layer(fmt::format("\"{}\" {}", clean_line(name, 200), predicate));
}

// Whether a component is "..". An absolute name counts from the image's root.
bool leads_up(std::string_view name) {
  while (!name.empty()) {
    std::string_view part = name.substr(0, name.find('/'));
    if (part == "..") return true;
    name.remove_prefix(std::min(name.size(), part.size() + 1));
  }
  return false;
}

// ".wh.NAME" removes NAME of the layers below. With "." or ".." as its name it would remove the
// folder that it is in, or the one above.
bool is_misleading_whiteout(std::string_view name) {
  constexpr std::string_view kWhiteout = ".wh.";
  while (name.ends_with('/')) name.remove_suffix(1);
  std::string_view last = name.substr(name.rfind('/') + 1);
  if (!last.starts_with(kWhiteout)) return false;
  last.remove_prefix(kWhiteout.size());
  return last.empty() || last == "." || last == "..";
}

// Whether umoci could not make it, or only with a message of many lines.
bool is_too_long(std::string_view name) {
  if (name.size() > kMostOfAPath) return true;
  while (!name.empty()) {
    std::string_view part = name.substr(0, name.find('/'));
    if (part.size() > kMostOfAComponent) return true;
    name.remove_prefix(std::min(name.size(), part.size() + 1));
  }
  return false;
}

// "./dev//null" → "dev/null".
std::string plain_name(std::string_view name) {
  std::string plain;
  while (!name.empty()) {
    std::string_view part = name.substr(0, name.find('/'));
    name.remove_prefix(std::min(name.size(), part.size() + 1));
    if (part.empty() || part == ".") continue;
    if (!plain.empty()) plain.push_back('/');
    plain += part;
  }
  return plain;
}

std::unique_ptr<ByteStream> open_stream(const ArchiveFile& file, const UnpackBudget& budget,
                                        LayerPacking packing) {
  switch (packing) {
    case LayerPacking::kGzip:
      return make_decoded_stream(file, budget, make_gzip_codec());
    case LayerPacking::kZstd:
      return make_decoded_stream(file, budget, make_zstd_codec(Members::kMany));
    case LayerPacking::kNone:
      break;
  }
  return make_plain_stream(file, budget);
}

Result<void> check_blob_digest(int blob, const ImageLayer& layer) {
  Sha256 hash;
  std::vector<std::uint8_t> buffer(256 << 10);
  off_t offset = 0;
  for (;;) {
    ssize_t n = ::pread(blob, buffer.data(), buffer.size(), offset);
    if (n < 0) return Error::from_errno("pread", layer.digest, errno);
    if (n == 0) break;
    hash.update(std::span<const std::uint8_t>(buffer).first(static_cast<std::size_t>(n)));
    offset += n;
  }
  std::string found = hash.finish();
  if (found == folder_of_digest(layer.digest)) return ok();
  return refuse_layer(fmt::format("its content has the digest sha256:{}", found));
}

}  // namespace

// One layer: a stream that counts and hashes what passes, and a reader of its tar.
class LayerReader final : public ByteStream {
 public:
  LayerReader(LayerCheck& check, ByteStream& stream) : check_(check), stream_(stream) {}

  Result<std::span<const std::uint8_t>> next() override {
    if (check_.interrupted_ && check_.interrupted_()) {
      return Error(ErrorKind::kUser, "interrupted");
    }
    GB_TRY(auto block, stream_.next());
    hash_.update(block);
    GB_TRY_VOID(check_.count(block.size()));
    return block;
  }

  Result<void> read() {
    for (;;) {
      GB_TRY(std::size_t filled, input_.fill(block_));
      if (filled == 0 || (filled == block_.size() && tar::is_zero(block_))) break;
      if (filled != block_.size()) return refuse_layer("the tar is truncated");
      GB_TRY(tar::Header header, tar::parse_header(block_));
      GB_TRY_VOID(read_member(std::move(header)));
    }
    return pass_rest();
  }
  std::string digest() { return hash_.finish(); }

 private:
  Result<void> read_member(tar::Header header) {
    GB_TRY_VOID(check_.count_entry());
    switch (header.type) {
      case 'L': {
        GB_TRY(name_, read_text(header));
        return ok();
      }
      case 'K': {
        GB_TRY(link_, read_text(header));
        return ok();
      }
      case 'x':
      case 'g': {
        GB_TRY(std::string records, read_text(header));
        auto scope = header.type == 'g' ? tar::PaxScope::kWholeArchive : tar::PaxScope::kNextEntry;
        GB_TRY(tar::PaxFields fields, tar::parse_pax(records, scope));
        if (header.type == 'x') pax_ = std::move(fields);
        return ok();
      }
      default:
        break;
    }
    auto pax = std::exchange(pax_, std::nullopt);
    if (auto name = std::exchange(name_, std::nullopt)) header.name = *name;
    if (auto link = std::exchange(link_, std::nullopt)) header.link = *link;
    if (pax && pax->path) header.name = *pax->path;
    if (pax && pax->link_path) header.link = *pax->link_path;
    if (pax && pax->sparse.name()) header.name = *pax->sparse.name();
    if (pax && pax->size) header.size = *pax->size;
    GB_TRY_VOID(check_names(header));
    return pass_member(header, pax);
  }

  Result<void> check_names(const tar::Header& header) {
    if (header.name.find('\0') != std::string::npos) {
      return refuse_member(header.name, "has a NUL in its name");
    }
    bool link = header.type == '1' || header.type == '2';
    if (is_too_long(header.name) || (link && header.link.size() > kMostOfAPath)) {
      return refuse_member(header.name,
                           fmt::format("has a name longer than {} bytes between two '/', or one or "
                                       "a target longer than {}",
                                       kMostOfAComponent, kMostOfAPath));
    }
    if (leads_up(header.name)) return refuse_member(header.name, "has \"..\" in its name");
    // A symbolic link may name anything: jobs see the image as their root.
    if (header.type == '1' && leads_up(header.link)) {
      return refuse_member(header.name, "is a hard link to a name with \"..\"");
    }
    if (is_misleading_whiteout(header.name)) {
      return refuse_member(header.name, "is a whiteout of no name, \".\" or \"..\"");
    }
    bool device = header.type == '3' || header.type == '4';
    std::string name = plain_name(header.name);
    if (device) {
      check_.devices_.insert(std::move(name));
    } else {
      check_.devices_.erase(name);
    }
    return ok();
  }

  Result<void> pass_member(const tar::Header& header, const std::optional<tar::PaxFields>& pax) {
    bool has_content = header.type == '0' || header.type == '7' || header.type == 'S';
    if (!has_content) {
      // Go's reader, which umoci uses, ignores the size of these.
      bool known = header.type >= '1' && header.type <= '6';
      if (known && header.size == 0) return ok();
      return refuse_member(header.name, known ? "is no file and has content"
                                              : "has a type that no file system image has");
    }
    std::uint64_t left = header.size;
    bool sparse = header.type == 'S' || (pax && pax->sparse.any());
    if (sparse) {
      tar::SparseMap map;
      if (header.type == 'S') {
        GB_TRY(map, tar::old_sparse_map(header.name, block_, input_));
      } else {
        GB_TRY(map, pax->sparse.map(header.name, input_, left));
      }
      GB_TRY_VOID(map.check(header.name, left));
      GB_TRY_VOID(check_.count(map.file_size - std::min(map.file_size, left)));
    }
    GB_TRY_VOID(pass(header.name, left));
    return pass_padding(tar::padded(left) - left);
  }

  // umoci leaves it out, and the end mark too, behind the last file of a layer.
  Result<void> pass_padding(std::uint64_t size) {
    while (size > 0) {
      GB_TRY(auto piece, input_.some(size));
      if (piece.empty()) break;
      size -= piece.size();
    }
    return ok();
  }

  Result<void> pass(std::string_view name, std::uint64_t size) {
    while (size > 0) {
      GB_TRY(auto piece, input_.some(size));
      if (piece.empty()) return refuse_member(name, "is cut off: the tar is truncated");
      size -= piece.size();
    }
    return ok();
  }

  // What follows the end counts in the digest.
  Result<void> pass_rest() {
    for (;;) {
      GB_TRY(auto piece, input_.some(~std::uint64_t{0}));
      if (piece.empty()) return ok();
    }
  }

  Result<std::string> read_text(const tar::Header& header) {
    // parse_pax() has its own, lower bounds for names.
    std::uint64_t bound = header.type == 'x' || header.type == 'g' ? 1 << 20 : kMostOfAName;
    if (header.size > bound) return refuse_member(header.name, "has too long an extended header");
    std::string text(tar::padded(header.size), '\0');
    GB_TRY(std::size_t filled,
           input_.fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
    if (filled != text.size()) return refuse_layer("the tar is truncated");
    text.resize(header.size);
    if (header.type != 'x' && header.type != 'g' && text.ends_with('\0')) text.pop_back();
    return text;
  }

  LayerCheck& check_;
  ByteStream& stream_;
  tar::TarInput input_{*this};
  Sha256 hash_;
  std::array<std::uint8_t, tar::kBlock> block_{};
  std::optional<std::string> name_;
  std::optional<std::string> link_;
  std::optional<tar::PaxFields> pax_;
};

Result<void> LayerCheck::count(std::uint64_t bytes) {
  bytes_ += bytes;
  if (bytes_ <= limits_.size.bytes()) return ok();
  return refuse_layer(
             fmt::format("the image has more than {} unpacked, which is the limit; --max-size "
                         "raises it",
                         format_bytes(limits_.size)))
      .with("limit", "size")
      .with("configured", limits_.size.bytes())
      .with("observed", bytes_);
}

Result<void> LayerCheck::count_entry() {
  if (++entries_ <= limits_.entries) return ok();
  return refuse_layer(
             fmt::format("the image has more than {} files, folders and links in its layers, which "
                         "is the limit; --max-entries raises it",
                         format_count(static_cast<std::uint64_t>(limits_.entries))))
      .with("limit", "entries")
      .with("configured", limits_.entries)
      .with("observed", entries_);
}

Result<void> LayerCheck::check(int blob, const ImageLayer& layer, const std::string& diff_id) {
  std::string context = fmt::format("layer {}", layer.digest);
  Result<void> same = check_blob_digest(blob, layer);
  if (same.has_error()) return std::move(same).error().with_context(context);
  ArchiveLimits limits;
  limits.time = limits_.time;
  Result<ArchiveFile> file = ArchiveFile::open(blob, ByteCount(~std::uint64_t{0} >> 1));
  if (file.has_error()) return std::move(file).error().with_context(context);
  UnpackBudget budget(limits, std::nullopt);
  std::unique_ptr<ByteStream> stream = open_stream(*file, budget, layer.packing);
  LayerReader reader(*this, *stream);
  Result<void> read = reader.read();
  if (read.has_error()) return std::move(read).error().with_context(context);
  std::string found = reader.digest();
  if (found == folder_of_digest(diff_id)) return ok();
  return refuse_layer(
      fmt::format("{}: its tar has the digest sha256:{}, and the configuration "
                  "says {}",
                  context, found, diff_id));
}

}  // namespace glovebox
