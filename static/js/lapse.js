// A session that ends while something is typed: one logs in above the page, and goes on. Where
// nothing is typed, the page gives way to the login as ever.

const gettext = globalThis.gettext ?? ((text) => text);
const PIECE = { target: "#login-above", select: "main > section", swap: "innerHTML ignoreTitle:true" };
const OURS = "[type=hidden], [type=submit], button, fieldset";

const tell = (message, tone) =>
  document.dispatchEvent(new CustomEvent("toast", { detail: { message, tone } }));
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// --- is there anything to lose? ------------------------------------------------------------------

function isChanged(field) {
  if (field.matches(OURS)) return false;
  if (field.matches("select")) {
    const options = [...field.options];
    return options.some((each) => each.defaultSelected) && options.some((each) => each.selected !== each.defaultSelected);
  }
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/** With data-keep the page has already come back with what was typed. */
const isTyped = (form) =>
  form.method === "post" && ("keep" in form.dataset || [...form.elements].some(isChanged));

const isAnythingTyped = () => [...document.forms].some(isTyped);

// --- the login above the page ----------------------------------------------------------------------

let above = null;

function dialogAbove() {
  const dialog = document.createElement("dialog");
  dialog.id = "login-above";
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", gettext("Log in"));
  dialog.addEventListener("close", () => {
    dialog.remove();
    above = null;
  });
  document.body.append(dialog);
  return dialog;
}

function loginAbove() {
  if (above) return;
  above = dialogAbove();
  const next = encodeURIComponent(location.pathname + location.search);
  htmx.ajax("GET", `${document.body.dataset.login}?next=${next}`, PIECE);
}

const leadsToLogin = (url) =>
  Boolean(url) && new URL(url, location).pathname === document.body.dataset.login;

document.addEventListener("login-needed", loginAbove);

/** Its forms, one for each step of the login, answer here too. */
document.addEventListener("htmx:afterSwap", (event) => {
  if (!above || event.detail.target !== above) return;
  for (const form of above.querySelectorAll("form")) {
    form.setAttribute("hx-post", form.getAttribute("action"));
    form.setAttribute("hx-target", PIECE.target);
    form.setAttribute("hx-select", PIECE.select);
    form.setAttribute("hx-swap", PIECE.swap);
  }
  for (const link of above.querySelectorAll("a")) link.target = "_blank";
  htmx.process(above);
  if (!above.open) above.showModal();
  above.querySelector('[data-focus], [aria-invalid="true"], input:not([type=hidden])')?.focus();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!above || event.detail.target !== above) return;
  const page = parsed(event.detail.xhr.responseText);
  if (!page.body.dataset.person) return;
  event.detail.shouldSwap = false;
  goOn(page);
  above.close();
  document.dispatchEvent(new Event("logged-in"));
  tell(gettext("You are logged in again. Nothing is lost: go on."), "success");
});

// --- going on --------------------------------------------------------------------------------------

function takeToken(page) {
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

/** Go on with what a page of the same person holds; whoever else it is gets a page of their own. */
function goOn(page) {
  if (page.body.dataset.person === document.body.dataset.person) takeToken(page);
  else location.reload();
}

/** Several answers to one browser without cookies bring a token each, of which the last counts. */
function sendAgain(form) {
  form.dataset.again = "";
  form.requestSubmit();
}

/** The form's token is refused: it is an old one, or nobody is logged in any more. */
async function renew(form) {
  const response = await fetch(location.href);
  const page = parsed(await response.text());
  if (leadsToLogin(response.url)) {
    takeToken(page);
    if (!above) loginAbove();
    else if (!("again" in form.dataset)) sendAgain(form);
  } else if (response.ok) {
    goOn(page);
    tell(gettext("This page was too old and has been renewed. Nothing is lost: send it again."), "warning");
  } else {
    tell(gettext("You may not do this any more."), "danger");
  }
}

// --- how a lapse is noticed --------------------------------------------------------------------------

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!leadsToLogin(event.detail.xhr.getResponseHeader("HX-Redirect")) || !isAnythingTyped()) return;
  event.preventDefault();
  loginAbove();
});

document.addEventListener(
  "htmx:responseError",
  (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status !== 403 || !elt.matches("form") || !isTyped(elt)) return;
    event.stopImmediatePropagation();
    renew(elt);
  },
  true,
);

/** A form that leaves the page is sent only while somebody is logged in: after that it is lost. */
async function sendIfLoggedIn(form, submitter) {
  if ("asking" in form.dataset) return undefined; // a second click
  form.dataset.asking = "";
  try {
    const response = await fetch(location.href, { method: "HEAD" });
    if (leadsToLogin(response.url)) return loginAbove();
  } catch {
    return tell(
      gettext("The console cannot be reached. Nothing was changed; try again when you are back online."),
      "danger",
    );
  } finally {
    delete form.dataset.asking;
  }
  form.dataset.asked = "";
  form.requestSubmit(submitter);
  delete form.dataset.asked;
  return undefined;
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.matches("[hx-post], [data-asked]") || !isTyped(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sendIfLoggedIn(form, event.submitter);
  },
  true,
);
