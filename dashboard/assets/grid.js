// What AG Grid draws in the cells of the rankings.

(function () {
  "use strict";
  const calls = (window.dash_clientside = window.dash_clientside || {});

  // On a phone: rank and name stay in place, names on two lines, the rest is reached sideways.
  function fitNarrow(api) {
    api.setGridOption("rowHeight", 44);
    api.applyColumnState({ state: [
      { colId: "rank", pinned: "left", width: 44 },
      { colId: "name", pinned: "left", width: 140 },
      { colId: "index", width: 106 },
      { colId: "change", width: 64 },
    ] });
    api.moveColumns(["index"], 2);
  }

  calls.grids = {
    fit: function (rows, id) {
      if (window.innerWidth <= 720) window.dash_ag_grid.getApiAsync(id).then(fitNarrow);
    },
  };

  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (...parts) => window.React.createElement(...parts);

  cells.BaseLink = (props) => make("a", { href: props.data.href, tabIndex: -1, title: props.data.note || undefined }, props.value);

  cells.Bar = function (props) {
    if (props.value === null || props.value === undefined) return make("span", { className: "muted" }, "–");
    const width = Math.max(0, Math.min(100, props.value)) + "%";
    return make("span", { className: "cell-bar" },
      make("span", { "aria-hidden": true }, make("span", { style: { width } })),
      make("span", null, props.value.toFixed(1)));
  };

  cells.Change = function (props) {
    const places = props.value;
    if (places === null || places === undefined) return make("span", { className: "muted" }, "–");
    if (places === 0) return make("span", { className: "same" }, "=");
    return make("span", { className: places > 0 ? "up" : "down" }, (places > 0 ? "▲ " : "▼ ") + Math.abs(places));
  };

  cells.Interval = function (props) {
    const { low, high, rank } = props.data, n = Math.max(2, props.n);
    if (low === null || high === null) return null;
    const spot = (place) => ((place - 1) / (n - 1)) * 100;
    return make("span", { className: "interval", title: low + "–" + high },
      make("span", { style: { left: spot(low) + "%", width: spot(high) - spot(low) + "%" } }),
      make("i", { style: { left: spot(rank) + "%" } }));
  };

  cells.Lamp = function (props) {
    const { lamp_kind: kind, lamp_shape: shape, lamp_words: words } = props.data;
    return kind ? make("span", { className: "lamp is-" + kind, title: words, role: "img", "aria-label": words }, shape) : null;
  };

  cells.Flags = function (props) {
    if (props.data.missing) return make("span", { className: "muted", title: props.data.note || undefined }, "○");
    return props.value ? make("span", null, props.value) : make("span", { className: "muted" }, "–");
  };
})();
