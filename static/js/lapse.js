// A session that ends while something is typed: one logs in above the page, and goes on.
// Only on pages with a form[data-keep], whose value is the address of the login; others are left
// for the login, as there is nothing to lose.

const gettext = globalThis.gettext ?? ((text) => text);
const PIECE = { target: "#dialog", select: "main > section", swap: "innerHTML ignoreTitle:true" };

const dialog = document.getElementById("dialog");
const kept = () => document.querySelector("form[data-keep]");
const tell = (message, tone) =>
  document.dispatchEvent(new CustomEvent("toast", { detail: { message, tone } }));

let isOpen = false;

function loginAbove() {
  const form = kept();
  if (!form || isOpen) return;
  isOpen = true;
  const next = encodeURIComponent(location.pathname + location.search);
  htmx.ajax("GET", `${form.dataset.keep}?next=${next}`, PIECE);
}

document.addEventListener("login-needed", loginAbove);

function leadsToLogin(url) {
  return Boolean(url) && new URL(url, location).pathname === kept()?.dataset.keep;
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

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

/** The form's token is refused: it is an old one, or nobody is logged in any more. */
async function renew(form) {
  const response = await fetch(location.href);
  const page = parsed(await response.text());
  if (leadsToLogin(response.url)) {
    takeToken(page);
    if (!isOpen) loginAbove();
    else if (!("again" in form.dataset)) sendAgain(form);
  } else if (response.ok) {
    goOn(page);
    tell(gettext("This page was too old and has been renewed. Nothing is lost: send it again."), "warning");
  } else {
    tell(gettext("You may not do this any more."), "danger");
  }
}

/** Several answers to one browser without cookies bring a token each, of which the last counts. */
function sendAgain(form) {
  form.dataset.again = "";
  form.requestSubmit();
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!leadsToLogin(event.detail.xhr.getResponseHeader("HX-Redirect"))) return;
  event.preventDefault();
  loginAbove();
});

document.addEventListener(
  "htmx:responseError",
  (event) => {
    if (event.detail.xhr.status !== 403 || !kept()) return;
    event.stopImmediatePropagation();
    renew(event.detail.elt);
  },
  true,
);

// --- the login in the dialog ---------------------------------------------------------------------

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isOpen || event.detail.target !== dialog) return;
  const page = parsed(event.detail.xhr.responseText);
  if (!page.body.dataset.person) return;
  event.detail.shouldSwap = false;
  goOn(page);
  dialog.close();
  document.dispatchEvent(new Event("logged-in"));
  tell(gettext("You are logged in again. Nothing is lost: go on."), "success");
});

/** Its forms, one for each step of the login, answer here too. */
document.addEventListener("htmx:afterSwap", (event) => {
  if (!isOpen || event.detail.target !== dialog) return;
  for (const form of dialog.querySelectorAll("form")) {
    form.setAttribute("hx-post", form.getAttribute("action"));
    form.setAttribute("hx-target", PIECE.target);
    form.setAttribute("hx-select", PIECE.select);
    form.setAttribute("hx-swap", PIECE.swap);
  }
  for (const link of dialog.querySelectorAll("a")) link.target = "_blank";
  htmx.process(dialog);
});

dialog?.addEventListener("close", () => {
  isOpen = false;
});
