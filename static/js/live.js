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

// Browsers allow six connections to a host: tabs that nobody looks at must not hold one.
if (notice) {
  document.addEventListener("visibilitychange", reopen);
  addEventListener("pagehide", close);
  reopen();
}
