"""GET /metrics: who may read it, what it has, and Debian's prometheus with the shipped alerts and
dashboard against a real server."""
import json
import re
import signal
import socket
import unittest
import urllib.error
import urllib.request

from harness import PATIENCE, ROOT, Server, needs, zip_of
from keys import NOBODYS_KEY, Client, KeysFile
from mcp_messages import Agent
from prometheus import ALERTS, Prometheus, promtool

DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
GUIDE = ROOT / "docs" / "monitoring.md"
METRIC = re.compile(r"\b((?:glovebox|process)_[a-z0-9_]+)")


def metrics_address(server):
    return re.search(r"metrics at http://(\S+)/metrics", server.log()).group(1)


def scrape(address, path="/metrics", **headers):
    """Status and text."""
    request = urllib.request.Request(f"http://{address}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def value(text, series):
    """Of one series; None if it is not there."""
    found = re.search("^" + re.escape(series) + r" (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else None


def expressions():
    """(panel's title, query) with the dashboard's variables filled in."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], (target["expr"].replace("$instance", ".*")
                                   .replace("$__rate_interval", "1m"))


def some_of_everything(server):
    """Uploads, jobs of each end, a stream and refusals."""
    project = server.project()
    server.run_shell("echo hello", project)
    server.run_shell("exit 3", project)
    server.run_shell("sleep 9", project, timeoutMs=100)
    server.call("POST", "/api/upload", zip_of({"../outside": "x"}),
                {"Content-Type": "application/octet-stream"})
    server.call("GET", "/api/tools", headers={"Host": "attacker.example"})
    job = server.execute("shell", project, parameters={"script": "echo streamed"}, stream=True).json
    server.get(f"/api/stream/{job['jobId']}")


class AccessTest(unittest.TestCase):
    def test_its_own_listener_asks_for_no_key_and_has_nothing_else(self):
        keys = KeysFile(self)
        keys.create("ann")
        server = Server(self, metrics_listen="127.0.0.1:0", keys_file=keys.path)
        address = metrics_address(server)
        status, text = scrape(address)
        self.assertEqual(status, 200)
        self.assertIn("glovebox_build_info{version=", text)
        for path in ("/api/health", "/api/tools", "/", "/openapi.json"):
            self.assertEqual(scrape(address, path)[0], 404, path)
        self.assertEqual(scrape(address, Host="attacker.example")[0], 403)

    def test_the_main_listener_has_it_for_a_key(self):
        keys = KeysFile(self)
        key = keys.create("prometheus")
        server = Server(self, keys_file=keys.path)
        answer = Client(server, key).get("/metrics")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertIn(b"glovebox_queue_jobs 0\n", answer.body)
        for other in (None, NOBODYS_KEY):
            self.assertEqual(Client(server, other).get("/metrics").status, 401)
        text = Client(server, key).get("/metrics").body.decode()
        self.assertEqual(value(text, 'glovebox_rejections_total{reason="authentication"}'), 2)

    def test_what_an_agent_is_refused_counts(self):
        server = Server(self, metrics_listen="127.0.0.1:0", hourly_per_client=1)
        agent = Agent(server)
        files = [{"path": "a.txt", "text": "alpha\n"}]
        for refused in (False, True):
            reply = agent.call("shell", {"files": files, "script": "true"})
            self.assertIs(reply.result["isError"], refused)
        text = scrape(metrics_address(server))[1]
        self.assertEqual(value(text, 'glovebox_rejections_total{reason="hourly_per_client"}'), 1)

    def test_without_keys_the_main_listener_says_how_to_get_it(self):
        answer = Server(self).get("/metrics")
        self.assertEqual(answer.status, 404)
        self.assertIn("[metrics] listen", answer.error["message"])

    def test_an_address_in_use_ends_the_start_and_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with self.assertRaisesRegex(AssertionError, rf"\[metrics\] listen.*{port}"):
                Server(self, metrics_listen=f"127.0.0.1:{port}")


class ValuesTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, metrics_listen="127.0.0.1:0", concurrency=1)
        self.address = metrics_address(self.server)

    def scrape(self):
        return scrape(self.address)[1]

    def test_jobs_uploads_and_refusals_are_counted(self):
        some_of_everything(self.server)
        text = self.scrape()
        for series, expected in {
                'glovebox_jobs_started_total{tool="shell"}': 4,
                'glovebox_jobs_started_total{tool="nap"}': 0,
                'glovebox_job_wait_seconds_count{status="completed",tool="shell"}': 2,
                'glovebox_job_run_seconds_count{status="failed",tool="shell"}': 1,
                'glovebox_job_run_seconds_count{status="timeout",tool="shell"}': 1,
                'glovebox_job_failures_total{reason="exit-code"}': 1,
                'glovebox_job_failures_total{reason="wall-time"}': 1,
                'glovebox_job_output_bytes_total': len("hello\nstreamed\n"),
                'glovebox_uploads_total{result="stored"}': 1,
                'glovebox_uploads_total{result="refused"}': 1,
                'glovebox_rejections_total{reason="foreign_host"}': 1,
                'glovebox_rejections_total{reason="hostile_archive"}': 1,
                'glovebox_rejections_total{reason="internal"}': 0,
                'glovebox_lost_runs_total': 0,
        }.items():
            self.assertEqual(value(text, series), expected, series)
        self.assertGreaterEqual(value(text, "glovebox_launch_seconds_count"), 4)
        self.assertGreater(value(text, "glovebox_database_commit_seconds_count"), 0)
        # Its files of /proc were opened before the server lost access to them.
        self.assertGreater(value(text, "process_resident_memory_bytes"), 1 << 20)
        self.assertGreater(value(text, "process_open_fds"), 5)
        self.assertNotIn("127.0.0.1", text)
        self.assertNotIn("job_0", text)

    def test_a_job_that_waits_and_its_slot_show(self):
        project = self.server.project()
        ids = [self.server.execute("shell", project, stream=True,
                                   parameters={"script": "sleep 60"}).json["jobId"]
               for _ in range(2)]
        self.server.until(lambda: value(self.scrape(), 'glovebox_slots{state="busy"}') == 1, "busy")
        text = self.scrape()
        self.assertEqual(value(text, "glovebox_queue_jobs"), 1)
        self.server.until(
            lambda: value(self.scrape(), "glovebox_queue_oldest_age_seconds") > 0.2, "an age")
        for job in reversed(ids):
            self.server.call("DELETE", f"/api/jobs/{job}")
        self.server.until(lambda: value(self.scrape(), "glovebox_queue_jobs") == 0, "no queue")
        self.assertEqual(value(self.scrape(), "glovebox_queue_oldest_age_seconds"), 0)

    def test_they_are_told_while_the_server_drains(self):
        project = self.server.project()
        self.server.execute("shell", project, stream=True, parameters={"script": "sleep 3"})
        self.server.until(lambda: self.server.queue()["running"] == 1, "a running job")
        self.server.signal(signal.SIGTERM)
        self.server.until(lambda: value(self.scrape(), "glovebox_draining") == 1, "a drain")
        self.assertEqual(value(self.scrape(), "glovebox_ready"), 0)
        self.assertEqual(self.server.wait(), 0)


@needs("promtool")
class PromtoolTest(unittest.TestCase):
    def test_the_text_is_without_fault(self):
        server = Server(self, metrics_listen="127.0.0.1:0")
        some_of_everything(server)
        text = scrape(metrics_address(server))[1]
        checked = promtool("check", "metrics", input=text.encode())
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, b"", b""))
        told = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
        guide = set(METRIC.findall(GUIDE.read_text(encoding="utf-8")))
        self.assertEqual(told - guide, set(), "metrics that docs/monitoring.md does not list")

    def test_the_alerts_and_their_tests_pass(self):
        for arguments in (("check", "rules", ALERTS),
                          ("test", "rules", ALERTS.with_name("alerts_test.yml"))):
            done = promtool(*arguments, cwd=ALERTS.parent)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        tested = set(re.findall(r"alertname: (\w+)",
                                ALERTS.with_name("alerts_test.yml").read_text(encoding="utf-8")))
        alerts = set(re.findall(r"alert: (\w+)", ALERTS.read_text(encoding="utf-8")))
        self.assertEqual(tested, alerts)
        self.assertEqual(alerts - set(re.findall(r"Glovebox\w+", GUIDE.read_text("utf-8"))), set())

    def test_the_configurations_in_the_guide_are_right(self):
        blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
        self.assertGreaterEqual(len(blocks), 2)
        for block in blocks:
            # Without the files that it names on the operator's machine.
            block = re.sub(r"^rule_files:.*\n", "", block, flags=re.MULTILINE)
            block = re.sub(r"credentials_file: \S+", "credentials: x", block)
            done = promtool("check", "config", "/dev/stdin", input=block.encode())
            self.assertEqual(done.returncode, 0, block.encode() + done.stdout + done.stderr)


@needs("prometheus")
class PrometheusTest(unittest.TestCase):
    def test_every_panel_and_alert_has_data_of_a_scraped_server(self):
        server = Server(self, metrics_listen="127.0.0.1:0", hourly_per_client=0)
        prometheus = Prometheus(self, metrics_address(server))
        # A rate needs a sample from before the events.
        some_of_everything(server)
        prometheus.wait_for_scrapes(2)
        some_of_everything(server)
        prometheus.wait_for_scrapes(2)
        empty = [(title, query) for title, query in expressions() if not prometheus.values(query)]
        self.assertEqual(empty, [])
        self.assertGreater(sum(1 for _ in expressions()), 30)
        groups = prometheus.ask("/api/v1/rules")["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        self.assertEqual({rule["health"] for rule in rules}, {"ok"})
        firing = [rule["name"] for rule in rules if rule["state"] == "firing"]
        self.assertEqual(firing, [])

    def test_it_scrapes_with_a_key(self):
        keys = KeysFile(self)
        key = keys.create("prometheus")
        server = Server(self, keys_file=keys.path)
        prometheus = Prometheus(self, f"{server.host}:{server.port}",
                                f"authorization: {{credentials: {key}}}")
        self.assertEqual(prometheus.values("glovebox_ready"), [1.0])


if __name__ == "__main__":
    unittest.main()
