"""The RSA pair: made once, whoever comes first, the private half for the owner's eyes only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smartservice.sandbox import keys


def test_both_halves_are_made_and_belong_together(tmp_path: Path) -> None:
    keys.make_once(tmp_path)

    public = serialization.load_pem_public_key((tmp_path / "acquirer_public_key.pem").read_bytes())
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 2048
    assert public.public_numbers() == keys.load(tmp_path).public_key().public_numbers()
    assert b"BEGIN PUBLIC KEY" in (tmp_path / "acquirer_public_key.pem").read_bytes()


def test_only_the_owner_reads_the_private_half(tmp_path: Path) -> None:
    keys.make_once(tmp_path)

    assert stat.S_IMODE((tmp_path / "bank" / "private_key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "bank").stat().st_mode) == 0o700


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    keys.make_once(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.pem")}

    keys.make_once(tmp_path)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.pem")} == before


def test_a_lost_public_half_is_made_from_the_private_one(tmp_path: Path) -> None:
    keys.make_once(tmp_path)
    path = tmp_path / "acquirer_public_key.pem"
    before = path.read_bytes()
    path.unlink()

    keys.make_once(tmp_path)

    assert path.read_bytes() == before


def test_a_public_half_of_another_bank_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "acquirer_public_key.pem"
    path.write_text("another bank's")

    keys.make_once(tmp_path)

    serialization.load_pem_public_key(path.read_bytes())


def test_eight_at_once_agree_on_one_pair_and_leave_no_litter(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keys.make_once(tmp_path), range(8)))

    public = serialization.load_pem_public_key((tmp_path / "acquirer_public_key.pem").read_bytes())
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.public_numbers() == keys.load(tmp_path).public_key().public_numbers()
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["acquirer_public_key.pem", "private_key.pem"]


def test_a_key_of_another_kind_is_not_taken(tmp_path: Path) -> None:
    path = keys.private_path(tmp_path)
    path.parent.mkdir()
    path.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )

    with pytest.raises(TypeError):
        keys.make_once(tmp_path)
