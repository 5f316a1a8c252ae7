"""Makes accounts/voice/*.wav, the signs of «Прослушать код», with eSpeak NG: `scripts/voice.py` where it is installed.

Needed only when captcha.ALPHABET or the words change: the sounds lie in the repository.
"""

import array
import subprocess
import tempfile
import wave
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "accounts" / "voice"
# eSpeak's rate is 22 050; half of it is enough for speech.
RATE, STEP = 11_025, 2
QUIET = 300
WORDS = {
    "a": "а. Анна",
    "c": "цэ. Цезарь",
    "d": "дэ. Дания",
    "e": "е. Европа",
    "f": "эф. Франция",
    "h": "аш. Хельсинки",
    "k": "ка. Казань",
    "m": "эм. Москва",
    "n": "эн. Норвегия",
    "p": "пэ. Париж",
    "r": "эр. Рим",
    "t": "тэ. Токио",
    "w": "дубль вэ. Вашингтон",
    "x": "буква икс",
    "y": "буква игрек",
    "3": "цифра три",
    "4": "цифра четыре",
    "7": "цифра семь",
    "8": "цифра восемь",
}


def spoken(words: str) -> array.array:
    """What eSpeak NG says, 16 bits a sample."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["espeak-ng", "-v", "ru", "-s", "135", "-w", file.name, words], check=True)  # noqa: S603, S607
        with wave.open(file.name) as sound:
            return array.array("h", sound.readframes(sound.getnframes()))


def trimmed(samples: array.array) -> array.array:
    """Without the silence around it."""
    loud = [place for place, value in enumerate(samples) if abs(value) > QUIET]
    return samples[max(0, loud[0] - 200) : loud[-1] + 400]


def as_bytes(samples: array.array) -> bytes:
    """A byte a sample, as loud as can be."""
    halved = [sum(samples[place : place + STEP]) // STEP for place in range(0, len(samples) - 1, STEP)]
    peak = max(map(abs, halved))
    return bytes(min(255, max(0, 128 + round(value * 115 / peak))) for value in halved)


def main() -> None:
    """One file for each sign."""
    for sign, words in WORDS.items():
        with wave.open(str(FOLDER / f"{sign}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(RATE)
            sound.writeframes(as_bytes(trimmed(spoken(words))))


if __name__ == "__main__":
    main()
