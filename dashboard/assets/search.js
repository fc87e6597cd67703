// The field in the head: Ctrl/⌘+K or "/" leads to it, what is found stands below it as it is typed. The pattern of a
// combobox: the focus stays in the field, the arrow keys move through the list, Enter opens, Esc closes.

(function () {
  "use strict";

  const WAIT = 120;
  let timer = 0, asked = null, before = null;

  const field = () => document.getElementById("search");
  const list = () => document.getElementById("search-found");
  const options = () => Array.from(list().querySelectorAll('[role="option"]'));

  function made(tag, properties, children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...(children || []));
    return element;
  }

  function show(open) {
    list().hidden = !open;
    field().setAttribute("aria-expanded", String(open));
    if (!open) choose(null);
  }

  function close() {
    window.clearTimeout(timer);
    if (asked) asked.abort();
    if (!list()) return;
    show(false);
    list().replaceChildren();
    document.getElementById("search-told").textContent = "";
  }

  function choose(option) {
    options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    if (option) {
      field().setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field().removeAttribute("aria-activedescendant");
  }

  function chosen() {
    return list().querySelector('[aria-selected="true"]');
  }

  function say(words) {
    list().replaceChildren(made("p", { className: "note", textContent: words }));
    document.getElementById("search-told").textContent = words;
    show(true);
  }

  function option(entry, id) {
    const link = made("a", { href: entry.href, id: id, tabIndex: -1 }, [made("span", { textContent: entry.name })]);
    if (entry.code) link.append(made("span", { className: "note", textContent: entry.code }));
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    return link;
  }

  function group(found, place) {
    const title = made("div", { className: "search-title", id: `search-group-${place}`, textContent: found.title });
    const part = made("div", {}, [title, ...found.entries.map((entry, i) => option(entry, `search-${place}-${i}`))]);
    part.setAttribute("role", "group");
    part.setAttribute("aria-labelledby", title.id);
    if (found.more) part.append(made("p", { className: "note", textContent: found.more }));
    return part;
  }

  function draw(groups, words) {
    if (!groups.length) return say(field().dataset.none.replace("{q}", words));
    list().replaceChildren(...groups.map(group));
    list().scrollTop = 0;
    const number = groups.reduce((sum, found) => sum + found.entries.length, 0);
    document.getElementById("search-told").textContent = field().dataset.count.replace("{n}", number);
    show(true);
    choose(options()[0]);
  }

  async function ask() {
    const words = field().value.trim();
    if (!words) return close();
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(words)}`, {
        headers: { Accept: "application/json" }, signal: asked.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const groups = await answer.json();
      if (field() && field().value.trim() === words) draw(groups, words);
    } catch (failure) {
      if (failure.name !== "AbortError" && field()) say(field().dataset.failed);
    }
  }

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function called(event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") return true;
    return event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  }

  function move(step) {
    const all = options(), now = all.indexOf(chosen());
    if (all.length) choose(all[(now + step + all.length) % all.length]);
  }

  function inField(event) {
    const open = !list().hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) move(event.key === "ArrowDown" ? 1 : -1);
      else ask();
    } else if (event.key === "Enter" && open && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (open) return close();
      field().value = "";
      field().blur();
      if (before && before.isConnected) before.focus();
    }
  }

  document.addEventListener("keydown", function (event) {
    if (!field() || event.isComposing) return;
    if (called(event)) {
      event.preventDefault();
      if (document.activeElement !== field()) before = document.activeElement;
      field().focus();
      field().select();
    } else if (event.target === field()) inField(event);
  });

  document.addEventListener("input", function (event) {
    if (event.target !== field()) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });

  document.addEventListener("click", function (event) {
    if (!list() || !event.target.closest) return;
    const inside = event.target.closest("#search-found");
    if (inside && event.target.closest("a")) {
      field().value = "";
      field().blur();
    }
    if (!event.target.closest(".search") || (inside && event.target.closest("a"))) close();
  });

  document.addEventListener("focusout", function (event) {
    if (event.target === field() && !(event.relatedTarget && event.relatedTarget.closest("#search-found"))) {
      window.setTimeout(() => { if (document.activeElement !== field()) close(); }, 200);
    }
  });
})();
