// Leaves of the list what the typed name fits, as the server's search would. Without it the form asks the server.
const form = document.querySelector("[data-provider-search]");
const query = form.querySelector("input[type=search]");
const none = document.querySelector("[data-provider-count]");
const providers = [...document.querySelectorAll("[data-provider]")];

function fold(text) {
  return text.toLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
}

query.addEventListener("input", () => {
  const words = fold(query.value);
  for (const provider of providers) {
    provider.hidden = !words.every((word) => provider.dataset.provider.includes(word));
  }
  none.hidden = providers.length === 0 || providers.some((provider) => !provider.hidden);
});
