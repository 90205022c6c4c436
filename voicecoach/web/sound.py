"""A part of a clip, as a browser asks for it when somebody moves about in the sound."""

from __future__ import annotations

import re


def part_of(content: bytes, asked: str | None) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and bytes of the answer to the header `Range` (None: all of it is wanted).

    One range is answered; several, or what is none, by the whole, as the rules of HTTP allow.

    >>> part_of(b"abcdef", "bytes=2-3")
    (206, {'accept-ranges': 'bytes', 'content-range': 'bytes 2-3/6'}, b'cd')
    >>> part_of(b"abcdef", "bytes=-2")[2], part_of(b"abcdef", "bytes=6-")[0]
    (b'ef', 416)
    """
    headers = {"accept-ranges": "bytes"}
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", (asked or "").strip())
    if found is None or not (found[1] or found[2]):
        return 200, headers, content
    size = len(content)
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    else:  # the last so many bytes
        first, last = max(0, size - int(found[2])), size - 1
    if first > last:
        return 416, {**headers, "content-range": f"bytes */{size}"}, b""
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    return 206, headers, content[first : last + 1]
