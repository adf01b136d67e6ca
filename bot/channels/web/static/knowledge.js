// Checks a form while it is filled in and shows how Discord will show it. Without it, the form's
// own button does the same.
"use strict";

const PAUSE = 700;

// Characters as people and the format count them, not as JavaScript does.
function room(field) {
  const shown = document.getElementById(`${field.id}-room`);
  if (!shown) return;
  const limit = Number(shown.dataset.limit);
  const count = [...field.value].length;
  shown.textContent = `${count} / ${limit}`;
  shown.classList.toggle("over", count > limit);
}

for (const form of document.querySelectorAll("form[data-live]")) {
  const look = document.getElementById("look");
  const touched = new Set();
  let waiting, asked;

  const check = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const filled = new URLSearchParams(new FormData(form));
    filled.set("do", "live");
    let said;
    try {
      const response = await fetch(form.action, { method: "POST", body: filled, signal: asked.signal });
      if (!response.ok || response.redirected) return;
      said = await response.json();
    } catch {
      return; // the form still works without
    }
    for (const place of form.querySelectorAll("[data-field]")) {
      const name = place.dataset.field;
      const error = place.querySelector("[data-error]");
      // Nobody is told of what they have not come to yet.
      const words = touched.has(name) ? said.problems[name] || "" : error.hidden ? "" : error.textContent;
      const now = touched.has(name) ? words : said.problems[name] ? words : "";
      error.textContent = now;
      error.hidden = !now;
      place.classList.toggle("has-error", Boolean(now));
      const input = place.querySelector("input, textarea, select");
      if (now) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    look.innerHTML = said.html;
  };

  for (const field of form.querySelectorAll("[data-field] input, [data-field] textarea")) room(field);
  form.addEventListener("input", (event) => {
    const place = event.target.closest("[data-field]");
    if (!place) return;
    touched.add(place.dataset.field);
    room(event.target);
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    if (asked) asked.abort();
  });
}
