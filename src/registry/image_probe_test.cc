#include "registry/image_probe.h"

#include <gmock/gmock.h>

#include "images/image_store.h"
#include "registry/invocation.h"
#include "registry/tool_registry.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ImageProbeTest : public testing::Test {
 protected:
  ImageProbeTest() {
    folder_.write("tools/a.toml",
                  "id = \"a\"\nname = \"a\"\ndescription = \"d\"\ncategory = \"c\"\n"
                  "command = [\"tool\", \"x\"]\nversion = [\"tool\", \"--version\"]\n"
                  "image = \"box\"\n[environment]\nOWN = \"1\"\nBOTH = \"manifest\"\n");
  }
  void add_image(const std::string& program) {
    ImageStore store = ImageStore::open(folder_.path() / "images").value();
    fs::path file = folder_.write("root/opt/" + program, "#!");
    fs::permissions(file, fs::perms(0755));
    ImageInfo info;
    info.digest = "sha256:" + std::string(64, 'a');
    info.environment = {"PATH=/opt", "BOTH=image", "IMAGE=2", "HOME=/root", "TMPDIR=/x"};
    ASSERT_TRUE(store.add_root(folder_.path() / "root", info));
    ASSERT_TRUE(store.set_name("box", {"oci:x", info.digest}));
  }
  const Tool& refresh(const IsolationReport& isolation = {}) {
    std::vector<ManifestProblem> problems;
    registry_ =
        ToolRegistry::load({{folder_.path() / "tools"}, {}, folder_.path() / "images"}, problems);
    EXPECT_TRUE(problems.empty());
    registry_.set_isolation(isolation);
    registry_.refresh_availability();
    return registry_.tools()[0];
  }

  TempFolder folder_;
  ToolRegistry registry_;
};

TEST_F(ImageProbeTest, AToolRunsInItsImage) {
  add_image("tool");
  const Tool& tool = refresh();
  ASSERT_EQ(tool.status, ToolStatus::kAvailable) << tool.status_reason;
  EXPECT_EQ(tool.image_root->root, std::string(64, 'a'));
  EXPECT_EQ(tool.image_root->version_program, "/opt/tool");
  Invocation made = make_invocation(tool, {}, "").value();
  EXPECT_THAT(made.argv, ElementsAre("/opt/tool", "x"));
  EXPECT_THAT(made.environment, ElementsAre("BOTH=manifest", "HOME=/tmp", "IMAGE=2", "LANG=C.UTF-8",
                                            "OWN=1", "PATH=/opt", "TMPDIR=/tmp"));
}

TEST_F(ImageProbeTest, ItIsUnavailableWithTheReason) {
  EXPECT_THAT(refresh().status_reason, HasSubstr("glovebox image pull docker://… --name box"));
  add_image("another");
  EXPECT_THAT(refresh().status_reason, HasSubstr("\"tool\" not found in the image \"box\""));
  IsolationReport landlock;
  landlock.tier = Tier::kLandlock;
  EXPECT_THAT(refresh(landlock).status_reason, HasSubstr("the landlock tier"));
  EXPECT_EQ(refresh(landlock).image_root, std::nullopt);
}

}  // namespace
}  // namespace glovebox
