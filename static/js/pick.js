// Ticking many rows of a list: a count, all at once, and ticks that outlive a row's redrawing.

const ngettext = globalThis.ngettext ?? ((one, many, count) => (count === 1 ? one : many));
const picked = new Set();

const boxes = () => [...document.querySelectorAll("tbody .pick")];
// One in the head of the table, and one above the cards that its rows are on a phone.
const everything = () => document.querySelectorAll("[data-pick-all]");

function show() {
  const count = boxes().filter((box) => box.checked).length;
  const words = document.querySelector("[data-picked]");
  const text = ngettext("%(count)s selected", "%(count)s selected", count);
  if (words) words.textContent = text.replace("%(count)s", count);
  for (const all of everything()) {
    all.hidden = boxes().length === 0;
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && !all.checked;
  }
}

/** Rows come anew whenever they change; one that can be picked no more is forgotten. */
function restore() {
  const here = boxes();
  for (const box of here) box.checked = picked.has(box.value);
  picked.clear();
  for (const box of here) if (box.checked) picked.add(box.value);
  show();
}

function remember() {
  picked.clear();
  for (const box of boxes()) if (box.checked) picked.add(box.value);
  show();
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches(".pick")) return;
  if (target.matches("[data-pick-all]")) for (const box of boxes()) box.checked = target.checked;
  remember();
});

document.addEventListener("htmx:afterSettle", restore);
document.addEventListener("htmx:oobAfterSwap", restore);
// The browser may have kept the ticks of the page it shows again.
addEventListener("pageshow", remember);
