#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <iterator>

#include "base/os.h"
#include "confinement.h"
#include "data_dir.h"
#include "sandbox/landlock/landlock_domain.h"
#include "save_artifacts.h"
#include "scratch_dir.h"
#include "stdin_pump.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_all(int fd) {
  std::string text;
  char piece[4096];
  while (ssize_t n = ::read(fd, piece, sizeof piece)) {
    if (n < 0) break;
    text.append(piece, static_cast<std::size_t>(n));
  }
  return text;
}

CollectedArtifact artifact(const TempFolder& folder, const std::string& path,
                           const std::string& content) {
  auto source = folder.write("sources/" + path, content);
  CollectedArtifact made{path, static_cast<std::int64_t>(content.size()),
                         os::open(source, O_RDONLY).value()};
  return made;
}

TEST(SaveArtifactsTest, MakesFoldersAndReplacesFiles) {
  TempFolder folder;
  folder.write("out/a/b.txt", "old and longer");
  std::vector<CollectedArtifact> artifacts;
  artifacts.push_back(artifact(folder, "a/b.txt", "new"));
  artifacts.push_back(artifact(folder, "c.bin", std::string(3 << 20, 'x')));
  ASSERT_FALSE(ArtifactSaver(folder.path() / "out").save(std::move(artifacts)).has_error());
  EXPECT_EQ(content_of(folder.path() / "out/a/b.txt"), "new");
  EXPECT_EQ(content_of(folder.path() / "out/c.bin").size(), 3u << 20);
}

TEST(SaveArtifactsTest, SavesEveryNameOfAFileWithSeveral) {
  TempFolder folder;
  std::filesystem::create_directories(folder.path() / "out");
  std::vector<CollectedArtifact> artifacts;
  artifacts.push_back(artifact(folder, "one", "same"));
  CollectedArtifact further;
  further.path = "deep/two";
  further.size_bytes = 4;
  further.further_name = true;
  artifacts.push_back(std::move(further));
  artifacts.push_back(artifact(folder, "three", "else"));
  ASSERT_FALSE(ArtifactSaver(folder.path() / "out").save(std::move(artifacts)).has_error());
  EXPECT_EQ(content_of(folder.path() / "out/one"), "same");
  EXPECT_EQ(content_of(folder.path() / "out/deep/two"), "same");
  EXPECT_EQ(content_of(folder.path() / "out/three"), "else");
}

TEST(SaveArtifactsTest, FollowsNoLinkOutOfTheFolder) {
  TempFolder folder;
  auto victim = folder.write("outside/a.txt", "precious");
  std::filesystem::create_directories(folder.path() / "out");
  std::filesystem::create_symlink(folder.path() / "outside", folder.path() / "out/dir");
  std::filesystem::create_symlink(victim, folder.path() / "out/link");
  std::vector<CollectedArtifact> through_folder;
  through_folder.push_back(artifact(folder, "dir/a.txt", "evil"));
  EXPECT_TRUE(ArtifactSaver(folder.path() / "out").save(std::move(through_folder)).has_error());
  std::vector<CollectedArtifact> through_file;
  through_file.push_back(artifact(folder, "link", "evil"));
  EXPECT_FALSE(ArtifactSaver(folder.path() / "out").save(std::move(through_file)).has_error());
  EXPECT_EQ(content_of(victim), "precious");
  EXPECT_EQ(content_of(folder.path() / "out/link"), "evil");
}

TEST(SaveArtifactsTest, RefusesPathsThatAreNotPlain) {
  TempFolder folder;
  std::filesystem::create_directories(folder.path() / "out");
  for (const char* path : {"../x", "/x", "a/../x", ""}) {
    std::vector<CollectedArtifact> artifacts;
    artifacts.push_back(artifact(folder, "x", "x"));
    artifacts.front().path = path;
    EXPECT_TRUE(ArtifactSaver(folder.path() / "out").save(std::move(artifacts)).has_error())
        << path;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "x"));
}

TEST(ScratchDirTest, IsRemovedWithItsContent) {
  std::filesystem::path path;
  {
    ScratchDir scratch = ScratchDir::make().value();
    path = scratch.path();
    std::filesystem::create_directories(path / "deep/er");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(DataDirTest, IsCreatedForItsOwnerAndLockedByOneProcess) {
  TempFolder folder;
  std::filesystem::path path = folder.path() / "made/data";
  auto first = open_data_dir(path);
  ASSERT_FALSE(first.has_error());
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
  auto second = open_data_dir(path);
  ASSERT_TRUE(second.has_error());
  EXPECT_NE(second.error().message().find(std::to_string(::getpid())), std::string::npos);
  first = validation_error("let go");
  EXPECT_FALSE(open_data_dir(path).has_error());
}

TEST(DataDirTest, AFileInItsPlaceIsAReadableError) {
  TempFolder folder;
  auto file = folder.write("file", "");
  EXPECT_EQ(open_data_dir(file / "data").error().kind(), ErrorKind::kUser);
}

TEST(StdinPumpTest, CopiesEverythingAndThenTheEnd) {
  TempFolder folder;
  std::string content(300'000, 'y');
  UniqueFd source = os::open(folder.write("in", content), O_RDONLY).value();
  StdinPump pump;
  UniqueFd end = pump.start(source.get()).value();
  EXPECT_EQ(read_all(end.get()), content);
}

TEST(StdinPumpTest, StopsWithoutInputAndWithoutAReader) {
  auto quiet = os::pipe().value();
  {
    StdinPump pump;
    UniqueFd end = pump.start(quiet.first.get()).value();
  }
  UniqueFd endless = os::open("/dev/zero", O_RDONLY).value();
  StdinPump pump;
  UniqueFd end = pump.start(endless.get()).value();
  char byte = 1;
  EXPECT_EQ(::read(end.get(), &byte, 1), 1);
}

// Runs it in a separate process and returns its exit code.
int in_child(const std::function<int()>& run) {
  pid_t child = ::fork();
  if (child == 0) ::_exit(run());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int errno_of_open(const std::filesystem::path& path, int flags) {
  auto opened = os::open(path, flags, 0600);
  return opened.has_error() ? opened.error().errno_value() : 0;
}

int errno_of_bind(int port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

TEST(ConfinementTest, KeepsItsOwnFoldersAndDeniesTheRest) {
  if (landlock_abi() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  TempFolder folder;
  auto own = folder.write("own/a", "");
  auto shown = folder.write("shown/a", "");
  auto foreign = folder.write("foreign/a", "");
  ConfinementPlan plan;
  plan.read_write = {folder.path() / "own"};
  plan.read_only = {folder.path() / "shown", folder.path() / "not there"};
  EXPECT_EQ(errno_of_open(foreign, O_RDONLY), 0);
  EXPECT_EQ(errno_of_open(shown, O_WRONLY), 0);
  EXPECT_EQ(in_child([&] {
              if (confine_this_process(plan).has_error()) return 1;
              if (errno_of_open(own.parent_path() / "new", O_CREAT | O_RDWR) != 0) return 2;
              if (::rename((own.parent_path() / "new").c_str(), own.c_str()) != 0) return 3;
              if (errno_of_open(shown, O_RDONLY) != 0) return 4;
              if (errno_of_open(shown, O_WRONLY) != EACCES) return 5;
              if (errno_of_open(foreign, O_RDONLY) != EACCES) return 6;
              if (errno_of_open(folder.path() / "x", O_CREAT | O_RDWR) != EACCES) return 7;
              return 0;
            }),
            0);
}

TEST(ConfinementTest, AllowsBindingOnlyOnePort) {
  if (landlock_abi() < 4) GTEST_SKIP() << "Landlock here knows no ports";
  ConfinementPlan none;
  ConfinementPlan any_free;
  any_free.bind_ports = {0};
  EXPECT_EQ(in_child([] { return errno_of_bind(0); }), 0);
  auto bind_under = [](const ConfinementPlan& plan) {
    return in_child([&] { return confine_this_process(plan).has_error() ? 1 : errno_of_bind(0); });
  };
  EXPECT_EQ(bind_under(any_free), 0);
  EXPECT_EQ(bind_under(none), EACCES);
}

int errno_of_connect(int family, int type) {
  UniqueFd socket(::socket(family, type, 0));
  if (!socket.valid()) return errno;
  sockaddr_in6 address{};  // large enough for each family
  address.sin6_family = static_cast<sa_family_t>(family);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  return ::connect(socket.get(), generic, sizeof(sockaddr_in)) == 0 ? 0 : errno;
}

int errno_of_fast_open(int call_flags) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  iovec data{const_cast<char*>("x"), 1};
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen = sizeof address;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  return ::sendmsg(socket.get(), &message, call_flags) >= 0 ? 0 : errno;
}

TEST(ConfinementTest, NothingCanBeConnectedTo) {
  EXPECT_NE(errno_of_connect(AF_INET, SOCK_STREAM), EPERM);
  EXPECT_EQ(in_child([] {
              if (confine_this_process(ConfinementPlan()).has_error()) return 1;
              if (errno_of_connect(AF_INET, SOCK_STREAM) != EPERM) return 2;
              if (errno_of_connect(AF_INET6, SOCK_STREAM) != EPERM) return 3;
              if (errno_of_connect(AF_UNIX, SOCK_STREAM) != EPERM) return 4;
              if (errno_of_connect(AF_INET, SOCK_DGRAM) != EPERM) return 5;
              if (errno_of_connect(AF_NETLINK, SOCK_RAW) != EPERM) return 6;
              if (errno_of_fast_open(MSG_FASTOPEN | MSG_NOSIGNAL) != EPERM) return 7;
              if (::socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */) >= 0) return 8;
              int fds[2];
              if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) != 0) return 9;
              return ::send(fds[0], "x", 1, 0) == 1 ? 0 : 10;
            }),
            0);
}

TEST(ConfinementTest, WhoMayConnectSeesNoFile) {
  TempFolder folder;
  auto secret = folder.write("secret", "");
  ConfinementPlan plan;
  plan.outgoing = Outgoing::kAllowed;
  EXPECT_EQ(in_child([&] {
              if (confine_this_process(plan).has_error()) return 1;
              int refused = errno_of_connect(AF_INET, SOCK_STREAM);
              if (refused == EPERM || refused == EACCES) return 2;
              if (landlock_abi() == 0) return 0;
              return errno_of_open(secret, O_RDONLY) == EACCES ? 0 : 3;
            }),
            0);
}

TEST(ConfinementTest, NoCapabilityAndNoPrivilegeIsLeft) {
  EXPECT_EQ(in_child([] {
              if (confine_this_process(ConfinementPlan()).has_error()) return 1;
              if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 2;
              if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 3;
              // Needs CAP_SETUID to use another uid.
              uid_t other = ::getuid() + 1;
              return ::setresuid(other, other, other) == 0 ? 4 : 0;
            }),
            0);
}

}  // namespace
}  // namespace glovebox
