// A card, new or saved: judged by the server's own rules, locked so that only the bank can read it, and only then is
// the form sent, without what was typed. Where this script fails or is off, the plain fields go and the server does the same.
"use strict";

const KEY_BYTES = 256;

// --- RSA PKCS#1 v1.5, which WebCrypto does not do -------------------------------------------------------------------

// One DER value of `bytes` from `at` on: its content, and where the next one begins.
function der(bytes, at) {
  let start = at + 2;
  let length = bytes[at + 1];
  if (length > 127) {
    const size = length - 128;
    length = bytes.subarray(start, start + size).reduce((sum, byte) => sum * 256 + byte, 0);
    start += size;
  }
  return { content: bytes.subarray(start, start + length), end: start + length };
}

function toNumber(bytes) {
  return BigInt("0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""));
}

function publicKey(base64) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const info = der(bytes, 0).content;
  const bits = der(info, der(info, 0).end).content;
  // The first byte of a bit string counts its unused bits: none.
  const pair = der(bits.subarray(1), 0).content;
  const modulus = der(pair, 0);
  return { modulus: toNumber(modulus.content), exponent: toNumber(der(pair, modulus.end).content) };
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

// 00 02, random bytes of which none is zero, 00, the text.
function block(text) {
  const end = KEY_BYTES - text.length - 1;
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  for (let at = 2; at < end; at += 1) {
    while (bytes[at] === 0) crypto.getRandomValues(bytes.subarray(at, at + 1));
  }
  bytes.set([0, 2]);
  bytes.set([0, ...new TextEncoder().encode(text)], end);
  return bytes;
}

function encrypt(text, key) {
  const number = power(toNumber(block(text)), key.exponent, key.modulus);
  const pairs = number.toString(16).padStart(2 * KEY_BYTES, "0").match(/../g);
  return btoa(String.fromCharCode(...pairs.map((pair) => parseInt(pair, 16))));
}

// --- the rules of payments/cards.py: each answers with the name of a problem, or with nothing -----------------------

function isLuhn(digits) {
  const values = Array.from(digits).reverse().map((digit, place) => Number(digit) * (1 + (place % 2)));
  return values.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}

function judge({ systems, patterns, month }) {
  const whole = (pattern, text) => text.match(new RegExp(`^(?:${pattern})$`));
  const tidy = (text) => text.replace(new RegExp(patterns.blanks, "g"), " ").replace(/^ | $/g, "");
  const digitsOf = (text) => tidy(text).replace(new RegExp(patterns.separators, "g"), "");
  const systemOf = (digits) => systems.find(([, prefix]) => new RegExp(`^(?:${prefix})`).test(digits));
  const termOf = (text) => (whole(patterns.term, tidy(text)) || []).slice(1).filter(Boolean).map(Number);

  function number(text) {
    const digits = digitsOf(text);
    if (!digits) return "number_empty";
    if (!/^[0-9]+$/.test(digits)) return "number_signs";
    if (!systemOf(digits)) return "number_brand";
    if (!systemOf(digits)[2].includes(digits.length)) return "number_length";
    return isLuhn(digits) ? "" : "number_sum";
  }

  function term(text) {
    const [ends, year] = termOf(text);
    if (!tidy(text)) return "term_empty";
    if (ends === undefined) return "term_signs";
    if (ends < 1 || ends > 12) return "term_month";
    return (2000 + year) * 12 + ends < month[0] * 12 + month[1] ? "term_past" : "";
  }

  function cvv(text) {
    if (!tidy(text)) return "cvv_empty";
    return whole(patterns.cvv, tidy(text)) ? "" : "cvv_signs";
  }

  const holder = (text) => (!tidy(text) || whole(patterns.holder, tidy(text)) ? "" : "holder_signs");
  return { number, term, holder, cvv, tidy, digitsOf, systemOf, termOf };
}

// --- mistakes, in the markup of templates/forms and components/error_summary.html -----------------------------------

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach((pair) => made.setAttribute(...pair));
  made.append(...children);
  return made;
}

function showTick(input, right) {
  const field = input.closest(".field");
  field.classList.toggle("right", right);
  field.querySelector(".tick").hidden = !right;
}

function showMistake(input, text) {
  const field = input.closest(".field");
  const id = `${input.id}_error`;
  const described = input.getAttribute("aria-describedby").split(" ").filter((other) => other !== id);
  field.querySelector(".error-message")?.remove();
  field.classList.toggle("wrong", text !== "");
  input.removeAttribute("aria-invalid");
  if (text) {
    const icon = field.querySelector(".tick svg").cloneNode(true);
    icon.firstElementChild.setAttribute("href", icon.firstElementChild.getAttribute("href").replace(/#.*/, "#excl"));
    const message = element("div", { class: "error-message", id }, icon, element("p", {}, text));
    field.querySelector(".control").before(message);
    described.push(id);
    input.setAttribute("aria-invalid", "true");
    showTick(input, false);
  }
  input.setAttribute("aria-describedby", described.join(" "));
}

function showSummary(mistakes, headings) {
  document.getElementById("error-summary")?.remove();
  document.title = (mistakes.length ? "Ошибка: " : "") + document.title.replace(/^Ошибка: /, "");
  if (!mistakes.length) return;
  const lines = mistakes.map(([input, text]) => element("li", {}, element("a", { href: `#${input.id}` }, text)));
  const heading = element("h2", { id: "error-summary-title" }, headings[mistakes.length - 1]);
  const look = { class: "note note-error error-summary", id: "error-summary", "aria-labelledby": heading.id };
  const box = element("div", { ...look, role: "alert", tabindex: "-1" }, heading, element("ul", {}, ...lines));
  document.querySelector("main h1").before(box);
  box.focus();
}

// --- the form -------------------------------------------------------------------------------------------------------

function watch(lock) {
  const rules = JSON.parse(lock.dataset.card);
  const card = judge(rules);
  const key = publicKey(rules.key);
  const names = ["number", "term", "holder", "cvv"];
  const inputs = names.map((name) => lock.form.elements[name]);
  const [number, term, holder, cvv] = inputs;

  // The bank's number of the saved card that is chosen; empty for a new one.
  const saved = () => lock.form.querySelector("[name=method]:checked")?.dataset.bankCard || "";

  function send(data) {
    lock.value = encrypt(data, key);
    inputs.forEach((input) => input.removeAttribute("name"));
  }

  function sendNew() {
    const digits = card.digitsOf(number.value);
    const ends = card.termOf(term.value).map((part) => String(part).padStart(2, "0")).join("");
    const name = card.tidy(holder.value).toUpperCase();
    lock.form.elements.claimed_brand.value = card.systemOf(digits)[0];
    lock.form.elements.claimed_last_four.value = digits.slice(-4);
    send(`PAN=${digits};ExpDate=${ends};${name && `CardHolder=${name};`}CVV=${card.tidy(cvv.value)}`);
  }

  lock.form.addEventListener("submit", (event) => {
    const problem = (input, at) => (saved() && input !== cvv ? "" : card[names[at]](input.value));
    const judged = inputs.map((input, at) => [input, rules.texts[problem(input, at)] || ""]);
    const mistakes = judged.filter(([, text]) => text);
    judged.forEach((pair) => showMistake(...pair));
    showSummary(mistakes, rules.headings);
    if (mistakes.length) event.preventDefault();
    else if (saved()) send(`CardId=${saved()};CVV=${card.tidy(cvv.value)}`);
    else sendNew();
  });

  // After forms.js, which cannot judge a card.
  document.addEventListener("focusout", ({ target }) => {
    const at = inputs.indexOf(target);
    if (at < 0) return;
    const right = target.value !== "" && !card[names[at]](target.value);
    showTick(target, right);
    if (right && target === number) number.value = card.digitsOf(number.value).match(/.{1,4}/g).join(" ");
  });

  // Back from the browser's memory of pages: the code is typed anew, and without the script the form is whole again.
  window.addEventListener("pageshow", (event) => {
    inputs.forEach((input, at) => input.setAttribute("name", names[at]));
    if (event.persisted) cvv.value = lock.value = "";
  });

  const { width, height, colorDepth: depth } = screen;
  const told = { language: navigator.language, timezone: new Date().getTimezoneOffset(), width, height, depth };
  lock.form.querySelectorAll("[data-browser]").forEach((input) => {
    input.value = told[input.dataset.browser];
  });
}

document.querySelectorAll("[data-card]").forEach(watch);
