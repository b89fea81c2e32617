"""The patterns by which questions about a sheet are read: measures, rankings, endings."""

import re
from collections.abc import Mapping

from sampark.understanding.files import VEILED
from sampark.understanding.reading import spaced

MEASURES: Mapping[str, str] = {
    "sum": r"(?:grand |overall |sum )?totals?|sums?(?: total| up)?|add(?:ing)? up|summe|somme|suma",
    "average": r"averages?|mean|avg|durchschnitt(?:liche[rsn]?)?|moyenne|promedio",
    "median": r"median",
    "min": r"min(?:imum|imal)?|lowest|smallest|least",
    "max": r"max(?:imum|imal)?|highest|largest|biggest|greatest",
}
"""Measure -> the words for it."""

WORD_OF = {name: re.compile(spaced(form), re.IGNORECASE) for name, form in MEASURES.items()}
MEASURE = "(?:" + spaced("|".join(MEASURES.values())) + r")\b(?!-)"
N = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
HIGH = r"highest|largest|biggest|greatest|most|best|top"
LOW = r"lowest|smallest|least|fewest|worst|bottom"
EXTREME = rf"(?:{HIGH}|{LOW})"
LOW_WORD = re.compile(rf"(?:{LOW})\Z", re.IGNORECASE)
RANKING = r"(?:[\s-]*(?:selling|performing|earning|rated|paid|scoring))?"

ASKING = re.compile(
    r"(?:what(?:'s|s|\s+is|\s+are|\s+was|\s+were)?|which\s+(?:is|are|was)|(?:give|show|tell|send|get|find)(?:\s+(?:me|us|out))*"
    r"|calculate|compute|work\s+out|determine|know|see|have|report"
    r"|i(?:'d|\s+would)?\s+(?:need|want|like)(?:\s+to\s+(?:know|see|have))?|let\s+(?:me|us)\s+know|do\s+you\s+know|answer"
    r"|/ask|berechne|zeige?\s+mir|was\s+ist|wie\s+hoch\s+ist|quel(?:le)?\s+est|cu[aá]l\s+es)(?!\w)[\s,:]*",
    re.IGNORECASE,
)
ARTICLES = re.compile(
    r"(?:(?:the|an?|our|my|all|each|just|only|die|der|das|le|la|el)\s+)+", re.IGNORECASE
)
IN_FILE = re.compile(
    r"(?:,\s*)?\b(?:in|from|of|on|within|for|using|with|inside|based\s+on|according\s+to|looking\s+at)\s+"
    r"(?:(?:the|this|that|these|my|our|attached|enclosed|above|following|whole|entire|sample|excel|csv|xlsx)\s+)*"
    r"(?:sheets?|spread\s?sheets?|files?|tables?|csvs?|xlsx|excel|data(?:\s?set)?|workbooks?|attachments?|documents?"
    rf"|{VEILED}(?:\s+(?:and|,)\s+{VEILED})*)(?!\w)(?:\s+(?:file|sheet|attached|enclosed|below|above|(?:that\s+)?i\s+(?:attached|sent)))*",
    re.IGNORECASE,
)
ENDING = re.compile(
    r"(?:please|pls|thanks?|thank\s+you|in\s+advance|for\s+me|overall|in\s+total|altogether|combined|again|asap"
    r"|instead|too|as\s+well)\Z",
    re.IGNORECASE,
)
BESIDE_THE_POINT = re.compile(
    r"[,;]?\s+(?:(?:because|so\s+that|(?:so|as|since|and)\s+(?:i|we)|for\s+(?:my|our|a|the)\s+(?:report|boss|meeting"
    r"|presentation|manager|team|records|talk|slides))\b"
    r"|(?:(?:and|,)\s+)?(?:please\s+)?(?:send|draw|plot|make|attach|include|put|add|give\s+me|show)\s+(?:me\s+|it\s+|also\s+)*"
    r"(?:as\s+|in\s+|to\s+)?(?:an?\s+|the\s+|me\s+)?(?:nice\s+|bar\s+|small\s+)?(?:chart|graph|plot|table|diagram|excel|xlsx|csv|pdf|result)"
    r"|(?:with|as|in)\s+(?:an?\s+)?(?:nice\s+|bar\s+|small\s+)?(?:chart|graph|plot|table|diagram|list|excel|xlsx|csv|pdf)s?\b).*\Z",
    re.IGNORECASE,
)
"""Reasons and wishes about the look of the answer: they do not change what is asked."""

AGAIN = re.compile(
    rf"\s*(?:,|\band\b|&|\+|\bas\s+well\s+as\b)\s*(?:and\s+)?(?:also\s+)?(?:the\s+)?(?={MEASURE}|how\s+many\b|number\s+of\b)",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"(?:how\s+many|(?:total\s+|overall\s+)?(?:number|count)\s+of|count(?!\s+(?:me|us|on|it|down|in)\b)(?:\s+(?:all|up|the))*|wie\s+viele|combien\s+de|cu[aá]nt[oa]s)\b\s*",
    re.IGNORECASE,
)
HOW_MUCH = re.compile(r"how\s+much\b\s*(?:(?:is|was)\s+)?", re.IGNORECASE)
FILLER = re.compile(
    r"\b(?:(?:are|is|were)\s+there|there\s+(?:are|were)|(?:do|did)\s+(?:we|i|you|they)\s+(?:have|make|get|earn|sell|spend)"
    r"|(?:have|had)\s+we(?:\s+got)?|we\s+(?:have|had|made)|exist(?:s|ed)?|(?:are|is|were|was)\s+(?:listed|included|contained|made|placed|recorded)"
    r"|does\s+(?:it|this|the\s+\w+)\s+(?:have|contain)|gibt\s+es|hay|(?:are|is)(?=\s*(?:per|by|for\s+each)\b|\s*\Z))\b",
    re.IGNORECASE,
)
TOP = re.compile(
    rf"(?:(?P<end>top|best|bottom|worst|{EXTREME}(?=\s+\d))\s*-?\s*(?:(?P<n>{N})\b)?(?:\s+(?P<super>{EXTREME})\b)?"
    rf"|(?P<n2>{N})\s+(?P<end2>{EXTREME})){RANKING}(?!\w)\s*",
    re.IGNORECASE,
)
RANKED = re.compile(
    r"\b(?:(?:sorted|ranked|ordered)\s+)?(?:by|in\s+terms\s+of|according\s+to)\s+", re.IGNORECASE
)
WHICH = re.compile(
    rf"(?:which|what)\s+(?:(?P<n>{N})\s+)?(?P<entity>[\w-]+(?:\s+[\w-]+)??)\s+(?:(?:has|have|had|got)\s+(?:the\s+)?(?P<end>{EXTREME})\s+"
    rf"(?P<column>[\w-]+(?:\s+[\w-]+){{0,2}})"
    r"|(?P<verb>(?!the\b|is\b|are\b|was\b)[\w-]+)\s+(?:the\s+)?(?P<end2>most|best|least|worst))\Z",
    re.IGNORECASE,
)
WHO = re.compile(
    rf"who\s+(?:(?:has|have|had|got)\s+(?:the\s+)?(?P<end>{EXTREME})\s+(?P<column>[\w-]+(?:\s+[\w-]+){{0,2}})"
    r"|(?P<verb>[\w-]+)\s+(?:the\s+)?(?P<end2>most|best|least|worst))\Z",
    re.IGNORECASE,
)
VAGUE_VERB = re.compile(
    r"(?:sells?|sold|buys?|bought|spends?|spent|earns?|earned|makes?|made|does|did|performs?|performed|orders?|ordered)\Z",
    re.IGNORECASE,
)
"""Verbs that name no column: 'which region sold the most'."""

VAGUE_NOUN = re.compile(r"(?:break ?down|split|totals?|overview|figures|numbers)\Z", re.IGNORECASE)
BARE_TOP = re.compile(rf"(?P<end>{EXTREME}){RANKING}\s+(?P<entity>[\w-]+)\Z", re.IGNORECASE)
"""'the best selling product': one is asked for, measured by what the table counts."""

RANKED_WORD = re.compile(r"\b(?:best|worst|top|most|selling|performing|earning)\b", re.IGNORECASE)
_ROWS = r"(?:rows|records|entries|lines|orders|invoices|sales|items|customers|products|transactions|payments)"
LIST = re.compile(
    r"(?:list|filter|show|give|find|get|display|return|send|which|what\s+are)\s+(?:(?:me|us|out|all|only|the|every)\s+)*"
    r"(?:[\w-]+(?:\s+(?!with\b|where\b|whose\b|ha[vs]e?\b)[\w-]+)?\s+(?=(?:where|whose|with|having|that\s+ha|which\s+ha|have|has|for\s+which)\b)"
    rf"|(?P<rows>{_ROWS})\s+(?=(?:from|in|over|above|below|under|after|before|since|between|of)\b))",
    re.IGNORECASE,
)
DISTINCT = re.compile(
    r"(?:how\s+many|(?:the\s+)?number\s+of|count(?:\s+the)?)\s+(?:different|distinct|unique)\s+(?P<column>[\w-]+(?:\s+[\w-]+)?)"
    r"(?:\s+(?:are|is)\s+there|\s+do\s+we\s+have)?\Z"
    r"|(?:list|show|give|what\s+are|which)\s+(?:(?:me|us|all|the)\s+)*(?:different|distinct|unique)\s+(?P<column2>[\w-]+(?:\s+[\w-]+)?)\Z",
    re.IGNORECASE,
)
GROUPED = re.compile(
    r"(?:break\s+(?:down\s+)?(?:the\s+)?)?(?P<column>[\w-]+(?:\s+[\w-]+)?)\s+(?:by|per|for\s+each|pro)\s+(?P<by>[\w-]+(?:\s+[\w-]+)?)\Z",
    re.IGNORECASE,
)
"""'Revenue by month': a whole request and nothing else, read as a sum."""

NOT_GROUPED = re.compile(
    r"\b(?:by\s+(?:me|us|him|her|them|hand|mail|email|e-mail|post|phone|now|then|the|my|our|your|a|an|next|\d+|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|tomorrow|today|tonight|noon|eod|cob|end)|(?:send|reply|answer|stand|sort|order|report|file|files|done|back|sheet"
    r"|please|it|this|that|one|as|convert|split|merge|document|pdf|page|pages|drop|come|go|pay|paid|written|signed)\s+(?:by|per|for))\b",
    re.IGNORECASE,
)
OUR = re.compile(
    r"(?:what(?:'s|\s+is|\s+are|\s+was|\s+were)|how\s+(?:high|big|large)\s+(?:is|are|was|were))\s+(?:our|the\s+total|my)\s+(?=\w)",
    re.IGNORECASE,
)
"""'What was our revenue in March': a sum."""

PLAIN_ROWS = frozenset(
    {
        "row",
        "rows",
        "record",
        "records",
        "entry",
        "entries",
        "line",
        "lines",
        "data",
        "item",
        "items",
    }
) | {"total", "all"}
"""Words for the rows themselves: they name no column and narrow nothing."""

MEASURE_WORD = re.compile(MEASURE, re.IGNORECASE)
VALUE_NAMED = re.compile(r"(?:highest|lowest)\Z", re.IGNORECASE)
NOT_ROWS = re.compile(
    r"(?:missing|outliers?|nulls?|empty|blank|duplicates?|days|hours|minutes|weeks|times)\b",
    re.IGNORECASE,
)
STATEMENT = re.compile(
    r"(?:is|are|was|were|will|to|should|can)\b|.*?(?:\b(?:i|we|you|he|she|they|my|me|sorry)\b|[,:;])",
    re.IGNORECASE,
)
"""What follows a column where a sentence tells something instead of asking."""
