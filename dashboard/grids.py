"""AG Grid, Community edition: its theme from our tokens, its words in both languages, columns by what they hold."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag

from dashboard.still import NAMESPACE
from dashboard.view import View

# Parameters of AG Grid's own theme. `dag.themes` would fetch style sheets from a CDN.
THEME = {
    "function": "themeQuartz.withParams({"
    "backgroundColor: 'var(--paper)', foregroundColor: 'var(--ink)', borderColor: 'var(--line)',"
    "accentColor: 'var(--accent)', headerBackgroundColor: 'var(--paper)', headerTextColor: 'var(--muted)',"
    "rowHoverColor: 'var(--surface)', oddRowBackgroundColor: 'var(--paper)', browserColorScheme: 'inherit',"
    "fontFamily: 'var(--font)', fontSize: 14, headerFontSize: 12, headerFontWeight: 500, spacing: 6,"
    "rowHeight: 32, headerHeight: 44, wrapperBorder: false, wrapperBorderRadius: 0, cellHorizontalPadding: 8,"
    "columnBorder: false, headerColumnBorder: false, headerColumnResizeHandleColor: 'transparent',"
    "pinnedColumnBorder: false, headerRowBorder: 'solid 1px var(--ink)'})"
}


class Grid(dag.AgGrid):
    """AG Grid, whose library is loaded when it is drawn (assets/lazy-grid.js)."""

    _namespace = NAMESPACE


def grid(view: View, id: str, columns: Sequence[dict[str, Any]], row_id: str, **options: Any) -> Grid:
    """An empty grid; a callback brings its rows. `row_id`: the field that tells rows apart; `options`: more of AG Grid's."""
    return Grid(
        id=id,
        columnDefs=list(columns),
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "wrapHeaderText": True},
        getRowId=f"params.data.{row_id}",
        dashGridOptions={
            "theme": THEME,
            "localeText": LOCALE[view.language],
            "suppressCellFocus": False,
            "animateRows": False,
            "suppressColumnVirtualisation": True,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "loading": False,  # the page draws rows to come in their place
            "suppressNoRowsOverlay": True,
            **options,
        },
        className="grid",
        style={"height": None, "width": "100%"},
    )


LOCALE = {
    "en": {},
    "zh": {
        "noRowsToShow": "没有数据",
        "loadingOoo": "正在加载…",
        "ariaSearch": "搜索",
        "sortAscending": "升序",
        "sortDescending": "降序",
        "sortUnSort": "取消排序",
        "pinColumn": "固定列",
        "autosizeThisColumn": "自动调整此列",
        "autosizeAllColumns": "自动调整各列",
        "resetColumns": "恢复各列",
        "ariaSortableColumn": "按回车键排序",
        "ariaRowSelect": "按空格键选择此行",
        "ariaRowToggleSelection": "按空格键选择或取消此行",
        "ariaRowDeselect": "按空格键取消选择此行",
    },
}
