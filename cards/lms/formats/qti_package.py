"""A package of QTI: the manifest, the test, the items and their figures, in a zip.

qti21     assessmentItem of 2.1, which most systems read
qti30     qti-assessment-item of 3.0: the same with other names
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from cards.lms.archive import zipped
from cards.lms.choosing import Filled
from cards.lms.format import Layout, LmsFormat
from cards.lms.formats.qti import FIGURES, Dialect, identifier, item_file, test_file
from cards.lms.formats.qti_rules import check_package
from cards.lms.item import LmsItem
from cards.lms.xml import Element, child, file_of


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of QTI: its words, and what its manifest calls things."""

    dialect: Dialect
    manifest: str
    schema: str
    schema_version: str
    item_type: str
    test_type: str


_QTI21: Final = _Version(
    Dialect("http://www.imsglobal.org/xsd/imsqti_v2p1", hyphens=False),
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    "QTIv2.1 Package",
    "1.0.0",
    "imsqti_item_xmlv2p1",
    "imsqti_test_xmlv2p1",
)
_QTI30: Final = _Version(
    Dialect("http://www.imsglobal.org/xsd/imsqtiasi_v3p0", hyphens=True),
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    "QTI Package",
    "3.0.0",
    "imsqti_item_xmlv3p0",
    "imsqti_test_xmlv3p0",
)


def _write(version: _Version, groups: Sequence[Filled], layout: Layout) -> bytes:
    """The package; QuestionError with every fault of it."""
    items: dict[str, LmsItem] = {}
    sections: list[tuple[str, int, list[str]]] = []
    for filled in groups:
        rows = [[*item.apart()] if layout.apart else [item] for item in filled.items]
        for index in range(max(map(len, rows), default=0)):
            column = [row[index] for row in rows if index < len(row)]
            names = [identifier("i", item.id) for item in column]
            items |= dict(zip(names, column, strict=True))
            sections.append((filled.group.path[-1], filled.group.pick, names))
    files = {name: item_file(item, version.dialect) for name, item in items.items()}
    check_package(files, items)
    figures = {name: svg for item in items.values() for name, svg in item.figures.items()}
    test = test_file(layout.name, sections, version.dialect)
    return zipped(
        [
            ("imsmanifest.xml", file_of(_manifest(version, items, figures))),
            ("test.xml", file_of(test)),
            # Blanks between the words of a body are part of it: nothing is indented.
            *((f"items/{name}.xml", file_of(file, indented=False)) for name, file in files.items()),
            *((f"items/{FIGURES}{name}", svg.encode()) for name, svg in figures.items()),
        ]
    )


def _manifest(version: _Version, items: dict[str, LmsItem], figures: dict[str, str]) -> Element:
    root = Element("manifest", identifier="gradeck-package", xmlns=version.manifest)
    metadata = child(root, "metadata")
    child(metadata, "schema", version.schema)
    child(metadata, "schemaversion", version.schema_version)
    child(root, "organizations")
    resources = child(root, "resources")
    test = _resource(resources, "test", version.test_type, "test.xml")
    for name in items:
        child(test, "dependency", identifierref=f"r.{name}")
    for name, item in items.items():
        resource = _resource(resources, name, version.item_type, f"items/{name}.xml")
        for figure in item.figures:
            child(resource, "dependency", identifierref=f"r.{identifier('figure', figure)}")
    for figure in figures:
        path = f"items/{FIGURES}{figure}"
        _resource(resources, identifier("figure", figure), "webcontent", path)
    return root


def _resource(resources: Element, name: str, kind: str, href: str) -> Element:
    resource = child(resources, "resource", identifier=f"r.{name}", type=kind, href=href)
    child(resource, "file", href=href)
    return resource


_LOSES: Final = (
    *("follow-through", "calculations", "fresh-numbers", "pairs"),
    *("words", "units", "hints"),
)
QTI21: Final = LmsFormat(
    name="qti21",
    title="QTI 2.1",
    says="A package of QTI 2.1: points and diagnoses by response processing, worked solutions.",
    suffix=".zip",
    write=partial(_write, _QTI21),
    loses=_LOSES,
    loses_apart=(*_LOSES, "together"),
)
QTI30: Final = LmsFormat(
    name="qti30",
    title="QTI 3.0",
    says="A package of QTI 3.0: the same as 2.1, in the words of 3.0.",
    suffix=".zip",
    write=partial(_write, _QTI30),
    loses=_LOSES,
    loses_apart=(*_LOSES, "together"),
)
