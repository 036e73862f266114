"""A receiver of webhooks on loopback that behaves as a test says, with what surrounds it: a DNS
server, and a certificate authority made by openssl."""
import base64
import http.server
import json
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest

from harness import PATIENCE, TempDir

CLIENT = pathlib.Path(__file__).resolve().parent / "webhook_client"


class Received:
    """One request as it came."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]


class Receiver:
    """`answers`: what to do with the first, second, … request: a status, or a function of the
    handler; the last one goes on. HTTP, or HTTPS with the certificate of `authority`."""

    def __init__(self, case, *answers, authority=None, host="127.0.0.1"):
        self.answers = list(answers) or [204]
        self.received = []
        self.changed = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = receiver.note(Received(self.path, self.headers, body))
                self.close_connection = True
                if callable(answer):
                    answer(self)
                    return
                status, fields = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a peer that was killed, or refused the certificate

        self.server = Quiet((host, 0), Handler)
        if authority:
            self.server.socket = authority.context().wrap_socket(self.server.socket,
                                                                 server_side=True)
        self.port = self.server.server_address[1]
        self.scheme = "https" if authority else "http"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)

    def url(self, host="127.0.0.1", path="/hook"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def note(self, request):
        with self.changed:
            answer = self.answers[min(len(self.received), len(self.answers) - 1)]
            self.received.append(request)
            self.changed.notify_all()
        return answer

    def wait_for(self, count, patience=PATIENCE):
        """The requests, once there are so many."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.received) >= count, patience)
            return list(self.received)


def slow(seconds):
    def answer(handler):
        time.sleep(seconds)
        handler.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    return answer


def reset(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def raw(data):
    """Exactly these bytes, then the end of the connection."""
    def answer(handler):
        handler.wfile.write(data)
    return answer


class Authority:
    """A certificate authority of its own with one certificate, for `name`."""

    def __init__(self, case, name="hooks.test"):
        folder = TempDir(case)
        self.certificate = folder.path / "ca.pem"
        self.chain, self.key = folder.path / "server.pem", folder.path / "server.key"
        extensions = folder.write("extensions", f"subjectAltName=DNS:{name}\n")

        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

        request, ca_key = folder.path / "request", folder.path / "ca.key"
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", self.certificate, "-days", 2,
                "-subj", "/CN=Glovebox test authority")
        openssl("req", *new_key, "-keyout", self.key, "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", ca_key,
                "-CAcreateserial", "-days", 2, "-extfile", extensions, "-out", self.chain)

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


class Dns:
    """Answers each question for an IPv4 address with the next list of `answers`; the last one goes
    on. There are no IPv6 addresses, unless a list has some."""

    def __init__(self, case, *answers):
        self.answers = list(answers)
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        case.addCleanup(self.socket.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, peer = self.socket.recvfrom(512)
            except OSError:
                return
            self.socket.sendto(self.answer(question), peer)

    def answer(self, question):
        end = question.index(b"\0", 12) + 5
        name = question[12:end - 5]
        kind = struct.unpack(">H", question[end - 4:end - 2])[0]
        addresses = []
        if kind == 1:
            addresses = self.answers[min(len(self.asked), len(self.answers) - 1)]
            self.asked.append(name)
        family, wanted = (socket.AF_INET, ".") if kind == 1 else (socket.AF_INET6, ":")
        packed = [socket.inet_pton(family, each) for each in addresses if wanted in each]
        header = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(packed), 0, 0)
        records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(each)) + each
                           for each in packed)
        return header + question[12:end] + records


class Verifier:
    """npm's `standardwebhooks`."""

    def __init__(self, case):
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                raise unittest.SkipTest(f"{program} is not installed")
        self.case = case
        self.folder = TempDir(case).path / "client"
        shutil.copytree(CLIENT, self.folder, ignore=shutil.ignore_patterns("node_modules"))
        installed = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"],
                                   cwd=self.folder, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            raise unittest.SkipTest(f"npm cannot install standardwebhooks: {installed.stderr[-300:]}")

    def run(self, secret, received):
        lines = [json.dumps({"secret": secret, "headers": each.headers,
                             "body": base64.b64encode(each.body).decode()}) for each in received]
        return subprocess.run(["node", "verify.mjs"], input="\n".join(lines), cwd=self.folder,
                              capture_output=True, text=True, check=False, timeout=PATIENCE)

    def verify(self, secret, received):
        done = self.run(secret, received)
        self.case.assertEqual(done.stdout, f"verified {len(received)}\n", done.stderr[-500:])
