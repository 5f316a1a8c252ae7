// Asks for the outcome of a payment at growing intervals and shows the page anew when it is final.
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 10000;
const waiting = document.querySelector("[data-status-url]");

async function ask() {
  const answer = await fetch(waiting.dataset.statusUrl, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) {
    // The session has ended: the page itself leads to the login and back.
    return true;
  }
  return answer.ok && (await answer.json()).final;
}

async function poll(pause) {
  let final = false;
  try {
    final = await ask();
  } catch {
    // No network for a moment: nothing is known, ask again later.
  }
  if (final) {
    location.reload();
  } else {
    setTimeout(poll, pause, Math.min(pause * 1.4, LONGEST_PAUSE));
  }
}

if (waiting) {
  setTimeout(poll, FIRST_PAUSE, FIRST_PAUSE);
}
