// Where one is: the link to it, copied; and the same place again when the language is changed.

(function () {
  "use strict";

  // The address with the quarter that is shown, so that the link shows the same figures when there are newer ones.
  function address() {
    const here = new URL(window.location.href), page = document.querySelector(".page");
    if (document.getElementById("choose-quarter") && page.dataset.period) here.searchParams.set("period", page.dataset.period);
    return here.href;
  }

  // Browsers let pages copy only over https; elsewhere the older way still works.
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("not copied");
  }

  document.addEventListener("click", async function (event) {
    const button = event.target.closest && event.target.closest(".copy-link");
    if (!button || button.dataset.words) return;
    const words = button.lastElementChild;
    button.dataset.words = words.textContent;
    try {
      await copy(address());
      words.textContent = button.dataset.copied;
    } catch (refused) {
      words.textContent = button.dataset.failed;
    }
    button.focus();
    window.setTimeout(() => {
      words.textContent = button.dataset.words;
      delete button.dataset.words;
    }, 2000);
  });

  // The address as it is, also what of it the server did not make. Capturing: before the form is sent.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.action || new URL(form.action).pathname !== "/language") return;
    const here = window.location;
    form.action = `/language?next=${encodeURIComponent(here.pathname + here.search + here.hash)}`;
  }, true);
})();
