"""Converts the compose files to podman's flags. An unknown key is an error, so that the tests cannot
run a weaker configuration than the shipped one."""
import pathlib
import re

import yaml

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "docker"
AS_IS = ("docker-compose.yml",)
NAMESPACES = ("docker-compose.yml", "docker-compose.namespaces.yml")

# Keys that say where the image comes from, or what an engine does around a container.
AROUND = {"image", "build", "ports", "restart", "stop_grace_period"}


class UnknownSetting(Exception):
    pass


def only(mapping, *known):
    unknown = set(mapping) - set(known)
    if unknown:
        raise UnknownSetting(f"no flag is known for {sorted(unknown)}")
    return mapping


def merge(base, over):
    """Merges files like compose: mappings by key, lists one after the other, otherwise the later wins."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {key: merge(base[key], over[key]) if key in base and key in over
                else over.get(key, base.get(key)) for key in [*base, *over]}
    if isinstance(base, list) and isinstance(over, list):
        return base + over
    return over


def interpolated(value):
    """${NAME:-default} is its default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def service(names):
    merged = {}
    for name in names:
        read = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
        merged = merge(merged, read)
    return only(only(merged, "name", "services")["services"], "glovebox")["glovebox"]


def security_flags(options, default_seccomp):
    flags = []
    seccomp = default_seccomp
    for option in options:
        kind, value = re.split("[:=]", option, maxsplit=1)
        if (kind, value) == ("seccomp", "unconfined"):
            seccomp = value
        elif kind == "seccomp":
            seccomp = str((FOLDER / value).resolve())
        elif (kind, value) == ("no-new-privileges", "true"):
            flags.append("--security-opt=no-new-privileges")
        elif (kind, value) == ("apparmor", "unconfined"):
            flags.append("--security-opt=apparmor=unconfined")
        else:
            raise UnknownSetting(option)
    return [*flags, f"--security-opt=seccomp={seccomp}"]


def resource_flags(resources):
    limits = only(only(resources, "limits", "reservations")["limits"], "cpus", "memory", "pids")
    # A single engine cannot reserve a CPU; a swarm can.
    reservations = only(resources["reservations"], "cpus", "memory")
    return [f"--cpus={interpolated(limits['cpus'])}", f"--memory={limits['memory'].lower()}",
            f"--pids-limit={limits['pids']}",
            f"--memory-reservation={reservations['memory'].lower()}"]


def podman_flags(settings, default_seccomp):
    """`default_seccomp`: the engine's profile if none is given."""
    only(settings, *AROUND, "user", "read_only", "cap_drop", "security_opt", "tmpfs", "environment",
         "deploy")
    flags = [f"--user={settings['user']}"]
    if settings["read_only"] is True:
        flags += ["--read-only", "--read-only-tmpfs=false"]
    flags += [f"--cap-drop={name}" for name in settings["cap_drop"]]
    # Docker starts a tmpfs empty.
    flags += [f"--tmpfs={mount},notmpcopyup" for mount in settings["tmpfs"]]
    flags += [f"--env={name}={interpolated(value)}"
              for name, value in settings["environment"].items()]
    flags += security_flags(settings["security_opt"], default_seccomp)
    return flags + resource_flags(only(settings["deploy"], "resources")["resources"])
