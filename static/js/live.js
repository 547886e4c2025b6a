// Live pages: when the team's revision moves, the page's parts ask for what changed.
// A part is an element with hx-trigger="revision from:body".

const SLOW_POLL = 10_000;
const PATIENCE = 4_000;

const notice = document.querySelector("[data-live-events]");
let events = null;
let slowPoll = null;
let impatience = null;

function ask() {
  htmx.trigger(document.body, "revision");
}

/** No stream: ask now and then, and say so unless it comes back at once. */
function pause() {
  if (slowPoll) return;
  slowPoll = setInterval(ask, SLOW_POLL);
  impatience = setTimeout(() => {
    notice.hidden = false;
  }, PATIENCE);
}

/** The stream is there (again): ask for what was missed meanwhile. */
function resume() {
  clearInterval(slowPoll);
  clearTimeout(impatience);
  slowPoll = null;
  notice.hidden = true;
  ask();
}

function open() {
  events = new EventSource(notice.dataset.liveEvents);
  events.addEventListener("ready", resume);
  events.addEventListener("revision", resume);
  events.addEventListener("paused", pause);
  events.addEventListener("error", () => {
    pause();
    // The browser gives up for good after an answer that is no stream, such as a proxy's error.
    if (events?.readyState === EventSource.CLOSED) setTimeout(reopen, SLOW_POLL);
  });
}

function close() {
  events?.close();
  events = null;
  clearInterval(slowPoll);
  clearTimeout(impatience);
  slowPoll = null;
}

function reopen() {
  close();
  if (!document.hidden) {
    pause();
    open();
  }
}

// --- rows that change under somebody's hands --------------------------------------------------

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

// Browsers allow six connections to a host: tabs that nobody looks at must not hold one.
if (notice) {
  document.addEventListener("visibilitychange", reopen);
  addEventListener("pagehide", close);
  reopen();
}
