// What AG Grid draws in the cells of the rankings, and by what it orders them. What the page does with the grid is in ranking.js.

(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const make = (...parts) => window.React.createElement(...parts);
  const none = (value) => value === null || value === undefined;
  const nothing = () => make("span", { className: "muted" }, "–");

  // A row without a value stands last, whichever way the rows are ordered.
  functions.blanksLast = function (a, b, nodeA, nodeB, backwards) {
    if (none(a) || none(b)) return none(a) === none(b) ? 0 : none(a) === backwards ? -1 : 1;
    return a - b;
  };

  functions.byWords = function (a, b, nodeA, nodeB, backwards) {
    if (!a || !b) return !a === !b ? 0 : !a === backwards ? -1 : 1;
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  };

  const link = (props, path, children, more) => make("a", { href: props.before + path + props.after, tabIndex: -1, ...more }, children);
  const span = (low, high) => Math.round(low) + "–" + Math.round(high);

  cells.BaseLink = (props) => link(props, encodeURIComponent(props.data.base), props.value, { title: [props.value, props.data.note].filter(Boolean).join(" · ") });

  // The interval stands under the rank where its own column has no room.
  cells.Rank = function (props) {
    const { low, high } = props.data;
    if (none(props.value)) return nothing();
    return make("span", { className: "rank" }, props.value, none(low) ? null : make("small", null, span(low, high)));
  };

  cells.Bar = function (props) {
    if (none(props.value)) return make("span", { className: "muted no-bar" }, "–"); // where the numbers stand
    const width = Math.max(0, Math.min(100, props.value)) + "%";
    return make("span", { className: "cell-bar" },
      make("span", { "aria-hidden": true }, make("span", { style: { width } })),
      link(props, encodeURIComponent(props.data.base), props.value.toFixed(1)));
  };

  cells.Change = function (props) {
    const places = props.value;
    if (none(places)) return nothing();
    if (places === 0) return make("span", { className: "same" }, "=");
    return make("span", { className: places > 0 ? "up" : "down" }, (places > 0 ? "▲ " : "▼ ") + Math.abs(places));
  };

  // On one axis for all rows, from the first place to the last.
  cells.Interval = function (props) {
    const { low, high, rank, note } = props.data, n = Math.max(2, props.n);
    if (none(rank)) return make("span", { className: "muted note", title: note }, note);
    if (none(low) || none(high)) return nothing();
    const spot = (place) => ((place - 1) / (n - 1)) * 100;
    const words = props.words.replace("{low}", Math.round(low)).replace("{high}", Math.round(high));
    return make("span", { className: "interval-cell", title: words },
      make("span", { className: "interval", "aria-hidden": true },
        make("span", { style: { left: spot(low) + "%", width: spot(high) - spot(low) + "%" } }),
        make("i", { style: { left: spot(rank) + "%" } })),
      make("span", null, span(low, high)));
  };

  cells.Lamp = function (props) {
    const lamp = none(props.value) ? null : props.lamps[props.value];
    if (!lamp) return nothing();
    return make("span", { className: "lamp-mark", title: lamp.words },
      make("span", { className: "lamp is-" + lamp.kind, "aria-hidden": true }, lamp.shape),
      make("span", { className: "word" }, lamp.words));
  };

  // The height stands for `reach` points at least: small ups and downs stay small. A quarter without an index is a gap.
  cells.Trend = function (props) {
    const values = props.value || [], known = values.filter((value) => !none(value));
    if (known.length < 2) return nothing();
    const wide = 92, high = 22, edge = 4;
    const least = Math.min(...known), most = Math.max(...known), reach = Math.max(props.reach, most - least);
    const floor = (least + most - reach) / 2, step = (wide - 2 * edge) / (values.length - 1);
    const x = (place) => edge + place * step, y = (value) => edge + (high - 2 * edge) * (1 - (value - floor) / reach);
    let path = "", pen = "M";
    values.forEach(function (value, place) {
      if (none(value)) { pen = "M"; return; }
      path += pen + x(place).toFixed(1) + " " + y(value).toFixed(1);
      pen = "L";
    });
    const told = values.map((value, place) => props.periods[place] + ": " + (none(value) ? "–" : value.toFixed(1))).join("\n");
    const last = values.length - 1;
    return make("span", { className: "trend", title: told, role: "img", "aria-label": told.replaceAll("\n", "; ") },
      make("svg", { width: wide, height: high, "aria-hidden": true },
        make("path", { d: path }),
        none(values[last]) ? null : make("circle", { cx: x(last), cy: y(values[last]), r: 3 })));
  };

  cells.Flags = (props) => (props.value ? make("span", null, props.value) : nothing());
})();
