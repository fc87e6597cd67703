// Draws what dashboard/still.py sends: a tree of plain elements in one piece, and inputs.

(function () {
  "use strict";
  const ours = (window.basewatch = window.basewatch || {});

  function input({ setProps, componentPath, _dashprivate_layout, value, checked, ...props }) {
    return window.React.createElement("input", { ...props, defaultValue: value, defaultChecked: checked });
  }

  function draw(part) {
    if (Array.isArray(part)) return part.map(draw);
    if (part === null || typeof part !== "object") return part;
    const { children, ...props } = part.props;
    if (part.type === "Input") return input(props);
    const inside = Array.isArray(children) ? children.map(draw) : [draw(children)];
    return window.React.createElement(part.type.toLowerCase(), props, ...inside);
  }

  ours.Input = input;
  ours.Still = (props) => draw(props.tree);
})();
