// Enhances what works without it: nothing here is needed to use the console.
"use strict";

// A choice that stands alone is sent as soon as it is made; by the button whose id it names.
for (const choice of document.querySelectorAll("select[data-submit]")) {
  choice.addEventListener("change", () => {
    choice.form.requestSubmit(choice.dataset.submit ? document.getElementById(choice.dataset.submit) : null);
  });
}
document.documentElement.classList.add("js");

// Long work is asked about once a second; without scripts the page reloads itself instead.
for (const card of document.querySelectorAll("[data-job]")) {
  const bar = card.querySelector("progress");
  const ask = async () => {
    try {
      const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const { over, done, total } = await answer.json();
      if (over) {
        location.reload();
        return;
      }
      if (total) {
        bar.max = total;
        bar.value = done;
        let words = card.querySelector(".numbers");
        if (!words) {
          words = document.createElement("p");
          words.className = "numbers";
          bar.after(words);
        }
        words.textContent = card.dataset.progress.replace("%done%", done).replace("%total%", total);
      }
      setTimeout(ask, 1000);
    } catch {
      // Signed out, or the server is away for a moment: the page itself says which.
      setTimeout(() => location.reload(), 3000);
    }
  };
  setTimeout(ask, 500);
}

// How much room is left in a text, told while it is typed.
for (const area of document.querySelectorAll("textarea[data-count]")) {
  const left = document.createElement("p");
  left.className = "hint numbers count";
  left.setAttribute("aria-hidden", "true");
  const tell = () => {
    left.textContent = `${area.value.length} / ${area.maxLength}`;
  };
  area.addEventListener("input", tell);
  area.after(left);
  tell();
}

// The open menu of a phone closes by Escape, and gives the focus back.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
