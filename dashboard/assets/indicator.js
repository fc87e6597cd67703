// A point of a chart that names a base leads to its page; the table below the chart has the same links.

(function () {
  "use strict";
  document.addEventListener("pointerover", function (event) {
    const chart = event.target.closest && event.target.closest(".points-lead .js-plotly-plot");
    if (!chart || chart.dataset.leads) return;
    chart.dataset.leads = "yes";
    chart.on("plotly_click", function (clicked) {
      const address = clicked.points.map((point) => point.customdata).find((found) => typeof found === "string" && found.startsWith("/"));
      if (!address) return;
      window.dash_clientside.set_props("address", { href: address });
      window.scrollTo(0, 0);
    });
  });
})();
