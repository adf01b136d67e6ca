// One-key shortcuts for whoever reviews many questions; every key has a button or a link as well.
"use strict";

(() => {
  const STORED = "rejoinder-keys-off";
  const rows = [...document.querySelectorAll("[data-row]")];
  const help = document.getElementById("keys");
  const toggle = document.querySelector("[data-keys-switch]");
  let off = false;
  try { off = localStorage.getItem(STORED) === "yes"; } catch { /* storage may be forbidden */ }

  const typing = (target) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

  const show = () => { if (toggle) toggle.textContent = off ? toggle.dataset.on : toggle.dataset.off; };
  show();
  toggle?.addEventListener("click", () => {
    off = !off;
    try { localStorage.setItem(STORED, off ? "yes" : "no"); } catch { /* then it holds for this page */ }
    show();
  });

  // Moves the focus through a list's rows where there is no cluster to go on to.
  function move(step) {
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    rows[next]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (typing(event.target)) return;
    if (event.key === "?" && help) {
      help.open = !help.open;
      if (help.open) help.scrollIntoView({ block: "nearest" });
      event.preventDefault();
      return;
    }
    if (off) return;
    // The place on the keyboard counts, so that the keys work with a Cyrillic layout too.
    const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
    if (!/^[a-z]$/.test(key)) return;
    const wanted = document.querySelector(`[data-key="${key}"]`);
    if (wanted) {
      event.preventDefault();
      if (wanted instanceof HTMLDetailsElement) {
        wanted.open = !wanted.open;
        if (wanted.open) {
          // Of a choice, what is chosen has the focus: the arrows would change it from elsewhere.
          const first = wanted.querySelector("form input:not([type=hidden]), form select, form button");
          (first?.type === "radio" && wanted.querySelector("form input[type=radio]:checked") || first)?.focus();
        }
      } else {
        wanted.click();
      }
    } else if (key === "j" || key === "k") {
      event.preventDefault();
      move(key === "j" ? 1 : -1);
    }
  });

  // A key that is struck twice must not judge the next cluster's form before it is there.
  for (const form of document.querySelectorAll(".verdicts form")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
