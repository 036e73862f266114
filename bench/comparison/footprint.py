"""Memory, and the start-up time of a server."""
import pathlib
import re
import socket
import time

from comparison.bench import NotMeasured
from comparison.measure import Measure, Row
from comparison.server import SHIPPED, Server, programs_zip, resident_kib

STREAMS = 2000


def descendants(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(pid)] + [each for child in children for each in descendants(child)]


def proportional_kib(pid):
    """Shared memory counts once."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB$", text, re.M)[1])


def take_start(bench):
    """From exec to the line "listening on", with the shipped tools and examples."""
    while True:
        with bench.folder() as folder, Server(folder, **SHIPPED) as server:
            # Until work that a start triggers, such as probing tool versions, is over.
            time.sleep(bench.pick(5, 2))
            all_processes = sum(proportional_kib(pid) for pid in descendants(server.pid))
            yield {"start": server.start_ms, "idle": resident_kib(server.pid) / 1024,
                   "all": all_processes / 1024}


def take_queued(bench):
    """Jobs after the first 1,000, which fill memory that the server keeps anyway."""
    first, more = 1000, 9000
    while True:
        with bench.folder() as folder, Server(folder, queue_capacity=20_000) as server:
            project = server.upload(programs_zip())
            server.block(project)
            grown = []
            for count in (first, more):
                bench.load(server.port, connections=64, requests=count, method="POST",
                           path="/api/execute", status=202,
                           body=server.body("nothing", project, stream=True))
                grown.append(resident_kib(server.pid))
            yield {"each": (grown[1] - grown[0]) / more}


def open_streams(server, job, count):
    sockets = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        client.sendall(f"GET /api/stream/{job} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        sockets.append(client)
    for client in sockets:
        told = b""
        while b"event: status" not in told:
            more = client.recv(65536)
            if not more:
                raise NotMeasured(f"a stream did not begin: {told.decode(errors='replace')}")
            told += more
    return sockets


def take_streams(bench):
    while True:
        with bench.folder() as folder, Server(folder) as server:
            project = server.upload(programs_zip())
            server.block(project)
            job = server.submit("nothing", project)
            server.queue()
            before = resident_kib(server.pid)
            sockets = open_streams(server, job, STREAMS)
            each = (resident_kib(server.pid) - before) / STREAMS
            for client in sockets:
                client.close()
            yield {"each": each}


MEASURES = [
    Measure("start", take_start, [
        Row("start to listening", "start", "ms", at_most=100, stretch=30),
        Row("resident memory: server idle", "idle", "MiB",
            "all processes, what they share counted once: {all} MiB", at_most=20, stretch=12)]),
    Measure("queued", take_queued, [
        Row("resident memory: per queued job, 1,000 to 10,000", "each", "KiB", at_most=2,
            stretch=1)]),
    Measure("streams", take_streams, [
        Row(f"resident memory: per open stream, {STREAMS:,} of one job", "each", "KiB", at_most=8,
            stretch=4)]),
]
