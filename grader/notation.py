"""How tightly a sign binds its operands; an operand that binds less stands in parentheses."""

from collections.abc import Mapping
from typing import Final

COMPARES, ADDS, MULTIPLIES, NEGATES, RAISES, ATOM = range(6)

BINDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), COMPARES),
    **dict.fromkeys(("+", "-"), ADDS),
    **dict.fromkeys(("*", "/", "//", "%"), MULTIPLIES),
    "**": RAISES,
}
