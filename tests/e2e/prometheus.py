"""Debian's prometheus, as a program in a temporary folder, and what promtool says."""
import json
import pathlib
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

from harness import PATIENCE, ROOT, TempDir

ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"


def promtool(*arguments, **options):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, check=False,
                          timeout=PATIENCE, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """Scrapes one address once a second, with the alerts that ship. It prints no port, so it gets
    one that was free."""

    def __init__(self, case, target, authorization=""):
        self.case = case
        folder = TempDir(case)
        config = folder.write("prometheus.yml", f"""
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [{json.dumps(str(ALERTS))}]
scrape_configs:
  - job_name: glovebox
    {authorization}
    static_configs: [{{targets: [{json.dumps(target)}]}}]
""")
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log_path = folder.path / "log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder.path}/tsdb",
                 f"--web.listen-address={self.url.removeprefix('http://')}"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        case.addCleanup(self.stop)
        self.until(lambda: self.values("up") == [1.0], "a scrape")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def ask(self, path, **query):
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}",
                                    timeout=PATIENCE) as answer:
            return json.load(answer)["data"]

    def values(self, expression):
        """The values of an instant query, as numbers; NaN is none."""
        try:
            found = self.ask("/api/v1/query", query=expression)["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return []  # it is starting
            self.case.fail(f"{expression}: {error.read().decode()}")
        except (urllib.error.URLError, ConnectionError):
            return []  # it does not listen yet
        numbers = [float(series["value"][1]) for series in found]
        return [number for number in numbers if number == number]

    def until(self, condition, what):
        tick = threading.Event()
        for _ in range(PATIENCE * 4):
            if condition():
                return
            if self.process.poll() is not None:
                break
            tick.wait(0.25)
        log = pathlib.Path(self.log_path).read_text(errors="replace")
        self.case.fail(f"prometheus never had {what}\n{log}")

    def wait_for_scrapes(self, count):
        """So many more, completed after this call."""
        seen = self.scrapes()
        self.until(lambda: self.scrapes() >= seen + count, f"{count} more scrapes")

    def scrapes(self):
        found = self.values('count_over_time(up{job="glovebox"}[1h])')
        return found[0] if found else 0
