// A chart as a picture to quote: with its title, what its marks are, the status of the figures and their day. It is made
// here, by the library that drew the chart; nothing leaves the machine.

(function () {
  "use strict";

  const WIDTH = 960, HEIGHT = 560, SIDE = 32, TITLE = 20, TEXT = 13, LINE = 1.4;

  // Chinese characters are as wide as two letters.
  function wide(text) {
    return Array.from(text).reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
  }

  // The words in lines that fit the picture; Chinese may break anywhere.
  function lines(text, size) {
    const room = (WIDTH - 2 * SIDE) / (size * 0.54), found = [];
    let line = "";
    for (const part of text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) || []) {
      if (line && wide(line + part) > room) {
        found.push(line.trim());
        line = "";
      }
      line += part;
    }
    return line.trim() ? [...found, line.trim()] : found;
  }

  const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  function note(texts, size, colour, place) {
    return {
      text: texts.map((text) => (size === TITLE ? `<b>${safe(text)}</b>` : safe(text))).join("<br>"), font: { size: size, color: colour }, align: "left", showarrow: false,
      xref: "paper", yref: "paper", x: 0, xanchor: "left", xshift: -place.left, y: place.y, yanchor: "top", yshift: place.shift,
    };
  }

  function picture(figure, chart, token) {
    const page = document.querySelector(".page"), head = document.querySelector("main h1");
    const title = lines(figure.dataset.title, TITLE), ink = token("--ink"), muted = token("--muted");
    const under = lines(head ? head.textContent : "", TEXT);
    const foot = [...lines(figure.dataset.note || "", TEXT), ...lines(page.dataset.quoted || "", TEXT)];
    const named = chart.data.filter((trace) => trace.name);
    const top = 20 + title.length * TITLE * LINE + under.length * TEXT * LINE + (named.length ? 40 : 12);
    const bottom = 44 + foot.length * TEXT * LINE + 16, left = 72;
    const shift = { left: left - SIDE };
    const old = chart.layout;
    const layout = {
      ...JSON.parse(JSON.stringify(old)),
      width: WIDTH, height: Math.max(HEIGHT, top + bottom + 280), autosize: false, paper_bgcolor: token("--paper"), plot_bgcolor: token("--paper"),
      margin: { l: left, r: SIDE, t: top, b: bottom }, showlegend: named.length > 0,
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", font: { size: TEXT, color: ink } },
      annotations: [
        ...(old.annotations || []),
        note(title, TITLE, ink, { ...shift, y: 1, shift: top - 16 }),
        note(under, TEXT, muted, { ...shift, y: 1, shift: top - 20 - title.length * TITLE * LINE }),
        note(foot, TEXT, muted, { ...shift, y: 0, shift: -40 }),
      ].filter((one) => one.text),
    };
    for (const axis of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
      layout[axis].tickfont = { ...layout[axis].tickfont, size: TEXT };
    }
    // The legend shows each line or bar plain, without the mark at its end.
    const data = chart.data.map((trace) => ({ ...trace, showlegend: false }));
    return { data: [...data, ...named.map(sample)], layout: layout, config: { staticPlot: true, locale: document.documentElement.lang } };
  }

  function sample(trace) {
    const shape = trace.type === "bar" ? { type: "bar", marker: { color: trace.marker && trace.marker.color } } : { mode: "lines", line: trace.line };
    const marks = trace.mode === "markers" ? { mode: "markers", marker: { ...trace.marker, size: 8 } } : shape;
    return { type: "scatter", ...marks, name: trace.name, x: [null], y: [null], showlegend: true };
  }

  async function take(button) {
    const figure = button.closest("figure.chart"), chart = figure.querySelector(".js-plotly-plot");
    if (!chart || !window.Plotly) return;
    const style = window.getComputedStyle(document.documentElement), kind = button.dataset.kind.toLowerCase();
    const made = picture(figure, chart, (name) => style.getPropertyValue(name).trim());
    const publication = document.querySelector(".page").dataset.publication;
    const name = ["basewatch", publication, figure.dataset.name].filter(Boolean).join("-");
    button.disabled = true;
    try {
      await window.Plotly.downloadImage(made, {
        format: kind, filename: name, width: made.layout.width, height: made.layout.height, scale: kind === "png" ? 2 : 1,
      });
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest(".pictures button");
    if (button) take(button);
  });
})();
