// The multipart reader on arbitrary bytes: the result must not depend on how the body is split.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/wire/multipart_reader.h"

namespace glovebox {
namespace {

class Recorder final : public MultipartSink {
 public:
  Result<void> on_part(const PartHead& head) override {
    found += "\npart " + head.name + " " + head.file_name.value_or("-") + "\n";
    return ok();
  }
  Result<void> on_data(std::string_view data) override {
    if (data.empty()) std::abort();
    found += data;
    return ok();
  }
  Result<void> on_part_end() override {
    found += "\nend\n";
    return ok();
  }

  std::string found;
};

// Pieces of 1 to `longest` bytes, determined by `seed`.
std::string read(std::string_view body, std::size_t longest, std::uint32_t seed) {
  Recorder recorder;
  MultipartReader reader("B", recorder);
  while (!body.empty()) {
    seed = seed * 1664525 + 1013904223;
    std::string_view piece = body.substr(0, 1 + (seed >> 8) % longest);
    body.remove_prefix(piece.size());
    // Pieces of a part's data may have been delivered before the error: only the refusal counts.
    if (!reader.push(piece)) return "refused";
  }
  return reader.finish() ? recorder.found : "refused";
}

}  // namespace
}  // namespace glovebox

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glovebox;
  if (size < 4) return 0;
  std::uint32_t seed = data[0] | data[1] << 8;
  std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  (void)multipart_boundary(body);
  std::string whole = read(body, body.size() + 1, 0);
  if (read(body, 1, 0) != whole || read(body, 12, seed) != whole) std::abort();
  return 0;
}
