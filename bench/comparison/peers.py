"""The servers that ours is compared with, each with its files in a separate folder."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

from comparison.bench import BUILD, PATIENCE, PROGRAMS, ROOT, NotMeasured, cpus, needs, say

NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nodelay on;
  open_file_cache max=100;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/www;
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise NotMeasured("the peer did not start")


def end(process):
    process.terminate()
    process.wait(PATIENCE)


@contextlib.contextmanager
def nginx(folder):
    """Yields the port at which /file is 100 bytes."""
    needs("nginx")
    (folder / "www").mkdir()
    (folder / "www" / "file").write_text("x" * 100)
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen(["nginx", "-c", config, "-e", folder / "nginx.log"],
                               stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port
    finally:
        end(process)


def install_express():
    """npm ci, once per lock file, next to the build."""
    needs("node", "npm")
    source, folder = ROOT / "bench" / "express", BUILD / "express"
    lock = (source / "package-lock.json").read_bytes()
    done = folder / ".installed"
    folder.mkdir(parents=True, exist_ok=True)
    if not done.exists() or done.read_bytes() != lock:
        say("npm ci for the Express peer")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder)
        install = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=False,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if install.returncode != 0:
            text = install.stdout.decode(errors="replace").strip()
            raise NotMeasured(f"npm ci for the Express stack failed: {text[-300:]}")
        done.write_bytes(lock)
    shutil.copy(source / "server.js", folder)
    return folder


@contextlib.contextmanager
def express():
    """Yields the port of Express + execa + p-queue, which runs return0 for project `bench`."""
    folder = install_express()
    process = subprocess.Popen(
        ["node", "server.js", PROGRAMS / "return0", str(cpus())], cwd=folder,
        stdout=subprocess.PIPE, env={**os.environ, "NODE_ENV": "production"})
    try:
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise NotMeasured("the Express stack did not start")
        yield int(line)
    finally:
        end(process)
        process.stdout.close()
