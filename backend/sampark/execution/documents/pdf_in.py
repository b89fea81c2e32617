"""A PDF's text layer as a document: one paragraph per run of lines, a rule between pages."""

from sampark.errors import StepFailed
from sampark.execution.documents.blocks import Block, Document, Rule
from sampark.execution.documents.pdf import page_texts, read_pdf
from sampark.execution.documents.text import read_text
from sampark.execution.text import clean


def read_pdf_text(name: str, content: bytes) -> Document:
    """Read the text layer of a PDF.

    Raises:
        StepFailed: It is protected or damaged, or has no text layer, as scans do not.
    """
    blocks: list[Block] = []
    for text in page_texts(read_pdf(name, content), name):
        page = read_text(clean(text)).blocks
        blocks += [Rule()] if blocks and page else []
        blocks += page
    if not blocks:
        raise StepFailed(
            f"“{name}” has no text in it: its pages are pictures, as from a scanner.",
            fix="Please send a PDF with text.",
        )
    return Document(tuple(blocks))
