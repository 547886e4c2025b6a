// Stops private keys in the browser: one that is pasted for a public key is taken out of the field
// before anything is sent. Knows them as vms/core/private_keys.py does, which looks again.

const MARKS = /PRIVATE KEY|PuTTY-User-Key-File|^\s*(Private-(Lines|MAC|Hash)|Proc-Type|DEK-Info):/m;
const PUBLIC_MARKS = /\b(ssh-(rsa|dss|ed25519)|ecdsa-sha2-)|PUBLIC KEY|CERTIFICATE|sk-ssh-/;
const BASE64_WORD = /^[A-Za-z0-9+/]{16,}={0,2}$/;
// Shorter words of these letters may be names; the lines of a key file have 64 or 70.
const LONG = 40;
const ENCRYPTED_OIDS = ["\x2a\x86\x48\x86\xf7\x0d\x01\x05", "\x2a\x86\x48\x86\xf7\x0d\x01\x0c"];

/** Whether a text has a private key in it, or in doubt what may be a part of one. */
export function holdsPrivateKey(text, inDoubt) {
  if (MARKS.test(text)) return true;
  const maybe = inDoubt && !PUBLIC_MARKS.test(text);
  return base64Runs(text).some((run) => {
    const kind = kindOf(run.join(""));
    return kind === "private" || (maybe && !kind && run.some((word) => word.length >= LONG));
  });
}

/** What stands together of base64: as lines, or as words where lines were joined. */
function base64Runs(text) {
  const runs = [[]];
  for (const word of text.split(/\s+/)) {
    if (BASE64_WORD.test(word)) runs.at(-1).push(word);
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

/** Tell by its first bytes what base64 holds: "private", "public", or "" for neither. */
function kindOf(text) {
  if (text.startsWith("AAAA")) return "public";
  const head = text.split("=")[0].slice(0, 64);
  const start = atob(head.slice(0, head.length - (head.length % 4)));
  if (start.startsWith("openssh-key-v1")) return "private";
  const inner = inside(start);
  if (inner.startsWith("\x02\x01")) return "private";
  const identifier = inside(inner);
  if (!identifier.startsWith("\x06")) return "";
  return ENCRYPTED_OIDS.some((oid) => identifier.startsWith(oid, 2)) ? "private" : "public";
}

/** What a DER sequence holds, as far as it is there; nothing if it is none. */
function inside(der) {
  if (der.length < 2 || der[0] !== "\x30") return "";
  const length = der.charCodeAt(1);
  return der.slice(2 + (length & 0x80 ? length & 0x7f : 0));
}

function errorsOf(field) {
  const id = `${field.id}_error`;
  const there = document.getElementById(id);
  if (there) return there;
  const list = document.createElement("ul");
  list.className = "errorlist";
  list.id = id;
  list.setAttribute("role", "alert");
  field.after(list);
  return list;
}

/** What was said of a field goes when something else is in it. */
function forget(field) {
  if (!field.value || !("stopped" in field.dataset)) return;
  delete field.dataset.stopped;
  field.removeAttribute("aria-invalid");
  errorsOf(field).remove();
}

/** Empty the field, and say beside it why; whether there was anything to stop. */
function stop(field) {
  // Names may look like a piece of one.
  if (!holdsPrivateKey(field.value, field.matches("textarea"))) {
    forget(field);
    return false;
  }
  field.value = "";
  field.dataset.stopped = "";
  field.setAttribute("aria-invalid", "true");
  const item = document.createElement("li");
  item.textContent = field.dataset.noPrivateKey;
  errorsOf(field).replaceChildren(item);
  return true;
}

const FIELDS = "[data-no-private-key]";

// Before whatever else listens: nobody is to see the value.
document.addEventListener(
  "input",
  (event) => event.target.matches(FIELDS) && stop(event.target),
  true,
);

document.addEventListener(
  "submit",
  (event) => {
    const stopped = [...event.target.querySelectorAll(FIELDS)].filter(stop);
    if (!stopped.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    stopped[0].focus();
  },
  true,
);
