#include "http/routes/attachment.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "http/routes/conditional.h"
#include "http/routes/display_name.h"

namespace glovebox {

// filename* contains what filename, plain ASCII without quotes, cannot.
std::string attachment_value(std::string_view path) {
  std::string name = display_name(path);
  std::string plain;
  std::string encoded;
  for (unsigned char c : name) {
    bool safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                c == '-' || c == '.' || c == '_';
    plain += safe || c == ' ' ? static_cast<char>(c) : '_';
    static constexpr char kHex[] = "0123456789ABCDEF";
    if (safe) {
      encoded += static_cast<char>(c);
    } else {
      encoded += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  std::string value = "attachment; filename=\"" + plain + "\"";
  if (plain != name) value += "; filename*=UTF-8''" + encoded;
  return value;
}

namespace {

// The file at an address never changes; its size and time distinguish it from a file that a
// restored backup has put in its place.
std::string etag_of(const struct stat& status) {
  return fmt::format("\"{:x}-{:x}.{:x}\"", status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

}  // namespace

Result<HttpResponse> attachment_response(const RequestHead& head, UniqueFd file,
                                         std::string_view path) {
  HttpResponse response;
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return Error::from_errno("fstat", path, errno);
  if (!S_ISREG(status.st_mode)) return not_found("File not found.");
  response.file = std::move(file);
  response.file_bytes = static_cast<std::uint64_t>(status.st_size);
  response.fields.push_back({"Content-Type", "application/octet-stream"});
  response.fields.push_back({"Content-Disposition", attachment_value(path)});
  return select(head, etag_of(status), std::move(response));
}

}  // namespace glovebox
