// Fields of forms as the browser has them: dashboard/fields.py says which.

(function () {
  "use strict";

  window.basewatch = {
    // Another value from the server makes a new element: the browser keeps what was entered in the old one.
    Field: function ({ id, tag, value, attributes }) {
      return window.React.createElement(tag, { key: value, id, defaultValue: value, ...attributes });
    },
  };
})();
