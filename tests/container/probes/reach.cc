// What a job in a container might reach. Run outside the sandbox, in the same container, it is the
// control. One line per check: a name, and "ok" or the error.
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

static void say(const char* name, bool succeeded) {
  std::printf("%s %s\n", name, succeeded ? "ok" : strerrorname_np(errno));
}

static bool has_entries(const char* path) {
  DIR* folder = opendir(path);
  if (folder == nullptr) return false;
  int entries = 0;
  while (readdir(folder) != nullptr) ++entries;
  closedir(folder);
  errno = ENOENT;
  return entries > 2;  // in addition to . and ..
}

static bool opens(const char* path, int flags) {
  int fd = open(path, flags, 0600);
  if (fd < 0) return false;
  close(fd);
  return true;
}

static bool reaches_server() {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(8080);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&server), sizeof server) != 0) return false;
  close(fd);
  return true;
}

static bool makes_user_namespace() {
  pid_t child = fork();
  if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
  int status = 0;
  waitpid(child, &status, 0);
  errno = WEXITSTATUS(status);
  return errno == 0;
}

int main() {
  rlimit limit;
  say("data-directory", has_entries("/var/lib/glovebox/data"));
  say("database", opens("/var/lib/glovebox/data/glovebox.db", O_RDONLY));
  say("write-beside-data", opens("/var/lib/glovebox/probe", O_CREAT | O_WRONLY));
  say("proc", has_entries("/proc"));
  say("proc-1", opens("/proc/1/status", O_RDONLY));
  say("proc-self", opens("/proc/self/status", O_RDONLY));
  say("server", reaches_server());
  say("user-namespace", makes_user_namespace());
  say("signal-1", kill(1, 0) == 0);
  say("limits-of-1", prlimit(1, RLIMIT_NOFILE, nullptr, &limit) == 0);
}
