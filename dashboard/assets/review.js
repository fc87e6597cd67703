// The board and the review: finding a base, choosing several, deciding while showing how far it is, texts to copy.

(function () {
  "use strict";

  const fill = (text, places) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? places[name] : whole));

  function make(tag, props, ...children) {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  // What a cell of the board says, beside it as long as the pointer or the focus is there ------------------------------

  let tip = null;

  function hideTip() {
    if (tip) tip.hidden = true;
  }

  function showTip(cell) {
    tip = tip || document.body.appendChild(make("div", { className: "tip", ariaHidden: "true" }));
    tip.textContent = cell.getAttribute("aria-label");
    tip.hidden = false;
    const at = cell.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const left = Math.min(at.left, window.innerWidth - size.width - 8);
    const below = at.bottom + 4 + size.height < window.innerHeight;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = (below ? at.bottom + 4 : at.top - size.height - 4) + "px";
  }

  for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(begin, (event) => {
      const cell = event.target.closest && event.target.closest("#board .cell");
      if (cell) showTip(cell);
    });
    document.addEventListener(end, hideTip);
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
  document.addEventListener("click", hideTip);
  window.addEventListener("scroll", hideTip, { passive: true });

  // Finding a base by its name -----------------------------------------------------------------------------------------

  document.addEventListener("input", function (event) {
    if (event.target.id !== "board-search") return;
    const wanted = event.target.value.trim().toLowerCase();
    let found = 0;
    for (const row of document.querySelectorAll("#board .bases tr")) {
      row.hidden = !row.dataset.find.includes(wanted);
      found += !row.hidden;
    }
    document.querySelector("#board .no-match").hidden = found > 0;
    const first = document.querySelector("#board .bases tr:not([hidden]) td:last-child .cell");
    if (first) makeStop(first);
  });

  // The tab key stops at the board's cells once; from there the arrow keys lead from cell to cell.

  function makeStop(cell) {
    document.querySelectorAll('#board .cell[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
    cell.tabIndex = 0;
  }

  function neighbour(cell, key) {
    const place = cell.closest("td"), row = place.parentElement;
    const across = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[key];
    if (across) return place[across] && place[across].querySelector(".cell");
    let other = row;
    do other = key === "ArrowUp" ? other.previousElementSibling : other.nextElementSibling; while (other && other.hidden);
    return other && other.children[place.cellIndex].querySelector(".cell");
  }

  document.addEventListener("keydown", function (event) {
    const cell = event.key.startsWith("Arrow") && event.target.closest && event.target.closest("#board .cell");
    const other = cell && neighbour(cell, event.key);
    if (!other || !other.offsetParent) return;
    event.preventDefault();
    makeStop(other);
    other.focus();
  });

  // The board's head stays below the bar, which may be of one line or two.
  const measured = new ResizeObserver(([bar]) => {
    const sticky = getComputedStyle(bar.target).position === "sticky";
    document.documentElement.style.setProperty("--bar", (sticky ? bar.target.offsetHeight : 0) + "px");
  });
  let observed = null;
  new MutationObserver(function () {
    const bar = document.querySelector(".page > .bar");
    if (bar === observed) return;
    if (observed) measured.unobserve(observed);
    if (bar) measured.observe(bar);
    observed = bar;
  }).observe(document.documentElement, { childList: true, subtree: true });

  // Choosing several ---------------------------------------------------------------------------------------------------

  const ticks = (form) => [...form.querySelectorAll("tbody input[type=checkbox]")];
  const chosenOf = (form) => ticks(form).filter((tick) => tick.checked);

  function showChosen(form) {
    const n = chosenOf(form).length, all = form.querySelector("input.all"), count = form.querySelector(".chosen-count");
    form.querySelectorAll(".actions button").forEach((button) => (button.disabled = n === 0));
    all.checked = n > 0 && n === ticks(form).length;
    all.indeterminate = n > 0 && !all.checked;
    if (count) count.textContent = n ? fill(count.dataset.words, { n }) : count.dataset.none;
  }

  document.addEventListener("change", function (event) {
    const form = event.target.form;
    if (event.target.type !== "checkbox" || !form || !form.classList.contains("choosing")) return;
    if (event.target.classList.contains("all")) ticks(form).forEach((tick) => (tick.checked = event.target.checked));
    showChosen(form);
  });

  // Texts: to copy, to add to a reason ---------------------------------------------------------------------------------

  document.addEventListener("click", function (event) {
    const copy = event.target.closest && event.target.closest("button.copy-texts");
    if (copy) {
      const text = chosenOf(copy.form).map((tick) => tick.dataset.text).join("\n\n――――――――\n\n");
      const say = (words) => (copy.textContent = words);
      navigator.clipboard ? navigator.clipboard.writeText(text).then(() => say(copy.dataset.done), () => say(copy.dataset.failed)) : say(copy.dataset.failed);
    }
    const template = event.target.closest && event.target.closest("button.template");
    if (template) {
      const reason = template.form.elements.reason;
      reason.value = [reason.value.trim(), template.textContent].filter(Boolean).join("\n").slice(0, reason.maxLength);
      reason.setCustomValidity("");
      reason.focus();
    }
  });

  // Deciding -----------------------------------------------------------------------------------------------------------

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.classList.contains("deciding")) return;
    event.preventDefault();
    const words = JSON.parse(form.dataset.words), step = event.submitter.value;
    const ticked = form.classList.contains("choosing") ? chosenOf(form) : [form.elements.chosen];
    const chosen = ticked.map((one) => ({ value: one.value, name: one.dataset.name, doubts: one.dataset.doubts }));
    const asked = { form, words, step, chosen, back: step === "send_back" };
    if (form.classList.contains("choosing")) return confirm(asked);
    const reason = form.elements.reason;
    if (asked.back && !reason.value.trim()) {
      reason.setCustomValidity(reason.placeholder);
      reason.reportValidity();
      reason.addEventListener("input", () => reason.setCustomValidity(""), { once: true });
      return;
    }
    run(dialogOf(), asked, reason ? reason.value : "");
  });

  function dialogOf() {
    const dialog = document.body.appendChild(make("dialog", { className: "decision" }));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("cancel", (event) => dialog.dataset.busy && event.preventDefault());
    dialog.showModal();
    return dialog;
  }

  function listOf(chosen, className) {
    const line = (one) => make("li", {}, one.name, one.doubts ? make("span", { className: "under", textContent: one.doubts }) : null);
    return make("ul", { className }, ...chosen.map(line));
  }

  // What is about to be done, the doubtful ones first and by themselves.
  function confirm(asked) {
    const { words, chosen, back } = asked, n = chosen.length, dialog = dialogOf();
    const doubtful = chosen.filter((one) => one.doubts), plain = chosen.filter((one) => !one.doubts);
    const reason = back && make("textarea", { id: "reason-for-all", rows: 4, maxLength: 1000, required: true, placeholder: words.reason_help });
    const form = make("form", { method: "dialog" },
      make("h2", { textContent: fill(back ? words.send_back_title : words.accept_title, { n }) }),
      doubtful.length && !back ? make("p", { className: "to-look", textContent: fill(words.to_look, { n: doubtful.length }) }) : null,
      back ? listOf(chosen.map(({ name }) => ({ name })), "chosen-list") : null,
      doubtful.length && !back ? listOf(doubtful, "chosen-list doubtful") : null,
      plain.length && !back ? listOf(plain, "chosen-list") : null,
      back ? make("label", { htmlFor: "reason-for-all", textContent: words.reason }) : null,
      reason || null,
      make("div", { className: "actions" },
        make("button", { className: back ? "button worse" : "button main", value: "do", textContent: fill(back ? words.send_back_do : words.accept_do, { n }) }),
        make("button", { className: "button", value: "cancel", formNoValidate: true, textContent: words.cancel })));
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (event.submitter.value === "cancel") return dialog.close();
      run(dialog, asked, reason ? reason.value : "");
    });
    dialog.replaceChildren(form);
    (reason || form.querySelector("button.main")).focus();
  }

  // Sends the decisions and follows the answer, a line for each.
  async function run(dialog, asked, reason) {
    const { form, words, step, chosen, back } = asked, n = chosen.length, refused = [];
    let done = 0, end = null;
    const line = make("p", { role: "status" });
    const bar = make("progress", { max: n + 1, value: 0, ariaLabel: words[back ? "send_back_one" : "accept_one"] });
    dialog.dataset.busy = "yes";
    dialog.replaceChildren(make("h2", { textContent: words[back ? "send_back_one" : "accept_one"] }), bar, line);
    const tell = (i) => (line.textContent = fill(words.working, { i: Math.min(i + 1, n), n, name: chosen[Math.min(i, n - 1)].name }));
    tell(0);
    function heard(told) {
      if ("computing" in told) { line.textContent = words.computing; bar.removeAttribute("value"); return; }
      if ("computed" in told) { end = told; return; }
      if (told.problem) refused.push({ name: chosen[done + refused.length].name, doubts: told.problem });
      else done += 1;
      bar.value = done + refused.length;
      tell(done + refused.length);
    }
    let failed = "";
    try {
      const body = new URLSearchParams([["step", step], ["reason", reason], ...chosen.map((one) => ["chosen", one.value])]);
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
      if (!answer.ok) failed = answer.status < 500 ? words.signed_out : words.failed;
      else await lines(answer.body, heard);
      if (!failed && !end) failed = words.failed;
    } catch (error) {
      failed = words.failed;
    }
    delete dialog.dataset.busy;
    dialog.addEventListener("close", () => window.location.reload());
    conclude(dialog, asked, { done, refused, failed, end });
  }

  async function lines(stream, heard) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      const parts = (rest + (value || "")).split("\n");
      rest = parts.pop();
      parts.filter(Boolean).forEach((part) => heard(JSON.parse(part)));
      if (done) return;
    }
  }

  function conclude(dialog, { form, words, back }, { done, refused, failed, end }) {
    const computed = !end || !done ? null : end.computed ? words.computed : fill(words.not_computed, { problem: end.problem });
    const link = (href, text, className) => make("a", { href, textContent: text, className });
    const { next, queue } = form.dataset;
    const here = form.classList.contains("choosing");
    dialog.replaceChildren(make("div", {},
      make("h2", { textContent: fill(back ? words.sent_back : words.accepted, { n: done }) }),
      failed ? make("p", { className: "wrong", role: "alert", textContent: failed }) : null,
      computed ? make("p", { className: end.computed ? "note" : "wrong", textContent: computed }) : null,
      refused.length ? make("p", { className: "to-look", textContent: fill(words.not_done, { n: refused.length }) }) : null,
      refused.length ? listOf(refused, "chosen-list doubtful") : null,
      make("div", { className: "actions" },
        here || !next ? null : link(next, words.next, "button main"),
        here ? null : link(queue, words.queue, "button"),
        make("button", { type: "button", className: here ? "button main" : "button", textContent: here ? words.queue : words.stay, onclick: () => dialog.close() }))));
    dialog.querySelector(".actions > *").focus();
  }

  // Links in the dialog lead away: it must not stay above the next page.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("dialog.decision a[href]");
    if (link) { event.preventDefault(); event.stopPropagation(); window.location.assign(link.href); }
  }, true);
})();
