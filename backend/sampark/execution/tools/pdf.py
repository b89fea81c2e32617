"""PDF files: several into one, one into several."""

from pydantic import Field
from pypdf import PdfWriter

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import File
from sampark.errors import StepFailed
from sampark.execution.documents.pdf import copy_pages, open_pdf, parse_pages, pdf_bytes, span_name
from sampark.execution.limits import FILE_BYTES, PARTS, PDF_PAGES
from sampark.execution.naming import stem
from sampark.execution.sniff import MEDIA_TYPES


class MergePdf(Frozen):
    """PDF files in their order, and the name of the new file."""

    files: list[File] = Field(min_length=1, max_length=100)
    name: str = Field(default="merged.pdf", min_length=1, max_length=120)


class MergedPdf(Frozen):
    """The new file."""

    file: File


def merge_pdf(given: MergePdf, bench: Bench) -> MergedPdf:
    """Put PDF files into one, with a bookmark per file. Scripts and attachments stay behind.

    Raises:
        StepFailed: There is one file only; one is no PDF, protected or damaged; too large.
    """
    if len(given.files) < 2:
        raise StepFailed("A merge needs at least two PDF files.", fix="Please attach the others.")
    readers = [(file, open_pdf(bench, file)) for file in given.files]
    pages = sum(len(reader.pages) for _, reader in readers)
    if pages > PDF_PAGES:
        raise StepFailed(f"Together these files have {pages:,} pages; {PDF_PAGES:,} are the limit.")
    writer = PdfWriter()
    for file, reader in readers:
        first = len(writer.pages)
        copy_pages(file.name, reader, range(len(reader.pages)), writer)
        writer.add_outline_item(title=stem(file.name), page_number=first)
    content = pdf_bytes(writer)
    if len(content) > FILE_BYTES:
        raise StepFailed(
            "The merged file would be larger than 25 MB, more than a mail may carry.",
            fix="Please ask for fewer files at a time.",
        )
    return MergedPdf(file=bench.write(f"{stem(given.name)}.pdf", MEDIA_TYPES["pdf"], content))


class SplitPdf(Frozen):
    """A PDF and the pages of each part, such as `1-3,7`; empty: every page alone."""

    file: File
    pages: str = Field(default="", max_length=500)


class PdfParts(Frozen):
    """One file per part, in the order asked for."""

    files: list[File]


def split_pdf(given: SplitPdf, bench: Bench) -> PdfParts:
    """Cut a PDF: one new file per comma-separated part, or per page.

    Raises:
        StepFailed: It is no PDF, protected or damaged; a page is not there; over 100 parts.
    """
    reader = open_pdf(bench, given.file)
    pages = len(reader.pages)
    parts = parse_pages(given.pages, pages, given.file.name) or [[place] for place in range(pages)]
    if not given.pages.strip() and pages == 1:
        raise StepFailed(f"“{given.file.name}” has one page, so there is nothing to split.")
    if len(parts) > PARTS:
        problem = f"“{given.file.name}” would give {len(parts):,} files; {PARTS} are the limit."
        raise StepFailed(problem, fix="Please name page ranges such as 1-50,51-100.")
    name = stem(given.file.name)
    files: list[File] = []
    for places in parts:
        writer = PdfWriter()
        copy_pages(given.file.name, reader, places, writer)
        title = f"{name}-{span_name(places)}.pdf"
        files.append(bench.write(title, MEDIA_TYPES["pdf"], pdf_bytes(writer)))
    return PdfParts(files=files)


PDF_MERGE = Tool(
    name="pdf.merge",
    summary="Put several PDF files into one.",
    input=MergePdf,
    output=MergedPdf,
    run=merge_pdf,
    prior=Prior(p50=0.5, p90=5.0),
)
PDF_SPLIT = Tool(
    name="pdf.split",
    summary="Cut a PDF into files by page ranges, or one per page.",
    input=SplitPdf,
    output=PdfParts,
    run=split_pdf,
    prior=Prior(p50=0.5, p90=5.0),
)
