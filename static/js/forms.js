// Small comforts of forms. Every page works without them.

// A page that answers a POST is an ordinary entry of the history from now on: Back and a reload ask for it by GET,
// instead of the browser's own error page. Where its address does not say what was typed, the page names a better one.
const address = document.querySelector("link[rel=canonical]");
history.replaceState(history.state, "", address ? address.href : location.href);

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
