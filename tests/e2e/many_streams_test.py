"""Thousands of event streams at once: each is complete, and the memory of each is limited."""
import json
import pathlib
import re
import selectors
import socket
import time
import unittest

from harness import PATIENCE, Server
from stream_test import submit

STREAMS = 2000
# Twice the memory of one; a leak or a buffer per reader would exceed it.
MOST_BYTES_A_STREAM = 8 << 10


def resident_bytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.M)[1]) * 1024


class Stream:
    """One follower, fed by the reader below."""

    def __init__(self, server, job):
        self.socket = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        self.socket.sendall(f"GET /api/stream/{job} HTTP/1.1\r\nHost: {server.host}:{server.port}"
                            "\r\nConnection: close\r\n\r\n".encode())
        self.socket.setblocking(False)
        self.received = bytearray()

    def read(self):
        """False at the end."""
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return True
        self.received += data
        return bool(data)

    def has_begun(self):
        return b"event: status" in self.received

    def events(self):
        head, _, body = bytes(self.received).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        text = b""
        while body:
            size, _, body = body.partition(b"\r\n")
            text += body[:int(size, 16)]
            body = body[int(size, 16) + 2:]
        return [dict(line.split(": ", 1) for line in event.splitlines() if line[0] != ":")
                for event in text.decode().split("\n\n") if event]

    def text(self):
        outputs = [json.loads(e["data"]) for e in self.events() if e.get("event") == "output"]
        return "".join(output["text"] for output in outputs)


class Reader:
    """Reads all streams on one thread."""

    def __init__(self, case, streams):
        self.case = case
        self.selector = selectors.DefaultSelector()
        self.open = len(streams)
        case.addCleanup(self.selector.close)
        for stream in streams:
            case.addCleanup(stream.socket.close)
            self.selector.register(stream.socket, selectors.EVENT_READ, stream)

    def until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.case.assertLess(time.monotonic(), deadline, what)
            for key, _ in self.selector.select(1):
                if not key.data.read():
                    self.selector.unregister(key.fileobj)
                    self.open -= 1


class ManyStreamsTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0,
                             streams_per_client=0)

    def test_2000_readers_of_one_job(self):
        script = "cat; for i in $(seq 20); do echo line $i; sleep 0.02; done"
        go = "".join(f"line {i}\n" for i in range(1, 21))
        blocker = [submit(self.server, "sleep 60") for _ in range(self.server.queue()["concurrency"])]
        job = submit(self.server, script)
        self.server.get("/api/health")
        before = resident_bytes(self.server.process.pid)
        streams = [Stream(self.server, job) for _ in range(STREAMS)]
        reader = Reader(self, streams)
        reader.until(lambda: all(s.has_begun() for s in streams), "all streams have begun")
        each = (resident_bytes(self.server.process.pid) - before) / STREAMS
        print(f"{each / 1024:.1f} KiB a stream")
        self.assertLess(each, MOST_BYTES_A_STREAM)
        for other in blocker:
            self.server.call("POST", f"/api/jobs/{other}/cancel")
        reader.until(lambda: reader.open == 0, "all streams have ended")
        self.assertEqual({stream.text() for stream in streams}, {go})
        self.assertEqual({stream.events()[-1]["id"] for stream in streams}, {"end"})

    def test_2000_readers_of_200_jobs(self):
        jobs = [submit(self.server, f"for i in 1 2 3; do echo {n} $i; done") for n in range(200)]
        streams = [(n, Stream(self.server, job)) for n, job in enumerate(jobs * (STREAMS // 200))]
        reader = Reader(self, [stream for _, stream in streams])
        reader.until(lambda: reader.open == 0, "all streams have ended")
        for n, stream in streams:
            self.assertEqual(stream.text(), "".join(f"{n % 200} {i}\n" for i in (1, 2, 3)))
            self.assertEqual(stream.events()[-1]["id"], "end")


if __name__ == "__main__":
    unittest.main()
