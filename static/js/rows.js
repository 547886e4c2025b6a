// Rows of the list that change under somebody's hands: what is typed or focused there stays.

const FOCUSABLE = "a, button, input, summary";
// Rows in which a name is being typed, as they have become meanwhile.
const waiting = new Map();
let focused = null;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const changed = fragment.firstElementChild;
  if (target.querySelector(".inline-form") && changed?.childElementCount) {
    waiting.set(target.id, changed.cloneNode(true));
    event.detail.shouldSwap = false;
    return;
  }
  const element = document.activeElement;
  const index = [...target.querySelectorAll(FOCUSABLE)].indexOf(element);
  focused = index < 0 ? null : { id: target.id, index, href: element.getAttribute("href") };
});

document.addEventListener("htmx:oobAfterSwap", () => {
  if (!focused) return;
  const { id, index, href } = focused;
  const elements = [...(document.getElementById(id)?.querySelectorAll(FOCUSABLE) ?? [])];
  const same = href && elements.find((element) => element.getAttribute("href") === href);
  (same || elements[index])?.focus();
  focused = null;
});

/** The name was let be: the row catches up. After a new one the server sends it anyway. */
document.addEventListener("htmx:afterSwap", (event) => {
  const { elt, requestConfig } = event.detail;
  const row = requestConfig?.elt?.closest(".inline-form") && elt.closest?.("tr");
  if (!row || row.querySelector(".inline-form")) return;
  const newer = waiting.get(row.id);
  waiting.delete(row.id);
  if (!newer || requestConfig.verb !== "get") return;
  newer.removeAttribute("hx-swap-oob");
  row.replaceWith(newer);
  htmx.process(newer);
  newer.querySelector("[data-inplace]")?.focus();
});
