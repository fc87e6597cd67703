"""The life of a return: which step leads from which state to which, who may take it, and what it needs.

    draft ─(a corrected file)→ checked ─submit→ submitted ─accept→ accepted ─finalise→ final
                                  ↑ take back ─────┘  └──send back──┬──┘
                                  └── submit again, with a word ── returned

A version that is under review is frozen: no newer one is taken until it is accepted for good or sent back. Its values
are facts from the province's acceptance on, until another version's are or it is sent back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, update

from etl import events, facts, schema
from etl.catalogue import Text
from etl.clock import today
from etl.events import BASE, NATION, OPERATOR, PROVINCE, Actor
from etl.findings import Finding
from etl.force import NotPossible, put_in_force, remember, take_out_of_force
from etl.form import Form
from etl.reading import Return
from etl.reasons import answered
from etl.registry import Registry
from etl.versions import (
    ACCEPTED,
    CHECKED,
    DRAFT,
    FINAL,
    RETURNED,
    SUBMITTED,
    UNDER_REVIEW,
    Content,
    Version,
    findings,
    hold,
    record,
    versions,
    write_answers,
)
from etl.warehouse import upsert

LONGEST = 1_000
"""Characters of a reason or an answer that are kept."""


@dataclass(frozen=True)
class Step:
    """One way on: from which states, to which, whose step it is, the event it leaves, and whether it needs a reason."""

    sources: tuple[str, ...]
    target: str
    levels: tuple[str, ...]
    event: str
    reason: bool = False


SUBMIT, TAKE_BACK, ACCEPT, FINALISE, SEND_BACK = "submit", "take_back", "accept", "finalise", "send_back"
STEPS: Mapping[str, Step] = {
    SUBMIT: Step((CHECKED, RETURNED), SUBMITTED, (BASE,), events.SUBMITTED),
    TAKE_BACK: Step((SUBMITTED,), CHECKED, (BASE,), events.TAKEN_BACK),
    ACCEPT: Step((SUBMITTED,), ACCEPTED, (PROVINCE,), events.ACCEPTED),
    FINALISE: Step((ACCEPTED,), FINAL, (NATION,), events.FINAL),
    SEND_BACK: Step((SUBMITTED, ACCEPTED), RETURNED, (PROVINCE, NATION), events.RETURNED, reason=True),
}


_NOT_YET = ("It has not been submitted: it has to be submitted first.", "尚未提交,须先提交。")
_ERRORS = ("It has errors: correct the file and send it again.", "存在错误,请更正文件后重新报送。")
_RETURNED = ("It was sent back: it has to be submitted again first.", "已被退回,须先重新提交。")
_NOT_FROM_HERE: Mapping[tuple[str, str], tuple[str, str]] = {
    (SUBMIT, DRAFT): _ERRORS,
    (ACCEPT, DRAFT): _ERRORS,
    (ACCEPT, CHECKED): _NOT_YET,
    (ACCEPT, RETURNED): _RETURNED,
    (FINALISE, DRAFT): _ERRORS,
    (FINALISE, CHECKED): _NOT_YET,
    (FINALISE, RETURNED): _RETURNED,
    (FINALISE, SUBMITTED): ("The province has to accept it first.", "须先经省级接受。"),
    (SEND_BACK, CHECKED): ("It has not been submitted: it is still the base's own.", "尚未提交,仍由基地处理。"),
}
"""What has to come first, in both languages, where a step cannot be taken from a state."""


# What may be done


def newest(connection: Connection, base: str, period: str) -> Version | None:
    found = versions(connection, base, period)
    return found[-1] if found else None


def steps_for(version: Version, level: str) -> list[str]:
    """The steps that somebody at that level may take from the version's state."""
    return [
        name
        for name, step in STEPS.items()
        if version.state in step.sources
        and (level in step.levels or level == OPERATOR)
        and not (level == NATION and name == SEND_BACK and version.state == SUBMITTED)
    ]


def closed(connection: Connection, registry: Registry, base: str, period: str) -> Text | None:
    """Why no file is taken for a base's quarter now; None when one is."""
    if registry.base(base, period) is None or not registry.is_open(base, period):
        return Text(
            en=f"The quarter {period} is locked. If it has to be sent or corrected, ask your province, with the reason: "
            "it applies to the programme's evaluators, who can reopen the quarter for this base.",
            zh=f"季度{period}已锁定。如需报送或更正,请向省级管理人员说明原因,由其向国家评审人员申请为本基地重新开放。",
        )
    current = newest(connection, base, period)
    if current and current.state in UNDER_REVIEW:
        whom = ("province", "省级") if current.state == SUBMITTED else ("nation", "国家")
        way = (
            ("Take it back first, if it has to be corrected.", "如需更正,请先撤回。")
            if current.state == SUBMITTED
            else ("Ask for it to be sent back, if it has to be corrected.", "如需更正,请申请退回。")
        )
        return Text(
            en=f"Version {current.version} is under review by the {whom[0]}, so no other is taken. {way[0]}",
            zh=f"第{current.version}版正在{whom[1]}审核,暂不接收新版本。{way[1]}",
        )
    return None


def open_queries(found: Mapping[int, Finding]) -> dict[int, Finding]:
    """The findings that still want something: errors, and queries without an answer."""
    return {number: finding for number, finding in found.items() if finding.open}


# The steps


def take_in(connection: Connection, item: Return, sha256: str, received: date, actor: Actor) -> Version:
    """Keeps a checked return as its base's next version; what was answered in the version before, about the very same
    number, stays answered. The caller has asked `closed`."""
    in_file = list(item.findings)
    if open_queries(dict(enumerate(item.findings))) and (
        before := newest(connection, item.base or "", item.period or "")
    ):
        known = findings(connection, before).values()
        item.findings = answered(item.findings, {found.query: found.answer for found in known if found.answer})
    kept = record(connection, item, sha256, received, actor.name)
    pairs = enumerate(zip(in_file, item.findings, strict=True), start=1)
    carried = {number: now.answer for number, (was, now) in pairs if now.answer != was.answer}
    write_answers(connection, kept, carried, actor.name)  # they do not stand in this file
    events.note(connection, kept.base, kept.period, actor, events.RECEIVED, version=kept.version, day=received)
    return kept


def answer(connection: Connection, version: Version, answers: Mapping[int, str], actor: Actor) -> int:
    """Answers queries by their number in the version. Returns how many changed. Raises NotPossible for a number that is
    no query, and once the version is handed in, but for queries that came up since (an earlier quarter was revised)."""
    hold(connection, version.base)
    _move(connection, _require_newest(connection, version), version.state)  # holds it: nobody submits meanwhile
    known = findings(connection, version)
    given = [number for number in answers if number in known and known[number].answer]
    if given and version.state not in (DRAFT, CHECKED, RETURNED):
        raise NotPossible(
            f"Version {version.version} is {version.state}: its answers can no longer be changed.",
            f"第{version.version}版已提交或已接受,不能再修改说明。",
        )
    wrong = [number for number in answers if number not in known or known[number].severity != "query"]
    if wrong:
        raise NotPossible(
            "There is no such query in this version. Load the page again; a newer version may have come in.",
            "本版本没有该疑问。请刷新页面,可能已有新版本。",
        )
    changed = {
        number: text.strip()[:LONGEST] or None
        for number, text in answers.items()
        if (text.strip()[:LONGEST] or None) != known[number].answer
    }
    write_answers(connection, version, changed, actor.name)
    for number, text in changed.items():
        told = f"{known[number].code} {known[number].cell or ''}: {text or '–'}"
        _note(connection, version, actor, events.ANSWERED, told)
    return len(changed)


def take(
    connection: Connection,
    form: Form,
    registry: Registry,
    step_name: str,
    version: Version,
    actor: Actor,
    reason: str = "",
    content: Content | None = None,
    day: date | None = None,
) -> Version:
    """Takes one step with the newest version of a return, in the caller's transaction. Returns it as it is then.

    `version` is what the actor looked at. Raises NotPossible when it is not the newest any more, has moved on, the
    step is another level's, or what it needs is not there.
    """
    hold(connection, version.base)
    step, reason = STEPS[step_name], reason.strip()[:LONGEST]
    now_there = _require_newest(connection, version)
    _require_step(step_name, step, now_there, actor, reason)
    _PREPARE.get(step_name, _nothing)(connection, form, registry, now_there, reason)
    moved = _move(connection, now_there, step.target)
    _note(connection, moved, actor, step.event, reason, day)
    if step_name == ACCEPT:
        put_in_force(connection, form, registry, moved, content, actor)
    if step_name == SEND_BACK and moved.in_force:
        take_out_of_force(connection, form, registry, moved, content, actor)
    return moved


def accept_at_once(
    connection: Connection, form: Form, version: Version, item: Return, actor: Actor, day: date | None = None
) -> Version:
    """`load --accept`: stands for submission and both acceptances of a return that has just been read."""
    way = [events.SUBMITTED, events.ACCEPTED, events.FINAL]
    left = way[{SUBMITTED: 1, ACCEPTED: 2}.get(version.state, 0) :]
    moved = _move(connection, version, FINAL)
    events.note(connection, version.base, version.period, actor, *left, version=version.version, day=day)
    if not version.in_force:
        facts.put_in_force(connection, form, version, item.entries, item.roster)
    remember(connection, form, version, actor)
    return replace(moved, in_force=True)


def reopen(connection: Connection, base: str, period: str, until: date, actor: Actor, reason: str) -> None:
    """Lets one base send for a locked quarter until a day: a dated exception with its reason."""
    if not reason.strip():
        raise NotPossible("Reopening needs a reason. Write it.", "重新开放须说明原因。请填写。")
    if until < today():
        raise NotPossible(f"The day {until} has passed. Name a later one.", f"日期{until}已过。请填写之后的日期。")
    hold(connection, base)
    upsert(connection, schema.reopening, [{"base": base, "period": period, "until": until}])
    events.note(connection, base, period, actor, events.REOPENED, reason=f"{until}: {reason.strip()[:LONGEST]}")


# What a step needs


def _require_newest(connection: Connection, version: Version) -> Version:
    current = newest(connection, version.base, version.period)
    if current is None or current.version != version.version or current.state != version.state:
        raise _changed()
    return current


def _changed() -> NotPossible:
    return NotPossible(
        "This return has changed since the page was loaded. Load it again and look before you decide.",
        "页面加载后该报表已有变化。请刷新后再作处理。",
    )


def _require_step(name: str, step: Step, version: Version, actor: Actor, reason: str) -> None:
    if name not in steps_for(version, actor.level):
        en, zh = _NOT_FROM_HERE.get(
            (name, version.state),
            ("This step cannot be taken from there at your level.", "当前状态不允许您进行此操作。"),
        )
        raise NotPossible(f"Version {version.version} is {version.state}. {en}", f"第{version.version}版{zh}")
    if step.reason and not reason:
        raise NotPossible(
            "Sending back needs a reason, so that the base knows what to correct. Write it.",
            "退回须说明原因,以便基地更正。请填写。",
        )


def _may_submit(connection: Connection, form: Form, registry: Registry, version: Version, reason: str) -> None:
    if not registry.is_open(version.base, version.period):
        raise NotPossible(
            f"The quarter {version.period} is locked. Ask the programme's evaluators to reopen it, with the reason.",
            f"季度{version.period}已锁定。请向国家评审人员申请重新开放,并说明原因。",
        )
    waiting = open_queries(findings(connection, version))
    if waiting:
        count = len(waiting)
        raise NotPossible(
            f"{count} {'query waits' if count == 1 else 'queries wait'} for a reason. Answer each, then submit.",
            f"还有{count}项疑问未说明。请逐项说明后提交。",
        )
    if version.state == RETURNED and not reason:
        raise NotPossible(
            "This version was sent back. Send a corrected file, or say in a word why it is right as it is.",
            "该版本已被退回。请报送更正后的文件,或说明维持原报表的理由。",
        )


def _may_accept(connection: Connection, form: Form, registry: Registry, version: Version, reason: str) -> None:
    if form.programme.cover_sheet == "required" and not has_attachment(connection, version):
        raise NotPossible(
            "The scan of the signed cover sheet is not there yet. Ask the base for it, then accept.",
            "尚未收到签字盖章的封面扫描件。请基地补交后再接受。",
        )
    _nothing_open(connection, form, registry, version, reason)


def _nothing_open(connection: Connection, form: Form, registry: Registry, version: Version, reason: str) -> None:
    """An earlier quarter may have been revised since the return was submitted."""
    if waiting := open_queries(findings(connection, version)):
        raise NotPossible(
            f"{len(waiting)} new {'query has' if len(waiting) == 1 else 'queries have'} come up since it was submitted, "
            "because an earlier quarter was revised. Wait for the base's answer, or send it back.",
            f"提交后因以前季度修订新增{len(waiting)}项疑问。请待基地说明,或退回。",
        )


def _nothing(connection: Connection, form: Form, registry: Registry, version: Version, reason: str) -> None:
    """A step that needs nothing more."""


_PREPARE = {SUBMIT: _may_submit, ACCEPT: _may_accept, FINALISE: _nothing_open}


def has_attachment(connection: Connection, version: Version) -> bool:
    paper = schema.attachment.c
    mine = (paper.base == version.base, paper.period == version.period, paper.version == version.version)
    return (
        connection.execute(schema.attachment.select().with_only_columns(paper.number).where(*mine)).first() is not None
    )


# What a step does


def _note(
    connection: Connection,
    version: Version,
    actor: Actor,
    event: str,
    reason: str | None = None,
    day: date | None = None,
) -> None:
    told = {"version": version.version, "reason": reason, "day": day}
    events.note(connection, version.base, version.period, actor, event, **told)


def _move(connection: Connection, version: Version, state: str) -> Version:
    table = schema.return_version
    mine = (table.c.base == version.base, table.c.period == version.period, table.c.version == version.version)
    # Somebody else may have taken another step since the version was read: then no row is left to move.
    moved = connection.execute(update(table).where(*mine, table.c.state == version.state).values(state=state))
    if moved.rowcount != 1:
        raise _changed()
    return replace(version, state=state)
