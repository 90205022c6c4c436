"""Whole turns are written down once more: it corrects the record, and moves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.coach.decoding import InlineDecoder
from tests.coach.test_loop import Session
from voicecoach.coach.loop import Settings
from voicecoach.coach.scribe import REFINED_LATER_S, Refiner
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import (
    Answer,
    Consent,
    Heard,
    Notice,
    Outcome,
    Phase,
    Reply,
    Spoken,
)
from voicecoach.engines import Turn
from voicecoach.engines.worker import Transcribed
from voicecoach.errors import ModelError
from voicecoach.session import record
from voicecoach.session.entries import Entry, entry_of
from voicecoach.speech.audio import RATE, Clip
from voicecoach.utterance import Utterance

SHARING = State(phase=Phase.SHARE, first="Anna", second="Ben", speaker="Anna", started=True)


def kept(text: str, number: int = 7, command: Spoken | None = None, seconds: float = 1.0) -> Any:
    """A turn and the entry that keeps it."""
    clip = Clip(np.zeros(int(seconds * RATE), np.float32), 0)
    heard = Heard(Utterance(text, 0.0, seconds), Reply(Answer.UNCLEAR, text, command))
    entry = entry_of(heard, 1.0)
    return Entry(entry.at_s, entry.kind, entry.data, number=number), Turn(heard.utterance, clip)


def refined(decoder: InlineDecoder, *turns: Any, state: State = SHARING) -> list[dict[str, Any]]:
    """The corrections of a recording's turns."""
    refiner = Refiner(lambda: decoder, live=False)
    found = []
    for entry, turn in turns:
        refiner.take(entry, turn, state)
        found += [each.data for each in refiner.corrections(2.0)]
    return found


def test_what_is_understood_better_is_a_correction() -> None:
    """It names its turn, and who says so; the words of the dialogue are not touched."""
    (found,) = refined(InlineDecoder(["I was sad."]), kept("eyes sad"))
    assert found == {"type": "Corrected", "entry": 7, "text": "I was sad.", "by": "scripted"}


@pytest.mark.parametrize("text", ["I was sad.", "", "  ", "..."])
def test_the_same_words_and_no_words_correct_nothing(text: str) -> None:
    """Another comma is none; and a model that hears nothing takes nothing away."""
    assert refined(InlineDecoder([text]), kept("i was sad")) == []


@pytest.mark.parametrize(
    ("turn", "phase"),
    [
        (kept("yes"), Phase.CHECK),
        (kept("no"), Phase.MORE),
        (kept("yes"), Phase.CONSENT),
        (kept("pause", command=Spoken.PAUSE), Phase.SHARE),
        (kept("not kept", number=0), Phase.SHARE),
    ],
    ids=["check", "more", "consent", "command", "not kept"],
)
def test_only_talk_that_is_kept_is_refined(turn: Any, phase: Phase) -> None:
    """A yes stays the yes that was acted on."""
    decoder = InlineDecoder(["no"])
    assert refined(decoder, turn, state=SHARING.but(phase=phase)) == []
    assert decoder.submitted == []


def test_live_it_waits_for_nothing_until_the_end() -> None:
    """There is time when there is time."""
    refiner = Refiner(lambda: InlineDecoder(["I was sad"], slow=2))
    refiner.take(*kept("eyes sad"), SHARING)
    assert [list(refiner.corrections(1.0)) for _ in range(2)] == [[], []]
    assert len(list(refiner.corrections(1.0, last=True))) == 1
    assert list(refiner.corrections(1.0, last=True)) == []


def test_what_waits_is_bounded() -> None:
    """More than three minutes of sound are not held for it."""
    decoder = InlineDecoder(["a", "b", "c"], slow=99)
    refiner = Refiner(lambda: decoder)
    for number in (1, 2, 3):
        refiner.take(*kept("word", number, seconds=0.4 * REFINED_LATER_S), SHARING)
    assert len(decoder.submitted) == 2


def test_nothing_is_opened_where_nothing_is_refined() -> None:
    """Off unless it is asked for."""
    refiner = Refiner()
    refiner.take(*kept("word"), SHARING)
    assert list(refiner.corrections(1.0, last=True)) == []
    refiner.close()


class Broken(InlineDecoder):
    """A model that cannot be loaded."""

    def poll(self) -> list[Transcribed]:
        raise ModelError("The model is damaged.", "Fetch it again.")


def test_a_model_that_fails_is_told_and_the_talk_goes_on() -> None:
    """Once, with what to do; nothing more is tried."""
    refiner = Refiner(lambda: Broken([""]))
    refiner.take(*kept("word"), SHARING)
    assert list(refiner.corrections(1.0)) == []
    assert "The model is damaged. Fetch it again." in refiner.troubles["refine"]
    refiner.take(*kept("word"), SHARING)
    assert list(refiner.corrections(1.0)) == []


class WithSound(Session):
    """A written dialogue whose turns have sound."""

    def __init__(self, folder: Path, texts: list[str], consent: Consent = Consent.WORDS) -> None:
        self.decoder = InlineDecoder(texts)
        self.settings = Settings(refiner=Refiner(lambda: self.decoder, live=False))
        super().__init__(folder, consent=consent)
        hear = self.ear.hear

        def heard(deaf: bool) -> Turn | Spoken | Notice | None:
            turn = hear(deaf)
            clip = Clip(np.zeros(RATE, np.float32), 0)
            return Turn(turn.utterance, clip) if isinstance(turn, Turn) else turn

        self.ear.hear = heard  # type: ignore[method-assign]


def test_a_correction_moves_nothing_and_what_was_heard_stays(tmp_path: Path) -> None:
    """Same phases, same scores, same commands; the record knows both texts."""
    texts = ["I was glad when you came.", "Yes, that's right, yes."]
    session, plain = WithSound(tmp_path, texts), Session(tmp_path / "plain")
    assert session.run() is plain.run() is Outcome.DONE
    for kind in ("phase", "fidelity", "reply"):
        mine, others = session.kinds(kind), plain.kinds(kind)
        assert [line | {"at_s": 0} for line in mine] == [line | {"at_s": 0} for line in others]
    found = session.library.session("last")
    said = [(turn.utterance.text, turn.text) for turn in record.turns(found)]
    assert said[:2] == [
        ("I was sad when you left.", "I was glad when you came."),
        ("You were sad when I left.", "Yes, that's right, yes."),
    ]
    assert [heard for heard, _ in said[2:]] == [text for _, text in said[2:]]
    assert record.replayed(found, Imago()) == record.stored_commands(found)
    assert len(session.decoder.submitted) == 2


def test_nothing_is_refined_where_nothing_may_be_kept(tmp_path: Path) -> None:
    """Then it would be for nothing."""
    session = WithSound(tmp_path, ["I was glad."], Consent.NOTHING)
    session.run()
    assert session.decoder.submitted == []
