"""Requests over connections that may be cut, slow, or refused."""
import http.client
import json
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import contract  # pylint: disable=wrong-import-position

# A response that takes this long is a fault itself. A job that loses its slot is run again, twice,
# and waits each time until the launcher has made slots again: 61 s were seen on a machine with a
# load of 25.
PATIENCE = 180
CUT = (OSError, http.client.HTTPException, ValueError)
SMALL_BUFFER = 4096


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Wire:
    """One client's connection to the server. `wrong` collects what no client should ever see."""

    def __init__(self, place, wrong):
        self.place = place
        self.wrong = wrong

    def connect(self, small_buffer=False):
        port = self.place.port
        if port is None:
            raise ConnectionRefusedError("no server listens")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        if small_buffer:
            connection.sock = socket.socket()
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            connection.sock.settimeout(PATIENCE)
            connection.sock.connect(("127.0.0.1", port))
        else:
            connection.connect()
        return connection

    def call(self, method, target, body=None, headers=None):
        """None if the connection was refused or interrupted."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        connection = None
        try:
            connection = self.connect()
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            answer = Answer(response, response.read())
        except TimeoutError:
            self.wrong.append(f"{method} {target}: no answer within {PATIENCE} s")
            return None
        except CUT:
            return None
        finally:
            if connection:
                connection.close()
        self.check(method, target, answer)
        return answer

    def check(self, method, target, answer):
        wrong = contract.check_answer(method, target, answer.status, answer.headers, answer.body)
        self.wrong.extend(wrong)
        what = f"{method} {target} answered {answer.status}: {answer.body[:300]!r}"
        if answer.status >= 500 and answer.status != 503:
            self.wrong.append(what)
        if answer.status in (429, 503) and target != "/api/ready":
            if "Retry-After" not in answer.headers:
                self.wrong.append(f"{what}, without Retry-After")

    def send_and_reset(self, method, target, body):
        """A complete request, and a reset before the response."""
        try:
            connection = self.connect()
            connection.request(method, target, body=json.dumps(body),
                               headers={"Content-Type": "application/json"})
            reset(connection)
        except CUT:
            pass


def reset(connection):
    """Closes with RST: data in transit does not arrive."""
    if connection.sock:
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_events(response):
    """(id, name, data) of each event that arrived whole; ends or raises with the connection."""
    event = {}
    while line := response.readline():
        if not line.endswith(b"\n"):
            return
        line = line.decode().rstrip("\n")
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event["id"], event["event"], json.loads(event["data"])
            event = {}
