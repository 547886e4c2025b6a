// A menu that is open stays open when its row is drawn anew.

let open = [];

document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll(".menu[open] > summary[id]")].map(({ id }) => id);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) {
    const menu = document.getElementById(id)?.parentElement;
    if (menu) menu.open = true;
  }
});
