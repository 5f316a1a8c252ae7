// Small comforts of forms. Every page works without them.

// A page that answers a POST becomes an ordinary entry of the history when one goes on from it: Back asks for it by
// GET, instead of showing the browser's own error page. A reload, while one stays, posts the form again and keeps the
// card and the code. Where its address does not say what was typed, the page names a better one.
function leaveEntry() {
  const address = document.querySelector("link[rel=canonical]");
  history.replaceState(history.state, "", address ? address.href : location.href);
}

document.addEventListener("submit", leaveEntry);
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href]")) {
    leaveEntry();
  }
});

// The error summary takes the focus, so that a screen reader begins with it.
const summary = document.getElementById("error-summary");
if (summary) {
  summary.focus();
}

// Only a rule that stands in the input itself can be judged here; all else is the server's word.
function isKnownRight(input) {
  const judged = input.pattern || input.type === "email" || (input.type === "text" && !input.inputMode);
  return input.required && judged && !input.classList.contains("code") && input.value.trim() !== "" && input.checkValidity();
}

document.addEventListener("focusout", (event) => {
  const input = event.target;
  const field = input.closest(".field");
  const tick = field && field.querySelector(".tick");
  if (!tick || !input.matches("input") || field.classList.contains("wrong")) {
    return;
  }
  const right = isKnownRight(input);
  tick.hidden = !right;
  field.classList.toggle("right", right);
});

// The pressed button looks busy for a while. Nothing is blocked: a repeated form is the server's care.
const BUSY = 3000;
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") {
    return;
  }
  button.setAttribute("aria-busy", "true");
  setTimeout(() => button.removeAttribute("aria-busy"), BUSY);
});
