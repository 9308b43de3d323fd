// What the pages do beyond their forms, which work without it: answers are checked without a
// new page, keys, the time zone. No word of the pages stands here.
"use strict";

(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`gradeck-zone=${zone}`)) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `gradeck-zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  const announce = (text) => {
    const region = document.getElementById("announce");
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  };

  // After a check the first answer to mend has the focus, after another button that button.
  const focusAfter = (main, key) => {
    const wrong = main.querySelector("input[aria-invalid=true]");
    const pressed = key && main.querySelector(`button[data-key="${key}"]`);
    const opened = key === "s" && main.querySelector(".solution summary");
    const target = opened || pressed || (!key && wrong) || main.querySelector("[data-first]") || main;
    target.focus({ preventScroll: true });
    if (target.select) target.select();
    const seen = target === main ? main.querySelector(".feedback, #summary, #draft") : target;
    if (seen) (seen.closest(".part") || seen).scrollIntoView({ block: "nearest" });
  };

  const show = (html, address, key) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = page.querySelector("main");
    if (!main) { location.assign(address); return; }
    // A browser minds autofocus in a page that has a focus already.
    main.querySelectorAll("[autofocus]").forEach((one) => {
      one.removeAttribute("autofocus");
      one.dataset.first = "";
    });
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.title = page.title;
    history.replaceState(null, "", address);
    const words = [...main.querySelectorAll("#notice, .feedback, #summary, #rated, #draft, .hint:last-of-type")];
    announce(words.map((one) => one.textContent.replace(/\s+/g, " ").trim()).join(" "));
    focusAfter(main, key);
    if (page.querySelector("meta[http-equiv=refresh]")) setTimeout(() => load(location.href), 1500);
  };

  // A refusal that has no form of its own is told in the form that is there: nothing is lost.
  const tell = (form, words) => {
    const notice = document.getElementById("notice") || document.createElement("p");
    Object.assign(notice, { id: "notice", className: "feedback unreadable", textContent: words });
    form.querySelector(".buttons").before(notice);
    announce(words);
  };

  const load = async (address, options, key, form) => {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    const text = await answer.text();
    const alone = answer.status === 401 || answer.status === 429 || answer.status >= 500;
    const page = alone && form && new DOMParser().parseFromString(text, "text/html");
    if (page && !page.querySelector("main form[data-swap]")) {
      const said = page.querySelector("main [role=alert]");
      tell(form, said ? said.textContent : form.dataset.unreached);
      return false;
    }
    show(text, answer.url, key);
    return true;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-swap]")) return;
    event.preventDefault();
    const given = new FormData(form, event.submitter || form.querySelector("button"));
    const key = event.submitter?.dataset.key;
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    let done = false;
    const mine = form.dataset.unreached ? form : null;
    try {
      done = form.method === "get"
        ? await load(`${location.pathname}?${new URLSearchParams(given)}`, {}, key, mine)
        : await load(form.action, { method: "POST", body: new URLSearchParams(given) }, key, mine);
    } catch (error) {
      // Not reached, or the answer was cut off. The form's key makes sure that it is stored once.
      if (mine) tell(form, form.dataset.unreached); else throw error;
    } finally {
      if (!done) buttons.forEach((button) => { button.disabled = false; });
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea");
    if (typing || event.key.length !== 1) return;
    const button = document.querySelector(`main button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (button && !button.disabled) { event.preventDefault(); button.click(); }
  });

  const first = document.querySelector("main .part input");
  if (first && !document.querySelector("main [autofocus]") && matchMedia("(hover: hover)").matches) {
    const wrong = document.querySelector("main input[aria-invalid=true]");
    (wrong || first).focus({ preventScroll: true });
  }
})();
