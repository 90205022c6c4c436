"""The nouns of the dialogue: what happened (`Event`) and what to do about it (`Command`).

Every message is a frozen dataclass of plain values, so that one codec can store it and a session
can be replayed from its events. Times are seconds; names are the partners' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.utterance import Utterance


class Phase(StrEnum):
    """Where the dialogue stands."""

    CONSENT = "consent"
    SHARE = "share"
    REFLECT = "reflect"
    CHECK = "check"
    MORE = "more"
    RATE = "rate"
    NEXT = "next"
    SWAP = "swap"
    CLOSE = "close"
    DONE = "done"
    PAUSED = "paused"


class Guidance(StrEnum):
    """How long the coach waits before it helps."""

    FULL = "full"
    LIGHT = "light"
    QUIET = "quiet"


class Consent(StrEnum):
    """What may be kept. `ASK` is not an answer yet: the coach asks aloud."""

    ASK = "ask"
    NOTHING = "nothing"
    WORDS = "words"
    SOUND = "sound"


class Voices(StrEnum):
    """Whether the partners may be told apart by their voices. `ASK`: the coach asks aloud."""

    ASK = "ask"
    ON = "on"
    OFF = "off"


class Step(StrEnum):
    """What is being listened for; patience and the recogniser's path depend on it."""

    SHARE = "share"
    REFLECT = "reflect"
    REPLY = "reply"
    COMMAND = "command"


class Question(StrEnum):
    """The question a reply answers."""

    SATISFIED = "satisfied"
    MORE = "more"
    CONSENT = "consent"
    CONFIRM = "confirm"


class Answer(StrEnum):
    """What a reply means."""

    YES = "YES"
    NO = "NO"
    PARTLY = "PARTLY"
    UNCLEAR = "UNCLEAR"


class Spoken(StrEnum):
    """A command said aloud to the coach."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REPEAT = "repeat"
    HELP = "help"
    WHAT_DID_I_SAY = "what_did_i_say"
    START_OVER = "start_over"
    SKIP = "skip"
    FORGET = "forget"


class Notice(StrEnum):
    """What the ear notices while it listens."""

    LONG = "long"
    """A turn has lasted long, and there is a pause in it."""
    BEHIND = "behind"
    """What was said is not written down yet."""
    LOUD = "loud"
    """The room is nearly as loud as those who talk."""
    SOFT = "soft"
    """Those who talk are too soft, or too far away."""
    CLIPPING = "clipping"
    """They are too loud for the microphone."""


class Asked(StrEnum):
    """A question of the procedure that a partner asked themselves."""

    CHECK_BACK = "check_back"
    MORE = "more"


class Outcome(StrEnum):
    """How a session ended."""

    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    END_OF_INPUT = "end_of_input"


@dataclass(frozen=True, slots=True)
class Reply:
    """A short answer understood: `rest` is what else was said, `command` a spoken command."""

    answer: Answer
    rest: str = ""
    command: Spoken | None = None


@dataclass(frozen=True, slots=True)
class Altered:
    """One alteration: `said` in the message became `became` in the reflection.

    `kind` is one of negation, number, name, order, role, word.
    """

    kind: str
    said: str
    became: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How much of a message a reflection gives back, unaltered, with the evidence for it.

    `score` 0..100, `coverage`, `addition` and `closeness` 0..1 (`closeness` of meaning is 0 where
    no `Meaning` was given); `nearest` is the closeness to the nearest passage of the message. The
    tuples hold phrases as they were said: `perhaps` what may be altered and is asked about,
    `questions` and `rebuttals` the listener's own, `unclear` what was not heard clearly enough to
    count. `asked_more` tells that the listener asked "is there more?".
    """

    score: float
    band: str
    coverage: float
    addition: float
    missed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    altered: tuple[Altered, ...] = ()
    closeness: float = 0.0
    nearest: float = 0.0
    perhaps: tuple[Altered, ...] = ()
    questions: tuple[str, ...] = ()
    rebuttals: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    asked_more: bool = False


# ---------------------------------------------------------------- what happened


@dataclass(frozen=True, slots=True)
class Began:
    """A session starts: `first` speaks first."""

    first: str
    second: str
    guidance: Guidance = Guidance.FULL
    consent: Consent = Consent.WORDS
    rounds: int = 2
    voices: Voices = Voices.OFF
    buttons: bool = False
    """Both have agreed that a key or button counts as the speaker's own yes or no."""
    ask_buttons: bool = False
    """The coach asks them aloud whether it does."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A session that was broken off goes on, where its kept events have led."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn ended and its text is there.

    `asked` tells that it is, or ends in, a question of the procedure; `before` is then what was
    said before that question. `reply` reads the turn (without that question) as an answer to what
    was asked, or as a command.
    """

    utterance: Utterance
    reply: Reply
    asked: Asked | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Announcing:
    """The coach begins to speak the announcement `key`."""

    key: str


@dataclass(frozen=True, slots=True)
class Announced:
    """The coach has finished speaking the announcement `key`."""

    key: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The fidelity of the last reflection; it is shown and moves nothing."""

    fidelity: Fidelity


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody has spoken for `seconds` although the dialogue waits for someone."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """The ear has noticed something; it may be said, and moves nothing."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key or button that stands for a command."""

    key: Spoken


@dataclass(frozen=True, slots=True)
class Answered:
    """A yes or no by key or button. It counts only where both agreed to that at the start."""

    answer: Answer
    by: str = "key"


@dataclass(frozen=True, slots=True)
class Typed:
    """A number typed by one who rates their own mirror, 1 to 10."""

    number: int


@dataclass(frozen=True, slots=True)
class InputEnded:
    """The recording is over."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The program was told to stop from outside (Ctrl-C, device gone for good)."""


Event = (
    Began
    | TakenUp
    | Heard
    | Announcing
    | Announced
    | Scored
    | Quiet
    | Noticed
    | Pressed
    | Answered
    | Typed
    | InputEnded
    | Interrupted
)

# ------------------------------------------------------------------- what to do


@dataclass(frozen=True, slots=True)
class Enter:
    """The dialogue enters `phase`; `attempt` counts the shares of one message."""

    phase: Phase
    speaker: str
    listener: str
    round: int
    exchange: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Announce:
    """Say the announcement `key` to `to` (a name, or "both").

    It waits until nobody has talked for `after_s`. One that is `optional` is dropped when somebody
    has answered by then; `values` fill the sentence's blanks. An `aside` is said in a pause of a
    turn, which goes on after it.
    """

    key: str
    to: str
    values: tuple[tuple[str, str], ...] = ()
    after_s: float = 0.0
    optional: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for a turn of this kind."""

    step: Step


@dataclass(frozen=True, slots=True)
class Score:
    """Compare a reflection with the message it mirrors; the answer comes back as `Scored`."""

    message: str
    reflection: str


@dataclass(frozen=True, slots=True)
class Rated:
    """So near, from 0 to 10, the one who mirrored holds their mirror to be; None: they do not say.

    It is shown, before the score of that mirror is."""

    own: float | None


@dataclass(frozen=True, slots=True)
class Learn:
    """These turns are known to be `partner`'s: their exchange was confirmed."""

    partner: str
    turns: tuple[Utterance, ...]
    unproven: bool = False
    """They were asked of `partner`, and nobody knows who has said them."""


@dataclass(frozen=True, slots=True)
class TellApart:
    """From here on the partners may be told apart by their voices, in memory only."""


@dataclass(frozen=True, slots=True)
class AcceptKeys:
    """From here on a key or button counts as the speaker's own yes or no: both have said so."""


@dataclass(frozen=True, slots=True)
class Keep:
    """From here on this may be kept, and what was said so far too."""

    consent: Consent


@dataclass(frozen=True, slots=True)
class Finish:
    """The session is over."""

    outcome: Outcome


Command = Enter | Announce | Listen | Score | Rated | Learn | TellApart | AcceptKeys | Keep | Finish
