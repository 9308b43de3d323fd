"""A student's text: what it is read as, or why it can't be read."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.arithmetic import Number
from grader.reading import Reading, Unreadable, read_answer

READ: list[tuple[str, Number, str]] = [
    ("903400", 903400, "plain digits"),
    ("903,400", 903400, "commas between thousands"),
    ("903 400", 903400, "blanks between thousands"),
    ("903\u202f400", 903400, "narrow no-break spaces between thousands"),
    ("903\u3000400", 903400, "an ideographic space"),
    ("９０３，４００", 903400, "full-width digits and comma"),
    ("2８", 28, "full and half width mixed: never 2 or 0"),
    ("9.034e5", 903400, "an exponent"),
    ("9.034×10^5", 903400, "a power of ten, as on paper"),
    ("9.034·10⁵", 903400, "a raised power of ten"),
    ("10²", 100, "a superscript is a power, not a digit"),
    ("2×10⁻³", Fraction(1, 500), "a raised negative power"),
    ("(3*3*3+1)*100 + 180,200", 183000, "a calculation"),
    ("（3×3×3＋1）×100", 2800, "a calculation in full width"),
    ("ceil(75/2)", 38, "a function of one value"),
    ("−5", -5, "a typographic minus"),
    ("\u200b42\ufeff", 42, "characters that nobody sees"),
    (" 7 ", 7, "blanks around"),
    ("1/3", Fraction(1, 3), "a fraction"),
    ("12,544.5", Fraction(25089, 2), "thousands and decimals"),
    ("12\t500", 12500, "a tabulator between thousands"),
    ("10¹²", 10**12, "a raised number of two digits"),
    ("10⁻³×2", Fraction(1, 500), "a raised negative power in the middle"),
    ("ceil (7/2)", 4, "a blank before the parenthesis"),
    ("1" * 200, int("1" * 200), "as long as a text may be"),
    ("2^2047", 2**2047, "as large as a value may be"),
    ("2800 parameters", 2800, "a plain number may say what it counts"),
    ("2.8 kMAC", 2800, "in thousands too"),
    ("5 px", 5, "or pixels"),
]

UNREAD: list[tuple[str, int, str, str]] = [
    ("", -1, "Nothing is written", "empty"),
    ("   ", -1, "Nothing is written", "blank"),
    ("1,5", 1, "write 1.5 or 15", "a decimal comma could be either"),
    ("1,00", 1, "write 1.00 or 100", "so could this"),
    ("1,234,56", 1, "write 123456", "a misplaced comma"),
    ("1.234,5", 5, "A comma separates thousands", "a continental number"),
    ("NaN", -1, "not numbers", "no number"),
    ("-inf", -1, "not numbers", "no number either"),
    ("1e999", 0, "exponent beyond", "too large"),
    ("0x10", 0, "Only decimal digits", "hexadecimal"),
    ("1_000", 1, "underscore", "an underscore"),
    ("٣", 0, "means nothing here", "a digit of another script"),
    ("abc", 0, "'abc' can't be read", "a word"),
    ("5 kg", 2, "'kg' can't be read", "no unit that is known"),
    ("12 MB", 3, "A plain number is asked for", "a unit where none is asked"),
    ("10² MB", 4, "A plain number is asked for", "the place is one of the raw text"),
    ("3 4", 2, "an operator is missing", "two numbers"),
    ("2(3)", 1, "an operator is missing", "no sign between"),
    ("1/0", -1, "division by zero", "no value"),
    ("(((9**64)**64)**64)**64", -1, "too large", "runs for seconds elsewhere"),
    ("1" * 201, 200, "longer than 200", "too long"),
    ("²", 0, "is missing before", "a power of nothing"),
    ("ceil 3", 0, "'ceil' can't be read", "a function that isn't called"),
    ("kg(3)", 0, "'kg' can't be read", "a call of no function"),
    ("1e5+abc", 4, "'abc' can't be read", "the place behind an exponent"),
    ("5 xMB", 2, "'xMB' can't be read", "a unit's name inside a word"),
]


# What is told, in both languages: text, unit, whether per cent is allowed, place, sentences.
TOLD: list[tuple[str, str, bool, int, str, str]] = [
    ("", "", False, -1, "Nothing is written here yet.", "这里还没有填写。"),
    (
        "NaN",
        "",
        False,
        -1,
        "NaN and infinity are not numbers here: write digits.",
        "这里不能写 NaN 或无穷：请写数字。",
    ),
    (
        "0x10",
        "",
        False,
        0,
        "Only decimal digits are read here: no 0x10.",
        "这里只读十进制数字：不能写 0x10。",
    ),
    (
        "1_0_0",
        "",
        False,
        1,
        "An underscore means nothing here: write 1,000 or 1000.",
        "下划线在这里没有意义：请写 1,000 或 1000。",
    ),
    (
        "1 == 2",
        "",
        False,
        2,
        "An answer is one number, and '==' compares two: write one side only.",
        "答案只写一个数，“==”是在比较两个数：请只写一边。",
    ),
    (
        "7//2//1",
        "",
        False,
        1,
        "'//' has no meaning in an answer: write floor(7/2) for 7/2 rounded down.",
        "答案里不能用“//”：要把 7/2 向下取整，请写 floor(7/2)。",
    ),
    (
        "5%+5%+6%",
        "",
        True,
        1,
        "'%' is per cent here, written once, at the end: write 56% or (100-44)%.",
        "这里的“%”表示百分之几，只在末尾写一次：请写 56% 或 (100-44)%。",
    ),
    (
        "5%+1",
        "",
        False,
        1,
        "A plain number is asked for here: leave out '%'.",
        "这里要填纯数字：请去掉“%”。",
    ),
    *(
        (
            raw,
            "",
            True,
            place,
            "'%' could belong to the last number or to the sum: write (100-44)% or 1-0.44.",
            "“%”可能只属于最后一个数，也可能属于整个算式：请写 (100-44)% 或 1-0.44。",
        )
        for raw, place in [
            ("100-44%", 3),
            (" 100 - 44 %", 5),
            ("1+2-3%", 3),
            ("(100)-44%", 5),
            ("1e3-2%", 3),
        ]
    ),
    (
        "12 s",
        "MiB",
        False,
        3,
        "MiB is asked for here, and 's' measures something else.",
        "这里的单位是 MiB，“s”不是同一种量。",
    ),
    (
        "5 parameters",
        "MiB",
        False,
        2,
        "MiB is asked for here, and 'parameters' measures something else.",
        "这里的单位是 MiB，“parameters”不是同一种量。",
    ),
    (
        "3 + MB",
        "MiB",
        False,
        4,
        "'MB' can't be read as part of a number.",
        "“MB”不能作为数字的一部分来读取。",
    ),
    (
        "0,5",
        "",
        False,
        1,
        "A comma separates thousands here: write 0.5 or 5.",
        "这里的逗号只用作千位分隔符：请写 0.5 或 5。",
    ),
    (
        "0,0",
        "",
        False,
        1,
        "A comma separates thousands here: write 0.0 or 0.",
        "这里的逗号只用作千位分隔符：请写 0.0 或 0。",
    ),
    (
        "1 234,5",
        "",
        False,
        5,
        "A comma separates thousands here: write 1234.5 or 12345.",
        "这里的逗号只用作千位分隔符：请写 1234.5 或 12345。",
    ),
    *(
        (
            raw,
            "",
            False,
            place,
            "A comma separates thousands here, and nothing else.",
            "这里的逗号只用作千位分隔符。",
        )
        for raw, place in [("5,", 1), (",5", 0), ("(1),(2)", 3)]
    ),
    (
        "*5",
        "",
        False,
        0,
        "This can't be read: a number, a name or '(' is missing before '*'.",
        "无法读取：问题出在第 1 个字符附近。",
    ),
    (
        "1/0",
        "",
        False,
        -1,
        "This has no value that can be used: division by zero.",
        "算式没有可用的值：除数为零。",
    ),
    (
        "9^9^9",
        "",
        False,
        -1,
        "This has no value that can be used: the value is too large: over 4096 bits.",
        "算式没有可用的值：数值过大或超出范围。",
    ),
    (
        "2^2048",
        "",
        False,
        -1,
        "This has no value that can be used: it has too many digits; round it.",
        "算式没有可用的值：数值过大或超出范围。",
    ),
]


@pytest.mark.parametrize(("raw", "unit", "percent", "place", "en", "zh"), TOLD)
def test_what_cannot_be_read_is_told_in_both_languages(
    raw: str, unit: str, percent: bool, place: int, en: str, zh: str
) -> None:
    """The student reads what is the matter, where, and what to write."""
    reading = read_answer(raw, unit=unit, percent=percent)

    assert isinstance(reading, Unreadable)
    assert (place, en, zh) == (reading.offset, reading.reason.in_("en"), reading.reason.in_("zh"))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("(100-44)%", Fraction(56, 100)),
        ("((1-0.5)-0.1)*100%", Fraction(40, 100)),
        ("-44%", Fraction(-44, 100)),
        ("2 * -3%", Fraction(-6, 100)),
        ("1e-1%", Fraction(1, 1000)),
        ("3*(4+5)%", Fraction(27, 100)),
    ],
)
def test_per_cent_of_one_term_is_read(raw: str, value: Fraction) -> None:
    """A sign, an exponent and what stands in parentheses leave one term."""
    reading = read_answer(raw, percent=True)

    assert isinstance(reading, Reading)
    assert value == reading.value


@pytest.mark.parametrize(("raw", "value", "why"), READ)
def test_a_text_is_read(raw: str, value: Number, why: str) -> None:
    """Each way of writing a number is read as that number, exactly."""
    reading = read_answer(raw)

    assert isinstance(reading, Reading), why
    assert value == reading.value, why


@pytest.mark.parametrize(("raw", "place", "reason", "why"), UNREAD)
def test_a_text_is_unreadable_and_says_where(raw: str, place: int, reason: str, why: str) -> None:
    """What isn't a number for certain is unreadable, with a sentence and the place."""
    start = time.process_time()
    reading = read_answer(raw)

    assert isinstance(reading, Unreadable), why
    assert reason in reading.reason.in_("en"), why
    assert reading.reason.in_("zh"), why
    assert place == reading.offset, why
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("12.0", "MiB", 12),
        ("12.0 MiB", "MiB", 12),
        ("12582912 B", "MiB", 12),
        ("12582912 bytes", "MiB", 12),
        ("12.582912 MB", "MiB", 12),
        ("100663296 bit", "MiB", 12),
        ("１２ＭｉＢ", "MiB", 12),
        ("2,800 parameters", "parameters", 2800),
        ("2.8 kMAC", "multiply_adds", 2800),
        ("56%", "%", 56),
        ("30 s", "ms", 30000),
        ("2800 个参数", "parameters", 2800),
        ("2800 个", "parameters", 2800),
        ("12 MiB  ", "MiB", 12),
        ("51/s", "1/s", 51),
        ("5 1/s", "1/s", 5),
    ],
)
def test_a_unit_is_converted_exactly(raw: str, unit: str, value: Number) -> None:
    """A number with a unit is taken in the unit that is asked for."""
    reading = read_answer(raw, unit=unit)

    assert isinstance(reading, Reading)
    assert value == reading.value


def test_a_unit_of_another_kind_is_unreadable() -> None:
    """Seconds where bytes are asked are told, not marked."""
    reading = read_answer("12 s", unit="MiB")

    assert isinstance(reading, Unreadable)
    assert "'s' measures something else" in reading.reason.in_("en")


def test_a_question_may_count_its_prefixes_in_1024s() -> None:
    """MB is 10^6 bytes, and 2^20 only where the question says so."""
    plain = read_answer("1 MB", unit="B")
    taught = read_answer("1 MB", unit="B", binary_prefixes=True)

    assert isinstance(plain, Reading)
    assert isinstance(taught, Reading)
    assert (plain.value, taught.value) == (10**6, 2**20)
    asked = read_answer("1 MiB", unit="MB", binary_prefixes=True)
    assert isinstance(asked, Reading)
    assert asked.value == 1


def test_a_percentage_is_read_only_where_it_is_allowed() -> None:
    """56% is 0.56 where the question allows it, and unreadable elsewhere."""
    allowed = read_answer("56%", percent=True)

    assert isinstance(allowed, Reading)
    assert Fraction(56, 100) == allowed.value
    assert isinstance(read_answer("56%"), Unreadable)


def test_the_echo_shows_the_number_and_its_unit() -> None:
    """The page can say what it read, in the student's own unit, exact or about."""
    raws = ("12.6 MB", "903400", "1/3*100000000.1")
    echoes = [*(read_answer(raw, unit="MiB") for raw in raws), read_answer("5 个")]

    assert [(echo.text, echo.unit) for echo in echoes if isinstance(echo, Reading)] == [
        ("12.6 MB", "MB"),
        ("903,400", ""),
        ("≈ 33,333,300", ""),
        ("5", ""),
    ]


@given(st.text(max_size=30))
def test_any_text_is_read_or_unreadable(raw: str) -> None:
    """No text raises."""
    assert isinstance(read_answer(raw, unit="MiB"), Reading | Unreadable)


@given(st.text(alphabet="0123456789.,e+-*/^() ²³⁻×MB%", max_size=20))
def test_any_near_number_is_read_or_unreadable(raw: str) -> None:
    """No text made of a number's own characters raises, or reads as anything but a number."""
    reading = read_answer(raw, unit="MiB")

    if isinstance(reading, Reading):
        assert isinstance(reading.value, int | Fraction)
    else:
        assert reading.reason.in_("en")
        assert -1 <= reading.offset <= len(raw)


@given(st.integers(-(10**9), 10**9))
def test_every_spelling_of_a_whole_number_is_the_number(value: int) -> None:
    """Plain, grouped, full-width, with a typographic minus: one number."""
    wide = str(value).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    spellings = [str(value), f"{value:,}", f"{value:,}".replace(",", " "), wide]
    spellings += [str(value).replace("-", "−"), f"{value}.0", f"{value} ", f"({value})"]

    readings = [read_answer(spelling) for spelling in spellings]

    assert [value] * len(spellings) == [r.value for r in readings if isinstance(r, Reading)]
