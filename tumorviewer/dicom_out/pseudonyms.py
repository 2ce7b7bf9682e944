"""Names that stand for patients, objects and dates: the same for the same secret, and not to be guessed without it."""

import hashlib
import hmac
from base64 import b32encode
from typing import Final

_LONGEST_SHIFT: Final = 3650
"""Days; ten years hide which year it was, and keep nobody from being born after the scan."""


class Pseudonyms:
    """Derives everything from one secret with HMAC-SHA-256 (RFC 2104): nothing has to be remembered.

    Parameters
    ----------
    secret : str
        Of the user; whoever knows it can find out who a code stands for by trying.
    """

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def uid(self, original: str) -> str:
        """Return the UID that stands for another one: a UUID below 2.25 (PS3.5 B.2), at most 44 characters."""
        number = int.from_bytes(self._digest("uid", original)[:16])
        # Version 8 and variant 1 (RFC 9562 5.8): a UUID whose other bits the maker chooses.
        number = number & ~(0xF << 76) | 0x8 << 76
        number = number & ~(0x3 << 62) | 0x2 << 62
        return f"2.25.{number}"

    def patient(self, key: str) -> str:
        """Return a patient's code: ``TV-`` and ten letters and digits."""
        return f"TV-{b32encode(self._digest('patient', key)).decode()[:10]}"

    def shift_days(self, key: str) -> int:
        """Return by how many days the dates of one patient go back: at least one."""
        return 1 + int.from_bytes(self._digest("days", key)[:8]) % _LONGEST_SHIFT

    def name(self, kind: str, original: str, length: int = 8) -> str:
        """Return a part of a file name, in hexadecimal capitals."""
        return self._digest(kind, original).hex()[:length].upper()

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}|{text}".encode(), hashlib.sha256)
