// A concept card: what is typed in words is compared with the key points, and the student decides.
const SHOWS = {
  list: {
    front() {
      front.append(entry(box(boxId(0), words.type)), made("p", "gk-keys", words.say));
    },
    back() {
      const typed = typedInto(boxId(0));
      if (typed && about.point) tell(back, typed, judgedPoint(about.point, typed));
    },
  },
  cloze: {
    front() {
      const gaps = [...front.querySelectorAll(".cloze")];
      const boxes = gaps.map((gap, at) => box(gapId(gap, at), `${words.type} ${at + 1}`));
      if (boxes.length) front.append(entry(...boxes), made("p", "gk-keys", words.fill));
    },
    back() {
      const place = back || made("div", "");
      if (!back) front.after(place);
      [...front.querySelectorAll(".cloze")].forEach((gap, at) => {
        const typed = typedInto(gapId(gap, at));
        if (typed) tell(place, typed, judgedGap(gap.textContent, typed));
      });
    },
  },
};

// The gaps of a card have its number, and of several each but the first its own after it.
function gapId(gap, at) {
  return `c${gap.dataset.ordinal || 1}${at ? `-${at + 1}` : ""}`;
}

function show() {
  if (!SHOWS[card.dataset.kind]) return;
  SHOWS[card.dataset.kind][card.dataset.side]();
  if (atFront) focusFirst();
}

try { show(); } catch (fault) { console.error("gradeck", fault); }
