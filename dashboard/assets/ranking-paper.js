// On paper a ranking is a plain table of all its rows: the grid draws only the rows in sight, and as wide as a screen.

(function () {
  "use strict";
  const GRID = "ranking-grid";
  const none = (value) => value === null || value === undefined;
  const place = (low, high) => (none(low) || none(high) ? "" : Math.round(low) + "–" + Math.round(high));

  // What a cell says, by the way in which the grid draws it (grid.js); a trend is a picture, and left out.
  const said = {
    BaseLink: (value) => value,
    Rank: (value) => value,
    Bar: (value) => value.toFixed(1),
    Change: (value) => (value === 0 ? "=" : (value > 0 ? "▲ " : "▼ ") + Math.abs(value)),
    Interval: (value, row) => place(row.low, row.high),
    Lamp: (value, row, params) => params.lamps[value].shape + " " + params.lamps[value].words,
  };

  function element(name, parent, words, className) {
    const made = parent.appendChild(document.createElement(name));
    if (words) made.textContent = words;
    if (className) made.className = className;
    return made;
  }

  function columnsOf(grid) {
    const shown = grid.getAllDisplayedColumns().map((column) => ({ column, told: column.getColDef() }));
    return shown.filter(({ told }) => told.field && told.cellRenderer !== "Trend");
  }

  const textual = (told) => ["BaseLink", "Lamp"].includes(told.cellRenderer) || !told.cellRenderer;

  function write(row, line, { told }) {
    const value = row[told.field], words = none(value) ? "–" : String((said[told.cellRenderer] || String)(value, row, told.cellRendererParams));
    element("td", line, words, textual(told) ? "" : "number");
  }

  function toPaper() {
    const frame = document.querySelector(".grid-frame"), grid = frame && window.dash_ag_grid && window.dash_ag_grid.getApi(GRID);
    if (!grid) return;
    const table = document.createElement("table"), columns = columnsOf(grid), head = element("tr", element("thead", table));
    table.className = "ranking-paper";
    for (const { column, told } of columns) element("th", head, grid.getDisplayNameForColumn(column, "header"), textual(told) ? "" : "number");
    const body = element("tbody", table);
    grid.forEachNodeAfterFilterAndSort((node) => {
      const line = element("tr", body);
      for (const column of columns) write(node.data, line, column);
    });
    frame.after(table);
  }

  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", () => document.querySelectorAll(".ranking-paper").forEach((table) => table.remove()));
})();
