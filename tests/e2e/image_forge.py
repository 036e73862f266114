"""Images made byte by byte, and a registry on loopback: lawful ones by umoci, the others by hand."""
import gzip
import hashlib
import http.client
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tarfile
import time
import unittest

import harness

TAR = "application/vnd.oci.image.layer.v1.tar"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
PATH = "/opt/tool:/bin"
needs_images = unittest.skipUnless(
    all(shutil.which(name) for name in ("skopeo", "umoci")), "skopeo and umoci are not installed")


def find_registry():
    """Debian's docker-registry. Where it is not installed its package is only unpacked: installing it
    would start a service."""
    installed = shutil.which("docker-registry")
    if installed:
        return installed
    folder = harness.ROOT / "build" / "docker-registry"
    program = folder / "root/usr/bin/docker-registry"
    if not program.exists() and shutil.which("apt-get"):
        folder.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(["apt-get", "download", "-qq", "docker-registry"], cwd=folder,
                                 capture_output=True, check=False)
        for package in folder.glob("*.deb") if fetched.returncode == 0 else ():
            subprocess.run(["dpkg-deb", "-x", package, folder / "root"], check=False)
    return str(program) if program.exists() else None


REGISTRY = find_registry()
needs_registry = unittest.skipUnless(REGISTRY, "there is no docker-registry")

SAY = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    struct stat status;
    char line[512];
    if (!strcmp(argv[i], "--version")) puts("say 1.0 of the image");
    else if (!strncmp(argv[i], "sleep:", 6)) sleep(atoi(argv[i] + 6));
    else if (argv[i][0] == '$') printf("%s=%s\n", argv[i] + 1, getenv(argv[i] + 1) ? getenv(argv[i] + 1) : "");
    else if (argv[i][0] == '?') printf("%s %s\n", argv[i] + 1, stat(argv[i] + 1, &status) ? "absent" : "there");
    else {
      FILE* file = fopen(argv[i], "r");
      if (!file) { perror(argv[i]); return 3; }
      while (fgets(line, sizeof line, file)) fputs(line, stdout);
      fclose(file);
    }
    fflush(stdout);
  }
  return 0;
}
"""
_say = {}


def say_program():
    """A static program that prints files, variables and whether a path is there."""
    if "bytes" not in _say:
        case = unittest.TestCase()
        folder = harness.TempDir(case)
        try:
            source = folder.write("say.c", SAY)
            subprocess.run(["cc", "-static", "-O1", "-o", folder.path / "say", source], check=True)
            _say["bytes"] = (folder.path / "say").read_bytes()
        finally:
            case.doCleanups()
    return _say["bytes"]


def entry(name, content=b"", type=tarfile.REGTYPE, mode=0o644, link="", pax=None):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname = type, mode, link
    info.size = len(content) if type == tarfile.REGTYPE else 0
    info.devmajor, info.devminor = 1, 3
    info.pax_headers = pax or {}
    return info, content


def tar(*entries):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content) if info.size else None)
    return data.getvalue()


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Layout:
    """An image layout (oci:DIR) with one image."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        (self.path / "blobs/sha256").mkdir(parents=True)
        (self.path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    @property
    def ref(self):
        return f"oci:{self.path}:it"

    def put(self, content, type):
        digest = digest_of(content)
        (self.path / "blobs/sha256" / digest[7:]).write_bytes(content)
        return {"mediaType": type, "digest": digest, "size": len(content)}

    def packed(self, content, packing):
        if packing == "gzip":
            return self.put(gzip.compress(content, 1, mtime=0), TAR + "+gzip")
        if packing == "zstd":
            done = subprocess.run(["zstd", "-q", "-c"], input=content, capture_output=True, check=True)
            return self.put(done.stdout, TAR + "+zstd")
        return self.put(content, TAR)

    def image(self, *tars, packing="gzip", env=(), architecture=MACHINE, diff_ids=None, layers=None):
        """Returns the digest of the manifest."""
        layers = layers or [self.packed(content, packing) for content in tars]
        config = {"architecture": architecture, "os": "linux", "config": {"Env": list(env)},
                  "rootfs": {"type": "layers",
                             "diff_ids": diff_ids or [digest_of(content) for content in tars]}}
        config = self.put(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json")
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config,
                               "layers": layers}).encode()
        named = self.put(manifest, MANIFEST)
        named["annotations"] = {"org.opencontainers.image.ref.name": "it"}
        (self.path / "index.json").write_text(
            json.dumps({"schemaVersion": 2, "manifests": [named]}))
        return named["digest"]


def say_layer(*more):
    return tar(entry("opt/tool/say", say_program(), mode=0o755), entry("etc/name", b"the image\n"),
               *more)


def umoci_image(folder, files):
    """A layout whose layers umoci has made, one for each dictionary of files."""
    layout = folder / "by-umoci"
    run = lambda *argv: subprocess.run(argv, check=True, capture_output=True)
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", f"{layout}:it")
    for number, layer in enumerate(files):
        root = folder / f"layer{number}"
        for name, content in layer.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o755)
        run("umoci", "insert", "--image", f"{layout}:it", root, "/")
    run("umoci", "config", "--image", f"{layout}:it", f"--config.env=PATH={PATH}",
        "--config.env=FROM_IMAGE=yes", "--config.user=4711", "--config.entrypoint=/nothing")
    return f"oci:{layout}:it"


class Registry:
    """Debian's docker-registry on a free port of loopback; stopped by its own process id."""

    def __init__(self, case):
        self.case = case
        self.folder = harness.TempDir(case)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()
        case.addCleanup(self.stop)

    def start(self):
        config = self.folder.write("config.yml", f"""
version: 0.1
storage: {{filesystem: {{rootdirectory: {self.folder.path}/blobs}}}}
http: {{addr: "127.0.0.1:{self.port}"}}
""")
        self.process = subprocess.Popen([REGISTRY, "serve", config],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + harness.PATIENCE
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/v2/")
                connection.getresponse().read()
                connection.close()
                return
            except OSError:
                time.sleep(0.05)
        self.case.fail("docker-registry does not answer")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def push(self, ref, name="tools:1"):
        subprocess.run(["skopeo", "copy", "--quiet", "--dest-tls-verify=false", ref,
                        f"docker://127.0.0.1:{self.port}/{name}"], check=True, capture_output=True)
        return f"docker://127.0.0.1:{self.port}/{name}"

    def blob_file(self, digest):
        return (self.folder.path / "blobs/docker/registry/v2/blobs/sha256" / digest[7:9]
                / digest[7:] / "data")


class ImageCase(unittest.TestCase):
    """A folder of images of its own."""

    def setUp(self):
        self.folder = harness.TempDir(self)
        self.images = self.folder.path / "images"

    def layout(self, name="layout"):
        return Layout(self.folder.path / name)

    def image(self, *arguments, **options):
        return harness.glovebox("image", *arguments, "--images-dir", self.images, **options)

    def pull(self, ref, *flags, name="tools"):
        return self.image("pull", ref, "--name", name, *flags)

    def pulled(self, ref, *flags, name="tools"):
        """The root of the image that was pulled."""
        done = self.pull(ref, *flags, name=name)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return self.images / "sha256" / done.stdout.decode().strip()[7:]

    def refused(self, ref, *words, flags=(), name="tools"):
        done = self.pull(ref, *flags, name=name)
        message = done.stderr.decode()
        self.assertEqual(done.returncode, 1, message)
        for word in words:
            self.assertIn(word, message)
        self.assert_nothing_is_left()
        return message

    def listed(self):
        done = self.image("list", "--json")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)["images"]

    def assert_nothing_is_left(self, roots=0):
        """Of pulls that failed."""
        for folder, count in (("sha256", roots), ("info", roots), ("uses", roots), ("tmp", 0)):
            found = list((self.images / folder).iterdir())
            self.assertEqual(len(found), count, found)
        self.assertEqual([p for p in self.images.iterdir() if p.name.startswith("record_")], [])
