#include "images/image_catalog.h"

#include <gmock/gmock.h>

#include "images/image_root.h"
#include "images/image_store.h"
#include "images/image_work.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ImageCatalogTest : public testing::Test {
 protected:
  // An image of one program, as if it had been pulled.
  ImageRef add(const std::string& name, char digit) {
    ImageRef ref{"oci:somewhere", "sha256:" + std::string(64, digit)};
    fs::path root = folder_.path() / "unpacked";
    fs::create_directories(root / "opt/bin");
    folder_.write("unpacked/opt/bin/tool", "#!");
    fs::permissions(root / "opt/bin/tool", fs::perms(0755));
    fs::create_symlink("/opt/bin/tool", root / "link");
    fs::create_symlink("/usr/bin/env", root / "outside");
    folder_.write("unpacked/text", "");
    ImageInfo info;
    info.digest = ref.digest;
    EXPECT_TRUE(store_.add_root(root, info));
    EXPECT_TRUE(store_.set_name(name, ref));
    return ref;
  }

  TempFolder folder_;
  ImageStore store_ = ImageStore::open(folder_.path() / "images").value();
  ImageCatalog catalog_{folder_.path() / "images"};
};

TEST_F(ImageCatalogTest, FindsWhatANameStandsForAndSeesItMove) {
  EXPECT_THAT(catalog_.find("tools").error().message(), HasSubstr("glovebox image pull"));
  ImageRef first = add("tools", 'a');
  EXPECT_EQ(catalog_.find("tools").value()->id, first);
  ImageRef second = add("tools", 'b');
  EXPECT_EQ(catalog_.find("tools").value()->id, second);
  fs::remove_all(folder_.path() / "images/sha256" / std::string(64, 'b'));
  EXPECT_THAT(catalog_.find("tools").error().message(), HasSubstr("are gone"));
}

TEST_F(ImageCatalogTest, ProgramsAreFoundInsideAlone) {
  add("tools", 'a');
  const UniqueFd& root = catalog_.find("tools").value()->root;
  EXPECT_EQ(find_image_program(root, "/usr/bin:relative:/opt/bin/:/x", "tool"), "/opt/bin/tool");
  EXPECT_EQ(find_image_program(root, "/", "link"), "/link") << "links lead inside the image";
  EXPECT_EQ(find_image_program(root, "/", "outside"), "");
  EXPECT_EQ(find_image_program(root, "/", "text"), "");
  EXPECT_EQ(find_image_program(root, "/", "opt"), "");
  EXPECT_EQ(find_image_program(root, "", "tool"), "");
  EXPECT_EQ(find_image_program(root, "/", ""), "");
  EXPECT_EQ(find_image_program(root, "", "/opt/bin/tool"), "/opt/bin/tool");
  EXPECT_EQ(find_image_program(root, "", "/../../opt/bin/tool"), "/../../opt/bin/tool");
  EXPECT_EQ(find_image_program(root, "", "/usr/bin/env"), "");
  EXPECT_EQ(find_image_program(root, "", "./build.sh"), "./build.sh");
}

TEST_F(ImageCatalogTest, ALeaseKeepsTheRootWhereItIs) {
  add("tools", 'a');
  std::string digits(64, 'a');
  ImageLeasePtr lease = catalog_.lease(digits).value();
  EXPECT_EQ(catalog_.lease(digits).value(), lease) << "one for all jobs";
  EXPECT_TRUE(store_.list().value()[0].last_used);
  EXPECT_THAT(
      store_.remove("tools", ImageStore::Removal::kIfUnused, nullptr, nullptr).error().message(),
      HasSubstr("in use"));
  add("tools", 'b');
  ASSERT_TRUE(store_.collect());
  EXPECT_TRUE(store_.has_root("sha256:" + digits));
  lease.reset();
  ASSERT_TRUE(store_.collect());
  EXPECT_FALSE(store_.has_root("sha256:" + digits));
  EXPECT_EQ(catalog_.lease(digits).error().kind(), ErrorKind::kConflict);
  ASSERT_TRUE(store_.remove("tools", ImageStore::Removal::kIfUnused, nullptr, nullptr));
  EXPECT_TRUE(fs::is_empty(folder_.path() / "images/sha256"));
  EXPECT_TRUE(fs::is_empty(folder_.path() / "images/uses"));
}

TEST_F(ImageCatalogTest, WorkThatNobodyDoesAnyMoreIsSwept) {
  fs::path left = folder_.path() / "images/tmp/left";
  fs::create_directories(left / "closed");
  folder_.write("images/tmp/left/closed/file", "x");
  fs::permissions(left / "closed", fs::perms(0));
  folder_.write("images/record_x", "half");
  ImageWork work = ImageWork::begin(store_.folders()).value();
  ASSERT_TRUE(ImageStore::open(folder_.path() / "images"));
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(work.path())) << "that is under way";
  EXPECT_FALSE(fs::exists(folder_.path() / "images/record_x"));
}

TEST_F(ImageCatalogTest, ADamagedNameKeepsEveryRoot) {
  add("tools", 'a');
  folder_.write("images/names/other.json", "{");
  fs::remove(folder_.path() / "images/names/tools.json");
  ASSERT_TRUE(store_.collect());
  EXPECT_TRUE(store_.has_root("sha256:" + std::string(64, 'a')));
}

}  // namespace
}  // namespace glovebox
