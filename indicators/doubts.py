"""What speaks against a step of a case: the publication that it rests on says something else. People decide, also against
a number; but they are told, say that they know, and the record keeps both."""

from dataclasses import dataclass

from etl.catalogue import Text
from indicators.cases import NEED_FINAL, NOTIFY, PROPOSE, PROPOSE_ADJUSTMENT, PROPOSE_HONOUR, SIGN
from indicators.verdicts.reasons import GREEN, GREY, RED, YELLOW

CAUSE = (RED, YELLOW)
"""Lamps that give cause to notify a base."""
LAMPS = {
    RED: Text(en="lamp red", zh="红灯"),
    YELLOW: Text(en="lamp yellow", zh="黄灯"),
    GREEN: Text(en="lamp green", zh="绿灯"),
    GREY: Text(en="lamp grey", zh="灰灯"),
}
SAYS = {
    NOTIFY: Text(
        en="{publication} gives no cause for a notice: {grade}, {lamp}",
        zh="{publication}未显示须通知该基地的情形：{grade}，{lamp}",
    ),
    PROPOSE_ADJUSTMENT: Text(
        en="{publication} proposes no adjustment: {grade}, {lamp}", zh="{publication}未建议调整：{grade}，{lamp}"
    ),
    PROPOSE_HONOUR: Text(
        en="{publication} proposes no honour: {grade}, {lamp}", zh="{publication}未建议表彰：{grade}，{lamp}"
    ),
}
NO_VERDICT = Text(en="{publication} holds no verdict on this base", zh="{publication}未对该基地作出评判")


@dataclass(frozen=True)
class Said:
    """What a publication says of a base."""

    lamp: str
    grade: str | None
    proposal: str | None


@dataclass(frozen=True)
class Doubt:
    """Why a step does not follow from its publication. `about`: NOTIFY, or the decision."""

    publication: str
    about: str
    said: Said | None

    @property
    def words(self) -> Text:
        return Text(en=self._in("en"), zh=self._in("zh"))

    @property
    def remark(self) -> str:
        """What the record keeps below the text of the step, in both languages: others will read it."""
        return f"[{self.words.en}. This was known.] [{self.words.zh}。已知悉。]"

    def _in(self, language: str) -> str:
        if self.said is None:
            return NO_VERDICT[language].format(publication=self.publication)
        none = Text(en="no grade", zh="未评级")
        some = Text(en=f"grade {self.said.grade}", zh=f"评级{self.said.grade}")
        grade = some if self.said.grade else none
        return SAYS[self.about][language].format(
            publication=self.publication, grade=grade[language], lamp=LAMPS[self.said.lamp][language]
        )


def doubt(step: str, decision: str | None, publication: str | None, said: Said | None) -> Doubt | None:
    """What speaks against that step; None where the publication bears it out, or where there is none to ask. A grade D and
    a proposal are cause for a notice as much as a lamp."""
    if publication is None:
        return None
    if step == NOTIFY:
        cause = said is not None and (said.lamp in CAUSE or said.grade == "D" or said.proposal is not None)
        return None if cause else Doubt(publication, NOTIFY, said)
    if step not in (PROPOSE, SIGN) or decision is None or decision not in NEED_FINAL:
        return None
    return None if said is not None and said.proposal == decision else Doubt(publication, decision, said)
