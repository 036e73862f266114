// Legitimate operations of tools, which no protection may break: the control to every refusal.
#include <gmock/gmock.h>
#include <unistd.h>

#include "checks.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

struct Use {
  const char* name;
  const char* program;  // what it needs on the host
  const char* script;   // of sh; must say "fine"
};
std::ostream& operator<<(std::ostream& out, const Use& use) {
  return out << use.name;
}

class LawfulUseTest : public SandboxFixture, public testing::WithParamInterface<Use> {};

constexpr Use kUses[] = {
    {"KillOfAChild", "/bin/sh", "sleep 100 & kill $!; wait $!; [ $? = 143 ] && echo fine"},
    {"SignalToItself", "/bin/bash", "exec bash -c 'trap \"echo fine\" USR1; kill -USR1 $$; :'"},
    {"SignalToTheGroup", "/bin/bash", "exec bash -c 'trap \"echo fine\" USR1; kill -USR1 0; :'"},
    {"ModesByPath", "/bin/sh",
     "echo a >f; chmod 600 f; chmod +x ./f /work/f; mkdir -m 700 d; install -m 755 f d/g; "
     "[ -x d/g ] && chmod 640 d/../f && ln -s f l && chmod 644 l && "
     "[ \"$(stat -c %a f)$(stat -c %a d)\" = 644700 ] && echo fine"},
    {"TimesByPath", "/bin/sh",
     "touch -d @1000 f && touch -h -d @2000 f && touch -r f g && touch -m -a g && "
     "[ \"$(stat -c %Y f)\" = 2000 ] && echo fine"},
    {"SizesByPath", "/usr/bin/python3",
     "echo abc >f; python3 -c 'import os; os.truncate(\"f\", 1); os.utime(\"f\", (5, 5)); "
     "os.chmod(\"f\", 0o600); s = os.stat(\"f\"); "
     "print(\"fine\" if (s.st_size, s.st_mtime, s.st_mode & 511) == (1, 5, 384) else s)'"},
    {"ModesFromElsewhere", "/bin/sh",
     "mkdir -p d/e; echo a >d/e/f; cd d/e && chmod 600 f ../e/f && "
     "cd \"$TMPDIR\" && echo b >h && chmod 600 h && mv h i && echo fine"},
    {"CopyWithAllAttributes", "/bin/sh",
     "mkdir d; echo a >d/f; chmod 751 d; touch -d @1000 d/f; cp -a d e && "
     "[ \"$(stat -c %a e)$(stat -c %Y e/f)\" = 7511000 ] && echo fine"},
    {"Archives", "/usr/bin/tar",
     "mkdir d; echo a >d/f; chmod 640 d/f; touch -d @1000 d/f; tar cf a.tar d && rm -r d && "
     "tar xf a.tar && [ \"$(stat -c %a%Y d/f)\" = 6401000 ] && echo fine"},
    {"CompilingAndRunning", "/usr/bin/gcc",
     "echo 'int main(void) { return 7; }' >m.c; gcc -pipe -o m m.c && ./m; [ $? = 7 ] && "
     "gcc -o n m.c && ./n; [ $? = 7 ] && echo fine"},
    {"Subprocesses", "/usr/bin/python3",
     "python3 -c 'import subprocess; print(subprocess.run([\"echo\", \"fine\"], check=True, "
     "capture_output=True, text=True).stdout, end=\"\")'"},
    {"SubprocessWithATimeout", "/usr/bin/python3",
     "python3 -c '\nimport subprocess\ntry:\n  subprocess.run([\"sleep\", \"100\"], timeout=0.1)\n"
     "except subprocess.TimeoutExpired:\n  print(\"fine\")'"},
    {"Threads", "/usr/bin/python3",
     "python3 -c '\nimport threading\nt = [threading.Thread(target=lambda: None) for _ in "
     "range(8)]\n"
     "[x.start() for x in t]; [x.join() for x in t]; print(\"fine\")'"},
    {"PipesBetweenProcesses", "/usr/bin/python3",
     "python3 -c '\nimport multiprocessing as m\na, b = m.Pipe()\n"
     "p = m.Process(target=lambda: b.send(\"fine\")); p.start(); print(a.recv()); p.join()'"},
    {"BackgroundJobs", "/bin/bash",
     "exec bash -c '(exit 3) & a=$!; (exit 4) & b=$!; wait $a; x=$?; wait $b; [ $x$? = 34 ] && "
     "cat <(echo one) >/dev/null 2>&1; mkfifo p; echo fine >p & cat p'"},
};

INSTANTIATE_TEST_SUITE_P(Uses, LawfulUseTest, testing::ValuesIn(kUses),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(LawfulUseTest, StillWorks) {
  if (::access(GetParam().program, X_OK) != 0) GTEST_SKIP() << GetParam().program << " is not here";
  SandboxSpec shell = spec("hello");
  shell.root.clear();  // also among the tests in an image, which has none of these programs
  shell.argv = {"sh", "-c", GetParam().script};
  shell.environment = {"PATH=/usr/bin:/bin", "LANG=C", "HOME=/work", "TMPDIR=/tmp"};
  shell.limits.processes = 64;
  FinishedRun ended = run(shell);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(ended.out, "fine\n") << ended.err;
}

TEST_F(SandboxFixture, ProgramsThatEndThemselvesAreReportedAsSuch) {
  EXPECT_TRUE(signaled(run(spec("crash", {"abort"})), SIGABRT));
  EXPECT_TRUE(signaled(run(spec("signal_itself", {"15"})), SIGTERM));
}

}  // namespace
}  // namespace glovebox
