"""[auth] trusted_user_header behind a real nginx on loopback, which signs people in by Basic
authentication, and what its clients and its neighbours may try."""
import base64
import http.client
import shutil
import socket
import subprocess
import unittest

from harness import PATIENCE, Server, TempDir, zip_of
from keys import Client, KeysFile

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
# {SHA}: a form of htpasswd that needs no program. The password is "secret".
PASSWORDS = "".join(f"{user}:{{SHA}}5en6G6MezRroT3XKqkdPOmY/BfQ=\n" for user in ("anna", "bob"))
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            auth_basic "Glovebox";
            auth_basic_user_file {folder}/passwords;
            proxy_pass http://127.0.0.1:{upstream};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Remote-User $remote_user;
            proxy_set_header Authorization "";
        }}
        location /api/health {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_set_header Host $http_host;
        }}
        # A mistake: it lets through what its clients send.
        location /api/tools {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_set_header Host $http_host;
        }}
    }}
}}
"""


def basic(user, password="secret"):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@unittest.skipUnless(NGINX, "nginx is not installed")
class ProxyUserTest(unittest.TestCase):
    def start(self, **settings):
        settings.setdefault("trusted_proxies", "127.0.0.1")
        self.server = Server(self, trusted_user_header="X-Remote-User", **settings)
        folder = TempDir(self).path
        folder.chmod(0o755)
        (folder / "passwords").write_text(PASSWORDS)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (folder / "nginx.conf").write_text(CONFIGURATION.format(
            folder=folder, port=self.port, upstream=self.server.port))
        self.nginx = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"],
                                      stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop)
        self.server.until(self.answers, "nginx answers")

    def stop(self):
        self.nginx.terminate()
        self.nginx.wait(timeout=PATIENCE)

    def answers(self):
        try:
            return self.call("GET", "/api/health").status == 200
        except OSError:
            return False

    def call(self, method, target, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            answer.body = answer.read()
            return answer
        finally:
            connection.close()

    def upload(self, headers):
        return self.call("POST", "/api/upload", zip_of({"a.txt": "a"}),
                         {"Content-Type": "application/zip", **headers})

    def raw(self, port, request):
        """What comes until the peer closes, or says nothing for two seconds."""
        with socket.create_connection(("127.0.0.1", port), timeout=2) as peer:
            peer.sendall(request.encode("latin-1"))
            answer = b""
            try:
                while piece := peer.recv(65536):
                    answer += piece
            except (TimeoutError, ConnectionResetError):
                pass
            return answer.decode("latin-1")

    def test_people_are_separate_behind_one_address(self):
        self.start()
        audit = self.server.log
        self.assertEqual(self.upload(basic("anna")).status, 201)
        self.assertIn("client=user:anna", audit())
        project = self.upload(basic("bob"))
        self.assertEqual(project.status, 201)
        location = project.getheader("Location")
        self.assertEqual(self.call("GET", location, headers=basic("bob")).status, 200)
        self.assertEqual(self.call("GET", location, headers=basic("anna")).status, 404)
        self.assertEqual(self.upload(basic("anna", "wrong")).status, 401)

    def test_what_a_client_sends_through_the_proxy_does_not_count(self):
        self.start()
        for name in ("X-Remote-User", "x-remote-user", "X_Remote_User", "X-Remote-User "):
            answer = self.raw(self.port, f"POST /api/upload HTTP/1.1\r\nHost: localhost\r\n"
                              f"{name}: bob\r\nAuthorization: {basic('anna')['Authorization']}\r\n"
                              "Content-Type: application/zip\r\nContent-Length: 0\r\n"
                              "Connection: close\r\n\r\n")
            self.assertNotIn("user:bob", self.server.log(), answer)
        # A second request in the body of the first: nginx and the server must agree on its length.
        inner = ("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nX-Remote-User: bob\r\n"
                 "Content-Length: 0\r\n\r\n")
        for framing in (f"Content-Length: {len(inner)}\r\n",
                        f"Content-Length: 0\r\nContent-Length: {len(inner)}\r\n",
                        f"Transfer-Encoding: chunked\r\nContent-Length: {len(inner)}\r\n",
                        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding:\x0bchunked\r\n"):
            for body in (inner, "0\r\n\r\n" + inner):
                self.raw(self.port, "POST /api/upload HTTP/1.1\r\nHost: localhost\r\n"
                         f"Authorization: {basic('anna')['Authorization']}\r\n"
                         f"Content-Type: application/zip\r\n{framing}\r\n{body}")
        self.assertNotIn("user:bob", self.server.log())
        self.assertIn("user:anna", self.server.log())

    def test_neighbours_that_are_no_proxy_are_not_believed(self):
        self.start(trusted_proxies="192.0.2.1")
        for headers in ({"X-Remote-User": "anna"},
                        {"X-Remote-User": "anna", "X-Forwarded-For": "192.0.2.1"}):
            self.assertEqual(self.server.get("/api/jobs", headers=headers).status, 401)
        # nginx itself is a stranger now.
        self.assertEqual(self.call("GET", "/api/jobs", headers=basic("anna")).status, 401)

    def test_two_names_are_refused_where_the_proxy_adds_its_own(self):
        self.start()
        answer = self.raw(self.server.port, "GET /api/jobs HTTP/1.1\r\nHost: localhost\r\n"
                          "X-Remote-User: bob\r\nX-Remote-User: anna\r\n\r\n")
        self.assertIn(" 401 ", answer.splitlines()[0])
        self.assertIn("bad-user", self.server.log())

    def test_programs_use_keys_beside_people(self):
        keys = KeysFile(self)
        key = keys.create("ci")
        self.start(keys_file=keys.path)
        self.assertEqual(Client(self.server, key).get("/api/jobs").status, 200)
        self.assertEqual(Client(self.server).get("/api/jobs").status, 401)
        self.assertEqual(self.call("GET", "/api/jobs", headers=basic("anna")).status, 200)
        # /api/tools passes through what its clients send: the documented mistake.
        self.assertEqual(self.call("GET", "/api/tools").status, 401)
        self.assertEqual(self.call("GET", "/api/tools", headers={"X-API-Key": key}).status, 200)

    def test_pages_of_other_sites_cannot_use_the_sign_in(self):
        self.start()
        headers = {"Origin": "http://evil.example", **basic("anna")}
        self.assertEqual(self.upload(headers).status, 403)


if __name__ == "__main__":
    unittest.main()
