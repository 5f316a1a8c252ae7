"""The bank's RSA pair, made once: the private half for the bank alone, the public half for whoever encrypts cards."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_BITS = 2048


def private_path(var_dir: Path) -> Path:
    """Where the private half lives."""
    return var_dir / "bank" / "private_key.pem"


def public_path(var_dir: Path) -> Path:
    """Where the portal finds the public half."""
    return var_dir / "acquirer_public_key.pem"


def make_once(var_dir: Path) -> None:
    """Make both halves unless they are there; several processes may start at once, and one pair wins."""
    private = private_path(var_dir)
    private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not private.exists():
        aside = _written_aside(private, _new_private_key(), 0o600)
        try:
            # link() refuses to replace: losers throw their key away and read the winner's.
            os.link(aside, private)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    public = public_path(var_dir)
    text = _public_half(load(var_dir))
    if not public.exists() or public.read_bytes() != text:
        _written_aside(public, text, 0o644).replace(public)


def load(var_dir: Path) -> rsa.RSAPrivateKey:
    """The private half; FileNotFoundError before make_once."""
    text = private_path(var_dir).read_bytes()
    # The file is our own work: proving its primes again would take most of the start.
    key = serialization.load_pem_private_key(text, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the bank's key is not RSA")
    return key


def _new_private_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_half(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _written_aside(path: Path, content: bytes, mode: int) -> Path:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return aside
