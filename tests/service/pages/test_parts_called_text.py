"""A part called `text`, `note` or like a field of the form: the page keeps each in its place."""

import re
from pathlib import Path

from service.config import Config
from tests.cards.printing.test_parts_called_text import ASKS, QUESTION
from tests.service.pages.test_pages import begin, send
from tests.service.world.school import open_school


def test_the_page_asks_marks_and_notes_in_place(
    tmp_path: Path, config: Config, migrated: Path
) -> None:
    """Text and asks at first, without the note; each answer is marked at its own part."""
    text = QUESTION.replace("id: title,", "id: csrf-token,")
    with open_school(tmp_path, config, migrated, text) as school:
        client = school.app.test_client()
        page = begin(client, "test/named")
        shown = re.search(r"A field of (\d+) by (\d+)\.", page.text)
        assert shown
        width, height = map(int, shown.groups())
        assert [1, 1, 1] == [page.text.count(ask) for ask in ASKS]
        assert "Half of its edge" not in page.text

        answers = {"text": str(width * height), "note": "1", "csrf-token": str(width + height)}
        send(client, page, **answers)
        school.grade()
        found = client.get(page.request.path).text

        assert 2 == found.count('class="was-right"')
        assert f'value="{width * height}"' in found
