// The theme before the first paint: what the viewer chose, else what the system prefers, also when that changes.

(function () {
  "use strict";
  const root = document.documentElement, dark = window.matchMedia("(prefers-color-scheme: dark)");

  function follow() {
    const from = root.dataset.theme, to = dark.matches ? "dark" : "light";
    document.cookie = "scheme=" + to + "; path=/; max-age=31536000; samesite=lax"; // so that charts are drawn in it
    if (/(^|; )theme=/.test(document.cookie) || from === to) return;
    root.dataset.theme = root.dataset.agThemeMode = to;
    document.dispatchEvent(new CustomEvent("theme", { detail: { from: from, to: to } }));
  }

  follow();
  dark.addEventListener("change", follow);
})();
