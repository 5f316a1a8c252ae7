// Counts down to the moment when a new code may be asked for. The server tells how long; its clock decides, not ours.
function plural(number, one, few, many) {
  const tail = number % 100;
  if (number % 10 === 1 && tail !== 11) {
    return one;
  }
  return [2, 3, 4].includes(number % 10) && ![12, 13, 14].includes(tail) ? few : many;
}

for (const button of document.querySelectorAll("[data-resend-in]")) {
  const counter = button.parentElement.querySelector("[data-resend-counter]");
  const left = counter.querySelector("[data-resend-left]");
  const seconds = Number(button.dataset.resendIn);
  const start = performance.now();

  button.setAttribute("aria-disabled", "true");
  button.addEventListener("click", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
    }
  });

  const timer = setInterval(() => {
    const rest = Math.ceil(seconds - (performance.now() - start) / 1000);
    left.textContent = `${rest}\u00a0${plural(rest, "секунду", "секунды", "секунд")}`;
    if (rest <= 0) {
      clearInterval(timer);
      counter.hidden = true;
      button.removeAttribute("aria-disabled");
    }
  }, 250);
}
