"""The transcript in every format holds the same, and takes nothing that was said for markup."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import docx
import pytest
from markdown_it import MarkdownIt

from tests.session import making
from tests.session.formats.hard import HARD, seen, session
from voicecoach.dialogue.evidence import SIGNS
from voicecoach.dialogue.messages import Enter, Phase
from voicecoach.session.entries import Session, entry_of
from voicecoach.session.export import FORMATS, exported
from voicecoach.session.formats.transcript.markdown import as_markdown
from voicecoach.session.formats.transcript.page import as_page
from voicecoach.session.formats.transcript.parts import Heading, transcript
from voicecoach.session.formats.transcript.word import as_word

SHOWN = (
    "Anna and Ben",
    "Session 2026-03-01-1830-c0de, written down by sphinx",
    "Round 1: Anna speaks, Ben listens",
    "Exchange 1, attempt 2",
    "Anna shares: When you come home late I feel alone.",
    "Ben reflects: You are always angry when I come home late. Did I get that?",
    "score 58 of 100 (partly): 60% of the message came back, 20% was added",
    'You kept most of it; "always" was not said; "alone" became "angry".',
    "Anna answers no: No, I feel alone, not angry.",
    "The roles are switched",
    "Cut short by the end of the recording.",
)


def words(text: str) -> str:
    return " ".join(text.split())


def of_markdown(session: Session) -> str:
    """What a Markdown reader shows, as text."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(as_markdown(session))
    root = ElementTree.fromstring(f"<body>{html}</body>")
    return words(" ".join("".join(block.itertext()) for block in root))


def of_page(session: Session) -> str:
    """What a browser shows, as text; the file must be well-formed to the letter."""
    root = ElementTree.fromstring(as_page(session))
    for aloud in root.iter("span"):
        if aloud.get("class") == "aloud":
            aloud.text = ""
    body = root.find("body")
    assert body is not None
    return words(" ".join("".join(block.itertext()) for block in blocks(body)))


def blocks(body: ElementTree.Element) -> Iterator[ElementTree.Element]:
    kinds = ("h1", "h2", "h3", "p", "li", "th", "td")
    return (element for element in body.iter() if element.tag in kinds)


def of_word(session: Session) -> str:
    """What python-docx reads in the file."""
    document = docx.Document(io.BytesIO(as_word(session)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    return words(" ".join([*texts, *(cell.text for cell in cells)]))


READERS = {"md": of_markdown, "html": of_page, "docx": of_word}


@pytest.mark.parametrize("name", READERS)
def test_the_same_is_in_each(name: str) -> None:
    """Who said what, when, its score and evidence; as in the text, line for line."""
    shown = READERS[name](making.session())
    for line in SHOWN:
        assert line in shown, line
    assert re.search(r"0:12 Ben reflects", shown)


@pytest.mark.parametrize("text", HARD)
@pytest.mark.parametrize("name", READERS)
def test_what_was_said_is_shown_as_it_is(name: str, text: str) -> None:
    """Said, as a name, as evidence, as an announcement's value, as what was heard at first."""
    name_ = seen(text)[:60]
    shown = READERS[name](session(text, (f"{name_} A", f"{name_} B")))
    assert f"{name_} A and {name_} B" in shown
    assert f"{name_} A shares: I said {seen(text)}" in shown
    assert f"at first this was heard: I say {seen(text)}" in shown
    assert f"{name_} A speaks, {name_} B listens" in shown
    bare = shown
    for sign in {sign for pair in SIGNS.values() for sign in pair if sign}:
        bare = bare.replace(sign, "")
    bare_text = seen(text)
    for sign in {sign for pair in SIGNS.values() for sign in pair if sign}:
        bare_text = bare_text.replace(sign, "")
    assert words(f"You say {bare_text}") in words(bare)


def test_no_address_in_markdown_becomes_a_link() -> None:
    """Also where a reader makes links of addresses that stand in a text, and of names after @."""
    text = as_markdown(session("https://a.example http://b.example WWW.c.example d@e.example"))
    assert not re.search(r"(?i)(?<!\\)(https?://|\bwww\.|@)", text)
    assert of_markdown(session("https://a.example @d")).count("https://a.example @d") > 2


@pytest.mark.parametrize("text", HARD)
def test_the_page_has_no_element_but_its_own(text: str) -> None:
    """Whatever is said: no script, no attribute, no address comes in."""
    plain = ElementTree.fromstring(as_page(session("nothing")))
    hard = ElementTree.fromstring(as_page(session(text)))

    def kinds(root: ElementTree.Element) -> set[tuple[str, tuple[str, ...]]]:
        return {(element.tag, tuple(sorted(element.keys()))) for element in root.iter()}

    assert kinds(hard) <= kinds(plain)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {e.tag for e in hard.iter()}


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """No address in it, and a policy that would let none be fetched."""
    page = as_page(making.session())
    assert not re.search(r"https?:|//\w|url\(|@import|src=|href=|javascript:|\son\w+=", page)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page


def test_the_page_says_to_those_who_do_not_see_it_what_is_marked() -> None:
    """A language, headings without a gap, a heading to each column, marks in words."""
    root = ElementTree.fromstring(as_page(making.session()))
    assert root.get("lang") == "en"
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch(r"h\d", e.tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    heads = [(head.text, head.get("scope")) for head in root.iter("th")]
    assert heads[:2] == [("Anna said", "col"), ("Ben mirrored", "col")]
    (row, *_) = (table for table in root.iter("tbody"))
    assert "(altered) alone" in "".join(row.itertext())
    assert "(added) always" in "".join(row.itertext())


def test_the_colours_of_the_page_can_be_told_apart() -> None:
    """Contrast of 4.5 to 1 (WCAG AA) of each colour of text, in light, dark and on paper."""
    schemes = re.findall(r":root \{(.*?)\}", as_page(making.session()), re.DOTALL)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", scheme))
        ground = colours.pop("ground")
        colours.pop("line")
        assert set(colours) == {"ink", "soft", "missed", "added", "altered", "unclear"}
        for name, colour in colours.items():
            assert contrast(colour, ground) >= 4.5, name


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_contrast_is_counted_right() -> None:
    assert round(contrast("#000000", "#ffffff")) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_the_document_is_a_page_of_a4_and_says_of_itself_what_is_true() -> None:
    """Neither the library that wrote it nor the clock of today is in its properties."""
    document = docx.Document(io.BytesIO(as_word(making.session())))
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    about = document.core_properties
    assert (about.title, about.author, about.comments) == ("Anna and Ben", "", "")
    assert about.created is not None and about.created.year == 2026
    headings = [p.style.name for p in document.paragraphs if p.style and "Head" in str(p.style)]
    assert all(name and name.startswith("Heading") for name in headings)
    first = document.tables[0]
    assert [cell.text for cell in first.rows[0].cells] == ["Anna said", "Ben mirrored"]
    assert first.rows[0]._tr.trPr is not None and "tblHeader" in first.rows[0]._tr.trPr.xml
    looks = {run.text: run.bold for run in first.cell(1, 0).paragraphs[0].runs}
    assert looks["<alone>"] is True


def test_a_passage_before_the_first_round_leaves_no_level_out() -> None:
    """The consent is asked for before there is a round; later a passage stands under its round."""
    phases = (Phase.CONSENT, Phase.SHARE, Phase.PAUSED)
    entries = [entry_of(Enter(phase, "Anna", "Ben", 1, 1, 1), 0.0) for phase in phases]
    parts = transcript(Session(making.HEADER, tuple(entries))).parts
    headings = [(part.level, part.text[:7]) for part in parts if isinstance(part, Heading)]
    assert headings == [(1, "The coa"), (1, "Round 1"), (2, "Exchang"), (2, "A pause")]


def test_every_format_writes_a_session_without_a_turn() -> None:
    """An empty one is no trouble; captions of nothing are nothing."""
    written = {name: exported(Session(making.HEADER), name) for name in FORMATS}
    assert [name for name, content in written.items() if not content] == ["srt"]
