"""The pages on layers and on the network format are true."""

import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cards.documents.strict_yaml import read_documents
from cards.reference.layers import FILE, layer_reference
from grader.cnn import network
from grader.cnn.layers.operations import OPERATIONS
from grader.cnn.network import read_network
from grader.cnn.network_lines import network_worksheet
from grader.cnn.rules import receptive_field
from grader.cnn.solving import solve
from grader.errors import NetworkError

DOCS = Path(__file__).parents[3] / "docs"
FORMAT = (DOCS / "reference" / "network-format.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "add-a-layer.md").read_text(encoding="utf-8")


def test_the_reference_is_up_to_date() -> None:
    """`python -m cards.reference.layers docs/reference` was run after the last change."""
    assert layer_reference() == (DOCS / "reference" / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL))
def test_each_example_of_the_format_solves(text: str) -> None:
    """Each network that the page shows is read and solved."""
    documents, faults = read_documents(text, "network-format.md")

    assert () == faults
    assert solve(read_network(documents[0].value))["total"]["parameters"] > 0


def test_the_format_names_every_key_and_every_line() -> None:
    """The page has each key of a file, and each kind of line that a worksheet may hold."""
    image = {"channels": 3, "height": 9, "width": 9}
    conv = {"id": "conv1", "op": "conv", "filters": 2, "kernel": 3, "dilation": 2}
    layers = [conv, {"id": "dense", "op": "dense", "units": 2}]
    sheet = network_worksheet(read_network({"input": image, "layers": layers}))

    assert [] == [key for key in network.KEYS if f"`{key}`" not in FORMAT]
    ends = {line.name.split(".")[-1] for line in sheet.lines if line.name != "batch"}
    assert [] == [end for end in sorted(ends) if f"{end}" not in FORMAT]


def test_the_layer_of_the_how_to_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python that the page shows is a layer that reads, solves, explains and refuses."""
    names: dict[str, Any] = {"receptive_field": receptive_field}
    for code in re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL):
        exec(code, names)  # noqa: S102 -- the page's own code is what is tested
    more = MappingProxyType({**OPERATIONS, "space_to_depth": names["SPACE_TO_DEPTH"]})
    monkeypatch.setattr(network, "OPERATIONS", more)
    raw: dict[str, Any] = {
        "input": {"channels": 3, "height": 8, "width": 12},
        "layers": [{"id": "fold", "op": "space_to_depth", "side": 4}],
    }

    folded = solve(read_network(raw))["layers"][0]
    assert {"channels": 48, "height": 2, "width": 3} == folded["output"]
    assert {"height": 4, "width": 4} == folded["receptive_field"] == folded["jump"]
    sheet = network_worksheet(read_network(raw))
    assert "fold.height = 8 / 4" == sheet.steps(sheet.solve(), "fold.height")[-1].substituted
    raw["layers"][0]["side"] = 5
    with pytest.raises(NetworkError, match="fold: side"):
        solve(read_network(raw))
