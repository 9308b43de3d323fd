"""Key points: right where an accepted wording is found, wrong only where a rejected one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.marking.key_points import MAX_LENGTH, KeyPoint, mark_key_point

BATCH = KeyPoint("batch", ("smaller mini-batch", "减小批量", "no larger batch"), points=2)
DEPTH = KeyPoint(
    "deeper",
    ("deeper", "更深"),
    reject=("less deep", "LeNet is deeper", "LeNet 更深", "not deeper"),
)
SHARED = KeyPoint("shared", ("shared", "共享"), reject=("not shared but own",))
BRANCH = KeyPoint("one", ("1×1 convolution",), others=("1×1 convolution then 3×3",))
SIDE = KeyPoint("side", ("wide side",), reject=("wide side of the filter",))

ROWS = [
    (BATCH, "smaller mini-batch", "right", "the wording itself"),
    (BATCH, "A smaller Mini-Batch!", "right", "capitals, an article and a mark"),
    (BATCH, "I would use the smaller mini batch", "right", "words around it, no hyphen"),
    (BATCH, "减小批量", "right", "in Chinese"),
    (BATCH, "可以减小批量。", "right", "in a Chinese sentence"),
    (BATCH, "ｓｍａｌｌｅｒ mini-batch", "right", "full-width letters"),
    (BATCH, "no larger batch", "right", "a denial that belongs to the wording"),
    (BATCH, "not a smaller mini-batch", "held", "a denial"),
    (BATCH, "never use smaller mini-batch", "held", "another denial"),
    (BATCH, "不要减小批量", "held", "a denial in Chinese"),
    (BATCH, "smaller batch", "held", "near, but not recognised"),
    (BATCH, "buy a larger card", "held", "something else"),
    (BATCH, "smaller mini-batches", "held", "another form of a word"),
    (BATCH, "", "unreadable", "nothing"),
    (BATCH, " ... ", "unreadable", "marks alone"),
    (BATCH, "x" * (MAX_LENGTH + 1), "unreadable", "without end"),
    (BATCH, "smaller mini-batch".ljust(MAX_LENGTH), "right", "as long as may be"),
    (BATCH, "I don't want a smaller mini-batch", "held", "a denial with an apostrophe"),
    (BATCH, "I don’t want a smaller mini-batch", "held", "the same with a curly one"),
    (SHARED, "no, weights are shared", "right", "an answer to the cue, not a denial"),
    (SHARED, "不，权重共享", "right", "the same in Chinese"),
    (SHARED, "No weights are shared", "held", "a denial without a comma"),
    (SHARED, "not, they are shared", "held", "a denial that is no answer by itself"),
    (SHARED, "all on the right, shared", "right", "the word is part of the sentence"),
    (SHARED, "piano, shared", "right", "the end of a word"),
    (SHARED, "are they shared? no, one each", "held", "the answer to a question of one's own"),
    (SHARED, "共享？不，各有各的", "held", "the same in Chinese"),
    (SHARED, "no, no, they are shared", "held", "the second one may be a denial"),
    (SHARED, "no", "held", "an answer to a question that nobody asked"),
    (SHARED, "asdf", "held", "noise is for a person: a right answer in other words looks alike"),
    (DEPTH, "It is deeper", "right", "the wording in a sentence"),
    (DEPTH, "less deep, LeNet is deeper", "wrong", "the comparison the other way round"),
    (DEPTH, "LeNet 更深", "wrong", "the same in Chinese"),
    (SIDE, "The wide side", "right", "the wording itself"),
    (SIDE, "the wide side of the filter", "wrong", "a rejected wording that begins like it"),
    (DEPTH, "LeNet is deeper than others, AlexNet deeper still", "held", "both are said"),
    (DEPTH, "AlexNet is not deeper", "wrong", "a denial that the author rejects"),
    (DEPTH, "AlexNet is never less deep", "held", "a rejected wording, denied"),
    (BRANCH, "a 1×1 convolution", "right", "the wording itself"),
    (BRANCH, "a 1×1 convolution, then 3×3", "held", "a longer wording, of another point"),
]


@pytest.mark.parametrize(("key", "raw", "outcome", "why"), ROWS)
def test_key_points(key: KeyPoint, raw: str, outcome: str, why: str) -> None:
    """What is recognised for certain is right or wrong; the rest waits for a person."""
    verdict = mark_key_point(key, raw)
    assert outcome == verdict.outcome, why
    assert (key.points if outcome == "right" else 0) == verdict.points


@pytest.mark.parametrize(
    ("raw", "outcome", "read_as", "sentence"),
    [
        (" It is\n deeper. ", "right", "It is deeper.", "Correct."),
        ("less  deep", "wrong", "less deep", "Not yet."),
        ("more  layers", "held", "more layers", "a person will look at it"),
        (" ", "unreadable", None, "in a few words"),
        ("y" * (MAX_LENGTH + 1), "unreadable", None, f"over {MAX_LENGTH} characters"),
    ],
)
def test_a_verdict_holds_what_was_typed_and_what_was_read(
    raw: str, outcome: str, read_as: str | None, sentence: str
) -> None:
    """The text as it came and in one line, the part that it answers, and a sentence."""
    verdict = mark_key_point(DEPTH, raw)
    assert ("deeper", raw, outcome, read_as) == (
        *(verdict.id, verdict.raw, verdict.outcome, verdict.read_as),
    )
    assert sentence in verdict.feedback.in_("en")


@given(st.text(max_size=60))
def test_no_text_is_wrong(raw: str) -> None:
    """Where no wording is rejected, a machine never calls somebody's words wrong."""
    assert mark_key_point(BATCH, raw).outcome in {"right", "held", "unreadable"}


@given(st.text(max_size=20), st.text(max_size=20))
def test_right_answers_hold_a_wording(before: str, after: str) -> None:
    """Around an accepted wording anything may stand; right or held, it is never unreadable."""
    assert mark_key_point(BATCH, f"{before} smaller mini-batch {after}").outcome != "unreadable"
