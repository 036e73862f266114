"""Data transfers: output of a tool, events to clients, archives from clients."""
import random
import shutil
import subprocess
import time
import zipfile

from comparison.bench import BUILD, PROGRAMS, NotMeasured, needs
from comparison.measure import Measure, Row
from comparison.server import Server, programs_zip

GIGABYTE = 1_000_000_000
STREAMS = 100


def timed(function, *arguments):
    begun = time.monotonic()
    answer = function(*arguments)
    return time.monotonic() - begun, answer


def plain_pipe():
    script = f'"$0" {GIGABYTE} | cat > /dev/null'
    subprocess.run(["sh", "-c", script, PROGRAMS / "flood"], check=True)


def take_output(bench):
    """A synchronous request for a tool that writes 1 GB, against `flood | cat > /dev/null`."""
    with bench.folder() as folder, Server(folder) as server:
        body = server.body("flood", server.upload(programs_zip()))
        while True:
            ours, ended = timed(server.expect, 200, "POST", "/api/execute", body)
            if ended["status"] != "completed" or ended["outputBytes"] != GIGABYTE:
                raise NotMeasured(f"the tool ended {ended['status']}: {ended['message']}")
            plain, _ = timed(plain_pipe)
            yield {"ours": ours, "plain": plain, "ratio": ours / plain}


def take_latency(bench):
    """100 clients follow one job that writes a line every 20 ms."""
    lines = bench.pick(250, 100)
    with bench.folder() as folder, Server(folder) as server:
        project = server.upload(programs_zip())
        while True:
            job = server.submit("stamps", project, parameters={"lines": lines})
            figures = bench.ask("stream_latency", "--port", server.port, "--streams", STREAMS,
                                "--lines", lines, "--job", job)
            yield {"p50": figures["p50_us"] / 1000, "p99": figures["p99_us"] / 1000}


def text_of(random_source, words, size):
    """Compresses to about a third, like sources."""
    parts, length = [], 0
    while length < size:
        line = " ".join(random_source.choices(words, k=12))
        parts.append(line)
        length += len(line) + 1
    return "\n".join(parts)


def project_zip(megabytes):
    """A zip of that size with 900 files, always the same; created once and kept next to the
    build."""
    path = BUILD / f"project-{megabytes}.zip"
    if path.exists():
        return path
    source = random.Random(5)
    words = ["".join(source.choices("abcdefghijklmnopqrstuvwxyz_", k=source.randint(3, 12)))
             for _ in range(5000)]
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        sample = text_of(source, words, 100_000)
        archive.writestr("src/file-0.c", sample)
        shrinks = len(sample) / archive.getinfo("src/file-0.c").compress_size
        each = int(megabytes * 1_000_000 * shrinks / 900)
        for n in range(1, 900):
            archive.writestr(f"src/part-{n % 30}/file-{n}.c", text_of(source, words, each))
    part.rename(path)
    return path


def take_upload(bench):
    """Upload, checks and unpacking in one request, against `unzip` to the same disk."""
    needs("unzip")
    archive = project_zip(bench.pick(50, 10))
    data = archive.read_bytes()
    with bench.folder() as folder, Server(folder) as server:
        while True:
            ours, project = timed(server.upload, data)
            server.expect(204, "DELETE", f"/api/projects/{project}")
            target = folder / "unzipped"
            theirs, _ = timed(unzip, archive, target)
            shutil.rmtree(target)
            yield {"ours": ours, "unzip": theirs, "ratio": ours / theirs}


def unzip(archive, target):
    subprocess.run(["unzip", "-q", archive, "-d", target], check=True)


MEASURES = [
    Measure("output", take_output, [
        Row("a tool writes 1 GB, against `tool \\| cat > /dev/null`, time", "ratio", "×",
            "{ours} s", "{plain} s", at_most=1.2, stretch=1.05)]),
    Measure("latency", take_latency, [
        Row(f"from a tool's write to a client's event, p99, {STREAMS} streams", "p99", "ms",
            "p50 {p50} ms", "", at_most=5, stretch=2)]),
    Measure("upload", take_upload, [
        Row("upload and unpack a zip of 50 MB and 900 files with every check, against `unzip`, "
            "time", "ratio", "×", "{ours} s", "{unzip} s", at_most=1.3, stretch=0.9)]),
]
