// The card that explains an indicator, beside every element with data-explains: after resting on it, on keyboard focus,
// or on a long press. It stays while the pointer is on it, and Escape puts it away (WCAG 1.4.13).

(function () {
  "use strict";
  const REST = 300, PRESS = 450, LEAVE = 150, GAP = 6, EDGE = 8;
  const known = new Map();
  let card = null, owner = null, coming = null, going = null, pressed = false;

  function ask({ explains, at }) {
    const query = at ? "?at=" + encodeURIComponent(at) : "";
    const address = "/indicators/" + encodeURIComponent(explains) + "/card" + query;
    if (!known.has(address)) {
      const answer = fetch(address, { headers: { Accept: "text/html" } })
        .then((found) => (found.ok ? found.text() : null))
        .catch(() => null);
      known.set(address, answer);
      answer.then((text) => text === null && known.delete(address));
    }
    return known.get(address);
  }

  function element() {
    if (!card) {
      card = document.createElement("div");
      card.id = "explainer";
      card.className = "explainer";
      card.hidden = true;
      card.addEventListener("pointerenter", () => clearTimeout(going));
      card.addEventListener("pointerleave", leave);
      document.body.append(card);
    }
    return card;
  }

  function place(target) {
    const at = target.getBoundingClientRect(), size = card.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = Math.max(EDGE, Math.min(at.left, room - size.width - EDGE));
    const below = at.bottom + GAP + size.height <= window.innerHeight;
    const above = at.top - GAP - size.height >= 0;
    card.style.left = left + window.scrollX + "px";
    card.style.top = (below || !above ? at.bottom + GAP : at.top - GAP - size.height) + window.scrollY + "px";
  }

  async function show(target) {
    clearTimeout(coming);
    clearTimeout(going);
    const before = owner;
    owner = target;
    const text = await ask(target.dataset);
    if (owner !== target || text === null || !target.isConnected) return;
    if (before && before !== target) before.removeAttribute("aria-describedby");
    const shown = element();
    shown.innerHTML = text;
    shown.hidden = false;
    target.setAttribute("aria-describedby", "explainer");
    place(target);
  }

  function hide() {
    clearTimeout(coming);
    clearTimeout(going);
    if (owner) owner.removeAttribute("aria-describedby");
    owner = null;
    if (card) card.hidden = true;
  }

  function leave() {
    clearTimeout(coming);
    clearTimeout(going);
    going = setTimeout(hide, LEAVE);
  }

  const explained = (event) => event.target.closest && event.target.closest("[data-explains]");

  document.addEventListener("pointerover", function (event) {
    const target = explained(event);
    if (!target || event.pointerType === "touch") return;
    clearTimeout(coming);
    clearTimeout(going);
    if (target !== owner || !card || card.hidden) coming = setTimeout(() => show(target), REST);
  });
  document.addEventListener("pointerout", function (event) {
    const target = explained(event);
    if (!target || event.pointerType === "touch" || target.contains(event.relatedTarget)) return;
    if (!card || !card.contains(event.relatedTarget)) leave();
  });

  document.addEventListener("focusin", function (event) {
    const target = explained(event);
    if (target && target.matches(":focus-visible")) show(target);
    else if (owner && card && !card.contains(event.target)) hide();
  });

  document.addEventListener("pointerdown", function (event) {
    const target = explained(event);
    if (card && !card.hidden && !card.contains(event.target)) hide();
    pressed = false;
    if (!target || event.pointerType !== "touch") return;
    clearTimeout(coming);
    coming = setTimeout(() => { pressed = true; show(target); }, PRESS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove"]) {
    document.addEventListener(name, function (event) {
      if (event.pointerType === "touch" && (name !== "pointermove" || Math.hypot(event.movementX, event.movementY) > 4)) clearTimeout(coming);
    });
  }
  // After a long press the finger's rise is no click, and the browser's own menu stays away.
  document.addEventListener("click", function (event) {
    const held = pressed && explained(event);
    pressed = false;
    if (held) { event.preventDefault(); event.stopImmediatePropagation(); }
    else if (card && (card.contains(event.target) || explained(event))) hide();
  }, true);
  document.addEventListener("contextmenu", (event) => pressed && explained(event) && event.preventDefault());

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && card && !card.hidden) hide();
    if (event.key === "Escape") clearTimeout(coming);
  });
})();
