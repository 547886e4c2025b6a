// Keeps what is typed into a form[data-keep]: on the server while it is typed (data-draft), and in
// the page what the server never sends back (textarea[data-unsent]). See vms/operations/drafts.py.

const FORM = "form[data-draft]";
const SECRET = "textarea[data-unsent]";
const PAUSE = 800;

// --- what no page brings back ------------------------------------------------------------------

// By the key of the form, for as long as this page is open.
const texts = new Map();

const keyOf = (area) => area.form?.elements.draft?.value;

function remember(area) {
  if (keyOf(area)) texts.set(keyOf(area), area.value);
}

/** From now on the field alone counts: emptied, nothing is kept on the server either. */
function takeOver(area) {
  const note = area.form.querySelector("[data-kept-text]");
  if (!note) return;
  const forget = document.createElement("input");
  forget.type = "hidden";
  forget.name = "user_data_forget";
  forget.value = "on";
  note.replaceWith(forget);
}

function restore() {
  for (const area of document.querySelectorAll(SECRET)) {
    area.value ||= texts.get(keyOf(area)) ?? "";
    if (!area.value) continue;
    remember(area);
    takeOver(area);
  }
}

document.addEventListener("htmx:afterSwap", restore);
// By now the browser has filled in what it remembers of a page it shows again.
addEventListener("pageshow", restore);

// --- drafts ------------------------------------------------------------------------------------

let timer = 0;

async function save(form) {
  clearTimeout(timer);
  timer = 0;
  const options = { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" };
  try {
    const response = await fetch(form.dataset.draft, options);
    // To the login, which static/js/lapse.js shows.
    if (response.type === "opaqueredirect") document.dispatchEvent(new Event("login-needed"));
  } catch {
    // Away for a moment: the next one saves it all.
  }
}

function saveSoon(form) {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE, form);
}

/** By its address the page finds its draft again: on Back, on a reload, after a login. */
function name(form) {
  const address = new URL(location);
  address.searchParams.set("draft", form.elements.draft.value);
  history.replaceState(history.state, "", address);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches(SECRET)) remember(target);
  const form = target.form?.closest(FORM);
  if (!form) return;
  name(form);
  saveSoon(form);
});

// What is sent is kept by whom it is sent to.
const forgetTimer = () => clearTimeout(timer);
document.addEventListener("submit", forgetTimer, true);

addEventListener("pagehide", () => {
  const form = document.querySelector(FORM);
  if (timer && form) save(form);
});

document.addEventListener("logged-in", () => {
  const form = document.querySelector(FORM);
  if (form) save(form);
});

// --- what must not move --------------------------------------------------------------------------

// A price that comes between the press and the release of the button would move it away.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "cost" || !document.querySelector("button:active")) return;
  event.detail.shouldSwap = false;
  addEventListener("pointerup", () => htmx.trigger(document.body, "priced"), { once: true });
});
