// What is hostile text: references, names, the JSON of images, what programs print.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "images/image_names.h"
#include "images/image_ref.h"
#include "images/oci_manifest.h"
#include "images/program.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(ImageTextTest, ReferencesNameATransport) {
  for (const char* good : {"docker://host:5000/a/b:1", "oci:dir", "oci:dir:tag", "dir:x",
                           "docker-archive:/x.tar", "oci-archive:/x.tar"}) {
    EXPECT_TRUE(check_image_ref(good).has_value()) << good;
  }
  for (std::string bad : {std::string("python"), std::string("docker://"), std::string("--x"),
                          std::string("containers-storage:x"), std::string("oci:a\nb"),
                          "oci:" + std::string(1024, 'x')}) {
    EXPECT_TRUE(check_image_ref(bad).has_error()) << bad;
  }
  EXPECT_TRUE(check_image_ref("oci:" + std::string(1020, 'x')).has_value()) << "at the bound";
}

TEST(ImageTextTest, ATagBecomesADigest) {
  std::string by = "@" + kDigest;
  EXPECT_EQ(ref_by_digest("docker://h:5000/a:1", kDigest), "docker://h:5000/a" + by);
  EXPECT_EQ(ref_by_digest("docker://h:5000/a", kDigest), "docker://h:5000/a" + by);
  EXPECT_EQ(ref_by_digest("docker://h/a@sha256:0", kDigest), "docker://h/a" + by);
  EXPECT_EQ(ref_by_digest("docker://h/a:1@sha256:0", kDigest), "docker://h/a" + by);
}

TEST(ImageTextTest, NamesArePlain) {
  EXPECT_TRUE(is_image_name("a"));
  EXPECT_TRUE(is_image_name(std::string(64, 'x')));
  EXPECT_TRUE(is_image_name("python-3.12_x"));
  for (std::string bad : {std::string(), std::string(65, 'x'), std::string("A"), std::string(".."),
                          std::string("a/b"), std::string("-a"), std::string("a b")}) {
    EXPECT_FALSE(is_image_name(bad)) << bad;
  }
}

TEST(ImageTextTest, RecordsComeBackAsTheyWere) {
  ImageInfo info{kDigest, "amd64", {"A=1", "B="}, 5, 6, 7, WallTime(std::chrono::milliseconds(8))};
  ImageInfo back = decode_image_info(encode_image_info(info)).value();
  EXPECT_EQ(back.environment, info.environment);
  EXPECT_EQ(back.size_bytes, 5);
  EXPECT_EQ(back.entries, 6);
  EXPECT_EQ(back.layers, 7);
  EXPECT_EQ(back.unpacked_at, info.unpacked_at);
  ImageRef ref{"oci:a b", kDigest};
  EXPECT_EQ(decode_image_ref(encode_image_ref(ref)).value(), ref);
  for (const char* bad : {"", "[]", "{}", "{\"digest\":\"sha256:x\"}", "{\"digest\":5}"}) {
    EXPECT_TRUE(decode_image_ref(bad).has_error()) << bad;
    EXPECT_TRUE(decode_image_info(bad).has_error()) << bad;
  }
}

TEST(ImageTextTest, OnlyVariablesWithANameAreTaken) {
  std::vector<std::string> given{"A=1", "=2", "B", "C=a=b", std::string("D=\0", 3)};
  EXPECT_THAT(usable_environment(given).value(), ElementsAre("A=1", "C=a=b"));
  std::string full = "A=" + std::string(kMaxImageEnvironment - 3, 'x');
  EXPECT_TRUE(usable_environment({full}).has_value());
  Error over = usable_environment({full + "x"}).error();
  EXPECT_EQ(over.details().at("observed"), kMaxImageEnvironment + 1);
}

std::string manifest_of(std::size_t layers, const std::string& type) {
  std::string one = fmt::format(R"({{"mediaType":"{}","digest":"{}","size":1}})", type, kDigest);
  std::string all = layers == 0 ? "" : one;
  for (std::size_t i = 1; i < layers; ++i) all += "," + one;
  return fmt::format(R"({{"config":{{"digest":"{}","size":2}},"layers":[{}]}})", kDigest, all);
}

TEST(ImageTextTest, ManifestsAreReadWithinBounds) {
  const std::string type = "application/vnd.oci.image.layer.v1.tar";
  EXPECT_EQ(parse_oci_manifest(manifest_of(1, type + "+zstd")).value().layers[0].packing,
            LayerPacking::kZstd);
  EXPECT_EQ(parse_oci_manifest(manifest_of(kMaxLayers, type)).value().layers.size(), kMaxLayers);
  EXPECT_THAT(parse_oci_manifest(manifest_of(kMaxLayers + 1, type)).error().message(),
              HasSubstr("513 layers; the limit is 512"));
  EXPECT_THAT(parse_oci_manifest(manifest_of(1, "text/plain")).error().message(),
              HasSubstr("text/plain"));
  for (const char* bad : {"", "[]", "{}", R"({"config":{},"layers":[]})",
                          R"({"config":{"digest":"sha256:x","size":1},"layers":[]})"}) {
    EXPECT_TRUE(parse_oci_manifest(bad).has_error()) << bad;
  }
  EXPECT_TRUE(parse_oci_manifest(std::string(kMaxImageJson + 1, ' ')).has_error());
}

TEST(ImageTextTest, AnIndexNamesTheManifestForThisMachine) {
  auto index = [](const std::string& architecture) {
    return fmt::format(R"({{"manifests":[{{"digest":"x"}},{{"digest":"{}","size":1,)"
                       R"("platform":{{"os":"linux","architecture":"{}"}}}}]}})",
                       kDigest, architecture);
  };
  EXPECT_TRUE(is_image_index(index("x")));
  EXPECT_FALSE(is_image_index(manifest_of(0, "")));
  EXPECT_EQ(digest_for_this_machine(index(machine_architecture())).value(), kDigest);
  EXPECT_THAT(digest_for_this_machine(index("vax")).error().message(), HasSubstr("linux/vax"));
  EXPECT_TRUE(check_platform("", "").has_value());
  EXPECT_TRUE(check_platform("windows", machine_architecture()).has_error());
}

TEST(ImageTextTest, MessagesOfProgramsAreOneLineWithoutPasswords) {
  EXPECT_EQ(last_message("Copying\ntime=\"now\" level=fatal msg=\"a \\\"b\\\" c\"\n"), "a \"b\" c");
  EXPECT_EQ(last_message("get https://me:word@host/x: no\n\n"), "get https://***@host/x: no");
  EXPECT_EQ(last_message("one\n  two\x1b[31m"), "two");
  EXPECT_EQ(last_message(""), "");
}

}  // namespace
}  // namespace glovebox
