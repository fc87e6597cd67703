// The one button of a sheet to print.

(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#print")) window.print();
  });
})();
