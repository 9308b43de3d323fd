"""Cards as the real backend renders them, in Chromium: typing, turning, and whatever may fail."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from cards.deck.note_types import TEMPLATES
from tests.cards.deck.anki_screen import HEARS, NO_STORAGE, NUMBERS, STATEMENTS, Screen, Way
from tests.cards.deck.sample_deck import SIZES

pytestmark = pytest.mark.browser

Open = Callable[..., Screen]


def right_answers(screen: Screen) -> tuple[str, str]:
    """The right answers to the variant on the screen."""
    filters, kernel = screen.numbers()
    parameters = (kernel * kernel * 3 + 1) * filters
    return str(parameters), f"{parameters * 4} B"


def test_right_answers_are_found_right(screen: Open) -> None:
    """Both parts right, one as a sum, one in another unit: correct, and Good is advised."""
    card = screen().front()
    filters, kernel = card.numbers()
    card.type(f"({kernel}×{kernel}×3+1)×{filters}", right_answers(card)[1]).back()
    assert 2 == card.page.locator(".gk-right").count()
    assert "All right: press Good." in card.text()
    assert f"read as {(kernel * kernel * 3 + 1) * filters:,}" in card.text()


def test_a_mistake_is_named(screen: Open) -> None:
    """The number without the biases earns the sentence about them, not just a cross."""
    card = screen().front()
    filters, kernel = card.numbers()
    card.type(str(kernel * kernel * 3 * filters)).back()
    assert "Not yet. That counts the weights." in card.text(".gk-verdict")


def test_a_wrong_answer_is_wrong(screen: Open) -> None:
    """A number that no mistake leads to is wrong, and Again is advised."""
    card = screen().front().type("12", "13").back()
    assert 2 == card.page.locator(".gk-wrong").count()
    assert "Something was missed: press Again." in card.text()


def test_wrong_outweighs_unread(screen: Open) -> None:
    """Where one part is wrong, Again is advised, whatever the other one is."""
    for other in ("1,5", ""):
        card = screen().front().type("12", other).back()
        assert "Something was missed: press Again." in card.text(), other


def test_unreadable_is_not_wrong(screen: Open) -> None:
    """`1,5` is not read, says why, counts as no mistake, and nothing is advised."""
    card = screen().front()
    card.type("1,5", right_answers(card)[1]).back()
    first = card.text(".gk-unread")
    assert "write 1.5 or 15. This counts as no mistake." in first
    assert "press" not in card.text(".gk-part >> nth=1")
    assert 0 == card.page.locator(".gk-advice").count()


def test_a_tolerance_is_kept(screen: Open) -> None:
    """Within half a per cent is right, beyond it is not."""
    card = screen().front()
    filters, kernel = card.numbers()
    size = (kernel * kernel * 3 + 1) * filters * 4
    card.type("", f"{size * 0.996:.0f} B").back()
    assert 1 == card.page.locator(".gk-right").count()
    card.front()
    filters, kernel = card.numbers()
    size = (kernel * kernel * 3 + 1) * filters * 4
    card.type("", f"{size * 1.006:.0f} B").back()
    assert 0 == card.page.locator(".gk-right").count()


@pytest.mark.parametrize("setup", [HEARS, NO_STORAGE], ids=["session", "no storage"])
@pytest.mark.parametrize("way", ["desktop", "reloading"])
def test_both_sides_show_one_variant(screen: Open, way: Way, setup: str) -> None:
    """Front and back agree at every review, with a page per side and without storage too."""
    card = screen(way=way, setup=setup)
    for _ in range(8):
        front = card.front().question()
        assert front == card.back().question()
        filters, kernel = card.numbers()
        answer = card.text('.gk-answer[data-part="0"] .gk-result')
        assert f"Answer: {(kernel * kernel * 3 + 1) * filters:,}" == answer


def test_every_review_has_other_numbers(screen: Open) -> None:
    """No variant comes twice in a row, and all of them come."""
    card = screen()
    seen = []
    for _ in range(30):
        seen.append(card.front().numbers())
        card.back()
    assert all(one != other for one, other in pairwise(seen))
    assert {(filters, kernel) for kernel, filters in SIZES} == set(seen)


def test_without_storage_the_desktop_still_marks(screen: Open) -> None:
    """Where storage is blocked, the page itself remembers what was typed."""
    card = screen(setup=NO_STORAGE).front()
    card.type(right_answers(card)[0]).back()
    assert 1 == card.page.locator(".gk-right").count()


def test_a_page_for_each_side_still_marks(screen: Open) -> None:
    """Where each side is a new page, the session remembers what was typed."""
    card = screen(way="reloading").front()
    card.type(*right_answers(card)).back()
    assert 2 == card.page.locator(".gk-right").count()


def test_enter_walks_the_boxes_and_turns_the_card(screen: Open) -> None:
    """With the keyboard alone: the first box has the focus, Enter goes on, then turns."""
    card = screen().front()
    card.page.wait_for_function("document.activeElement.classList.contains('gk-box')")
    card.page.keyboard.type("100")
    card.page.keyboard.press("Enter")
    assert [] == card.page.evaluate("heard")
    card.page.keyboard.type("7")
    card.page.keyboard.press("Enter")
    assert ["ans"] == card.page.evaluate("heard")
    boxes = [box.input_value() for box in card.page.locator(".gk-box").all()]
    assert ["100", "7"] == boxes


@pytest.mark.parametrize("key", ["Enter", " "])
@pytest.mark.parametrize("note", [NUMBERS, STATEMENTS, "sample/gaps en", "sample/item en batch"])
def test_an_empty_box_turns_at_once(screen: Open, note: str, key: str) -> None:
    """Whoever grades himself needs no more than Enter or the space bar, as on any other card."""
    card = screen(note).front()
    card.page.wait_for_function("document.activeElement.classList.contains('gk-box')")
    card.page.keyboard.press(key)
    assert ["ans"] == card.page.evaluate("heard")
    assert "" == card.page.locator(".gk-box").first.input_value()


def test_a_space_inside_a_text_is_typed(screen: Open) -> None:
    """Only in an empty box does the space bar turn."""
    card = screen().front()
    card.page.locator(".gk-box").first.press_sequentially("12 MiB")
    assert "12 MiB" == card.page.locator(".gk-box").first.input_value()
    assert [] == card.page.evaluate("heard")


def test_escape_leaves_the_box(screen: Open) -> None:
    """After Esc the keys are Anki's again."""
    card = screen().front()
    card.page.locator(".gk-box").first.press("Escape")
    assert "BODY" == card.page.evaluate("document.activeElement.tagName")


def test_an_unfinished_word_of_an_input_method_turns_nothing(screen: Open) -> None:
    """Enter that ends a composition, as in Chinese input, is not the card's."""
    card = screen().front()
    script = """() => document.querySelector(".gk-box").dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))"""
    card.page.evaluate(script)
    assert [] == card.page.evaluate("heard")


def test_enter_turns_the_card_on_a_phone_too(screen: Open) -> None:
    """AnkiDroid's call is made where the desktop's is missing."""
    card = screen(setup="window.turned = 0; window.showAnswer = () => { window.turned += 1; };")
    card.front().page.locator(".gk-box").last.press("Enter")
    assert 1 == card.page.evaluate("turned")


def test_without_pycmd_enter_gives_the_screen_back(screen: Open) -> None:
    """On a phone without the desktop's call, Enter closes the keyboard and breaks nothing."""
    card = screen(setup="").front()
    card.page.locator(".gk-box").last.focus()
    card.page.keyboard.press("Enter")
    assert "BODY" == card.page.evaluate("document.activeElement.tagName")


def test_ankis_keys_are_left_alone(screen: Open) -> None:
    """On the back no key that Anki uses is swallowed, and nothing holds the focus."""
    card = screen().front().type("12").back()
    script = """key => document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))"""
    keys = [" ", "Enter", "1", "2", "3", "4", "e", "r", "u", "m", "s", "*", "-", "@"]
    assert [] == [key for key in keys if not card.page.evaluate(script, key)]
    assert 0 == card.page.locator(".gk-box").count()


def test_nothing_typed_is_self_graded(screen: Open) -> None:
    """Without typing the back shows answers and steps, and no verdict."""
    card = screen().front().back()
    assert 0 == card.page.locator(".gk-verdict").count()
    assert "Worked solution" in card.text()
    assert 2 == card.page.locator(".gk-result").count()


def test_a_hint_is_a_key_away(screen: Open) -> None:
    """`?` opens the hint even in the box, writes nothing, and right after it means Hard."""
    card = screen().front()
    card.page.locator(".gk-box").first.press("?")
    assert "Count one filter first." in card.text()
    assert "" == card.page.locator(".gk-box").first.input_value()
    card.type(*right_answers(card)).back()
    assert "Right after a hint: press Hard." in card.text()


@pytest.mark.parametrize("key", ["?", "？"])
def test_the_hint_key_goes_into_no_box(screen: Open, key: str) -> None:
    """On a card without hints the key opens nothing and types nothing."""
    box = screen(STATEMENTS).front().page.locator(".gk-box")
    box.press_sequentially(f"{key}B")
    assert "B" == box.input_value()


def test_the_hint_key_works_outside_the_box_too(screen: Open) -> None:
    """Whoever left the box still opens the hint; on the back hints are out of the way."""
    card = screen().front()
    card.page.evaluate("document.activeElement.blur()")
    card.page.keyboard.press("?")
    assert "Count one filter first." in card.text()
    assert "Hint" not in card.back().text()


@pytest.mark.parametrize("way", ["desktop", "reloading"])
@pytest.mark.parametrize(("key", "answers"), [(NUMBERS, ("12", "13")), (STATEMENTS, ("A",))])
def test_the_answer_begins_with_what_to_press(
    screen: Open, key: str, answers: tuple[str, ...], way: Way
) -> None:
    """A turned card is scrolled to its answer: advice first, then the verdict, both in sight."""
    card = screen(key, way=way, width=390).front().type(*answers).back()
    places = [
        card.page.locator(selector).first.bounding_box()
        for selector in ("#answer", ".gk-advice", ".gk-verdict")
    ]
    tops = [place["y"] for place in places if place]
    assert 3 == len(tops)
    assert sorted(tops) == tops
    assert -2 <= tops[0]
    assert tops[-1] < 700
    assert card.page.locator(".gk-text").bounding_box() is not None


def test_the_answer_is_scrolled_to_without_script(screen: Open) -> None:
    """Without JavaScript too a mark stands between the question and its answer."""
    card = screen(way="reloading", script=False).back()
    parts = card.page.locator("#gk-front, #answer, #gk-back").all()
    assert ["gk-front", "answer", "gk-back"] == [one.get_attribute("id") for one in parts]


def test_what_is_read_is_echoed(screen: Open) -> None:
    """While typing the card says what it reads, and nothing of whether it is right."""
    card = screen().front().type("27*100")
    assert "exact · read as 2,700" == card.text(".gk-rule >> nth=0")
    assert 0 == card.page.locator(".gk-verdict").count()


@pytest.mark.parametrize("key", [NUMBERS, STATEMENTS])
def test_without_script_the_first_variant_stands(screen: Open, key: str) -> None:
    """Without JavaScript both sides are whole: question, answer, reasons, and no dead boxes."""
    card = screen(key, way="reloading", script=False).front()
    front = card.question()
    assert 0 == card.page.locator(".gk-box").count()
    assert "{" not in card.text("body")
    card.back()
    assert front == card.question()
    shown = card.text("body")
    expected = "1. Answer: 2,960" if key == NUMBERS else "B. True. It has no weights."
    assert expected in shown


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("sample/fact en", "Fewer parameters."),
        ("sample/gaps en", "window"),
        ("sample/item en batch", "Make it smaller."),
    ],
)
def test_plain_cards_show_their_sides(screen: Open, key: str, answer: str) -> None:
    """Fact, cloze and list item hide on the front what the back shows."""
    card = screen(key).front()
    assert answer not in card.text()
    assert answer in card.back().text()


def test_statements_are_typed_or_tapped(screen: Open) -> None:
    """Letters and taps choose the same; the true ones are found right, with every reason."""
    card = screen(STATEMENTS).front()
    for statement in ("Pooling learns nothing.", "A stride shrinks maps."):
        card.page.locator("#gk").get_by_text(statement).click()
    typed = card.page.locator(".gk-box").input_value()
    assert 2 == card.page.locator(".gk-chosen").count()
    card.back()
    assert f"You wrote {typed} ✓ Correct." in card.text()
    assert 3 == card.page.locator(".gk-statement .gk-reason").count()


def test_a_wrong_choice_is_marked_where_it_is(screen: Open) -> None:
    """The statement chosen wrongly, and the true ones left out, are each marked."""
    card = screen(STATEMENTS).front()
    card.page.locator("#gk").get_by_text("Pooling adds maps.").click()
    card.back()
    assert 3 == card.page.locator(".gk-missed").count()
    assert "Not yet." in card.text(".gk-verdict")


@pytest.mark.parametrize("typed", ["B and X", "E", "1"])
def test_a_letter_that_is_not_there_is_unreadable(screen: Open, typed: str) -> None:
    """A letter of no statement counts as no mistake, and marks no statement as missed."""
    card = screen(STATEMENTS).front().type(typed).back()
    assert "? Not read." in card.text(".gk-verdict")
    assert "This counts as no mistake." in card.text(".gk-verdict")
    assert 0 == card.page.locator(".gk-missed, .gk-advice").count()


def test_chinese_cards_speak_chinese(screen: Open) -> None:
    """The card's own words are those of its language, and its text is marked as Chinese."""
    card = screen("sample/numbers zh").front().type("12", "1").back()
    assert "还不对。" in card.text()
    assert "有未答对之处：请按“重来”。" in card.text()
    assert "zh-Hans" == card.page.locator("#gk").get_attribute("lang")


def contrast(one: str, other: str) -> float:
    """The contrast of two CSS colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["", "nightMode", "night_mode"])
def test_every_word_can_be_read(screen: Open, mode: str) -> None:
    """By day and in both spellings of night, texts stand out from their page by 4.5 to 1."""
    card = screen(mode=mode).front()
    page = card.look("body", "backgroundColor")
    assert page == ("rgb(20, 24, 31)" if mode else "rgb(255, 255, 255)"), "the program's own page"
    for selector in (".gk-title", ".gk-rule", ".gk-keys", "summary", ".gk-box"):
        assert contrast(card.look(selector, "color"), page) >= 4.5, selector
    answers = right_answers(card)
    card.type(answers[0], "1,5").back()
    for selector in (".gk-right", ".gk-unread"):
        colours = card.look(selector, "color"), card.look(selector, "backgroundColor")
        assert contrast(*colours) >= 4.5, selector


def test_the_focused_box_is_seen(screen: Open) -> None:
    """The box that has the focus has a ring, though the programs take rings away."""
    card = screen().front()
    card.page.locator(".gk-box").first.focus()
    assert ("solid", "3px") == (
        card.look(".gk-box", "outlineStyle"),
        card.look(".gk-box", "outlineWidth"),
    )


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("key", [NUMBERS, STATEMENTS, "sample/gaps en", "sample/numbers zh"])
def test_a_phone_need_not_scroll_sideways(screen: Open, key: str, width: int) -> None:
    """On a narrow screen nothing sticks out, on either side."""
    card = screen(key, way="reloading", width=width)
    for show in (card.front, card.back):
        show()
        assert width >= card.page.evaluate("document.documentElement.scrollWidth")


def test_formulas_come_in_their_font(screen: Open) -> None:
    """The font of the formulas arrives with the deck and is used."""
    card = screen().front().back()
    card.page.evaluate("document.fonts.ready.then(() => 0)")
    assert card.page.evaluate("document.fonts.check('16px \"Gradeck Math\"')")
    assert card.look("math", "fontFamily").startswith('"Gradeck Math"')


def test_old_web_views_show_formulas_on_one_line(screen: Open) -> None:
    """Where `math-style` is unknown the plain text stands in place of the formula's elements."""
    css = (TEMPLATES / "card.css").read_text(encoding="utf-8")
    rules = css.partition("@supports not (math-style: normal) {")[2].rpartition("}")[0]
    assert rules.count("{") == rules.count("}") == 2
    card = screen().front().back()
    assert not card.page.evaluate("CSS.supports('not (math-style: normal)')")
    card.page.add_style_tag(content=rules)
    shown = card.page.evaluate(
        """() => [...document.querySelectorAll(".gk-eq math")].map((one) => [
            getComputedStyle(one, "::before").content.slice(1, -1),
            getComputedStyle(one.firstElementChild).display])"""
    )
    assert ["= parameters × 4", "none"] in shown
