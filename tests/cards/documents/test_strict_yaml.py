"""Strict YAML: what stands there is what is read, and whatever misleads is refused."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.documents.strict_yaml import MAX_BYTES, MAX_DEPTH, read_documents, written
from cards.loading.bank import canonical

SCALARS = [
    # text, value, why
    ("12", 12, "digits are a whole number"),
    ("-3", -3, "a sign"),
    ("+3", 3, "a plus sign"),
    ("1.50", Fraction(3, 2), "a decimal is exact"),
    ("2.0", 2, "a whole number stays whole"),
    ("1e-3", Fraction(1, 1000), "YAML 1.1 reads it as a text"),
    ("1.5e3", 1500, "an exponent"),
    (".5", Fraction(1, 2), "no digit before the point"),
    ("0", 0, "zero"),
    ("0.25", Fraction(1, 4), "a zero before the point"),
    ("no", "no", "YAML 1.1 reads it as False"),
    ("on", "on", "YAML 1.1 reads it as True"),
    ("true", True, "true is true"),
    ("False", False, "YAML 1.2's core schema takes three spellings"),
    ("~", None, "nothing"),
    ("null", None, "nothing, in a word"),
    ("12:30:00", "12:30:00", "YAML 1.1 reads it as 45000"),
    ("16:9", "16:9", "YAML 1.1 reads it as 969"),
    ("1_000", "1_000", "YAML 1.1 reads it as 1000"),
    ("2026-11-24", "2026-11-24", "YAML 1.1 reads it as a date"),
    ("'12'", "12", "quotes make a text"),
    ('"no"', "no", "quotes make a text"),
    ("1.2.3", "1.2.3", "two points are no number"),
    ("=", "=", "YAML 1.1 has a type for it"),
]

REFUSED = [
    ("a: 010", "leading zeros", "eight in YAML 1.1"),
    ("a: -007", "leading zeros", "minus seven in YAML 1.1"),
    ("a: 00.5", "leading zeros", "a second zero"),
    ("a: 0x1F", "write 31", "sixteens"),
    ("a: 0o17", "write 15", "eights"),
    ("a: .nan", "finite", "no number"),
    ("a: -.inf", "finite", "no number either"),
    ("a: 1e61", "60 digits", "an exponent beyond bounds"),
    (f"a: {'9' * 61}", "60 digits", "more digits than anybody types"),
    ("a: *b", "the alias *b", "an alias"),
    ("a: &b 1", "&b", "an anchor"),
    ("a: !!float 1", "no tags", "a tag"),
    ("a: ! 1", "no tags", "the tag that says nothing"),
    ("a: 1\na: 2", "'a' again (first in line 1)", "a key twice"),
    ('"a": 1\na: 2', "'a' again", "the same key in quotes"),
    ("<<: {a: 1}", "<<", "a merge key"),
    ("? [1]\n: 2", "a list or mapping", "a list as key"),
    ("? {a: 1}\n: 2", "a list or mapping", "a mapping as key"),
    ("*x : 1", "an alias", "an alias as key"),
    ("true: 1", 'write "true"', "a truth as key"),
    ("null: 1", 'write "null"', "nothing as key"),
    ("a: 'x", "unexpected end", "quotes that don't close"),
    ("a: {b: 1", "flow mapping", "a brace that doesn't close"),
    ("a: 1\n b: 2", "mapping values", "an indentation that fits nowhere"),
    ("a: b: c", "mapping values", "two colons"),
    ("a: \x01", "U+0001", "a control character"),
    ("%YAML 1.1", "expected", "a directive without a document"),
    ("a: \u202eb", "U+202E (right-to-left override)", "a mark that turns the line around"),
    ("a: 1  # \u2066b", "U+2066", "the same in a comment"),
    ("a: b\u200bc", "U+200B (zero width space)", "a blank that doesn't show"),
    ("a: b\x85c", "U+0085", "a line's end to YAML 1.1, and to no editor"),
    ('a: "\\x1f"', "U+001F", "a control character by escape: it parts Anki's fields"),
    ('a: "\\0"', "U+0000", "a zero by escape"),
    ('"a\\u200B": 1', "U+200B", "a key that looks like another"),
    ("a: 1\n...\nb: 2", "text behind its end", "what a reader would drop in silence"),
    ("{a: 1}\nb: 2", "text behind its end", "what stands behind a closing brace"),
    ("{a: 1} b", "text behind its end", "the same on one line"),
]


def _value(text: str) -> object:
    documents, unread = read_documents(f"a: {text}", "a.yaml")
    assert () == unread
    assert () == documents[0].faults
    assert isinstance(documents[0].value, dict)
    return documents[0].value["a"]


@pytest.mark.parametrize(("text", "value", "why"), SCALARS)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object, why: str) -> None:
    """A plain scalar is what YAML 1.2 says it is."""
    found = _value(text)
    assert (value, type(value)) == (found, type(found)), why


@pytest.mark.parametrize(("text", "words", "why"), REFUSED)
def test_what_misleads_is_refused(text: str, words: str, why: str) -> None:
    """Each surprise of YAML is refused, with a sentence that names it and its line."""
    documents, unread = read_documents(text, "a.yaml")
    faults = [*unread, *(fault for document in documents for fault in document.faults)]
    assert faults, why
    assert words in str(faults[0])
    assert str(faults[0]).startswith("a.yaml:")


_SHOWN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Co", "Cs", "Zl", "Zp"])
_TEXTS = st.text(_SHOWN, max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_TEXTS, _JSON, min_size=1, max_size=4))
def test_canonical_json_reads_back(value: dict[str, Any]) -> None:
    """JSON is YAML: a value written as canonical JSON is read as the same value."""
    written_value = canonical(value)
    documents, unread = read_documents(written_value, "a.yaml")
    # Keys of over 128 characters and some rare blanks are YAML's own limits for keys on one line.
    assert () == unread
    assert value == documents[0].value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No file brings the reader down: there are documents, or faults with a place."""
    documents, unread = read_documents(content, "a.yaml")
    for fault in (*unread, *(fault for document in documents for fault in document.faults)):
        assert "a.yaml" == fault.file


@given(st.text("{}[]:,-&*!|>'\"%@`?# \n\tab1.", max_size=60))
def test_any_punctuation_is_read_or_refused(text: str) -> None:
    """No mixture of YAML's own signs brings the reader down, and each fault has a line of it."""
    documents, unread = read_documents(text, "a.yaml")
    lines = text.count("\n") + 1
    for fault in (*unread, *(fault for document in documents for fault in document.faults)):
        assert fault.line is not None
        assert 1 <= fault.line <= lines + 1


def test_a_line_for_every_value() -> None:
    """Each value knows its line in the file, also in later documents and in nested lists."""
    text = "a: 1\n---\n# a comment\nb:\n  - {c: 1,\n     d: 2}\n  - 3\n"
    (_, second), _ = read_documents(text, "a.yaml")
    assert [4, 5, 5, 6, 7] == [
        second.line(path) for path in [("b",), ("b", 0), ("b", 0, "c"), ("b", 0, "d"), ("b", 1)]
    ]


def test_a_place_that_isnt_there_is_its_parents() -> None:
    """A missing field is reported at the line of the mapping that lacks it."""
    (document,), _ = read_documents("\n\na:\n  b: 1\n", "a.yaml")
    assert 4 == document.line(("a", "b", "missing"))


def test_a_syntax_fault_leaves_the_other_documents() -> None:
    """One document that can't be parsed costs no other one."""
    documents, unread = read_documents("a: 1\n---\nb: [\n---\nc: 3\n", "a.yaml")
    assert [{"a": 1}, {"c": 3}] == [document.value for document in documents]
    assert 1 == len(unread)


def test_a_byte_order_mark_is_no_text() -> None:
    """A file that an editor saved with a byte order mark reads like any other."""
    documents, unread = read_documents(b"\xef\xbb\xbfa: 1\n", "a.yaml")
    assert ({"a": 1}, ()) == (documents[0].value, unread)


def test_latin_1_is_named_with_its_line() -> None:
    """A file in another encoding is refused at the line of its first odd byte."""
    _, (fault,) = read_documents("a: 1\nb: café\n".encode("latin-1"), "a.yaml")
    assert (2, "the byte 0xe9") == (fault.line, fault.got)


def test_bounds() -> None:
    """Size, depth and the number of values are bounded, whatever the file holds."""
    cases = {
        "bytes": "a" * (MAX_BYTES + 1),
        "levels": "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2),
        "values": "[" + "1," * 60_000 + "]",
    }
    for words, text in cases.items():
        _, unread = read_documents(text, "a.yaml")
        assert words in str(unread[0])


def test_deep_nesting_is_refused_before_the_stack_ends() -> None:
    """A hundred thousand brackets are refused like seventeen."""
    _, unread = read_documents("[" * 100_000, "a.yaml")
    assert "levels" in str(unread[0])


def test_paths_are_counted_from_one() -> None:
    """People count list items from one."""
    assert "parts[2].ask" == written(("parts", 1, "ask"))
