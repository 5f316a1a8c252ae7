// Warns before a session that nobody uses ends, and goes on with it at a press. Other tabs count as being here.
const WARN_BEFORE = 2 * 60 * 1000;
const dialog = document.getElementById("idle-warning");
const form = dialog.querySelector("form");
const left = dialog.querySelector("[data-idle-left]");
const lasts = Number(dialog.dataset.endsIn) * 1000;
const tabs = new BroadcastChannel("seen");
let seenAt = Date.now();

function inWords(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function seen() {
  seenAt = Date.now();
  dialog.close();
}

tabs.onmessage = seen;
tabs.postMessage("here");

setInterval(() => {
  const rest = seenAt + lasts - Date.now();
  left.textContent = inWords(rest);
  if (rest <= WARN_BEFORE && !dialog.open) {
    dialog.showModal();
  }
}, 1000);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  if (answer.status === 204) {
    seen();
    tabs.postMessage("here");
  } else {
    // Too late: the page itself leads to the login page and back.
    location.replace(location.href);
  }
});
