"""The image in the strictest container, run with the settings of the compose files: unchanged, with
Docker's default seccomp profile, and with the shipped profile, which permits user namespaces.
T80 to T83 are the lines of docs/sandbox.md."""
import concurrent.futures
import json
import unittest

import compose
import containers
import engine


def setUpModule():
    why = engine.why_not()
    if why:
        raise unittest.SkipTest(why)
    engine.prepare()


class ImageTest(unittest.TestCase):
    def test_it_runs_the_server_as_a_fixed_ordinary_user(self):
        config = json.loads(engine.call("image", "inspect", engine.IMAGE).stdout)[0]["Config"]
        self.assertEqual((config["User"], config["Entrypoint"], config["Cmd"]),
                         ("10001:10001", ["glovebox"], ["serve"]))
        version = (engine.ROOT / "VERSION").read_text(encoding="utf-8").strip()
        self.assertEqual(config["Labels"]["org.opencontainers.image.version"], version)
        self.assertIn("8080/tcp", config["ExposedPorts"])

    def test_no_file_of_it_gives_privileges(self):
        found = engine.call("run", "--rm", "--network=none", "--user=0", "--entrypoint=find",
                            *engine.ulimit_flags(), engine.IMAGE, "/", "-xdev", "(", "-perm",
                            "/6000", "-type", "f", "-o", "-path", "/var/lib/glovebox", ")")
        self.assertEqual(found.stdout.split(), ["/var/lib/glovebox"])


class AnyContainer:
    """What must be true in both variants. Subclasses name their compose files and what they expect."""

    FILES = ()
    TIER = ""
    LAYERS = set()
    MISSING = set()

    @classmethod
    def setUpClass(cls):
        cls.container = containers.Container(compose.service(cls.FILES))
        cls.addClassCleanup(cls.container.kill)
        cls.container.start()
        cls.reached, cls.control, cls.job = cls.container.probe("reach")

    def refused(self, *names):
        """Each call succeeds in the container and fails in a job."""
        self.assertEqual(self.job["status"], "completed", self.job)
        for name in names:
            with self.subTest(name):
                self.assertEqual(self.control[name], "ok")
                self.assertNotEqual(self.reached[name], "ok")

    def assert_serves(self):
        """Not draining, not dead, and jobs still run."""
        self.assertEqual(self.container.call("GET", "/api/ready")[0], 200)
        self.assertEqual(self.container.health()["status"], "ok")
        self.find_what_cppcheck_finds()

    def find_what_cppcheck_finds(self):
        project = self.container.upload(
            containers.project_of(containers.EXAMPLES / "cppcheck" / "classic-mistakes"))
        execution = self.container.execute("cppcheck", project, parameters={"checks": "all"})
        self.assertEqual((execution["reason"], execution["exitCode"]), ("exit-code", 1), execution)
        self.assertIn("arrayIndexOutOfBounds", "\n".join(execution["output"]))

    def test_cppcheck_finds_the_mistakes_of_an_uploaded_example(self):
        self.find_what_cppcheck_finds()

    def test_health_names_the_tier_and_every_layer(self):
        isolation = self.container.health()["isolation"]
        self.assertEqual(isolation["tier"], self.TIER)
        missing = {layer["layer"]: layer for layer in isolation["missing"]}
        self.assertEqual(self.LAYERS - set(isolation["layers"]), set())
        self.assertEqual(self.MISSING - missing.keys(), set())
        self.assertEqual(missing.keys() & set(isolation["layers"]), set())
        for layer in missing.values():
            self.assertTrue(layer["why"] and layer["remedy"], layer)

    def test_the_container_is_as_strict_as_its_compose_file_says(self):
        status = containers.table(self.container.inside("cat", "/proc/1/status").stdout
                                  .replace(":\t", " "))
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[name], 16), 0, name)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2")
        self.assertEqual(set(status["Uid"].split()), {"10001"})
        self.assertNotEqual(self.container.inside("touch", "/usr/x").returncode, 0)
        limits = self.container.inspect("{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} "
                                        "{{.HostConfig.MemoryReservation}} "
                                        "{{.HostConfig.PidsLimit}}")
        self.assertEqual(limits, f"{4 * 10**9} {1 << 30} {256 << 20} 512")

    def test_the_health_check_of_the_image_passes(self):
        checked = engine.call("healthcheck", "run", self.container.name, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_a_job_reaches_neither_data_nor_network_nor_server(self):
        self.refused("data-directory", "database", "write-beside-data", "server")

    def test_T82_a_job_has_no_proc_least_of_all_the_containers(self):
        self.refused("proc", "proc-1", "proc-self")

    def test_T83_a_job_cannot_stop_or_kill_process_1(self):
        self.assertEqual(self.control["signal-1"], "ok")  # of the same user: permissions do not
                                                          # forbid it
        job = self.container.run_probe("hurt_process_1")
        self.assertEqual(job["output"], ["still here"], job)
        self.assert_serves()

    def test_a_job_that_uses_all_memory_affects_no_other(self):
        self.assertEqual(self.container.run_probe("hog_memory")["reason"], "memory")
        self.assert_serves()

    def test_a_fork_bomb_affects_no_other(self):
        # Where no cgroup counts refused forks, the fork bomb is contained, but only its time limit
        # ends it.
        job = self.container.run_probe("fork_bomb", timeoutMs=5000)
        self.assertEqual(job["reason"], "processes", job)
        containers.until(lambda: "program" not in self.container.programs(),
                         "the end of every process of the job")
        self.assert_serves()

    def test_T83_process_1_reaps_what_is_left_to_it(self):
        orphan = self.container.inside("sh", "-c", "sleep 600 > /dev/null & echo $!").stdout.strip()

        def is_there():
            return self.container.inside("test", "-e", f"/proc/{orphan}").returncode == 0

        status = self.container.inside("cat", f"/proc/{orphan}/status").stdout
        self.assertIn("PPid:\t1\n", status)
        self.assertEqual(self.container.inside("bash", "-c", f"kill {orphan}").returncode, 0)
        containers.until(lambda: not is_there(), "the end of a zombie")

    def test_SIGTERM_lets_a_running_job_finish_and_ends_with_0(self):
        container = containers.Container(compose.service(self.FILES))
        self.addCleanup(container.kill)
        container.start()
        source = '#include <unistd.h>\n#include <cstdio>\nint main() { sleep(2); puts("done"); }\n'
        project = container.upload({"nap.cc": source})
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(container.execute, "cpp-run", project)
            containers.until(lambda: container.call("GET", "/api/queue/status")[1]["running"] == 1,
                             "a running job")
            container.signal("TERM")
            self.assertEqual(running.result(containers.PATIENCE)["output"], ["done"])
        self.assertEqual(container.wait(), 0, container.log_text())
        self.assertIn("drained", container.log_text())


class AsIsTest(AnyContainer, unittest.TestCase):
    FILES = compose.AS_IS
    TIER = "landlock"
    LAYERS = {"process-group", "rlimits", "capabilities", "no-new-privileges", "landlock",
              "seccomp"}
    MISSING = {"cgroup-memory", "cgroup-pids"}

    def test_T80_the_landlock_tier_isolates_a_job_without_namespaces(self):
        self.assertNotEqual(self.control["user-namespace"], "ok")
        self.assertEqual(self.container.health()["isolation"]["tier"], "landlock")
        self.refused("data-directory", "database", "write-beside-data", "proc", "server",
                     "signal-1", "limits-of-1")


class NamespacesTest(AnyContainer, unittest.TestCase):
    FILES = compose.NAMESPACES
    TIER = "namespaces"
    LAYERS = {"user-namespace", "pid-namespace", "mount-namespace", "network-namespace",
              "ipc-namespace", "uts-namespace", "read-only-root", "rlimits", "landlock", "seccomp",
              "capabilities", "no-new-privileges"}
    MISSING = {"proc", "cgroup-memory", "cgroup-pids"}

    def test_T81_the_container_may_make_user_namespaces_and_a_job_may_not(self):
        self.refused("user-namespace")
        self.assertEqual(self.reached["user-namespace"], "EPERM")

    def test_the_profile_refuses_what_no_part_of_glovebox_calls(self):
        refused = self.run_calls(compose.service(self.FILES)["security_opt"])
        unfiltered = self.run_calls(["seccomp=unconfined"])
        there = [name for name, error in unfiltered.items() if error != "ENOSYS"]
        self.assertGreater(len(there), 20, unfiltered)
        self.assertEqual({name: refused[name] for name in there},
                         {name: "ENOSYS" for name in there})

    def test_with_unmasked_paths_a_job_has_its_own_proc(self):
        container = containers.Container(compose.service(self.FILES),
                                         ["--security-opt=unmask=ALL"])
        self.addCleanup(container.kill)
        container.start()
        reached, _, job = container.probe("reach")
        self.assertEqual(job["status"], "completed", job)
        self.assertEqual((reached["proc"], reached["proc-self"]), ("ok", "ok"))
        isolation = container.health()["isolation"]
        self.assertEqual(isolation["tier"], "namespaces")
        self.assertIn("proc", isolation["layers"])

    def run_calls(self, security):
        """What probes/refused_calls.cc prints in a container with these security options."""
        settings = {**compose.service(self.FILES), "security_opt": security}
        done = engine.call(
            "run", "--rm", "-i", "--network=none", "--entrypoint=bash", *engine.ulimit_flags(),
            *compose.podman_flags(settings, "unused"), engine.IMAGE, "-c",
            "g++ -x c++ - -o /tmp/probe && /tmp/probe",
            input=containers.probe_source("refused_calls"))
        return containers.table(done.stdout)


if __name__ == "__main__":
    unittest.main()
