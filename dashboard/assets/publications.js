// A content hash copied whole, or marked where the browser does not let a page copy.

(function () {
  "use strict";

  function mark(code, whole) {
    code.textContent = whole;
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  document.addEventListener("click", async function (event) {
    const button = event.target.closest && event.target.closest(".copy-hash");
    if (!button) return;
    const code = button.querySelector("code, span"), short = code.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.whole);
      code.textContent = button.dataset.done;
      window.setTimeout(() => { code.textContent = short; }, 1500);
    } catch (refused) {
      mark(code, button.dataset.whole);
    }
  });
})();
