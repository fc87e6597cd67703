// Before a step that cannot be taken back: the form's own dialog asks, and only its button sends the form. A line, a tick or
// a list that belongs to one choice of the form shows with that choice.

(function () {
  "use strict";

  function follow(form) {
    const chosen = form.querySelector("input[type=radio]:checked");
    for (const part of form.querySelectorAll("[data-choice]")) {
      part.hidden = !chosen || part.dataset.choice !== chosen.value;
      const field = part.querySelector("input[type=checkbox], select");
      if (field) field.required = !part.hidden;
    }
  }

  document.addEventListener("change", function (event) {
    if (event.target.type === "radio" && event.target.form && event.target.form.querySelector("[data-choice]")) follow(event.target.form);
  });

  document.addEventListener("submit", function (event) {
    const form = event.target, dialog = form.querySelector("dialog.sure");
    if (!dialog) return;
    if (!dialog.open) {
      event.preventDefault();
      follow(form);
      dialog.showModal();
      dialog.querySelector(".sure-back").focus();
    } else if (dialog.dataset.busy) {
      event.preventDefault();
    } else {
      dialog.dataset.busy = "yes";
    }
  });

  document.addEventListener("click", function (event) {
    const back = event.target.closest && event.target.closest(".sure-back");
    if (back && !back.closest("dialog").dataset.busy) back.closest("dialog").close();
  });

  // What is being done cannot be stopped by the escape key.
  document.addEventListener("cancel", function (event) {
    if (event.target.matches("dialog.sure") && event.target.dataset.busy) event.preventDefault();
  }, true);

  // Coming back to the page by the browser's own button, nothing is being done any more.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("dialog.sure").forEach((dialog) => { delete dialog.dataset.busy; dialog.close(); });
  });
})();
