// Zips with methods other than deflate, and which of them are refused.
#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>

#include "projects/archive_forge.h"
#include "projects/store_fixture.h"
#include "projects/zip_records.h"

namespace glovebox {
namespace {

using forge::stored;
using forge::zip;
using testing::HasSubstr;

const std::string kContent = std::string(300'000, 'x') + "end";

std::string bzip2(std::string text) {
  std::string out(text.size() + 1000, '\0');
  auto size = static_cast<unsigned>(out.size());
  BZ2_bzBuffToBuffCompress(out.data(), &size, text.data(), static_cast<unsigned>(text.size()), 9, 0,
                           0);
  out.resize(size);
  return out;
}

std::string xz(const std::string& text) {
  std::string out(text.size() + 1000, '\0');
  std::size_t size = 0;
  lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr,
                          reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                          reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  out.resize(size);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(text.size() + 1000, '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

forge::ZipItem item(std::uint16_t method, std::string data) {
  forge::ZipItem made = stored("a", kContent);
  made.local.method = made.central.method = method;
  made.local.packed = made.central.packed = static_cast<std::uint32_t>(data.size());
  made.data = std::move(data);
  return made;
}

class ZipMethodTest : public StoreFixture {
 protected:
  std::map<std::uint16_t, std::string> packed_{{zip::kBzip2, bzip2(kContent)},
                                               {zip::kXz, xz(kContent)},
                                               {zip::kZstd, zstd(kContent)},
                                               {zip::kZstdOld, zstd(kContent)}};
};

TEST_F(ZipMethodTest, TakesBzip2XzAndZstd) {
  for (const auto& [method, data] : packed_) {
    ProjectTree tree = accepted(forge::zip({item(method, data), stored("b", "2")}));
    EXPECT_EQ(stored_content(tree, "a"), kContent) << method;
    EXPECT_EQ(stored_content(tree, "b"), "2");
  }
}

TEST_F(ZipMethodTest, T52ChecksTheirSizesAndChecksums) {
  for (const auto& [method, data] : packed_) {
    forge::ZipItem lie = item(method, data);
    lie.local.unpacked = lie.central.unpacked = 1000;
    EXPECT_THAT(refused(forge::zip({lie})), HasSubstr("larger than the zip says")) << method;
    lie.local.unpacked = lie.central.unpacked = 400'000;
    EXPECT_THAT(refused(forge::zip({lie})), HasSubstr("smaller than the zip says")) << method;
    lie = item(method, data);
    lie.local.crc = lie.central.crc = 1;
    EXPECT_THAT(refused(forge::zip({lie})), HasSubstr("does not match its checksum")) << method;
    EXPECT_THAT(refused(forge::zip({item(method, data + "junk")})),
                HasSubstr("bytes that belong to no entry"))
        << method;
    EXPECT_THAT(refused(forge::zip({item(method, data + data)})),
                HasSubstr("bytes that belong to no entry"))
        << method;
    std::string half = data.substr(0, data.size() / 2);
    EXPECT_NE(refused(forge::zip({item(method, half)})), "") << method;
    EXPECT_NE(refused(forge::zip({item(method, "")})), "") << method;
  }
}

TEST_F(ZipMethodTest, T58SaysWhatToDoForEachOtherMethod) {
  for (auto [method, name] : {std::pair<std::uint16_t, const char*>{1, "Shrink"},
                              {6, "Implode"},
                              {9, "Deflate64"},
                              {14, "LZMA"},
                              {98, "PPMd"}}) {
    std::string why = refused(forge::zip({item(method, "x")}));
    EXPECT_THAT(why, HasSubstr(name));
    EXPECT_THAT(why, HasSubstr("zip it again with Deflate"));
  }
}

}  // namespace
}  // namespace glovebox
