// Going from address to address without loading the page anew, and the light and dark theme.

(function () {
  "use strict";

  function go(address) {
    const target = new URL(address, window.location.href);
    const samePage = target.pathname === window.location.pathname;
    window.dash_clientside.set_props("address", { href: target.pathname + target.search });
    if (!samePage) window.scrollTo(0, 0);
    if (target.hash) whenThere(target.hash.slice(1), 40);
  }

  // A part of a page that is still to come.
  function whenThere(id, times) {
    const part = document.getElementById(id);
    if (part) part.scrollIntoView();
    else if (times) window.setTimeout(whenThere, 50, id, times - 1);
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest('a[href^="/"]');
    if (!link || link.target || link.hasAttribute("download") || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const stays = link.pathname === window.location.pathname;
    go(link.getAttribute("href"));
    // The chosen indicator may stand above or below what is in sight: bring it into view.
    const panel = stays && link.closest(".spine, .base-page .reasons") && document.getElementById("indicator");
    const place = panel && panel.getBoundingClientRect();
    if (place && (place.bottom < 0 || place.top > window.innerHeight)) panel.scrollIntoView();
  });

  // A chosen list goes to its address; the list of the page that comes takes the keyboard over.
  let left = null;
  document.addEventListener("change", function (event) {
    if (!event.target.matches || !event.target.matches("select.go")) return;
    left = event.target;
    go(event.target.value);
  });
  new MutationObserver(function () {
    const list = left && !left.isConnected && document.getElementById(left.id);
    if (!list) return;
    left = null;
    list.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });

  // In the grid the cell has the focus, not the link inside it.
  document.addEventListener("keydown", function (event) {
    const cell = event.key === "Enter" && event.target.closest && event.target.closest(".ag-cell");
    const link = cell && cell.querySelector("a[href]");
    if (link) link.click();
  });

  // The theme. Pages follow their CSS variables by themselves; charts are drawn again in the other theme's colours.
  function tokens(theme) {
    const found = {};
    for (const sheet of document.styleSheets) {
      if (!sheet.href || !sheet.href.endsWith("/tokens.css")) continue;
      for (const rule of sheet.cssRules) {
        const dark = rule.selectorText.includes("dark");
        if (dark !== (theme === "dark")) continue;
        for (const name of rule.style) if (name.startsWith("--")) found[name] = rule.style.getPropertyValue(name).trim();
      }
    }
    return found;
  }

  function redraw(from, to) {
    const before = tokens(from), after = tokens(to), swap = {};
    for (const name of Object.keys(after)) if (before[name]) swap[before[name].toUpperCase()] = after[name];
    const recolour = (part) => JSON.parse(JSON.stringify(part, (key, value) => {
      const other = typeof value === "string" && value.startsWith("#") && swap[value.toUpperCase()];
      return other || value;
    }));
    document.querySelectorAll(".js-plotly-plot").forEach((chart) => {
      window.Plotly.react(chart, recolour(chart.data), recolour(chart.layout));
    });
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#theme")) return;
    const root = document.documentElement;
    const from = root.dataset.theme === "dark" ? "dark" : "light", to = from === "dark" ? "light" : "dark";
    root.dataset.theme = root.dataset.agThemeMode = to;
    document.cookie = "theme=" + to + "; path=/; max-age=31536000; samesite=lax";
    document.dispatchEvent(new CustomEvent("theme", { detail: { from: from, to: to } }));
  });

  document.addEventListener("theme", function (event) {
    if (window.Plotly) redraw(event.detail.from, event.detail.to);
  });
})();
