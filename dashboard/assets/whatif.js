// Forms whose choices an address holds. The what-if form goes there as soon as a choice is made, the simulation's when its
// button is pressed.

(function () {
  "use strict";
  const PATIENCE = 250;
  const FORMS = ".what-if-form, .simulation-form";
  let waiting = null, left = null;

  function address(form) {
    const query = new URLSearchParams();
    for (const field of form.elements) {
      if (!field.name || (field.type === "radio" && !field.checked)) continue;
      if (field.value !== field.dataset.published) query.set(field.name, field.value);
    }
    return form.getAttribute("action") + (query.size ? "?" + query : "");
  }

  function show(form) {
    // After a failure the page is loaded anew: Dash would not ask again for an address that it has.
    if (document.querySelector(".awaited[data-failed]")) return window.location.assign(address(form));
    left = form.contains(document.activeElement) ? document.activeElement : null;
    window.dash_clientside.set_props("address", { href: address(form) });
  }

  document.addEventListener("change", function (event) {
    const form = event.target.closest && event.target.closest(".what-if-form");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(form), PATIENCE);
  });

  document.addEventListener("submit", function (event) {
    if (!event.target.matches(FORMS)) return;
    event.preventDefault();
    clearTimeout(waiting);
    show(event.target);
    const result = document.querySelector(".simulation-result");
    if (result) result.scrollIntoView({ block: "nearest" });
  });

  // A weight is moved on its slider or written in figures; each follows the other, and the slider's goes to the address.
  function pair(form, field) {
    const exact = field.matches(".exact") ? field : form.querySelector(`.exact[data-of="${field.id}"]`);
    const slider = field === exact ? document.getElementById(exact.dataset.of) : field;
    if (field === slider) exact.value = slider.value;
    else if (exact.value !== "") {
      slider.max = Math.max(slider.max, exact.value);
      slider.step = "any";
      slider.value = exact.value;
    }
  }

  // While a weight is moved, its share of all follows.
  document.addEventListener("input", function (event) {
    const form = event.target.closest && event.target.closest(".what-if-form");
    if (!form || !(event.target.type === "range" || event.target.matches(".exact"))) return;
    pair(form, event.target);
    const all = [...form.querySelectorAll('input[type="range"]')];
    const total = all.reduce((sum, field) => sum + Number(field.value), 0);
    for (const field of all) {
      const out = form.querySelector(`output[for="${field.id}"]`);
      if (out) out.textContent = out.textContent.replace(/\d+/, total ? Math.round((100 * field.value) / total) : 0);
    }
  });

  // The form of another address is a new one: the keyboard goes on where it was.
  new MutationObserver(function () {
    if (!left || left.isConnected) return;
    const field = document.getElementById(left.id);
    if (!field || field.disabled) return;
    left = null;
    field.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
