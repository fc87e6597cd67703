// AG Grid's library is as large as all the rest: it is loaded when a grid is to be drawn (dashboard/grids.py), if it did
// not come with the page.

(function () {
  "use strict";
  const ours = (window.basewatch = window.basewatch || {});
  let coming = null;

  // Fulfilled when the library is there.
  ours.gridLibrary = function () {
    if (window.dash_ag_grid) return Promise.resolve();
    coming = coming || new Promise(function (loaded, failed) {
      const script = document.createElement("script");
      script.src = document.documentElement.dataset.grid;
      script.onload = loaded;
      script.onerror = failed;
      document.head.append(script);
    });
    return coming;
  };

  ours.AgGrid = function (props) {
    const [there, tell] = window.React.useState(Boolean(window.dash_ag_grid));
    window.React.useEffect(function () {
      if (!there) ours.gridLibrary().then(() => tell(true));
    }, [there]);
    return there ? window.React.createElement(window.dash_ag_grid.AgGrid, props) : null;
  };
  ours.AgGrid.dashRenderType = true; // as the grid itself asks for
})();
