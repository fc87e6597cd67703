// Where one is: the link to it, copied; and the same place again after the language was changed.

(function () {
  "use strict";

  const KEPT = "basewatch-place", PATIENCE = 4000;

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

  // Capturing, before the form is sent.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.action || new URL(form.action).pathname !== "/language") return;
    const here = window.location.pathname + window.location.search;
    form.action = `/language?next=${encodeURIComponent(here)}`;
    try {
      window.sessionStorage.setItem(KEPT, JSON.stringify([here, window.scrollY]));
    } catch (full) { /* without it the page is shown from its top */ }
  }, true);

  function again() {
    const text = window.sessionStorage.getItem(KEPT);
    if (!text) return;
    window.sessionStorage.removeItem(KEPT);
    const [here, top] = JSON.parse(text), until = Date.now() + PATIENCE;
    if (here !== window.location.pathname + window.location.search || !top) return;
    // The page comes piece by piece: as soon as it is long enough, unless the person has moved already.
    const timer = window.setInterval(function () {
      const room = document.documentElement.scrollHeight - window.innerHeight;
      if (window.scrollY > 0 || Date.now() > until) window.clearInterval(timer);
      else if (document.querySelector("main h1") && (room >= top || Date.now() > until - PATIENCE / 2)) window.scrollTo(0, top);
    }, 60);
  }

  try {
    again();
  } catch (refused) { /* no storage: nothing to return to */ }
})();
