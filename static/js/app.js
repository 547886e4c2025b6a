// What scripts add to pages that work without them. No dependencies but htmx, which may be absent.

// The words of the page's language; English, should they be missing.
const gettext = globalThis.gettext ?? ((text) => text);
const ngettext = globalThis.ngettext ?? ((one, many, count) => (count === 1 ? one : many));
const counted = (text, count) => text.replace("%(count)s", count);

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// --- time ------------------------------------------------------------------------------------

/** Tell the server the browser's time zone, for people who chose none in their profile. */
function rememberTimeZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (zone) document.cookie = `fluence_tz=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
}

// By the server's clock: when this page was opened, in milliseconds.
let opened = Date.now() - performance.now();
setClock(document.querySelector('meta[name="now"]')?.content);

/** Learn the server's time: of the page at first, then of each answer. */
function setClock(text) {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) opened = time - performance.now();
}

/** The time by the server's clock: that of the browser may be wrong, or be set while we look. */
function now() {
  return performance.now() + opened;
}

/** The same words as the `when` template tag; nothing once a date is the better answer. */
function relativeTime(date) {
  const age = (now() - date.getTime()) / 1000;
  const seconds = Math.abs(age);
  if (seconds < 45) return age >= 0 ? gettext("just now") : gettext("in a moment");
  if (seconds >= DAY) return "";
  const count = Math.max(1, Math.round(seconds / (seconds < HOUR ? MINUTE : HOUR)));
  if (seconds < HOUR) {
    return age >= 0
      ? counted(ngettext("%(count)s min ago", "%(count)s min ago", count), count)
      : counted(ngettext("in %(count)s min", "in %(count)s min", count), count);
  }
  return age >= 0
    ? counted(ngettext("%(count)s h ago", "%(count)s h ago", count), count)
    : counted(ngettext("in %(count)s h", "in %(count)s h", count), count);
}

/** Those that tell the full time in their title, and those that live.js has set. */
function refreshTimes() {
  for (const time of document.querySelectorAll("time[title], time[data-when]")) {
    const words = relativeTime(new Date(time.dateTime));
    if (words && time.textContent !== words) time.textContent = words;
  }
}

// --- telling people --------------------------------------------------------------------------

function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  // A change within the same frame is not read out.
  requestAnimationFrame(() => {
    live.textContent = text;
  });
}

/** Show a message for a while; errors stay until they are closed. */
function toast(message, tone = "info") {
  const note = document.createElement("div");
  note.className = `notice ${tone}`;
  const text = document.createElement("div");
  text.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet small";
  close.textContent = gettext("Close");
  close.addEventListener("click", () => note.remove());
  note.append(text, close);

  const toasts = document.getElementById("toasts");
  toasts.append(note);
  // Shown anew each time, so that it lies above a dialog opened since.
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
  announce(message);
  if (tone !== "danger") setTimeout(() => note.remove(), 6000);
}

/** Why a button can be seen and does nothing: its description, as it stands on the page. */
function reasonOf(button) {
  const reason = document.getElementById(button.getAttribute("aria-describedby"));
  return reason?.innerText ?? gettext("You may not do this now.");
}

// --- copy ------------------------------------------------------------------------------------

function textToCopy(button) {
  if (button.dataset.copyText) return button.dataset.copyText;
  const named = button.dataset.copy;
  const source = named ? document.querySelector(named) : button.previousSibling;
  return (source?.value ?? source?.textContent ?? "").trim();
}

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Over plain HTTP browsers offer no clipboard; the old way still works there.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("refused by the browser");
}

function showCopied(button) {
  if ("copied" in button.dataset) return;
  const label = button.querySelector("span");
  const before = label?.textContent;
  button.dataset.copied = "";
  if (label) label.textContent = gettext("Copied");
  setTimeout(() => {
    delete button.dataset.copied;
    if (label) label.textContent = before;
  }, 1600);
}

async function copyFrom(button) {
  try {
    await copyText(textToCopy(button));
    showCopied(button);
    announce(gettext("Copied"));
  } catch {
    toast(gettext("The browser did not allow copying. Select the text and copy it by hand."), "warning");
  }
}

// --- dialog ----------------------------------------------------------------------------------

const dialog = document.getElementById("dialog");
let opener = null;

function openDialog() {
  if (!dialog.open) dialog.showModal();
  focusFirst(dialog);
}

/** What opened the dialog, also when what it stood in was drawn anew since; else what is beside it. */
function openerNow() {
  if (!opener || opener.link.isConnected) return opener?.link;
  const place = document.getElementById(opener.place);
  const links = [...(place?.querySelectorAll("a, button, summary") ?? [])];
  const same = links.find((link) => "dialog" in link.dataset && link.getAttribute("href") === opener.href);
  return same ?? links[0] ?? document.getElementById("content");
}

/** The error summary, else the first wrong field, else the first field. */
function focusFirst(root) {
  const target =
    root.querySelector("[data-focus]") ??
    root.querySelector('[aria-invalid="true"]') ??
    root.querySelector("[autofocus]") ??
    root.querySelector("input:not([type=hidden]), select, textarea");
  target?.focus();
}

dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  openerNow()?.focus();
  opener = null;
});

/** Open a link in the dialog (data-dialog), or in place of what it stands in (data-inplace). */
function openHere(event, link) {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  if (elsewhere || event.defaultPrevented || !window.htmx) return;
  event.preventDefault();
  // Now: until the answer is there its row may have been drawn anew. What a dialog leads on to goes
  // back to where the first was opened.
  const href = link.getAttribute("href");
  if ("dialog" in link.dataset && !dialog.contains(link)) opener = { link, href, place: link.closest("[id]")?.id };
  const place = "dialog" in link.dataset ? { target: dialog } : { target: link.parentElement, swap: "outerHTML" };
  htmx.ajax("GET", href, { source: link, ...place });
}

/** What is folded may be left out of the page: the link in its place is followed when it opens. */
document.addEventListener(
  "toggle",
  ({ target }) => {
    const link = target.open && target.querySelector("a[data-fetch]");
    if (!link || !window.htmx) return;
    htmx.ajax("GET", link.getAttribute("href"), { source: link, target: link, swap: "outerHTML" });
  },
  true,
);

// --- forms -----------------------------------------------------------------------------------

/** Keep a second click from sending the form twice. */
function markSending(form, button) {
  // Only after the browser has read the form: a disabled button's name and value are not sent.
  setTimeout(() => {
    for (const other of form.elements) {
      if (other.type !== "submit" || other.disabled) continue;
      other.disabled = true;
      other.dataset.sending = "";
    }
    button?.setAttribute("aria-busy", "true");
  });
}

function unmarkSending(form) {
  for (const button of form.elements) {
    if (!("sending" in button.dataset)) continue;
    button.disabled = false;
    delete button.dataset.sending;
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  // htmx prevents the browser's own sending, and tells of its own below.
  if (event.target.method === "post" && !event.defaultPrevented) {
    markSending(event.target, event.submitter);
  }
});

// With something typed there is something to lose, should the session end.
const { lapse } = document.body.dataset;
if (lapse) document.addEventListener("input", () => import(lapse), { once: true, capture: true });

// The page as it was, fetched from the browser's memory by the back button.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(unmarkSending);
});

// --- clicks and keys -------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy], [data-copy-text]");
  if (copy) copyFrom(copy);

  const link = event.target.closest("a[data-dialog], a[data-inplace]");
  if (link) openHere(event, link);

  const barred = event.target.closest('[aria-disabled="true"]');
  if (barred) toast(reasonOf(barred), "warning");

  const close = event.target.closest("[data-dialog-close]");
  if (dialog?.open && (close || event.target === dialog)) {
    event.preventDefault();
    dialog.close();
  }

  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  // While a character is being put together, Escape is the keyboard's.
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else {
    event.target.closest(".inline-form")?.querySelector("[data-cancel]")?.click();
  }
});

// --- htmx ------------------------------------------------------------------------------------

const ERRORS = {
  // Of a role that has changed since, as of a form from before the last login.
  403: gettext("This page is too old: reload it. Nothing was changed."),
  404: gettext("This is gone, or no longer yours to see. Reload the page."),
  429: gettext("Too many requests at once. Wait a moment and try again."),
  503: gettext("The console cannot save or read anything at the moment. What was under way goes on by itself; look at the list before you send something again."),
};

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (elt.matches("form")) markSending(elt, requestConfig.triggeringEvent?.submitter);
});

document.addEventListener("htmx:afterRequest", (event) => {
  setClock(event.detail.xhr?.getResponseHeader("Date"));
  if (event.detail.elt.matches("form")) unmarkSending(event.detail.elt);
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  const words = gettext("The console answered with an error (%(status)s). Try again.");
  toast(ERRORS[status] ?? words.replace("%(status)s", status), "danger");
});

document.addEventListener("htmx:sendError", () => {
  toast(gettext("The console cannot be reached. Nothing was changed; try again when you are back online."), "danger");
});

document.addEventListener("htmx:afterSwap", (event) => {
  const asker = event.detail.requestConfig?.elt;
  if (event.detail.target === dialog) {
    if (dialog.childElementCount) openDialog();
  } else if (asker?.closest(".inline-form") && !document.querySelector(".inline-form :focus")) {
    // The form gave way to what it was opened from.
    event.detail.elt.querySelector?.("[data-inplace]")?.focus();
  } else if (event.detail.target.querySelector?.('[data-focus], [aria-invalid="true"]')) {
    focusFirst(event.detail.target);
  }
});

document.addEventListener("dialog-close", () => dialog?.close());
document.addEventListener("announce", (event) => announce(event.detail?.value ?? event.detail));
document.addEventListener("toast", (event) => toast(event.detail.message, event.detail.tone));

rememberTimeZone();
setInterval(refreshTimes, 15_000);
document.addEventListener("times", refreshTimes);
if (document.querySelector("[data-focus]")) focusFirst(document);
