// "?" opens the next hint, in a box too: a key that Anki leaves free. Listened for once per page.
if (!window.gradeckHints) {
  window.gradeckHints = true;
  document.addEventListener("keydown", (event) => {
    const hints = [...document.querySelectorAll('#gk[data-side="front"] details')];
    if (!["?", "？"].includes(event.key) || !hints.length) return;
    event.preventDefault();
    const next = hints.find((hint) => !hint.open);
    if (next) next.open = true;
  });
}
