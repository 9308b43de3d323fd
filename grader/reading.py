"""A student's text read as an exact number with a unit, or why and where it can't be read.

Unreadable is not wrong. Nothing is guessed: `1,5` could be 1.5 or 15, so it is neither.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grader.arithmetic import Number, bits, divide, multiply
from grader.errors import FormulaError
from grader.formula import read
from grader.numerals import shown
from grader.quantities import SPELLINGS, Unit, unit_named
from grader.spelling import in_plain_characters
from grader.wording import Text

MAX_LENGTH: Final = 200
# What is read is weighed: taken from a right value, converted, put into a worksheet. Half of
# what a value may have leaves the room for that.
MAX_BITS: Final = 2048

_NUMERAL = re.compile(r"(?<![\w.])[0-9][0-9, ]*(?![\w])|(?<![\w.])[0-9][0-9, ]*(?=[eE.])")
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_BLANKS = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+")
_HEXADECIMAL = re.compile(r"0[xXbBoO][0-9A-Fa-f]")
_NOT_A_NUMBER = re.compile(r"\s*[-+]?\s*(nan|inf|infinity|∞)\s*$", re.IGNORECASE)
_FUNCTIONS: Final = frozenset({"ceil", "floor", "round", "sqrt", "log2", "abs"})
_WORD = re.compile(r"[^\W\d_]+[^\W_]*")
_EXPONENT = re.compile(r"(?<=[0-9.])[eE][+-]?[0-9]+")
_COMPARISON = re.compile(r"[<>=!]=|[<>=≤≥≠]")
# What is counted one by one: "5 个" says how many, and never how many bytes or seconds.
_COUNTED: Final = frozenset({"count", "parameters", "multiply_adds", "operations", "length"})
_UNITS: Final = sorted(SPELLINGS, key=len, reverse=True)


_PERCENT_ONCE: Final = Text(
    "'%' is per cent here, written once, at the end: write 56% or (100-44)%.",
    "这里的“%”表示百分之几，只在末尾写一次：请写 56% 或 (100-44)%。",
)
_PERCENT_OF_WHAT: Final = Text(
    "'%' could belong to the last number or to the sum: write (100-44)% or 1-0.44.",
    "“%”可能只属于最后一个数，也可能属于整个算式：请写 (100-44)% 或 1-0.44。",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The number that a text was read as, in the unit asked for; `unit` is the one typed.

    `text` is what the page echoes: it says nothing about whether the number is right.
    """

    value: Number
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text can't be read, and at which of its characters (from 0; -1: the whole)."""

    reason: Text
    offset: int = -1


@dataclass(frozen=True, slots=True)
class _Asked:
    unit: Unit
    percent: bool
    binary_prefixes: bool


def read_answer(
    raw: str, *, unit: str = "", percent: bool = False, binary_prefixes: bool = False
) -> Reading | Unreadable:
    """The number that a student's text writes, in `unit`; or Unreadable, with the reason.

    `percent` allows `56%` where a plain number is asked. `binary_prefixes` is for a
    question that says that 1 MB is 1024 KB.

    >>> read_answer("(3*3*3+1)×100 + １８０，２００").text
    '183,000'
    >>> read_answer("12.6 MB", unit="MiB").text
    '12.6 MB'
    >>> read_answer("1,5").reason.in_("en")
    'A comma separates thousands here: write 1.5 or 15.'
    """
    try:
        named = unit_named(unit, binary_prefixes=binary_prefixes)
        return _read(raw, _Asked(named, percent, binary_prefixes))
    except _CannotReadError as fault:
        return Unreadable(fault.reason, fault.offset)


class _CannotReadError(Exception):
    def __init__(self, reason: Text, offset: int = -1) -> None:
        super().__init__(reason.in_("en"))
        self.reason = reason
        self.offset = offset


def _read(raw: str, asked: _Asked) -> Reading:
    if len(raw) > MAX_LENGTH:
        raise _CannotReadError(
            Text(
                f"This is longer than {MAX_LENGTH} characters: give the result, or a shorter sum.",
                f"超过了 {MAX_LENGTH} 个字符：请只写结果或较短的算式。",
            ),
            MAX_LENGTH,
        )
    text, offsets = in_plain_characters(raw)
    if not text.strip():
        raise _CannotReadError(Text("Nothing is written here yet.", "这里还没有填写。"))
    body, typed = _split_unit(text, offsets, asked)
    _refuse_what_is_no_number(body, offsets)
    _refuse_what_is_no_sum(body, offsets, typed, asked)
    expression, offsets = _ungrouped(body, offsets)
    try:
        value = read(_with_powers(expression)).value({})
        if typed is not None:
            value = divide(multiply(value, typed.factor), asked.unit.factor)
    except FormulaError as fault:
        offset = offsets[min(fault.offset, len(offsets) - 1)] if fault.offset >= 0 else -1
        raise _CannotReadError(_sentence(fault, offset), offset) from None
    if bits(value) > MAX_BITS:
        raise _CannotReadError(
            Text(
                "This has no value that can be used: it has too many digits; round it.",
                "算式没有可用的值：数值过大或超出范围。",
            )
        )
    return Reading(value, typed.symbol if typed else "", _echo(body, typed, value))


def _split_unit(text: str, offsets: Sequence[int], asked: _Asked) -> tuple[str, Unit | None]:
    """The text without the unit at its end, and that unit; refused where it doesn't fit."""
    stripped = text.rstrip()
    if stripped[-1:].isdigit() and not stripped.endswith("^-1"):
        return text, None
    for spelling in _UNITS:
        if stripped.endswith(spelling):
            body = stripped[: -len(spelling)]
            if _ends_a_number(body, spelling):
                typed = unit_named(spelling, binary_prefixes=asked.binary_prefixes)
                if not _fits(typed, asked):
                    raise _CannotReadError(_misfit(spelling, asked.unit), offsets[len(body)])
                return body, typed
    return text, None


def _ends_a_number(body: str, spelling: str) -> bool:
    """Whether a unit may follow: the 1 of 1/s never is the last digit of 51/s."""
    if not body.strip() or body[-1].isalpha() or body.rstrip()[-1] in "+-*/^(,":
        return False
    return body[-1].isspace() or not spelling[0].isdigit()


def _fits(typed: Unit, asked: _Asked) -> bool:
    unit = asked.unit
    if typed.symbol == "%" and unit.dimension == "count":
        return asked.percent
    if typed.dimension == "count":
        return unit.dimension in _COUNTED
    counts = unit.symbol == "" and typed.dimension in {"parameters", "multiply_adds", "length"}
    return counts or typed.dimension == unit.dimension


def _misfit(spelling: str, asked: Unit) -> Text:
    if not asked.symbol:
        return Text(
            f"A plain number is asked for here: leave out {spelling!r}.",
            f"这里要填纯数字：请去掉“{spelling}”。",
        )
    return Text(
        f"{asked.symbol} is asked for here, and {spelling!r} measures something else.",
        f"这里的单位是 {asked.symbol}，“{spelling}”不是同一种量。",
    )


def _refuse_what_is_no_number(text: str, offsets: Sequence[int]) -> None:
    if _NOT_A_NUMBER.match(text):
        raise _CannotReadError(
            Text(
                "NaN and infinity are not numbers here: write digits.",
                "这里不能写 NaN 或无穷：请写数字。",
            )
        )
    if found := _HEXADECIMAL.search(text):
        raise _CannotReadError(
            Text(
                "Only decimal digits are read here: no 0x10.", "这里只读十进制数字：不能写 0x10。"
            ),
            offsets[found.start()],
        )
    if "_" in text:
        raise _CannotReadError(
            Text(
                "An underscore means nothing here: write 1,000 or 1000.",
                "下划线在这里没有意义：请写 1,000 或 1000。",
            ),
            offsets[text.index("_")],
        )
    blanked = _EXPONENT.sub(lambda found: "0" * len(found[0]), text)
    for word in _WORD.finditer(blanked):
        called = word[0] in _FUNCTIONS and blanked[word.end() :].lstrip().startswith("(")
        if not called:
            raise _CannotReadError(
                Text(
                    f"{word[0]!r} can't be read as part of a number.",
                    f"“{word[0]}”不能作为数字的一部分来读取。",
                ),
                offsets[word.start()],
            )


def _refuse_what_is_no_sum(
    text: str, offsets: Sequence[int], typed: Unit | None, asked: _Asked
) -> None:
    """Refuse the signs that a formula has and an answer hasn't; % is per cent here, at the end."""
    if found := _COMPARISON.search(text):
        raise _CannotReadError(
            Text(
                f"An answer is one number, and {found[0]!r} compares two: write one side only.",
                f"答案只写一个数，“{found[0]}”是在比较两个数：请只写一边。",
            ),
            offsets[found.start()],
        )
    if "//" in text:
        raise _CannotReadError(
            Text(
                "'//' has no meaning in an answer: write floor(7/2) for 7/2 rounded down.",
                "答案里不能用“//”：要把 7/2 向下取整，请写 floor(7/2)。",
            ),
            offsets[text.index("//")],
        )
    percent = unit_named("%")
    if "%" in text:
        offset = offsets[text.index("%")]
        if not _fits(percent, asked):
            raise _CannotReadError(_misfit("%", asked.unit), offset)
        raise _CannotReadError(_PERCENT_ONCE, offset)
    if typed == percent and (offset := _last_sign_of_a_sum(text)) >= 0:
        raise _CannotReadError(_PERCENT_OF_WHAT, offsets[offset])


def _last_sign_of_a_sum(text: str) -> int:
    """Where two terms are added outside of all parentheses; -1 where there is one term."""
    blanked = _EXPONENT.sub(lambda found: "0" * len(found[0]), text)
    depth, last, before = 0, -1, ""
    for offset, character in enumerate(blanked):
        depth += (character == "(") - (character == ")")
        if character in "+-" and not depth and before and before not in "+-*/^(":
            last = offset
        if not character.isspace():
            before = character
    return last


def _ungrouped(text: str, offsets: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The text without the separators of thousands; refused where they separate no thousands."""
    if "," not in text and " " not in text:
        return text, offsets or [0]
    kept: list[int] = []
    last = 0
    for found in _NUMERAL.finditer(text):
        group = found[0].rstrip()
        kept.extend(range(last, found.start()))
        last = found.end()
        if "," in group and not _COMMAS.fullmatch(group):
            offset = offsets[found.start() + group.index(",")]
            raise _CannotReadError(_comma(group.replace(" ", "")), offset)
        separated = "," in group or _BLANKS.fullmatch(group)
        numeral = range(found.start(), found.end())
        kept.extend(offset for offset in numeral if not (separated and text[offset] in ", "))
    kept.extend(range(last, len(text)))
    if stray := [offset for offset in kept if text[offset] == ","]:
        raise _CannotReadError(_comma(""), offsets[stray[0]])
    return "".join(text[offset] for offset in kept), [offsets[offset] for offset in kept] or [0]


def _comma(group: str) -> Text:
    """What to write in place of digits that a comma separates, but not into thousands."""
    if group.endswith(","):
        group = ""
    ways = [group.replace(",", "").lstrip("0") or "0"] if group else []
    if group.count(",") == 1:
        ways.insert(0, group.replace(",", "."))
    if not ways:
        return Text(
            "A comma separates thousands here, and nothing else.",
            "这里的逗号只用作千位分隔符。",
        )
    return Text(
        f"A comma separates thousands here: write {' or '.join(ways)}.",
        f"这里的逗号只用作千位分隔符：请写 {' 或 '.join(ways)}。",
    )


def _with_powers(text: str) -> str:
    return text.replace("^", "**")


def _sentence(fault: FormulaError, offset: int) -> Text:
    if offset < 0:
        zero = "zero" in fault.reason
        return Text(
            f"This has no value that can be used: {fault.reason}.",
            "算式没有可用的值：除数为零。" if zero else "算式没有可用的值：数值过大或超出范围。",
        )
    return Text(
        f"This can't be read: {fault.reason}.", f"无法读取：问题出在第 {offset + 1} 个字符附近。"
    )


def _echo(body: str, typed: Unit | None, value: Number) -> str:
    """The number as read, in the unit typed: without its own unit the value as it is."""
    if typed is None:
        text, exact = shown(value)
    else:
        text, exact = shown(read(_with_powers(_ungrouped(body, range(len(body)))[0])).value({}))
    sign = "" if exact else "≈ "
    return f"{sign}{text} {typed.symbol}".rstrip() if typed else f"{sign}{text}"
