"""What pages are made of: templates without inline code, wordings in both languages, colours."""

import re
import string
from pathlib import Path

import pytest

from cards.figures import DARK, LIGHT, variables
from service.pages.words import WORDS

SERVICE = Path(__file__).parents[3] / "service"
TEMPLATES = sorted((SERVICE / "pages" / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_code(template: Path) -> None:
    """The strict policy allows no inline style or script, so no template has any."""
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|javascript:", text)


def test_every_wording_is_used_and_every_used_one_is_there() -> None:
    """A name that a page says is in the table, and no wording lies about unused."""
    paths = [*TEMPLATES, *(SERVICE / "pages").glob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths if "words" not in path.stem)
    asked = set(re.findall(r"""say(?:_here)?\(\s*["\']([a-z0-9-]+)["\']""", text))
    # Made from a number: say(f"level-{level}").
    numbered = {
        name
        for name in WORDS
        if re.fullmatch(r"(level|rating)-[1-4]|(job|status|told)-[a-z]+|(login|name)-rule", name)
    }
    outcomes = {"right", "wrong", "unreadable", "held"}
    named = {name for name in WORDS if re.search(rf"""["\']{name}["\']""", text)}

    assert set() == asked - set(WORDS)
    assert set() == set(WORDS) - named - numbered - outcomes


def test_both_languages_take_the_same_values() -> None:
    """What is put into a sentence in one language is put into it in the other."""
    fields = {
        name: [
            {field.partition(".")[0] for _, field, _, _ in string.Formatter().parse(text) if field}
            for text in (wording.in_("en"), wording.in_("zh"))
        ]
        for name, wording in WORDS.items()
    }

    assert {} == {name: both for name, both in fields.items() if both[0] != both[1]}


def test_the_style_sheet_colours_figures_as_they_colour_themselves() -> None:
    """Light and dark colours of figures stand in the pages' style sheet as in their palette."""
    style = (SERVICE / "pages" / "static" / "gradeck.css").read_text(encoding="utf-8")

    assert f"{variables(LIGHT)};" in style
    assert f"{variables(DARK)};" in style
