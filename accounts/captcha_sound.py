"""«Прослушать код»: the signs of a picture said in Russian, for whoever cannot see it.

The samples in accounts/voice/ are our own: scripts/voice.py makes them with eSpeak NG, so the portal needs no
program to speak. A letter comes with a word that begins with it: «пэ» and «тэ» alone sound alike.
"""

import io
import random
import wave
from functools import cache
from itertools import repeat
from pathlib import Path

from django.utils.crypto import salted_hmac

VOICE = Path(__file__).parent / "voice"
# Samples per second, a byte each.
RATE = 11_025
SILENCE = 128
# Of 128: heard, but no hindrance.
NOISE = 8


def wav(*, key: str, text: str) -> bytes:
    """The sound of a picture: its pace and its noise are its own, and the same however often it is asked for, so that
    many recordings of one picture cannot be laid over one another.
    """
    chance = random.Random(salted_hmac("accounts.captcha_sound", key, algorithm="sha256").digest())  # noqa: S311
    said = bytearray(_pause(chance))
    for sign in text:
        said += _at_pace(_sample(sign), chance.uniform(0.92, 1.08)) + _pause(chance)
    noise = chance.randbytes(len(said))
    return _file(
        bytes(min(255, max(0, one + other % (2 * NOISE) - NOISE)) for one, other in zip(said, noise, strict=True))
    )


def _pause(chance: random.Random) -> bytes:
    return bytes(repeat(SILENCE, int(RATE * chance.uniform(0.4, 0.8))))


def _at_pace(sample: bytes, pace: float) -> bytes:
    return bytes(sample[int(place * pace)] for place in range(int(len(sample) / pace)))


@cache
def _sample(sign: str) -> bytes:
    with wave.open(str(VOICE / f"{sign}.wav")) as file:
        frames: bytes = file.readframes(file.getnframes())
    return frames


def _file(frames: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(frames)
    return file.getvalue()
