import hashlib
import subprocess


def add_user(name, password):
    subprocess.call("useradd " + name, shell=True)
    return hashlib.md5(password.encode()).hexdigest()
