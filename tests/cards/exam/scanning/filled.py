"""Answer sheets filled as students fill them, and scanned as copiers and phones scan."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.random import Generator
from numpy.typing import NDArray

from cards.exam.scanning.marks import RADIUS_MM, Bubble

DOTS = 200 / 25.4  # a millimetre of the drawn sheet
Picture = NDArray[np.uint8]
SOLID, LIGHT, OUTSIDE, ERASED, TICK, DOT = "solid", "light", "outside", "erased", "tick", "dot"
FILLED = (SOLID, LIGHT, OUTSIDE)


def sheet_picture(pdf: bytes, page: int = 0) -> Picture:
    """A page of a sheet at 200 dots an inch."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        drawn = document[page].render(scale=200 / 72, grayscale=True).to_numpy()
    return np.ascontiguousarray(drawn.squeeze())


def fill(picture: Picture, bubble: Bubble, how: str, dice: Generator) -> None:
    """Fill one bubble as somebody does: solid, light, over its line, rubbed out, ticked."""
    shaky = dice.normal(0, 0.25, 2)
    reach = round(3 * RADIUS_MM * DOTS)
    left, top = round(bubble.x * DOTS) - reach, round(bubble.y * DOTS) - reach
    around = picture[top : top + 2 * reach, left : left + 2 * reach]
    x, y = reach + shaky[0] * DOTS, reach + shaky[1] * DOTS
    radius = RADIUS_MM * DOTS
    layer = np.full_like(around, 255)
    centre = round(x), round(y)
    match how:
        case "solid":
            cv2.circle(layer, centre, round(radius * 0.95), int(dice.integers(10, 60)), -1)
        case "light":
            cv2.circle(layer, centre, round(radius * 0.95), int(dice.integers(120, 150)), -1)
        case "outside":
            axes = round(radius * 1.35), round(radius * 1.05)
            cv2.ellipse(layer, centre, axes, 20, 0, 360, 50, -1)
        case "erased":
            cv2.circle(layer, centre, round(radius), int(dice.integers(225, 242)), -1)
        case "dot":
            cv2.circle(layer, centre, round(radius * 0.4), 20, -1)
        case "tick":
            points = np.array([[-0.8, 0], [-0.2, 0.7], [1.2, -1.2]]) * radius + [x, y]
            cv2.polylines(layer, [points.astype(np.int32)], isClosed=False, color=30, thickness=3)
    grain = dice.normal(0, 8, around.shape)
    grained = np.clip(layer + np.where(layer < 255, grain, 0), 0, 255).astype(np.uint8)
    np.minimum(around, grained, out=around)


def scanned(picture: Picture, dice: Generator, *, phone: bool) -> Picture:
    """The sheet as a copier or a phone sees it: turned, in perspective, blurred, shaded, noisy."""
    height, width = picture.shape
    margin = 90
    canvas = np.full((height + 2 * margin, width + 2 * margin), 255 if not phone else 140, np.uint8)
    canvas[margin:-margin, margin:-margin] = picture
    tall, wide = canvas.shape
    turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), float(dice.uniform(-3, 3)), 1)
    border = 255 if not phone else 140
    seen = cv2.warpAffine(canvas, turn, (wide, tall), borderValue=border)
    if phone:
        corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
        moved = corners + dice.uniform(-45, 45, (4, 2)).astype(np.float32)
        warp = cv2.getPerspectiveTransform(corners, moved)
        seen = cv2.warpPerspective(seen, warp, (wide, tall), borderValue=border)
        across = np.linspace(float(dice.uniform(0.55, 0.75)), float(dice.uniform(0.8, 1.0)), wide)
        seen = (seen * across[np.newaxis, :]).astype(np.uint8)
    seen = cv2.GaussianBlur(seen, (0, 0), float(dice.uniform(0.5, 1.3)))
    noisy = seen + dice.normal(0, 6, seen.shape)
    turned = np.rot90(np.clip(noisy, 0, 255).astype(np.uint8), int(dice.integers(0, 4)))
    return np.ascontiguousarray(turned)


def chosen(
    layout: Mapping[str, Any], answers: Mapping[str, str], bubbles: Sequence[Bubble]
) -> list[Bubble]:
    """The bubbles to fill for the answers to a sheet's parts."""
    found = []
    for part in layout["parts"]:
        answer, _, power = answers.get(part["id"], "").partition("e")
        start = part["columns"] - len(answer)
        powers: dict[int | str, str] = {
            f"e{place}": digit for place, digit in enumerate(power.lstrip("-"))
        }
        for bubble in bubbles:
            if bubble.part != part["id"]:
                continue
            if part["kind"] == "letters":
                wanted = bubble.column == "letters" and bubble.value in answer
            else:
                place = bubble.column
                wanted = (
                    (
                        isinstance(place, int)
                        and place >= start
                        and answer[place - start] == bubble.value
                    )
                    or powers.get(place) == bubble.value
                    or (place == "power sign" and power.startswith("-"))
                )
            if wanted:
                found.append(bubble)
    return found
