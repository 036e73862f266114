// Compares the result with the kernel: openat2(2) with RESOLVE_BENEATH fails with EXDEV for a path
// that leads out of a folder.
#include "projects/link_resolver.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <random>
#include <set>

#include "base/os.h"
#include "projects/archive_forge.h"
#include "projects/store_fixture.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

// 0, or the errno.
int open_beneath(const fs::path& root, const std::string& path) {
  UniqueFd folder = os::open(root.string(), O_PATH | O_DIRECTORY).value();
  open_how how{.flags = O_PATH | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_BENEATH};
  UniqueFd fd(
      static_cast<int>(::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how)));
  return fd.valid() ? 0 : errno;
}

class LinkResolverTest : public StoreFixture {
 protected:
  std::string random_target() {
    static constexpr const char* kParts[] = {"..", "..", ".",  "d",  "e",
                                             "f",  "no", "l0", "l1", "l2"};
    std::string target = below(20) == 0 ? "/" : "";
    for (std::size_t parts = 1 + below(5); parts > 0; --parts) {
      target += kParts[below(std::size(kParts))];
      if (parts > 1) target += '/';
    }
    return target;
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::mt19937 random_{20261128};
};

TEST_F(LinkResolverTest, AgreesWithTheKernelOnRandomProjects) {
  fs::path whole = folder_.path() / "whole";
  int kept_links = 0;
  int left_out = 0;
  for (int round = 0; round < 300; ++round) {
    fs::remove_all(whole);
    fs::create_directories(whole / "d" / "e");
    std::ofstream(whole / "d" / "e" / "f") << "1";
    std::ofstream(whole / "f") << "1";
    std::vector<forge::ZipItem> items{forge::stored("d/e/f", "1"), forge::stored("f", "1")};
    std::vector<std::string> links{"l0", "l1", "d/l0", "d/l2", "d/e/l1"};
    for (const std::string& link : links) {
      std::string target = random_target();
      items.push_back(forge::stored(link, target, 0120777));
      fs::create_symlink(target, whole / link);
    }
    ProjectTree tree = accepted(forge::zip(items));
    std::set<std::string> kept;
    for (const ProjectLink& link : tree.links) kept.insert(link.path);
    for (const std::string& link : links) {
      SCOPED_TRACE(link + " -> " + fs::read_symlink(whole / link).string());
      int status = open_beneath(whole, link);
      if (status == 0) {
        EXPECT_TRUE(kept.contains(link)) << "leads inside";
      }
      if (status == EXDEV) {
        EXPECT_FALSE(kept.contains(link)) << "leads out";
      }
      if (kept.contains(link)) {
        EXPECT_NE(open_beneath(store_->trees_dir() / tree.sha256, link), EXDEV);
        EXPECT_FALSE(store_->open_file(tree.sha256, link)) << "was followed";
      }
    }
    kept_links += static_cast<int>(kept.size());
    left_out += static_cast<int>(links.size() - kept.size());
    ASSERT_TRUE(store_->remove(tree.sha256));
  }
  EXPECT_GT(kept_links, 100);
  EXPECT_GT(left_out, 100);
}

TEST_F(LinkResolverTest, GivesUpOnALongChainAsLinuxDoes) {
  LinkMap links;
  for (int i = 0; i < 45; ++i) links["l" + std::to_string(i)] = "l" + std::to_string(i + 1);
  links["l45"] = "/etc";
  LinkResolver resolver(links);
  EXPECT_EQ(resolver.fate_of("l45", "/etc").value(), LinkFate::kAbsolute);
  EXPECT_EQ(resolver.fate_of("l10", "l11").value(), LinkFate::kAbsolute);
  EXPECT_EQ(resolver.fate_of("l0", "l1").value(), LinkFate::kInside) << "ELOOP for everybody";
}

}  // namespace
}  // namespace glovebox
