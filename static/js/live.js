// Live pages: when the team's revision moves, the page's parts ask for what changed.
// A part is an element with hx-trigger="revision from:body".

const SLOW_POLL = 10_000;
const PATIENCE = 4_000;

const notice = document.querySelector("[data-live-events]");
const address = notice?.dataset.liveEvents;

// --- what the page does when it hears --------------------------------------------------------

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

function resume() {
  clearInterval(slowPoll);
  clearTimeout(impatience);
  slowPoll = null;
  notice.hidden = true;
}

/** The page says when its content was last read from Fluence: in seconds since 1970. */
function showRead(seconds) {
  for (const time of document.querySelectorAll("[data-read] time")) {
    time.dateTime = new Date(seconds * 1000).toISOString();
    time.dataset.when = "";
    time.removeAttribute("title");
    time.closest("[data-read]").hidden = false;
  }
  document.dispatchEvent(new Event("times"));
}

/** `told` is an event of the stream: ready, revision, paused, or when something was read. */
function hear(told) {
  if (told === "paused") return pause();
  if (typeof told === "number") showRead(told);
  // What was missed meanwhile is asked for once the stream is there (again).
  const isNew = told === "revision" || slowPoll;
  resume();
  if (isNew) ask();
}

// --- the stream ------------------------------------------------------------------------------

/** Open the stream; return what closes it. */
function hold(tell) {
  let events = null;
  let retry = null;

  function open() {
    events = new EventSource(address);
    for (const told of ["ready", "revision", "paused"]) {
      events.addEventListener(told, () => tell(told));
    }
    events.addEventListener("read", ({ data }) => tell(Number(data)));
    events.addEventListener("error", () => {
      tell("paused");
      // The browser gives up for good after an answer that is no stream, such as a proxy's error.
      if (events.readyState === EventSource.CLOSED) retry = setTimeout(open, SLOW_POLL);
    });
  }

  open();
  return () => {
    clearTimeout(retry);
    events.close();
  };
}

/**
 * Windows of one browser share a stream, for browsers allow six connections to a host. Whoever
 * has the lock holds it and tells the others; when that window goes, the next in line opens one.
 * Return what leaves the circle.
 */
function share() {
  const name = `stream ${address}`;
  const windows = new BroadcastChannel(name);
  const left = new AbortController();
  let state = null; // what a window that comes later is told

  function tell(told) {
    state = told === "paused" ? "paused" : "ready";
    windows.postMessage(told);
    hear(told);
  }

  windows.addEventListener("message", ({ data }) => {
    if (data !== "who") hear(data);
    else if (state) windows.postMessage(state);
  });
  const turn = () =>
    new Promise((release) => {
      const close = hold(tell);
      left.signal.addEventListener("abort", () => {
        close();
        release();
      });
    });
  navigator.locks.request(name, { signal: left.signal }, turn).catch((error) => {
    if (error.name !== "AbortError") throw error; // left before its turn
  });
  windows.postMessage("who");
  return () => {
    left.abort();
    windows.close();
  };
}

// --- while somebody looks --------------------------------------------------------------------

// Browsers lend locks only to pages from https:// or this machine.
const canShare = navigator.locks && globalThis.BroadcastChannel;
let leave = null;

function close() {
  leave?.();
  leave = null;
  resume();
}

function reopen() {
  close();
  if (document.hidden) return;
  pause();
  leave = canShare ? share() : hold(hear);
}

// A tab that nobody looks at holds nothing.
if (notice) {
  document.addEventListener("visibilitychange", reopen);
  addEventListener("pagehide", close);
  reopen();
}
