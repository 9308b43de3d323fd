// "?" opens the next hint: a key that Anki leaves free. Listened for once per page.
if (!window.gradeckHints) {
  window.gradeckHints = true;
  document.addEventListener("keydown", (event) => {
    const next = event.key === "?" && document.querySelector("#gk details:not([open])");
    if (!next) return;
    event.preventDefault();
    next.open = true;
  });
}
