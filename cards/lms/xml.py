"""Building XML: elements with texts, and bytes that are the same every time."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

Element = ET.Element

# What XML 1.0 has no way to write.
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def child(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    """A new element below another one.

    >>> root = Element("question")
    >>> _ = child(root, "answer", "3", fraction="100")
    >>> ET.tostring(root)
    b'<question><answer fraction="100">3</answer></question>'
    """
    element = ET.SubElement(parent, tag, attributes)
    if text:
        element.text = text
    return element


def file_of(root: Element, *, indented: bool = True) -> bytes:
    """The document as a file, one element a line where its texts don't mind."""
    if indented:
        ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def unwritable(root: Element) -> Iterator[tuple[str, str, str]]:
    r"""What is wrong with texts that no XML file can hold: expected, got, and the cure.

    >>> root = Element("text")
    >>> root.text = "a\vb"
    >>> list(unwritable(root))
    [('text that XML can hold', 'U+000B', 'remove that character from the text')]
    """
    texts = (
        text
        for element in root.iter()
        for text in (element.text, element.tail, *element.attrib.values())
        if text
    )
    for sign in sorted({found[0] for text in texts for found in _UNWRITABLE.finditer(text)}):
        yield (
            "text that XML can hold",
            f"U+{ord(sign):04X}",
            "remove that character from the text",
        )
