"""A transcript as a Word document, through python-docx: A4, headings, message beside reflection."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from voicecoach.dialogue.evidence import (
    ADDED,
    ALTERED,
    COVERED,
    LEGEND,
    MISSED,
    SIGNS,
    UNCLEAR,
    Passage,
)
from voicecoach.session.entries import Session
from voicecoach.session.formats.transcript.parts import (
    Evidence,
    Heading,
    Said,
    Told,
    clock,
    transcript,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

A4_MM = (210, 297)
MARGIN_MM = 20
INDENT_MM = 12
"""How far the evidence of a turn stands in, below it."""

LOOKS: dict[str, dict[str, bool]] = {
    COVERED: {},
    MISSED: {"strike": True},
    ADDED: {"underline": True},
    ALTERED: {"bold": True},
    UNCLEAR: {"italic": True},
}
"""How marked words look besides their signs, which also a printer without colours shows."""


def as_word(session: Session) -> bytes:
    """The transcript as the bytes of a .docx file. Raises ValueError as `parts.transcript` does."""
    import docx

    whole = transcript(session)
    document = docx.Document()
    _set_up(document, whole.title, whole.language, datetime.fromisoformat(session.header.started))
    document.add_heading(whole.title, 0)
    for fact in whole.facts:
        document.add_paragraph(fact)
    for remark in whole.remarks:
        _add_remark(document, remark, 0)
    if any(isinstance(part, Said) and part.evidence for part in whole.parts):
        document.add_paragraph(f"Marks: {LEGEND}")
    for part in whole.parts:
        match part:
            case Heading(text=text, level=level):
                document.add_heading(text, level)
            case Told(at_s=at_s, text=text, said=said):
                told = document.add_paragraph(f"{clock(at_s)}  ")
                told.add_run(f"Coach: {text}" if said else text).italic = True
            case Said():
                _add_said(document, part)
    document.add_paragraph(whole.ending)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Document, title: str, language: str, started: datetime) -> None:
    """A4 instead of Letter; about the document only what we know, and nobody as its author."""
    from docx.oxml.ns import qn
    from docx.shared import Mm

    for section in document.sections:
        section.page_width, section.page_height = map(Mm, A4_MM)
        section.left_margin = section.right_margin = Mm(MARGIN_MM)
    about = document.core_properties
    about.title, about.language = title[:255], language
    about.author, about.comments = "", ""
    # The properties hold times without a zone; of the clock that printed this they need not tell.
    about.created = about.modified = started.astimezone(UTC).replace(tzinfo=None)
    properties: Any = document.styles.element.find(f".//{qn('w:lang')}")
    if properties is not None:
        properties.set(qn("w:val"), language)


def _add_said(document: Document, said: Said) -> None:
    line = document.add_paragraph(f"{clock(said.at_s)}  ")
    line.add_run(said.who).bold = True
    line.add_run(f" {said.deed}: {said.text}")
    if said.heard is not None:
        _beneath(document, f"at first this was heard: {said.heard}")
    if said.evidence is not None:
        _beneath(document, said.evidence.figures)
        if said.evidence.told:
            _beneath(document, said.evidence.told)
        if said.evidence.message:
            _add_pair(document, said.evidence, said.speaker, said.listener)
    for remark in said.remarks:
        _add_remark(document, remark, INDENT_MM)


def _add_remark(document: Document, remark: str, indent_mm: int) -> None:
    from docx.shared import Mm

    paragraph = document.add_paragraph()
    paragraph.add_run("Note: ").bold = True
    paragraph.add_run(remark)
    paragraph.paragraph_format.left_indent = Mm(indent_mm)


def _beneath(document: Document, text: str) -> None:
    from docx.shared import Mm

    form = document.add_paragraph(text).paragraph_format
    form.left_indent, form.space_after = Mm(INDENT_MM), Mm(1)


def _add_pair(document: Document, found: Evidence, speaker: str, listener: str) -> None:
    """Message and reflection side by side, under a row that says whose they are."""
    from docx.oxml import OxmlElement

    table = document.add_table(rows=2, cols=2, style="Table Grid")
    heads, texts = table.rows
    for cell, head in zip(heads.cells, (f"{speaker} said", f"{listener} mirrored"), strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    # For those who hear the page read aloud, and where a table goes on overleaf.
    heads._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _add_marked(texts.cells[0].paragraphs[0], found.message)
    _add_marked(texts.cells[1].paragraphs[0], found.reflection)
    document.add_paragraph()


def _add_marked(paragraph: Paragraph, passages: tuple[Passage, ...]) -> None:
    for passage in passages:
        run = paragraph.add_run(passage.text.join(SIGNS[passage.mark]))
        looks = LOOKS[passage.mark]
        run.bold, run.italic = looks.get("bold"), looks.get("italic")
        run.underline, run.font.strike = looks.get("underline"), looks.get("strike")
