// «Обновить» beside the picture: a new one without losing what is typed. Without this script the button sends the form.
// «Прослушать код»: the sound plays here. Without this script the link opens it in a tab of its own.
let player;
let playing;

async function play(address) {
  const response = await fetch(address);
  if (!response.ok) return false;
  player ??= new AudioContext();
  await player.resume();
  playing?.stop();
  playing = player.createBufferSource();
  playing.buffer = await player.decodeAudioData(await response.arrayBuffer());
  playing.connect(player.destination);
  playing.start();
  return true;
}

document.querySelectorAll("[data-captcha]").forEach((box) => {
  const picture = box.querySelector("img");
  const form = box.closest("form");
  const key = form.querySelector('input[type="hidden"][name$="_0"]');
  const answer = form.querySelector('input[name$="_1"]');
  const sound = box.querySelector("a");
  const said = box.querySelector("[data-said]");
  box.querySelector("button").addEventListener("click", async (event) => {
    event.preventDefault();
    const response = await fetch(box.dataset.captcha, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (!response.ok) return;
    const fresh = await response.json();
    sound.href = sound.href.replace(key.value, fresh.key);
    key.value = fresh.key;
    picture.src = fresh.image_url;
    answer.value = "";
    said.textContent = "";
    answer.focus();
  });
  sound.addEventListener("click", async (event) => {
    event.preventDefault();
    said.textContent = "";
    if (!(await play(sound.href))) said.textContent = "Сейчас не получается. Нажмите «Обновить» или подождите.";
  });
});
