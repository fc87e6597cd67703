// The order, the columns and the chosen bases of a ranking. They are in the address, as all choices are, but follow it
// without loading the page anew: the rows may be thousands.

(function () {
  "use strict";
  const calls = (window.dash_clientside = window.dash_clientside || {});
  const NARROW = 720, ALWAYS = ["rank", "name"];
  const BY_HAND = /^(checkboxSelected|spaceKey|rowClicked|uiSelect)/; // what else is chosen or cleared is by scripts
  let grid = null, chosen = [];

  const tools = () => document.getElementById("ranking-tools");
  const list = (text) => (text || "").split(",").filter(Boolean);
  const narrow = () => window.innerWidth <= NARROW;
  const query = () => new URLSearchParams(window.location.search);

  // The address ----------------------------------------------------------------------------------------------------

  function changed(address, name, value) {
    const url = new URL(address, window.location.href);
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
    return url.pathname + url.search.replaceAll("%2C", ",");
  }

  // Every link on the page that leads to this ranking, or to its files, takes the choice along.
  function keep(name, value) {
    const here = tools().dataset.address, now = changed(window.location.href, name, value);
    window.history.replaceState(window.history.state, "", now);
    const { href, pathname, search, hash } = window.location; // all of it, or Dash would put the rest of the old one back
    window.dash_clientside.set_props("address", { href, pathname, search, hash });
    for (const link of document.querySelectorAll(`.choices a[href^="${here}"], .downloads a`)) link.href = changed(link.href, name, value);
    for (const option of document.querySelectorAll(`.choices option[value^="${here}"]`)) option.value = changed(option.value, name, value);
  }

  // Order ----------------------------------------------------------------------------------------------------------

  const usual = (name) => ((grid.getColumn(name).getColDef().sortingOrder || [])[0] || "asc");

  function keepOrder() {
    const by = grid.getColumnState().find((column) => column.sort);
    const word = by ? (by.sort === usual(by.colId) ? "" : "-") + by.colId : "";
    keep("sort", word === "rank" ? "" : word);
  }

  function followOrder() {
    const word = query().get("sort") || "rank", name = grid.getColumn(word.replace("-", "")) ? word.replace("-", "") : "rank";
    const first = usual(name), other = first === "asc" ? "desc" : "asc";
    grid.applyColumnState({ state: [{ colId: name, sort: word[0] === "-" ? other : first }], defaultState: { sort: null } });
  }

  // Columns --------------------------------------------------------------------------------------------------------

  const boxes = () => [...document.querySelectorAll(".column-menu input")];

  function wanted() {
    const data = tools().dataset, asked = query().get("columns");
    if (asked) return asked === data.none ? [] : list(asked);
    return list(narrow() ? data.phone : data.defaults);
  }

  function keepColumns() {
    const now = boxes().filter((box) => box.checked).map((box) => box.value), data = tools().dataset;
    const same = now.join() === list(narrow() ? data.phone : data.defaults).filter((name) => boxes().some((box) => box.value === name)).join();
    keep("columns", same ? "" : now.join() || data.none);
    followColumns();
  }

  function followColumns() {
    const now = wanted();
    for (const box of boxes()) box.checked = now.includes(box.value);
    const all = grid.getColumns().map((column) => column.getColId()).filter((name) => !ALWAYS.includes(name) && !name.startsWith("ag-"));
    grid.setColumnsVisible(all.filter((name) => now.includes(name)), true);
    grid.setColumnsVisible(all.filter((name) => !now.includes(name)), false);
    if (narrow()) fitNarrow();
    grid.moveColumns(["ag-Grid-SelectionColumn", ...ALWAYS].filter((name) => grid.getColumn(name)), 0);
  }

  // On a phone: rank with its interval, name on two lines, the lamp's shape, change and index.
  function fitNarrow() {
    const width = (name) => ({ rank: 52, lamp: 28, change: 52, index: 62 })[name];
    const state = ["rank", "lamp", "change", "index"].filter((name) => grid.getColumn(name)).map((colId) => ({ colId, width: width(colId) }));
    const few = wanted().every((name) => list(tools().dataset.phone).includes(name));
    const rest = document.querySelector(".grid-frame").clientWidth - 52 - (few ? 28 + 52 + 62 : 0) - (grid.getColumn("ag-Grid-SelectionColumn") ? 36 : 0);
    // Before they were narrow they left no room, and the grid has let go of some of them.
    const pinned = ["ag-Grid-SelectionColumn", ...ALWAYS].map((colId) => ({ colId, pinned: "left" }));
    grid.applyColumnState({ state: [...state, { colId: "name", width: few ? Math.max(120, rest) : 150 }] });
    grid.applyColumnState({ state: pinned });
  }

  // Bases to compare -----------------------------------------------------------------------------------------------

  function tell() {
    const bar = document.querySelector(".comparing");
    if (!bar || !bar.dataset.to) return;
    const data = bar.dataset, n = chosen.length, ready = n > 1;
    const words = n === 0 ? data.none : n === 1 ? data.one : n >= data.most ? data.full : data.some;
    const link = bar.querySelector("a"), status = bar.querySelector("[role=status]");
    link.href = ready ? changed(data.to, "bases", chosen.join()) : data.to;
    link.setAttribute("aria-disabled", String(!ready));
    if (status.textContent !== words.replace("{n}", n)) status.textContent = words.replace("{n}", n);
    bar.querySelector(".clear").hidden = n === 0;
  }

  function keepChosen() {
    const bar = document.querySelector(".comparing");
    if (!bar || !bar.dataset.to) return;
    const here = new Set(), picked = grid.getSelectedNodes().map((node) => node.id);
    grid.forEachNode((node) => here.add(node.id));
    const now = chosen.filter((code) => !here.has(code) || picked.includes(code));
    for (const code of picked) if (!now.includes(code)) now.push(code);
    const over = now.slice(Number(bar.dataset.most));
    chosen = now.slice(0, Number(bar.dataset.most));
    for (const code of over) grid.getRowNode(code).setSelected(false);
    keep("bases", chosen.join());
    tell();
  }

  // Of what the address names, what the viewer may see: what stands in the grid, was chosen before, or the server knows.
  function followChosen() {
    const bar = document.querySelector(".comparing");
    if (!bar || !bar.dataset.to) return; // nothing can be chosen here
    const known = new Set([...chosen, ...list(bar.dataset.known)]);
    grid.forEachNode((node) => known.add(node.id));
    chosen = list(query().get("bases")).filter((code) => known.has(code)).slice(0, Number(bar.dataset.most));
    grid.forEachNode((node) => node.setSelected(chosen.includes(node.id)));
    tell();
  }

  // The page -------------------------------------------------------------------------------------------------------

  function follow() {
    if (!grid || grid.isDestroyed() || !tools()) return;
    followColumns();
    followOrder();
    followChosen();
  }

  calls.grids = {
    ready: function (rows, id) {
      window.basewatch.gridLibrary().then(() => window.dash_ag_grid.getApiAsync(id)).then(function (api) {
        if (api !== grid) {
          grid = api;
          if (narrow()) grid.setGridOption("rowHeight", 48);
          grid.addEventListener("sortChanged", (event) => { if (event.source === "uiColumnSorted") keepOrder(); });
          grid.addEventListener("selectionChanged", function (event) {
            if (BY_HAND.test(event.source)) keepChosen();
            else if (event.source !== "api") followChosen(); // Dash's grid clears it once more after the rows have come
          });
        }
        follow();
      });
    },
  };

  window.addEventListener("popstate", () => setTimeout(follow));
  window.addEventListener("_dashprivate_pushstate", () => setTimeout(follow));

  document.addEventListener("change", function (event) {
    if (event.target.closest && event.target.closest(".column-menu")) keepColumns();
  });

  document.addEventListener("click", function (event) {
    const at = (selector) => event.target.closest && event.target.closest(selector);
    if (at(".reset-columns")) { keep("columns", ""); followColumns(); }
    if (at(".comparing .clear")) { chosen = []; keep("bases", ""); followChosen(); document.querySelector(".comparing a").focus(); }
    const menu = document.querySelector(".column-menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // Before basewatch.js goes there: a comparison of fewer than two bases leads nowhere.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest('.comparing a[aria-disabled="true"]');
    if (link) event.preventDefault();
  }, true);

  document.addEventListener("keydown", function (event) {
    const menu = event.key === "Escape" && document.querySelector(".column-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
