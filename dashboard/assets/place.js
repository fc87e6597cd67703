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
    form.action = `/language?next=${encodeURIComponent(here())}`;
    remember();
  }, true);

  // Where one reads: the other language has longer or shorter lines, so what is kept is the heading nearest to the upper
  // edge, and how far from it that is. It is held while the page fills, until the reader moves.
  const KEPT = "place", HOLDS = 4000;
  const here = () => window.location.pathname + window.location.search + window.location.hash;
  const headings = () => [...document.querySelectorAll("main :is(h1, h2, h3)")];
  const top = (heading) => heading.getBoundingClientRect().top;

  function remember() {
    const all = headings().map(top);
    if (!window.scrollY || !all.length) return;
    const nth = all.reduce((best, at, place) => (Math.abs(at) < Math.abs(all[best]) ? place : best), 0);
    window.sessionStorage.setItem(KEPT, JSON.stringify({ address: here(), nth, at: all[nth] }));
  }

  function hold({ nth, at }) {
    let ends = 0, last = null;
    (function again() {
      const heading = headings()[nth], now = window.performance.now();
      if (heading) {
        ends = ends || now + HOLDS;
        const place = top(heading) + window.scrollY;
        if (!last || Math.abs(place - last.place) > 1) window.scrollTo({ top: place - at, behavior: "instant" });
        else if (Math.abs(window.scrollY - last.scrolled) > 1) return; // the page is as it was, so the reader moved
        last = { place, scrolled: window.scrollY };
      }
      if (!ends || now < ends) window.requestAnimationFrame(again);
    })();
  }

  const kept = JSON.parse(window.sessionStorage.getItem(KEPT));
  window.sessionStorage.removeItem(KEPT);
  if (kept && kept.address === here()) hold(kept);
})();
