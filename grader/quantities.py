"""Units, precisions, and how a value is displayed at its precision."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from grader.arithmetic import Number, distance, multiply, round_half_away, whole
from grader.errors import UnknownNameError
from grader.numerals import decimals_needed, grouped, in_decimals, magnitude, numeral, significant
from grader.wording import Text, both


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its symbol, what it measures, how many base units it is, its name."""

    symbol: str
    dimension: str
    factor: Number
    says: Text


_DECIMAL: Final = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def _units() -> list[Unit]:
    units = [
        Unit("", "count", 1, both("")),
        Unit("parameters", "parameters", 1, Text("parameters", "个参数")),
        Unit("multiply_adds", "multiply_adds", 1, Text("multiply-adds", "次乘加")),
        Unit("FLOPs", "operations", 1, Text("floating-point operations", "次浮点运算")),
        Unit("B", "information", 1, Text("bytes", "字节")),
        Unit("bit", "information", Fraction(1, 8), Text("bits", "比特")),
        Unit("px", "length", 1, Text("pixels", "像素")),
        Unit("%", "share", Fraction(1, 100), both("%")),
        Unit("s", "time", 1, Text("s", "秒")),
        Unit("ms", "time", Fraction(1, 1000), Text("ms", "毫秒")),
        Unit("us", "time", Fraction(1, 10**6), Text("µs", "微秒")),
        Unit("min", "time", 60, Text("min", "分钟")),
        Unit("h", "time", 3600, Text("h", "小时")),
        Unit("1/s", "rate", 1, Text("per second", "每秒")),
        Unit("1/min", "rate", Fraction(1, 60), Text("per minute", "每分钟")),
        Unit("1/h", "rate", Fraction(1, 3600), Text("per hour", "每小时")),
    ]
    for prefix, factor in (_DECIMAL | _BINARY).items():
        units.append(Unit(f"{prefix}B", "information", factor, both(f"{prefix}B")))
        units.append(Unit(f"{prefix}bit", "information", Fraction(factor, 8), both(f"{prefix}bit")))
    for prefix, factor in _DECIMAL.items():
        name = both(f"{prefix} MACs")
        units.append(Unit(f"{prefix}MAC", "multiply_adds", factor, name))
        units.append(Unit(f"{prefix}FLOPs", "operations", factor, both(f"{prefix}FLOPs")))
    return units


UNITS: Final[Mapping[str, Unit]] = {unit.symbol: unit for unit in _units()}

# What students write for a unit, in lower case where the case tells nothing.
SPELLINGS: Final[Mapping[str, str]] = {
    **{symbol: symbol for symbol in UNITS if symbol},
    "KB": "kB",
    "byte": "B",
    "bytes": "B",
    "Byte": "B",
    "Bytes": "B",
    "字节": "B",
    **{
        f"{word}{byte}": f"{prefix}B"
        for word, prefix in (("kilo", "k"), ("mega", "M"), ("giga", "G"), ("tera", "T"))
        for byte in ("byte", "bytes")
    },
    "bits": "bit",
    "比特": "bit",
    "位": "bit",
    "parameter": "parameters",
    "params": "parameters",
    "个参数": "parameters",
    "参数": "parameters",
    "MAC": "multiply_adds",
    "MACs": "multiply_adds",
    "multiply-adds": "multiply_adds",
    "次乘加": "multiply_adds",
    "乘加": "multiply_adds",
    **{f"{prefix}MACs": f"{prefix}MAC" for prefix in _DECIMAL},
    "FLOP": "FLOPs",
    "flops": "FLOPs",
    "pixel": "px",
    "pixels": "px",
    "像素": "px",
    "percent": "%",
    "pct": "%",
    "秒": "s",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "毫秒": "ms",
    "µs": "us",
    "微秒": "us",
    "分钟": "min",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "小时": "h",
    "hour": "h",
    "hours": "h",
    "Hz": "1/s",
    **{
        spelling: f"1/{symbol}"
        for symbol, name, spoken in (
            ("s", "second", "秒"),
            ("min", "minute", "分钟"),
            ("h", "hour", "小时"),
        )
        for spelling in (
            *(f"/{symbol}", f"{symbol}^-1", f"per {name}", f"/{name}", f"每{spoken}", f"/{spoken}"),
        )
    },
    "个": "",
}

# The prefixes taken for each other; a question may declare that those of the left count in 1024s.
BINARY_TWINS: Final = {"kB": "KiB", "MB": "MiB", "GB": "GiB", "TB": "TiB"}


def unit_named(symbol: str, *, binary_prefixes: bool = False) -> Unit:
    """The unit of that symbol; UnknownNameError, with the nearest, where there is none.

    `binary_prefixes` is for a question that says that 1 MB is 1024 KB.

    >>> unit_named("MB").factor, unit_named("MB", binary_prefixes=True).factor
    (1000000, 1048576)
    """
    name = SPELLINGS.get(symbol, symbol)
    if binary_prefixes:
        name = BINARY_TWINS.get(name, name)
    try:
        return UNITS[name]
    except KeyError:
        raise UnknownNameError("unit", symbol, [name for name in UNITS if name]) from None


PrecisionKind = Literal["exact", "within", "absolute", "digits", "decimals"]


@dataclass(frozen=True, slots=True)
class Precision:
    """How near an answer must come, and with how many digits the right value is shown.

    exact       equal
    within      at most `amount` times the right value away (a share: 1/100 for 1 %)
    absolute    at most `amount` away
    digits      at most half a unit of the last of `amount` significant digits away
    decimals    at most half a unit of the last of `amount` decimals away

    The last two measure the distance from the exact right value: who rounds it as it is shown is
    always right, and so is who keeps more digits.

    >>> Precision("within", Fraction(1, 100)).accepts(903400, 900000)
    True
    >>> Precision().accepts(903400, 903399)
    False
    >>> right = Fraction("14.72")
    >>> [Precision("decimals", 1).accepts(right, Fraction(at)) for at in ("14.7", "14.77", "14.8")]
    [True, True, False]
    """

    kind: PrecisionKind = "exact"
    amount: Number = 0

    def tolerance(self, right: Number) -> Number:
        """How far from `right` an answer may lie, in the value's own unit."""
        match self.kind:
            case "exact":
                return 0
            case "within":
                return multiply(distance(right, 0), self.amount)
            case "absolute":
                return self.amount
            case "digits":
                if right == 0:
                    return 0
                return Fraction(1, 2) * Fraction(10) ** (magnitude(right) + 1 - int(self.amount))
            case "decimals":
                return Fraction(1, 2) * Fraction(10) ** -int(self.amount)

    def accepts(self, right: Number, answer: Number) -> bool:
        """Whether an answer is near enough to the right value.

        A relative tolerance around zero is met by zero alone.
        """
        if self.kind == "exact":
            return answer == right
        return distance(answer, right) <= self.tolerance(right)

    def display(self, value: Number) -> str:
        """The value as it is shown at this precision, with separators between the thousands.

        >>> Precision().display(903400), Precision("within", Fraction(1, 100)).display(903400)
        ('903,400', '903,400')
        >>> Precision("decimals", 1).display(Fraction(394175, 32768))
        '12.0'
        """
        match self.kind:
            case "exact":
                text = numeral(value)
                return text if "/" in text else grouped(text)
            case "within":
                return _trimmed(significant(value, 2 - magnitude(self.amount)), value)
            case "absolute":
                return grouped(self._decimals(value, max(1 - magnitude(self.amount), 0)))
            case "digits":
                return grouped(significant(value, int(self.amount)))
            case "decimals":
                return grouped(self._decimals(value, int(self.amount)))

    @staticmethod
    def _decimals(value: Number, decimals: int) -> str:
        return in_decimals(round_half_away(value, decimals), decimals)

    def as_dict(self) -> dict[str, str]:
        """The precision as JSON: {} for exact, else the kind and its amount."""
        return {} if self.kind == "exact" else {self.kind: numeral(whole(Fraction(self.amount)))}

    def says(self) -> Text:
        """What an answer needs, as the page prints it beside the box.

        >>> Precision("within", Fraction(1, 100)).says().in_("en")
        '± 1 %'
        """
        match self.kind:
            case "exact":
                return Text("exact", "精确值")
            case "within":
                return both(f"± {numeral(self.amount * 100)} %")
            case "absolute":
                return both(f"± {numeral(self.amount)}")
            case "digits":
                return Text(_counted(self.amount, "significant digit"), f"{self.amount} 位有效数字")
            case "decimals":
                return Text(_counted(self.amount, "decimal"), f"{self.amount} 位小数")


EXACT: Final = Precision()


def _counted(amount: Number, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def _trimmed(text: str, value: Number) -> str:
    """Grouped digits; a value that fewer decimals write exactly is shown with those."""
    decimals = decimals_needed(value)
    if decimals is not None and decimals <= len(text.partition(".")[2]):
        text = in_decimals(value, decimals)
    return grouped(text)
