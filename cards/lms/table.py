"""The table of formats for other systems, which the command, the job and the reference read.

To add one, write its file in `formats/`, with an `LmsFormat`, and add its row here. Its row in
`docs/how-to/export-to-an-lms.md` is asked for by a test.
"""

from collections.abc import Mapping
from typing import Final

from cards.lms.format import LmsFormat
from cards.lms.formats.canvas import CANVAS
from cards.lms.formats.moodle import MOODLE
from cards.lms.formats.qti_package import QTI21, QTI30

FORMATS: Final[Mapping[str, LmsFormat]] = {
    each.name: each for each in (MOODLE, CANVAS, QTI21, QTI30)
}
