// Enhances what works without it: nothing here is needed to use the console.
"use strict";

// A choice that stands alone is sent as soon as it is made.
for (const choice of document.querySelectorAll("select[data-submit]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
document.documentElement.classList.add("js");
