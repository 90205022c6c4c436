"""Cues in a turn that steer the dialogue itself: questions asked by a partner, and commands.

A listener who asks "did I get that?" spares the coach the question; one who opens with "what I
hear you saying is" is mirroring; and "pause" is for the coach if nothing else was said, or if the
coach is addressed.
"""

from __future__ import annotations

from voicecoach.dialogue.answers.hearing import cue_by_sound
from voicecoach.dialogue.answers.reading import LONGEST_TEXT, unrepeated
from voicecoach.dialogue.language import Language, Phrase, load
from voicecoach.dialogue.messages import Asked, Spoken


def asked(text: str, language: str = "en") -> Asked | None:
    """The question of the procedure that `text` is or ends in, or None."""
    known = load(language)
    found = asked_at(plain_words(text[-LONGEST_TEXT:], known), known)
    return found[1] if found else None


def asked_at(words: Phrase, language: Language) -> tuple[int, Asked] | None:
    """Where the question begins that ends these plain words, and which it is."""
    tail = _untailed(words, language)
    for name, phrases in language.check_backs.items():
        longest = max(len(phrase) for phrase in phrases)
        for length in range(min(longest, tail), 0, -1):
            if words[tail - length : tail] in phrases:
                return tail - length, Asked(name)
    for length in range(min(6, tail), 2, -1):
        if language.replies["satisfied"].at(words, tail - length) is not None:
            # What begins as an answer does is no mishearing of a question.
            continue
        heard = cue_by_sound(words[tail - length : tail], language.code)
        if heard is not None:
            return tail - length, Asked(heard)
    return None


def opens_mirror(text: str, language: str = "en") -> bool:
    """True if `text` begins as a mirror does: "so what I hear you saying is ..."."""
    known = load(language)
    return lead_in_length(plain_words(text[:LONGEST_TEXT], known), known) > 0


def lead_in_length(words: Phrase, language: Language) -> int:
    """How many of these plain words are lead-in: one or more of them, with what stands around."""
    end = at = 0
    longest = max(len(phrase) for phrase in language.lead_ins)
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            if words[at : at + length] in language.lead_ins:
                at = end = at + length
                break
        else:
            if words[at] not in language.around_lead_ins:
                break
            at += 1
    if end and end < len(words) and words[end] in language.after_lead_ins:
        end += 1
    return end


def command(text: str, language: str = "en") -> Spoken | None:
    """The command that `text` is, whole or addressed to the coach; None inside a message."""
    known = load(language)
    words = plain_words(text[:LONGEST_TEXT], known)
    called = _unaddressed(words, known)
    found = _command(called, known)
    return found if found not in known.only_addressed or called != words else None


def _unaddressed(words: Phrase, language: Language) -> Phrase:
    """The words without the coach's name at either end."""
    for name in language.address:
        if words[: len(name)] == name:
            return words[len(name) :]
        if len(words) > len(name) and words[-len(name) :] == name:
            return words[: -len(name)]
    return words


def _command(words: Phrase, language: Language) -> Spoken | None:
    """The command left after polite words at either end have been taken away one by one."""
    while words:
        if words in language.commands:
            return Spoken(language.commands[words])
        shorter = without_polite(words, language)
        if shorter == words:
            return None
        words = shorter
    return None


def without_polite(words: Phrase, language: Language) -> Phrase:
    """The words without one polite phrase at either end; as they are where there is none."""
    for length in range(min(4, len(words)), 0, -1):
        if words[:length] in language.polite:
            return words[length:]
        if words[-length:] in language.polite:
            return words[:-length]
    return words


def plain_words(text: str, language: Language) -> Phrase:
    """The plain words of `text`, repeats said once."""
    return tuple(token.word for token in unrepeated(language.plain.tokens(text)))


def _untailed(words: Phrase, language: Language) -> int:
    """Where the words end that count: what is merely polite after a question is left out."""
    end = len(words)
    while end > 1 and words[end - 1] in language.after_questions:
        end -= 1
    return end
