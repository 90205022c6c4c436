"""What befalls files: bytes that flip, blocks that are lost, repeated or swapped, ends cut off."""

from __future__ import annotations

import random
from collections.abc import Callable

NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)

STRANGE = (
    *("\0", "\ud800", "\u202e", "😀", "\ufeff", '"', "'", "\\", "{", "}", "[", "]", "=", "\n", "#"),
    *("null", "true", "1e999", "-1", "0x10", "nan", "9" * 400, "[" * 200, '{"a":' * 100, "é" * 50),
    *("2026-01-01", '"""', "''", "../..", "/dev/null", "%s%n", "names", "rounds", "message"),
)


def of(content: bytes, dice: random.Random, page: int) -> bytes:
    """The bytes after something befell them; `page` is the size of the blocks that a disk loses."""
    damaged = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        if damaged:
            dice.choice(_WAYS)(damaged, dice, page)
    return bytes(damaged)


def _flip(damaged: bytearray, dice: random.Random, _page: int) -> None:
    for _ in range(dice.choice((1, 1, 8, 64))):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)


def _overwrite(damaged: bytearray, dice: random.Random, _page: int) -> None:
    start, length = dice.randrange(len(damaged)), dice.choice((1, 4, 16, 200, 5000))
    length = min(length, len(damaged) - start)
    damaged[start : start + length] = dice.choice((bytes(length), dice.randbytes(length)))


def _number(damaged: bytearray, dice: random.Random, page: int) -> None:
    """A number where numbers are: in a page's or the file's beginning."""
    start = dice.randrange(0, len(damaged), page) + dice.choice((0, 0, 100)) + dice.randrange(60)
    size = dice.choice((1, 2, 4))
    value = dice.choice((*NUMBERS, dice.randrange(64))) & ((1 << 8 * size) - 1)
    damaged[start : start + size] = value.to_bytes(size, "big")[: max(0, len(damaged) - start)]


def _beginning(damaged: bytearray, dice: random.Random, _page: int) -> None:
    start = dice.randrange(min(100, len(damaged)))
    damaged[start] = dice.randrange(256)


def _cut(damaged: bytearray, dice: random.Random, page: int) -> None:
    end = dice.choice((dice.randrange(len(damaged)), dice.randrange(0, len(damaged), page)))
    del damaged[end:]


def _lose(damaged: bytearray, dice: random.Random, page: int) -> None:
    start = dice.randrange(0, len(damaged), page)
    if dice.random() < 0.5:
        del damaged[start : start + page]
    else:
        length = len(damaged[start : start + page])
        damaged[start : start + page] = bytes(length)


def _swap(damaged: bytearray, dice: random.Random, page: int) -> None:
    first, second = (dice.randrange(0, len(damaged), page) for _ in range(2))
    one, other = damaged[first : first + page], damaged[second : second + page]
    if len(one) == len(other):
        damaged[first : first + page], damaged[second : second + page] = other, one


def _repeat(damaged: bytearray, dice: random.Random, page: int) -> None:
    start = dice.randrange(0, len(damaged), page)
    again = damaged[start : start + page]
    at = dice.choice((len(damaged), dice.randrange(0, len(damaged), page)))
    damaged[at:at] = again


def _add(damaged: bytearray, dice: random.Random, _page: int) -> None:
    damaged += dice.randbytes(dice.choice((1, 100, 5000)))


def _all(damaged: bytearray, dice: random.Random, _page: int) -> None:
    """Something else altogether."""
    length = dice.choice((0, 1, 15, 16, 100, 5000))
    damaged[:] = dice.choice((bytes(length), dice.randbytes(length), b"dear diary, " * 40))


_WAYS: tuple[Callable[[bytearray, random.Random, int], None], ...] = (
    *(_flip, _flip, _overwrite, _overwrite, _number, _number, _number, _beginning),
    *(_cut, _lose, _swap, _repeat, _add),
    _all,
)


def of_text(text: str, dice: random.Random) -> bytes:
    """The bytes of a text after somebody, or something, changed it."""
    if dice.random() < 0.15:
        return of(text.encode(), dice, page=16)
    for _ in range(dice.choice((1, 1, 2, 4))):
        start = dice.randrange(len(text) + 1)
        length = dice.choice((0, 0, 1, 3, 20))
        more = dice.choice((dice.choice(STRANGE), "", text[start : start + 30]))
        text = text[:start] + more + text[start + length :]
    return text.encode("utf-8", dice.choice(("surrogatepass", "replace")))
