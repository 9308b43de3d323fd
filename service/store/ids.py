"""Row ids: 32 hexadecimal digits, the first 12 the time, the others random.

Ids made one after the other sort in that order, which keeps the newest rows on the same few
index pages; 80 random bits make them impossible to guess, and `visible_to` never relies on that.
"""

import secrets
import time
from typing import Final

PATTERN: Final = "^[0-9a-f]{32}$"


def new_id() -> str:
    """A fresh id.

    >>> len(new_id())
    32
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
