"""Folded variants unfold to exactly what they were."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.deck.folding import Folder, unfolded

TEXTS = st.text(st.sampled_from("0123456789.,<>/ab -"), max_size=30)


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_texts_come_back(texts: list[str]) -> None:
    """Any texts, alike or not, come back as they were."""
    folder = Folder()
    folded = folder.fold(texts)
    back = [unfolded(folded, folder.columns, variant) for variant in range(len(texts))]
    assert texts == back


@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS, TEXTS), min_size=1, max_size=5))
def test_shapes_come_back(rows: list[tuple[str, str | None, str]]) -> None:
    """Mappings and lists of texts, some of them missing, come back as they were."""
    values: list[Any] = [
        {"a": one, "b": [two, {"c": three, "d": True}]} for one, two, three in rows
    ]
    folder = Folder()
    folded = folder.fold(values)
    back = [unfolded(folded, folder.columns, variant) for variant in range(len(values))]
    assert values == back


def test_equal_columns_are_kept_once() -> None:
    """A number that stands in many places is one column."""
    folder = Folder()
    folder.fold([{"a": f"{n}×{n}", "b": f"kernel {n}"} for n in (3, 5, 7)])
    assert [("3", "5", "7")] == folder.columns


def test_many_variants_take_little_more_than_one() -> None:
    """Forty variants of a long text take less than twice the text and their numbers."""
    texts = [f"<p>{'words ' * 300}{n}</p>" for n in range(40)]
    folder = Folder()
    assert len(str(folder.fold(texts))) < 1.1 * len(texts[0])
