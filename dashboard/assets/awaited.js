// A result that does not come. Dash marks a place while its callback runs; where what it waits with is still there when the
// mark goes, the callback failed.

(function () {
  "use strict";
  const RUNS = "data-dash-is-loading";
  const SETTLES = 100; // ms in which a result that came is drawn

  function look(place) {
    const waits = place.isConnected && !place.hasAttribute(RUNS) && place.querySelector(":scope > .waiting");
    if (!waits) return;
    place.dataset.failed = "";
    for (const button of document.querySelectorAll("button[data-frees]:disabled")) {
      window.dash_clientside.set_props(button.id, { disabled: false, children: button.dataset.frees });
    }
  }

  new MutationObserver(function (changes) {
    for (const change of changes) {
      const place = change.target;
      if (!place.classList.contains("awaited")) continue;
      if (place.hasAttribute(RUNS)) delete place.dataset.failed;
      else setTimeout(look, SETTLES, place);
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: [RUNS], subtree: true });
})();
