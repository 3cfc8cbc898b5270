"""A receipt as a PDF: the same bytes whenever it is asked for."""

import io
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from font_source_sans_pro import font_files_ttf
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from server.api.receipts.sheet import Row, Sheet

_FONT, _BOLD = "Receipt", "ReceiptBold"
registerFont(TTFont(_FONT, font_files_ttf["SourceSansPro"]))
registerFont(TTFont(_BOLD, font_files_ttf["SourceSansProSemibold"]))

_GREY, _RULE = HexColor("#555555"), HexColor("#cccccc")
_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_COLUMNS = [width * mm for width in (74, 26, 24, 22, 24)]
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9.5, leading=13)
_FIGURE = ParagraphStyle("figure", _TEXT, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", _TEXT, fontName=_BOLD)
_HEAD_FIGURE = ParagraphStyle("head figure", _FIGURE, fontName=_BOLD)
_TITLE = ParagraphStyle("title", _TEXT, fontName=_BOLD, fontSize=18, leading=22)
_PART = ParagraphStyle("part", _TEXT, textColor=_GREY, leftIndent=8)
_PART_FIGURE = ParagraphStyle("part figure", _FIGURE, textColor=_GREY)
_TOP = [("VALIGN", (0, 0), (-1, -1), "TOP")]
_NO_PADDING = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT")]
_BARE = TableStyle([*_TOP, *_NO_PADDING])
_RULES = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, _GREY),
]


def pdf_of(sheet: Sheet) -> bytes:
    """The document, on as many pages as it takes."""
    out = io.BytesIO()
    title = f"{sheet.title} {sheet.number}"
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        author=sheet.seller[0] if sheet.seller else "",
        lang=sheet.language,
        invariant=1,
    )

    def footer(canvas: Any, _: Any) -> None:
        page = sheet.page.format(page=canvas.getPageNumber())
        canvas.setFont(_FONT, 8)
        canvas.setFillColor(_GREY)
        canvas.drawString(_MARGIN, 12 * mm, title)
        canvas.drawRightString(A4[0] - _MARGIN, 12 * mm, page)

    document.build(list(_parts(sheet)), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def _parts(sheet: Sheet) -> Iterable[Any]:
    facts = [[_cell(label, _PART), _cell(value, _FIGURE)] for label, value in sheet.facts]
    about = Table(facts, colWidths=[38 * mm, 42 * mm], style=_BARE)
    yield _beside(_cell(sheet.title, _TITLE), about)
    yield Spacer(0, 8 * mm)
    buyer = [f"{sheet.buyer_label}:", *sheet.buyer] if sheet.buyer else []
    yield _beside(_lines(sheet.seller), _lines(buyer))
    yield Spacer(0, 10 * mm)
    yield _table(sheet)
    yield Spacer(0, 6 * mm)
    sums = [[_cell(label, _TEXT), _cell(value, _FIGURE)] for label, value in sheet.sums]
    sums.append([_cell(sheet.total[0], _HEAD), _cell(sheet.total[1], _HEAD_FIGURE)])
    yield Table(sums, colWidths=[50 * mm, 30 * mm], style=_BARE, hAlign="RIGHT")


def _beside(left: Any, right: Any) -> Table:
    return Table([[left, right]], colWidths=[_WIDTH - 80 * mm, 80 * mm], style=_BARE)


def _table(sheet: Sheet) -> Table:
    first, *others = sheet.head
    head = [_cell(first, _HEAD), *(_cell(name, _HEAD_FIGURE) for name in others)]
    return Table(
        [head, *map(_row, sheet.rows)],
        colWidths=_COLUMNS,
        repeatRows=1,
        style=TableStyle([*_TOP, *_RULES]),
    )


def _row(row: Row) -> list[Paragraph]:
    text, figure = (_PART, _PART_FIGURE) if row.is_part else (_TEXT, _FIGURE)
    told = escape(row.text)
    if row.detail:
        told += f'<br/><font size="8" color="#555555">{escape(row.detail)}</font>'
    figures = (row.quantity, row.unit_price, row.net, row.total)
    return [Paragraph(told, text), *(_cell(each, figure) for each in figures)]


def _lines(lines: Sequence[str]) -> Paragraph:
    return Paragraph("<br/>".join(map(escape, lines)), _TEXT)


def _cell(told: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(told), style)
