"""A small programme whose bases really report: R1 has three accepted quarters behind it, and sends the last one here."""

import io
import json
from pathlib import Path

import openpyxl
from sqlalchemy import Engine

from dashboard.accounts import create_account
from dashboard.texts import speaker
from etl import returns, warehouse
from etl.events import Actor
from etl.form import load_form
from etl.registry import Registry, open_period
from tests import builders
from tests.builders import kept
from tests.dashboard.programme import PASSWORD

BEFORE = ("2026Q1", "2026Q2", "2026Q3")
NOW = "2026Q4"
OWN, KIND = "R1", "regional"
HERE = f"/returns/{OWN}/{NOW}"
PROVINCE = Actor("cora", "province")
PEOPLE = {
    "rep": ("reporter", OWN),
    "other": ("reporter", "R2"),
    "cora": ("coordinator", "ZJ"),
    "eva": ("evaluator", None),
}


def build(engine: Engine, folder: Path) -> Path:
    """Gives R1's filled form of the last quarter."""
    warehouse.create(engine)
    builders.set_up(engine, quarters=(*BEFORE, NOW))
    told = list(builders.Writer(engine, folder).quarters(OWN, KIND, (*BEFORE, NOW)))
    builders.load(engine, *(one.path for one in told[:-1]))
    with warehouse.writing(engine) as connection:
        for name, (role, place) in PEOPLE.items():
            create_account(connection, name, PASSWORD, role, place)
    return told[-1].path


def lock(engine, period: str) -> None:
    with warehouse.writing(engine) as connection:
        open_period(connection, period, locked=True)


def changed(content: bytes, **values) -> bytes:
    """The form with other values (None: blank), or answers as `answer_<measure>`, found by the form's own headers."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Return"]
    head = next(row for row in sheet.iter_rows() if {"code", "value"} <= {cell.value for cell in row})
    column = {cell.value: cell.column for cell in head if cell.value}
    rows = {sheet.cell(r, column["code"]).value: r for r in range(head[0].row + 1, sheet.max_row + 1)}
    for name, value in values.items():
        field, code = ("answer", name[7:]) if name.startswith("answer_") else ("value", name)
        sheet.cell(rows[code], column[field]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(content: bytes, code: str) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Return"]
    head = next(row for row in sheet.iter_rows() if {"code", "value"} <= {cell.value for cell in row})
    place = {cell.value: cell for cell in head if cell.value}
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, place["code"].column).value == code)
    return f"{place['value'].column_letter}{row}"


# What became of R1's return


def newest(engine):
    with warehouse.reading(engine) as connection:
        return returns.newest(connection, OWN, NOW)


def findings_of(engine):
    """The newest version's findings by number."""
    with warehouse.reading(engine) as connection:
        return returns.findings(connection, returns.newest(connection, OWN, NOW))


def queries_of(engine):
    return [number for number, finding in findings_of(engine).items() if finding.severity == "query"]


def step(engine, name, actor=PROVINCE, reason=""):
    with warehouse.writing(engine) as connection:
        version = returns.newest(connection, OWN, NOW)
        returns.take(connection, load_form(), Registry(connection), name, version, actor, reason, kept(connection))


def text_of(language, key, **places):
    return speaker(language)(key, **places)


class Person:
    """Somebody signed in, with the page and the routes of R1's return at hand."""

    def __init__(self, client, language="en"):
        self.client = client
        client.post("/language", data={"language": language})

    def page(self, address=HERE):
        """The page's layout as text, as Dash sends it."""
        outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
        inputs = [
            {"id": "_pages_location", "property": "pathname", "value": address},
            {"id": "_pages_location", "property": "search", "value": ""},
        ]
        answer = self.client.post(
            "/_dash-update-component",
            json={
                "output": ".._pages_content.children..._pages_store.data..",
                "outputs": outputs,
                "inputs": inputs,
                "changedPropIds": ["_pages_location.pathname"],
            },
        )
        assert answer.status_code == 200
        return json.dumps(answer.json["response"]["_pages_content"]["children"], ensure_ascii=False)

    def get(self, part, here=HERE):
        return self.client.get(f"{here}/{part}")

    def post(self, part, **fields):
        return self.client.post(f"{HERE}/{part}", data=fields)

    def send(self, content, name="form.xlsx", here=HERE, part="upload", version="1"):
        """Sends a file as a browser does."""
        head = f'--X\r\nContent-Disposition: form-data; name="version"\r\n\r\n{version}\r\n'
        head += f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--X--\r\n"
        return self.client.post(f"{here}/{part}", data=body, content_type="multipart/form-data; boundary=X")
