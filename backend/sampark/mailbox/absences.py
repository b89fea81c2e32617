"""Notices of absence: how programs and their owners word them, by language.

A person may write any of these words. So a subject in a person's words counts only together with a
text that speaks as notices speak: that the writer is away, and what to do meanwhile.
"""

import re
from functools import cache

from sampark.domain.mail import Message
from sampark.mailbox import languages

_LOOK = 600
# A colon, a bracket or the end must follow: "Automatic reply: Plan", but not "automatic reply to".
_END = r"\s?(?:[:\uff1a(\[\]\u3011]|$|[-\u2013] )"
_OPEN = r"[\[(*\u3010]{0,2}"
_CLOSE = r"[\])*\u3011]{0,2}"
# How mail programs say it in languages of which no other words are known here.
_AWAY = (
    "автоматычны адказ", "автоматски одговор", "автоматты жауап", "balasan automatik", "jawapan automatik",
    "awtomatikong tugon", "ymateb awtomatig", "freagra uathoibrioch", "pergjigje automatike", "avtomatik cavab",
    "avtomatik javob", "jibu otomatiki", "outomatiese antwoord", "ավտոմատ պատասխան", "ავტომატური პასუხი",
    "স্বয়ংক্রিয় উত্তর", "স্বয়ংক্রিয় জবাব", "தானியங்கு பதில்", "స్వయంచాలక ప్రత్యుత్తరం", "സ്വയമേവയുള്ള മറുപടി",
    "ಸ್ವಯಂಚಾಲಿತ ಪ್ರತ್ಯುತ್ತರ", "स्वयंचलित उत्तर", "स्वयंचलित प्रत्युत्तर", "આપમેળે જવાબ", "સ્વચાલિત જવાબ", "ਸਵੈਚਲਿਤ ਜਵਾਬ",
    "خودکار جواب", "自动应答", "repondeur automatique", "vacation response",
)  # fmt: skip
# Notes and Domino name the person and the day.
_NAMED_AWAY = re.compile(
    r"auto\s?:\s.{0,120}(?:out of (?:the )?office|au(?:ß|ss)er haus|abwesend|absent|fuori ufficio|ausente"
    r"|afwezig|returning|wieder (?:da|im)|retour le|ruckkehr)"
    r"|(?!.*\b(?:re|aw|sv|fwd?|wg|tr)\s?:).{1,80} (?:is|will be) out of the office\.? ?"
    r"(?:\((?:returning|until|from)|until \d|$)"
)
_THEN = (
    r"(?:\(e\))?(?:\s+du bureau)?(?:\s+(?:re\s?:|aw\s?:|until|till?\b|thru|through|from|back|bis|ab\b|vom|jusqu|hasta"
    r"|del?\b|desde|fino|dal\b|ate\b|tot\b|t/m|vanaf|do\b|od\b|до\b|с\b|fram|\d)|\s*[-\u2013:,(\[.]|$)"
)
_OPENING = re.compile(
    r"(?:(?:(?:i am|i'm|ich bin|je suis|estou|estoy|sono|ik ben|jag ar|jeg er)\s+)?(?:currently\s+)?"
    r"(?:(?:out|away) (?:of|from) (?:the )?office|ooo|(?:on |annual |parental |maternity |sick )"
    r"(?:leave|holidays?|vacation)|nicht im buro|im urlaub|urlaub(?:sabwesenheit)?|abwesen[dt]|abwesenheit|elternzeit"
    r"|(?:en )?conges|absente?s?|absence|en vacances|fuera de (?:la )?oficina|(?:de )?vacaciones|ausente|ausencia"
    r"|respuesta de ausencia|fuori (?:ufficio|sede)|in ferie|assente|assenza|fora do escritorio|de ferias"
    r"|afwezig(?:heidsassistent)?|niet aanwezig|(?:met|op) vakantie|pa semester|pa ferie|na urlopie|в отпуске)"
    rf"{_THEN})|.{{1,200}}"
    r"\((?:out of (?:the )?office|abwesend|absent|automatic response|auto(?:matic)?[ -]?reply)\)$"
)
_I_AM = re.compile(
    r"\bi(?:['\u2019]m| am| will be|['\u2019]ll be)(?: currently| now)? "
    r"(?:out of (?:the )?(?:office|town|country)|away\b"
    r"|on (?:\w+ )?(?:leave|holidays?|vacation)|travell?ing|not (?:in the office|available))"
    r"|\bich bin [^!?]{0,60}(?:nicht (?:im (?:buro|haus|dienst)|erreichbar|da\b)|abwesend"
    r"|au(?:ß|ss)er haus|im urlaub|in elternzeit)"
    r"|\bje (?:suis|serai) (?:actuellement )?(?:absent|en (?:conge|vacances|deplacement)|hors du bureau)"
    r"|\b(?:estoy|estare|me encuentro) [^!?]{0,30}(?:fuera de|ausente|de vacaciones)"
    r"|\b(?:sono|saro) [^!?]{0,20}(?:fuori (?:ufficio|sede)|assente|in ferie)"
    r"|\b(?:estou|estarei|encontro-me) [^!?]{0,30}(?:ausente|fora d|de ferias)"
    r"|\bik ben [^!?]{0,50}(?:niet (?:aanwezig|op kantoor|bereikbaar)|afwezig|(?:op|met) vakantie"
    r"|met verlof"
    r"|buiten kantoor)"
    r"|\b(?:jestem|bede|przebywam) [^!?]{0,30}(?:nieobecn|na urlopie|poza biurem)"
    r"|(?:нахожусь|буду|я) [^!?]{0,40}(?:в отпуске|отсутств|не в офисе|в командировке)"
    r"|\bjag ar [^!?]{0,40}(?:pa semester|inte pa kontoret|franvarande|ledig)"
    r"|\bjeg er [^!?]{0,40}(?:pa ferie|ikke (?:til stede|pa kontoret)|bortreist|fravaerende|fraværende)"
)
# Said to whoever wrote, so it begins a sentence: "..., for urgent matters" may be a person's request.
_URGENT = re.compile(
    r"(?:^|[.!?\n]\s*)(?:(?:for|in|if|should) [^.!?\n]{0,40}(?:urgent|urgency|immediate|emergenc|assistance)"
    r"|(?:in|bei) (?:sehr )?dringende|en cas d['\u2019]urgence|pour toute (?:urgence|demande urgente)"
    r"|(?:para|en caso de|si es) [^.!?\n]{0,20}urgen|per [^.!?\n]{0,20}urgen|in caso di [^.!?\n]{0,10}urgen"
    r"|(?:em caso de|para) [^.!?\n]{0,15}urgen|(?:voor|bij) (?:dringende|spoed)|w (?:pilnych|naglych) sprawach"
    r"|(?:по|в) (?:срочн|экстренн)|(?:vid|i|ved|for) (?:bradskande|hastende|akutte?))"
)


def absent(message: Message) -> bool:
    """Whether the subject is that of an automatic answer, with a second sign where it is weak."""
    subject = languages.folded(message.subject)
    if _sure().match(subject) or _NAMED_AWAY.match(subject):
        return True
    head = languages.folded(message.text.strip()[:_LOOK])
    thanks = _notice().search(head[:300]) is not None
    if thanks and (_weak().match(subject) or _away().match(subject)):
        return True
    if _I_AM.search(head) is None or not (thanks or _URGENT.search(head)):
        return False
    opens = _OPENING.match(subject) or _weak().match(subject) or _away().match(subject)
    return opens is not None or _notice().match(subject) is not None


@cache
def _away() -> re.Pattern[str]:
    more = "|".join(re.escape(languages.folded(word)) for word in _AWAY)
    return re.compile(rf"{_OPEN}(?:{languages.bare('away')}|{more})")


@cache
def _sure() -> re.Pattern[str]:
    return re.compile(rf"{_away().pattern}{_CLOSE}{_END}")


@cache
def _weak() -> re.Pattern[str]:
    return re.compile(
        rf"(?:auto\s?:\s*)?{_OPEN}(?:{languages.bare('absent')}){_CLOSE}{_END}|auto\s?:"
    )


@cache
def _notice() -> re.Pattern[str]:
    """How a notice begins: thanks for a mail that was not asked for, or says when back."""
    return re.compile(languages.bare("notice"))
