// Paper is white and has one width: charts are drawn again for it, and once more for the screen afterwards.

(function () {
  "use strict";
  const WIDTH = 880; // px: A4 without its margins at 96 to the inch, before one-base.css makes charts smaller
  const root = document.documentElement;
  let before = null;

  function toPaper() {
    before = root.dataset.theme;
    if (before === "dark") switchTo("dark", "light");
    document.querySelectorAll(".base-page .js-plotly-plot").forEach((chart) => window.Plotly.relayout(chart, { width: WIDTH, autosize: false }));
  }

  function toScreen() {
    document.querySelectorAll(".base-page .js-plotly-plot").forEach((chart) => window.Plotly.relayout(chart, { width: null, autosize: true }));
    if (before === "dark") switchTo("light", "dark");
  }

  function switchTo(from, to) {
    root.dataset.theme = to;
    document.dispatchEvent(new CustomEvent("theme", { detail: { from: from, to: to } }));
  }

  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
})();
