"""PDF files of any size whose pages are noise: what is made of them is as large, also zipped."""

import random
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

_WIDTH = 1_000  # pixels, a byte each


def noise(size: int, seed: int = 0) -> bytes:
    """Return so many bytes, the same for the same seed."""
    return random.Random(seed).randbytes(size)


def pdf(*pictures: bytes) -> bytes:
    """Return a PDF with a page for each picture, which is carried as it is."""
    writer = PdfWriter()
    for content in pictures:
        page = writer.add_blank_page(200, 200)
        picture = DecodedStreamObject()
        picture.set_data(content)
        picture.update(_described(content))
        objects = DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _described(content: bytes) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(_WIDTH),
            NameObject("/Height"): NumberObject(len(content) // _WIDTH),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
        }
    )
