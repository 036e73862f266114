"""Podman, separate from the user's own: images and containers of these tests are below
build/container. Registries are not used: a debootstrap tree replaces the base image."""
import functools
import hashlib
import importlib.util
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATE = ROOT / "build" / "container"
BASE_IMAGE = "docker.io/library/debian:bookworm-slim"
MIRROR = os.environ.get("GLOVEBOX_DEBIAN_MIRROR", "http://deb.debian.org/debian")
IMAGE = "localhost/glovebox"
NEEDED = ("podman", "runc", "debootstrap", "apt-get", "dpkg-deb")


def why_not():
    """What keeps the container tests from running here; empty where nothing does."""
    missing = [name for name in NEEDED if shutil.which(name, path=_path()) is None]
    if importlib.util.find_spec("yaml") is None:
        missing.append("python3-yaml")
    if missing:
        return f"not installed: {' '.join(missing)} (packaging/apt-container.txt)"
    if os.geteuid() != 0:
        return "root is needed: sudo ./test --container"
    return ""


def _path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def base_command():
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return ["podman", "--root", str(STATE / "storage"), "--runroot",
            f"/run/glovebox-container-tests/{checkout}", "--cgroup-manager", "cgroupfs",
            "--events-backend", "none", "--runtime", "runc"]


def call(*arguments, check=True, **options):
    """Runs podman to its end; CompletedProcess with text."""
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run([*base_command(), *map(str, arguments)], check=False, text=True,
                          capture_output=True, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"podman {arguments[0]} ended with {done.returncode}:\n{done.stderr}")
    return done


def ulimit_flags():
    """Podman requests higher limits than a process without CAP_SYS_RESOURCE may set."""
    flags = []
    for name, number, most in (("nofile", resource.RLIMIT_NOFILE, 1024),
                               ("nproc", resource.RLIMIT_NPROC, 4096)):
        hard = resource.getrlimit(number)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        flags.append(f"--ulimit={name}={value}:{value}")
    return flags


def import_base_image():
    if call("image", "exists", BASE_IMAGE, check=False).returncode == 0:
        return
    with tempfile.TemporaryDirectory(prefix="glovebox-base-") as folder:
        tree = pathlib.Path(folder) / "tree"
        print(f"+ debootstrap bookworm from {MIRROR}, once", flush=True)
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(tree), MIRROR],
                       check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PATH": _path()})
        shutil.rmtree(tree / "var/cache/apt/archives", ignore_errors=True)
        with subprocess.Popen(["tar", "-C", str(tree), "-c", "."],
                              stdout=subprocess.PIPE) as archive:
            call("import", "--change", 'CMD ["bash"]', "-", BASE_IMAGE, stdin=archive.stdout)


def build_image():
    """Podman's layers are keyed by the copied files: only a change of sources compiles again."""
    import_base_image()
    print("+ podman build -f deploy/docker/Dockerfile", flush=True)
    command = [*base_command(), "build", "--isolation", "chroot", "--network", "host", "--format",
               "docker", "-f", "deploy/docker/Dockerfile", "-t", IMAGE, "."]
    log = STATE / "build.log"
    with open(log, "wb") as output:
        built = subprocess.run(command, cwd=ROOT, check=False, stdout=output,
                               stderr=subprocess.STDOUT).returncode == 0
    if not built:
        tail = log.read_text(errors="replace").splitlines()[-40:]
        raise RuntimeError("the image was not built:\n" + "\n".join(tail))
    call("image", "prune", "--force", check=False)


def docker_default_seccomp():
    """Docker's default profile. Podman's own permits user namespaces.
    GLOVEBOX_DOCKER_SECCOMP names a file; by default it comes from Debian's source package of Docker."""
    named = os.environ.get("GLOVEBOX_DOCKER_SECCOMP")
    if named:
        return pathlib.Path(named).resolve()
    profile = STATE / "docker-seccomp.json"
    if not profile.exists():
        with tempfile.TemporaryDirectory(prefix="glovebox-docker-") as folder:
            subprocess.run(["apt-get", "-qq", "download", "golang-github-docker-docker-dev"],
                           cwd=folder, check=True, stderr=subprocess.DEVNULL)
            package = next(pathlib.Path(folder).glob("*.deb"))
            subprocess.run(["dpkg-deb", "-x", str(package), folder], check=True)
            found = next(pathlib.Path(folder).glob("**/profiles/seccomp/default.json"))
            shutil.copyfile(found, profile)
    return profile


@functools.cache
def prepare():
    """Image and profile, ready for containers; once in a run. With GLOVEBOX_CONTAINER_BINARY
    (containers.py) an image that is there is taken as it is."""
    STATE.mkdir(parents=True, exist_ok=True)
    if not (os.environ.get("GLOVEBOX_CONTAINER_BINARY")
            and call("image", "exists", IMAGE, check=False).returncode == 0):
        build_image()
    docker_default_seccomp()
