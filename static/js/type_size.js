// «А+ Крупный текст» without leaving the page: what is typed in a form stays. Without this script the form does it.
const typeSize = document.querySelector(".type-size");

typeSize.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = typeSize.querySelector("button");
  const data = new FormData(typeSize);
  data.set("size", button.value);
  fetch(typeSize.action, { method: "POST", body: data, redirect: "manual" });
  const large = button.value === "large";
  document.documentElement.classList.toggle("type-large", large);
  button.value = large ? "normal" : "large";
  button.setAttribute("aria-pressed", String(large));
});
