import hashlib
import secrets


def hash_password(password):
    salt = secrets.token_bytes(16)
    return salt, hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1)
