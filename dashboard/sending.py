"""The routes by which a base sends its return: its form and files to download, a file to send, answers, submission, papers.

Pages show, these act. Each checks the role here and hands the scope to the repository; what came of it is told on the
return's page (dashboard/outcome.py), to which every answer leads.
"""

import re
from contextlib import closing
from io import BytesIO
from pathlib import PurePosixPath

from flask import Blueprint, Response, jsonify, redirect, render_template, request, send_file
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from dashboard import metrics, numbers, outcome, permissions, printed, reader, refused, urls
from dashboard.view import View, engine, view
from etl import returns
from etl.config import settings
from etl.findings import Finding
from etl.intake import too_large
from etl.warehouse import reading
from indicators.repository import returns as desks
from indicators.repository import sending as repository
from indicators.scope import NotAllowed

sending = Blueprint("sending", __name__, url_prefix=f"{urls.BOARD}/<base>/<period>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENVELOPE = 64 * 2**10
"""What a form may weigh around the one file in it."""
ANSWERS_BYTES = 8 * 2**20
"""Some hundred queries may be answered at once, in characters that take nine bytes each in a form."""
ABOUT = {"sending.findings": "findings", "sending.answers": "findings", "sending.hand_in_paper": "papers"}
"""Route → the part of the page that it is about; the others are about the whole."""
DRAINED = 4
"""How many times the limit is read of what is too large, so that the sender gets an answer and not a broken line."""


def _viewer() -> View:
    shown = view()
    if not shown.may(permissions.RETURN):
        raise NotAllowed(permissions.RETURN)
    return shown


def _reporter(base: str, period: str) -> View:
    """Before anything of what was sent is read: whether it may be sent at all."""
    shown = _viewer()
    with reading(engine()) as connection:
        repository.own_base(connection, shown.scope, base, period)
    return shown


sending.register_error_handler(NotAllowed, refused.not_allowed)
sending.register_error_handler(LookupError, refused.unknown)  # UnknownBase is one


def _back(base: str, period: str, part: str) -> AnyResponse:
    """On to that part of the return's page; a script is told where that is and goes there itself."""
    address = f"{urls.return_path(base, period)}#{part}"
    if request.accept_mimetypes.best == "application/json":
        return jsonify(next=address)
    return redirect(address, 303)


def _done(base: str, period: str, text: str, good: bool = True) -> AnyResponse:
    """Tells what came of it, at the part of the page that it is about."""
    outcome.tell(base, period, text, good, ABOUT.get(request.endpoint or "", ""))
    return _back(base, period, "told")


@sending.errorhandler(returns.NotPossible)
def _not_possible(reason: returns.NotPossible) -> AnyResponse:
    """Why it cannot be done is told as what was done is."""
    places = request.view_args or {}
    return _done(places["base"], places["period"], reason.message[view().language], good=False)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


def _version_sent() -> int:
    """The version that the person looked at. 0, which is none, for nonsense."""
    return _number(request.form.get("version")) or 0


# What is taken away


@sending.get("/form")
def form(base: str, period: str) -> AnyResponse:
    """The base's form, filled with what is known."""
    shown = _viewer()
    if shown.scope.role == "base":
        content = repository.take_form(engine(), shown.scope, shown.name, base, period)
    else:
        content = shown.ask_now(repository.form_file, base, period)
    name = shown.ask_now(desks.desk, base, period).base.name[shown.language]
    return _file(content, f"{period} {base} {name}.xlsx")


@sending.get("/file")
def file(base: str, period: str) -> AnyResponse:
    """A version's file as it was sent."""
    shown = _viewer()
    name, content = shown.ask_now(repository.own_file, base, period, _chosen(shown, base, period))
    return _file(content, name)


@sending.get("/findings.xlsx")
def findings(base: str, period: str) -> AnyResponse:
    """A version's file with its findings and answers in it."""
    shown = _viewer()
    name, content = shown.ask_now(repository.annotated, base, period, _chosen(shown, base, period))
    if content is None:
        return _done(base, period, shown.say("return.told.no_marks"), good=False)
    return _file(content, f"{re.sub(r'-findings(-[0-9]+)?$', '', PurePosixPath(name).stem)}-findings.xlsx")


def _chosen(shown: View, base: str, period: str) -> int:
    """The version asked for, else the newest. Raises LookupError while there is none."""
    desk = shown.ask_now(desks.desk, base, period)
    known = [version.version for version in desk.versions]
    number = _number(request.args.get("version")) if "version" in request.args else max(known, default=None)
    if number is None or number not in known:
        raise LookupError(f"{base} {period} has no version {number}")
    return number


def _file(content: bytes, name: str, media_type: str = XLSX) -> Response:
    return send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=safe_name(name), etag=False
    )


def safe_name(name: str, longest: int = 120) -> str:
    """A file name without a folder, control characters, or what a file system would not take; its ending is kept."""
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069:*?"<>|]+', " ", name).strip(" .")
    path = PurePosixPath(name)
    return f"{path.stem[: longest - len(path.suffix)]}{path.suffix}" if name and len(path.suffix) < 10 else "file"


# What is sent


@sending.post("/upload")
def upload(base: str, period: str) -> AnyResponse:
    """Takes a file in as the next version, or says on the page why it is none."""
    shown = _reporter(base, period)
    sent = _sent_file(settings().limits.file_bytes)
    if sent is None:
        metrics.sent(metrics.REJECTED)
        outcome.refuse(base, period, "", [too_large(settings().limits).finding])
        return _back(base, period, "refused")
    name, content = sent
    if not name:
        raise returns.NotPossible("Choose the filled form first, then upload it.", "请先选择填好的报表,再上传。")
    found = repository.receive(engine(), shown.scope, shown.name, base, period, name, content, reader.read)
    metrics.sent(found.item.verdict)
    if found.version is None:
        outcome.refuse(base, period, name, found.item.findings)
        return _back(base, period, "refused")
    outcome.forget_refused()
    return _done(base, period, _taken(shown, found))


def _taken(shown: View, found: repository.Received) -> str:
    assert found.version is not None
    number = found.version.version
    if found.known:
        return shown.say("return.told.known", n=number)
    open_ones = [finding for finding in found.item.findings if finding.open]
    if not open_ones:
        return shown.say("return.told.clean", n=number)
    return shown.say("return.told.taken", n=number, counts=counts_in_words(shown, open_ones))


def counts_in_words(shown: View, findings: list[Finding]) -> str:
    """ "2 errors, 1 open query" """
    errors = sum(finding.severity == "error" for finding in findings)
    parts = [(errors, "errors"), (len(findings) - errors, "queries")]
    words = [
        shown.say(f"return.count.{key}_one" if n == 1 else f"return.count.{key}", n=numbers.plain(n))
        for n, key in parts
        if n
    ]
    return shown.say("list.comma").join(words)


def _sent_file(limit: int) -> tuple[str, bytes] | None:
    """(name, content) of the file in the request; ("", b"") when none was chosen, None when it is past the limit."""
    request.max_content_length = limit + ENVELOPE
    try:
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        _drain(limit)
        return None
    if sent is None or not sent.filename:
        return "", b""
    with closing(sent):  # a large one lies in a temporary file
        return safe_name(sent.filename, 200), sent.read()


def _drain(limit: int) -> None:
    stream, left = request.input_stream, DRAINED * limit
    while left > 0 and (chunk := stream.read(min(left, 2**16))):
        left -= len(chunk)


@sending.post("/answers")
def answers(base: str, period: str) -> AnyResponse:
    """Answers queries: fields `answer-<number of the finding>`."""
    shown = _reporter(base, period)
    request.max_content_length = request.max_form_memory_size = ANSWERS_BYTES
    given, number = _answers_sent(), _version_sent()
    n = repository.answer(engine(), shown.scope, shown.name, base, period, number, given)
    told = shown.say("return.told.answered_one" if n == 1 else "return.told.answered", n=numbers.plain(n))
    return _done(base, period, told)


def _answers_sent() -> dict[int, str]:
    given = {}
    for field, text in request.form.items():
        head, _, number = field.partition("-")
        if head == "answer" and (place := _number(number)) is not None:
            given[place] = text.replace("\r\n", "\n").strip()
    if any(len(text) > returns.LONGEST for text in given.values()):
        raise returns.NotPossible(
            f"An answer is longer than {returns.LONGEST:,} characters. Shorten it; nothing was saved.",
            f"有说明超过{returns.LONGEST:,}字。请缩短后再保存,本次未保存。",
        )
    return given


@sending.post("/submit")
def submit(base: str, period: str) -> AnyResponse:
    """Hands the version in that was looked at; with a word when it had been sent back."""
    shown = _reporter(base, period)
    word = request.form.get("word", "")
    version = repository.submit(engine(), shown.scope, shown.name, base, period, _version_sent(), word)
    outcome.forget_refused()
    return _done(base, period, shown.say("return.told.submitted", n=version.version))


@sending.post("/take-back")
def take_back(base: str, period: str) -> AnyResponse:
    """Undoes a submission that the province has not decided on."""
    shown = _reporter(base, period)
    version = repository.take_back(engine(), shown.scope, shown.name, base, period, _version_sent())
    return _done(base, period, shown.say("return.told.taken_back", n=version.version))


# Papers


@sending.post("/papers")
def hand_in_paper(base: str, period: str) -> AnyResponse:
    """Keeps a scan of the signed cover sheet with the newest version."""
    shown = _reporter(base, period)
    sent = _sent_file(settings().limits.paper_bytes)
    if sent is None:
        raise repository.paper_too_large()
    name, content = sent
    if not name:
        raise returns.NotPossible("Choose the scan first, then send it.", "请先选择扫描件,再上传。")
    repository.attach(engine(), shown.scope, shown.name, base, period, _version_sent(), name, content)
    return _done(base, period, shown.say("return.told.attached", name=name))


@sending.get("/papers/<int(max=99999):number>")
def paper(base: str, period: str, number: int) -> AnyResponse:
    """A paper that was handed in, for the base and those who review it."""
    shown = _viewer()
    name, media_type, content = shown.ask_now(repository.paper, base, period, number)
    return _file(content, name, media_type)


@sending.get("/cover")
def cover(base: str, period: str) -> str:
    """The sheet to be signed and sealed, to print."""
    shown = _viewer()
    return render_template("cover.html", **printed.cover(shown, base, period, _chosen(shown, base, period)))


@sending.get("/receipt")
def receipt(base: str, period: str) -> str:
    """That a version was submitted, to print or keep."""
    shown = _viewer()
    return render_template("receipt.html", **printed.receipt(shown, base, period, _number(request.args.get("version"))))
