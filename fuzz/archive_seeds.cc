// Writes the seeds of archive_fuzz: archive_seeds fuzz/seeds/archive_fuzz. Run it by hand after
// extending the forge, and commit the result.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "projects/archive_forge.h"

namespace {

using namespace glovebox::forge;

std::filesystem::path folder_path;

void write(const char* name, const std::string& bytes) {
  std::ofstream(folder_path / name, std::ios::binary) << bytes;
}

void write_zips() {
  write("plain.zip", zip({folder("d/"), stored("d/a", "hello"), packed("b", "hello hello hello")}));
  write("streamed.zip", zip({streamed("a", "1"), streamed("b", "2", Descriptor::kPlain),
                             streamed("c", "3", Descriptor::kSigned64)}));
  ZipItem wide = stored("a", "hello");
  wide.local.packed = wide.local.unpacked = wide.central.packed = wide.central.unpacked = ~0u;
  wide.local.extra = wide.central.extra = le16(1) + le16(16) + le64(5) + le64(5);
  write("zip64_sizes.zip", zip({wide}));
  Zip wide_end{.items = {stored("a", "1")},
               .before_end = zip64_end(1, 47, 32),
               .lie = [](ZipEnd& end) { end.central_offset = ~0u; }};
  write("zip64_end.zip", wide_end.bytes());
  ZipItem named = stored("x", "1");
  named.local.extra = named.central.extra =
      le16(0x7075) + le16(7) + "\x01" + le32(crc("x")) + "\xc3\xa9";
  write("unicode_path.zip", zip({named}));
  Zip commented{.items = {stored("a", "1")}, .lie = [](ZipEnd& end) { end.comment = "comment"; }};
  write("comment.zip", commented.bytes());
  write("link.zip", zip({stored("link", "/etc", 0120777), stored("link/x", "1")}));
  write("links.zip",
        zip({stored("p/a", "1"), stored("p/l", "d/up", 0120777), stored("p/d/up", "..", 0120777),
             stored("p/d/out", "../..", 0120777), stored("p/loop", "loop", 0120777)}));
  write("through_link.zip",
        zip({stored("d/a", "1"), stored("l", "d", 0120777), stored("l/b", "2")}));
  write("backslashes.zip", zip({stored("p\\a", "1", 0), stored("p\\d\\b", "2", 0)}));
  write("cp437.zip", zip({stored("caf\x82", "1"), stored("d/\x95\\", "2")}));
  write("bomb.zip", zip({packed("bomb", std::string(200'000, 'x'))}));
  write("clash.zip", zip({stored("a", "1"), stored("A", "2"), stored("a/b", "3")}));
  write("macos.zip", zip({stored("a", "1"), stored("__MACOSX/._a", "x")}));
  write("nested.zip", zip({stored("in.zip", zip({stored("a", "1")}))}));
}

void write_tars() {
  std::string file = tar_file("d/a", "hello", 0755);
  std::string tar = tar_entry({.name = "./", .type = '5'}) + file + tar_end();
  write("plain.tar", tar);
  write("plain.tar.gz", gzipped(tar));
  write("two_members.tar.gz", gzipped(tar.substr(0, 700)) + gzipped(tar.substr(700)));
  write("pax.tar.gz",
        gzipped(pax(pax_record("comment", "x"), 'g') +
                pax(pax_record("path", "d/x") + pax_record("mtime", "1.5")) + file + tar_end()));
  write("pax.tar", pax(pax_record("path", "d/x")) + file + tar_end());
  write("gnu.tar", gnu_long_name("d/y") + file + tar_end());
  write("gnu.tar.gz", gzipped(gnu_long_name(std::string(200, 'n')) + file + tar_end()));
  write("sparse.tar.gz", gzipped(pax(pax_record("GNU.sparse.major", "1")) + file + tar_end()));
  write("sparse_0.tar",
        pax(pax_record("GNU.sparse.size", "9") + pax_record("GNU.sparse.map", "1,2,5,3")) + file +
            tar_end());
  std::string map = "2\n1\n2\n5\n3\n";
  map.resize(512);
  write("sparse_1.tar",
        pax(pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
            pax_record("GNU.sparse.name", "s") + pax_record("GNU.sparse.realsize", "9")) +
            tar_file("x", map + "hello") + tar_end());
  write("links.tar", tar_entry({.name = "p/l", .type = '2', .link = "d/up"}) +
                         tar_entry({.name = "p/d/up", .type = '2', .link = ".."}) +
                         tar_entry({.name = "p/d/out", .type = '2', .link = "../.."}) +
                         tar_file("p/a", "1") +
                         tar_entry({.name = "p/h", .type = '1', .link = "p/a"}) + tar_end());
  write("two.tar", file + tar_end() + tar_file("b", "2") + tar_end());
  write("links.tar.gz", gzipped(tar_entry({.name = "l", .type = '2', .link = "/etc"}) +
                                tar_entry({.name = "h", .type = '1', .link = "l"}) + tar_end()));
  write(
      "binary_size.tar.gz",
      gzipped(tar_entry({.name = "a", .size = std::string("\x80\0\0\0\0\0\0\0\0\0\0\1", 12)}, "1") +
              tar_end()));
  write("prefix.tar.gz", gzipped(tar_entry({.name = "a", .prefix = "d/e"}, "1") + tar_end()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: archive_seeds FOLDER\n");
    return 2;
  }
  folder_path = argv[1];
  std::filesystem::create_directories(folder_path);
  write_zips();
  write_tars();
  return 0;
}
