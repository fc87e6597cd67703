// The rug: arrow keys lead from cell to cell (one stop of the tab key for all), and a cell tells what it rests on.

(function () {
  "use strict";
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const NARROW = 8;
  let tip = null;

  const linkOf = (cell) => cell && cell.querySelector("a[href]");

  // The cell of a row that stands at that column, however many columns the ones before it span.
  function cellAt(row, column) {
    let place = 0;
    for (const cell of row.cells) {
      if (column < place + cell.colSpan) return cell;
      place += cell.colSpan;
    }
    return null;
  }

  function columnOf(cell) {
    let place = 0;
    for (const other of cell.parentElement.cells) {
      if (other === cell) return place;
      place += other.colSpan;
    }
    return place;
  }

  // From a cell on in one direction to the next one that leads somewhere.
  function next(table, cell, step) {
    let row = cell.parentElement.rowIndex, column = columnOf(cell);
    for (;;) {
      row += step[0];
      column += step[1];
      const line = table.rows[row];
      const found = line && column >= 0 && cellAt(line, column);
      if (!found) return null;
      const link = linkOf(found);
      if (link) return link;
    }
  }

  function edge(cell, key) {
    const cells = Array.from(cell.parentElement.cells).filter(linkOf);
    return linkOf(key === "Home" ? cells[0] : cells[cells.length - 1]);
  }

  // One link of the table is in the order of the tab key: the one that had the focus last, at first the first base.
  function rove(table, link) {
    table.querySelectorAll("a[href]").forEach((other) => other.setAttribute("tabindex", other === link ? "0" : "-1"));
  }

  function prepare() {
    document.querySelectorAll("table.rug").forEach((table) => {
      if (table.querySelector('a[tabindex="0"]')) return;
      const first = table.tBodies[table.tBodies.length - 1].querySelector("a[href]");
      if (first) rove(table, first);
    });
  }

  // What stands at the left and at the head would hide a cell that is scrolled to.
  function uncover(table, link) {
    const frame = table.closest(".rug-frame"), seen = link.getBoundingClientRect(), around = frame.getBoundingClientRect();
    const head = table.tHead.getBoundingClientRect().bottom;
    const side = table.querySelector("tbody .base").getBoundingClientRect().right;
    const isBase = link.closest(".base");
    if (!link.closest("thead") && seen.top < head) frame.scrollTop -= head - seen.top + NARROW;
    if (!isBase && seen.left < side) frame.scrollLeft -= side - seen.left + NARROW;
    if (seen.right > around.right) frame.scrollLeft += seen.right - around.right + NARROW;
    if (seen.bottom > around.bottom) frame.scrollTop += seen.bottom - around.bottom + NARROW;
  }

  document.addEventListener("keydown", function (event) {
    const table = event.target.closest && event.target.closest("table.rug");
    if (!table) return;
    if (event.key === "Escape") return hide();
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const cell = event.target.closest("td, th");
    const step = STEPS[event.key];
    const link = step ? next(table, cell, step) : event.key === "Home" || event.key === "End" ? edge(cell, event.key) : null;
    if (!step && !link) return;
    event.preventDefault();
    if (!link) return;
    rove(table, link);
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
    uncover(table, link);
    show(link);
  });

  function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  function show(link) {
    const cell = link.closest("td"), table = link.closest("table.rug");
    if (!cell || !table) return hide();
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "rug-tip";
      tip.setAttribute("aria-hidden", "true"); // the link says the same
      document.body.append(tip);
    }
    const heads = table.tHead.rows[table.tHead.rows.length - 1];
    tip.replaceChildren(
      element("strong", heads.cells[columnOf(cell)].textContent),
      element("span", cell.parentElement.querySelector("th a").textContent),
      document.createTextNode(link.getAttribute("aria-label")),
    );
    tip.hidden = false;
    const at = link.getBoundingClientRect(), size = tip.getBoundingClientRect(), room = document.documentElement;
    const below = at.bottom + NARROW, above = at.top - NARROW - size.height;
    tip.style.top = (below + size.height < room.clientHeight || above < 0 ? below : above) + "px";
    tip.style.left = Math.max(NARROW, Math.min(at.left, room.clientWidth - size.width - NARROW)) + "px";
  }

  function hide() {
    if (tip) tip.hidden = true;
  }

  document.addEventListener("mouseover", function (event) {
    const link = event.target.closest && event.target.closest(".rug td > a");
    if (link) show(link);
    else hide();
  });
  document.addEventListener("focusin", function (event) {
    const link = event.target.closest && event.target.closest(".rug a[href]");
    if (!link) return hide();
    rove(link.closest("table.rug"), link);
    show(link);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("click", hide);
  // Who moves by keys scrolls by the way: the words go with the cell.
  document.addEventListener("scroll", function () {
    const link = document.activeElement && document.activeElement.closest(".rug td > a:focus-visible");
    if (link) show(link);
    else hide();
  }, true);
  new MutationObserver(prepare).observe(document.documentElement, { childList: true, subtree: true });
})();
