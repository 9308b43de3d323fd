"""The table of formats, which the command, the service's job and the reference read.

To add a format, write its file in this folder, with a `Format` whose function makes its files, and
add its row here. Every exam then has its files, the manifest seals them, and `gradeck exam verify`
watches over them. One sentence about it in `docs/reference/commands.md` is asked for by a test.
"""

from collections.abc import Mapping
from typing import Final

from cards.exam.formats.fairness_html import FAIRNESS_HTML
from cards.exam.formats.format import Format
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.formats.papers_pdf import PAPERS_PDF
from cards.exam.formats.sheets_pdf import SHEETS_PDF

FORMATS: Final[Mapping[str, Format]] = {
    each.name: each for each in (PAPERS_JSON, PAPERS_PDF, SHEETS_PDF, FAIRNESS_HTML)
}
