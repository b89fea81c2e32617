"""Every tool there is, in one explicit tuple: a tool that is not listed here cannot be called."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from pydantic import BaseModel

from sampark.domain.tool import Tool
from sampark.execution.tools.ask import TABLE_ASK
from sampark.execution.tools.charts import CHART_BAR, TABLE_CHARTS
from sampark.execution.tools.convert import FILE_CONVERT
from sampark.execution.tools.event import EVENT_MAKE
from sampark.execution.tools.files import FILE_OPEN
from sampark.execution.tools.notes import REMIND_NOTE, TEXT_NOTE, TIME_WAIT
from sampark.execution.tools.pdf import PDF_MERGE, PDF_SPLIT
from sampark.execution.tools.profile import TABLE_PROFILE
from sampark.execution.tools.report import REPORT_PDF, REPORT_WORKBOOK
from sampark.execution.tools.tables import TABLE_READ, TABLE_WRITE

AnyTool = Tool[BaseModel, BaseModel]

_ALL = (
    FILE_OPEN,
    FILE_CONVERT,
    TABLE_READ,
    TABLE_PROFILE,
    TABLE_CHARTS,
    TABLE_ASK,
    TABLE_WRITE,
    CHART_BAR,
    REPORT_WORKBOOK,
    REPORT_PDF,
    PDF_MERGE,
    PDF_SPLIT,
    EVENT_MAKE,
    TIME_WAIT,
    REMIND_NOTE,
    TEXT_NOTE,
)

# A tool is only ever run on what its own input model gave, so the models may stand as their base.
TOOLS: Mapping[str, AnyTool] = MappingProxyType({tool.name: cast("AnyTool", tool) for tool in _ALL})
