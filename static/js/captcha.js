// «Обновить» beside the picture: a new one without losing what is typed. Without this script the button sends the form.
document.querySelectorAll("[data-captcha]").forEach((box) => {
  const picture = box.querySelector("img");
  const form = box.closest("form");
  const key = form.querySelector('input[type="hidden"][name$="_0"]');
  const answer = form.querySelector('input[name$="_1"]');
  box.querySelector("button").addEventListener("click", async (event) => {
    event.preventDefault();
    const response = await fetch(box.dataset.captcha, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (!response.ok) return;
    const fresh = await response.json();
    key.value = fresh.key;
    picture.src = fresh.image_url;
    answer.value = "";
    answer.focus();
  });
});
