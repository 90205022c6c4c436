"""A reply is a yes only if it can be nothing else."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from voicecoach.dialogue.messages import Answer, Asked, Question, Reply, Spoken
from voicecoach.dialogue.replies import asked, opens_mirror, understand
from voicecoach.errors import UsageError

HERE = Path(__file__).parent
MIRROR = "So what I hear you saying is that you felt alone when I came home late."


def answer(
    text: str, question: Question = Question.SATISFIED, mirrored: str | None = MIRROR
) -> Answer:
    return understand(text, question, mirrored=mirrored).answer


def rows(name: str) -> list[dict[str, str]]:
    text = (HERE / f"replies_{name}.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    assert len(found) >= 300
    return found


def confusion(name: str) -> Counter[tuple[str, str, str]]:
    """(question, answer as judged by reading, answer given) of a set of replies."""
    return Counter(
        (
            row["question"],
            row["answer"],
            answer(row["text"], Question(row["question"]), row["mirrored"]).value,
        )
        for row in rows(name)
    )


def test_the_replies_of_this_dialogue_are_understood() -> None:
    """On the tuned half: no false yes, at most 2 % of yes missed, no floor taken by a false no."""
    table = confusion("tuned")
    yes = sum(n for (_, true, _), n in table.items() if true == "YES")
    assert not [key for key in table if key[1] != "YES" and key[2] == "YES"]
    assert sum(n for (_, t, got), n in table.items() if t == "YES" and got != "YES") <= 0.02 * yes
    assert not [key for key in table if key[0] == "more" and key[1] != "NO" and key[2] == "NO"]


def test_the_untuned_half_stays_near_the_tuned_one() -> None:
    """Written without a look at the rules, never tuned on: at most 3 % false yes, 5 % missed.

    Never a false no after "is there more?": it would take the floor from somebody.
    """
    table = confusion("untuned")
    assert not [key for key in table if key[0] == "more" and key[1] != "NO" and key[2] == "NO"]
    other = sum(n for (_, true, _), n in table.items() if true != "YES")
    yes = sum(n for (_, true, _), n in table.items() if true == "YES")
    assert sum(n for (_, t, got), n in table.items() if t != "YES" and got == "YES") <= 0.03 * other
    assert sum(n for (_, t, got), n in table.items() if t == "YES" and got != "YES") <= 0.05 * yes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no no, that's right", Reply(Answer.YES)),
        ("no yeah, exactly", Reply(Answer.YES)),
        ("yeah no", Reply(Answer.UNCLEAR)),
        ("uh-huh", Reply(Answer.YES)),
        ("huh-uh", Reply(Answer.NO)),
        ("yes but", Reply(Answer.PARTLY)),
        ("yes, but it was Sunday", Reply(Answer.PARTLY, "it was Sunday")),
        ("yes, and also I was hungry", Reply(Answer.YES, "I was hungry")),
        ("I was sad, not angry.", Reply(Answer.NO, "I was sad, not angry")),
        ("No, I was SAD!", Reply(Answer.NO, "I was SAD")),
        ("Yes. Is there more?", Reply(Answer.YES, "Is there more")),
        ("he said yes", Reply(Answer.UNCLEAR, "he said yes")),
        ("yes, if you mean Sunday", Reply(Answer.UNCLEAR, "you mean Sunday")),
        ("um", Reply(Answer.UNCLEAR)),
        ("", Reply(Answer.UNCLEAR)),
        ("?!", Reply(Answer.UNCLEAR)),
        ("okay", Reply(Answer.UNCLEAR)),
    ],
)
def test_did_i_get_that(text: str, expected: Reply) -> None:
    """What counts after "did I get that?", and what is handed on."""
    assert understand(text, Question.SATISFIED, mirrored=MIRROR) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("that's it", Reply(Answer.NO)),
        ("no, that's all", Reply(Answer.NO)),
        ("now that song", Reply(Answer.NO)),
        ("nothing else", Reply(Answer.NO)),
        ("one more thing", Reply(Answer.YES)),
        ("The other thing is the kitchen.", Reply(Answer.YES, "The other thing is the kitchen")),
        ("you never say no to her", Reply(Answer.YES, "you never say no to her")),
        ("no, I'm not done", Reply(Answer.YES)),
        ("yes there is more", Reply(Answer.YES)),
        ("there is one more thing", Reply(Answer.YES)),
        ("there's something else", Reply(Answer.YES)),
        ("yes one more", Reply(Answer.YES)),
        ("actually there is", Reply(Answer.YES)),
        ("one more thing, I waited for you", Reply(Answer.YES, "I waited for you")),
        ("one more thing is the kitchen", Reply(Answer.YES, "one more thing is the kitchen")),
        ("there is something I never said", Reply(Answer.YES, "there is something I never said")),
        ("one thing I hate is waiting", Reply(Answer.YES, "one thing I hate is waiting")),
        ("okay", Reply(Answer.UNCLEAR)),
        ("is there more", Reply(Answer.UNCLEAR)),
    ],
)
def test_is_there_more(text: str, expected: Reply) -> None:
    """Talk that goes on is a yes; only a clear no gives the floor away."""
    assert understand(text, Question.MORE, mirrored=MIRROR) == expected


def test_a_bare_no_to_a_negated_mirror_is_asked_again() -> None:
    """ "You don't want to go on" - "No" may agree or deny."""
    assert answer("No.", mirrored="You don't want to go on.") is Answer.UNCLEAR
    assert answer("No.", mirrored="You want to go on.") is Answer.NO
    assert answer("That's right, I don't", mirrored="You don't want to go on.") is Answer.YES


@pytest.mark.parametrize(
    "text", ["not quite", "not really", "no, not really", "not exactly", "no, I don't think so"]
)
def test_only_a_bare_no_may_agree_with_a_negated_mirror(text: str) -> None:
    """ "Not quite" speaks about the reflection, whatever was reflected."""
    assert answer(text, mirrored="You don't want to go on.") is Answer.NO
    assert answer(text, mirrored="You want to go on.") is Answer.NO
    assert answer("no", mirrored="You left without a word.") is Answer.NO


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, you left something out", Reply(Answer.NO)),
        ("you missed the point", Reply(Answer.NO)),
        ("you forgot something", Reply(Answer.NO)),
        ("that's not what I said", Reply(Answer.NO)),
        ("no you got it wrong", Reply(Answer.NO)),
        ("you got it wrong, I was sad", Reply(Answer.NO, "I was sad")),
        ("you forgot the part about my mother", Reply(Answer.PARTLY)),
        ("yes but you left something out", Reply(Answer.PARTLY)),
        ("yes and there is more", Reply(Answer.YES)),
        ("yes, one more thing, I was hungry", Reply(Answer.YES, "I was hungry")),
    ],
)
def test_a_complaint_carries_no_message(text: str, expected: Reply) -> None:
    """What is said about the mirror, or about going on, is no part of what was shared."""
    assert understand(text, Question.SATISFIED, mirrored=MIRROR) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("that's true too", Answer.YES),
        ("right, I was alone", Answer.YES),
        ("right under it", Answer.UNCLEAR),
        ("right now", Answer.UNCLEAR),
        ("I know you were", Answer.UNCLEAR),
        ("right, but it was Sunday", Answer.PARTLY),
        ("yes, and you never called", Answer.YES),
        ("yes, you never called", Answer.UNCLEAR),
        ("yes, and not on Sunday", Answer.UNCLEAR),
        ("alone when you came home late", Answer.UNCLEAR),
        ("I think that's partially true too", Answer.UNCLEAR),
    ],
)
def test_agreement_in_a_sentence(text: str, expected: Answer) -> None:
    """A sentence after "right" agrees; a bare echo does not: the listener may be repeating."""
    assert answer(text) is expected


@pytest.mark.parametrize(
    "text", ["you can and like himself and it when I went", "it is a long way from here"]
)
def test_a_short_answer_before_other_words_is_the_beginning_of_a_sentence(text: str) -> None:
    """ "It is." may agree; "it is a long way" says something else."""
    reply = understand(text, Question.SATISFIED, mirrored="You felt alone at dinner.")
    assert reply.answer is Answer.UNCLEAR


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (Question.SATISFIED, "I'm not sure", Answer.UNCLEAR),
        (Question.MORE, "I'm not sure", Answer.UNCLEAR),
        (Question.MORE, "I'm not really sure", Answer.UNCLEAR),
        (Question.SATISFIED, "yeah, right", Answer.UNCLEAR),
        (Question.SATISFIED, "yes, that's right", Answer.YES),
        (Question.SATISFIED, "sure you did", Answer.UNCLEAR),
        (Question.SATISFIED, "sure, you heard me", Answer.UNCLEAR),
        (Question.SATISFIED, "yes would be too easy", Answer.UNCLEAR),
        (Question.SATISFIED, "you heard me and you still went", Answer.UNCLEAR),
        (Question.SATISFIED, "right, so", Answer.UNCLEAR),
        (Question.SATISFIED, "me too", Answer.UNCLEAR),
        (Question.MORE, "sure, no", Answer.UNCLEAR),
        (Question.MORE, "give me a minute", Answer.UNCLEAR),
        (Question.MORE, "nobody told me how this works, what do I say now", Answer.UNCLEAR),
    ],
)
def test_what_only_looks_like_an_answer(question: Question, text: str, expected: Answer) -> None:
    """Doubt, scorn, a yes that is spoken about, and what a listener says of himself."""
    assert answer(text, question) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (Question.SATISFIED, "spot on, love", Answer.YES),
        (Question.SATISFIED, "you heard every word of it", Answer.YES),
        (Question.SATISFIED, "you couldn't have put it better", Answer.YES),
        (Question.SATISFIED, "right, exactly, came home late", Answer.YES),
        (Question.MORE, "and the keys", Answer.YES),
        (Question.MORE, "can I say one more thing", Answer.YES),
        (Question.MORE, "there's no room for me in your plans", Answer.YES),
        (Question.MORE, "what hurts most is that you laughed", Answer.YES),
        (Question.MORE, "I'd like to go on", Answer.YES),
        (Question.MORE, "I've said my piece", Answer.NO),
        (Question.MORE, "we can swap", Answer.NO),
    ],
)
def test_answers_in_many_wordings(question: Question, text: str, expected: Answer) -> None:
    """What people say instead of yes and no."""
    assert answer(text, question) is expected


def test_go_on_alone_is_said_to_the_coach() -> None:
    """ "I'd like to go on" has more to say; "go on" may be the listener's."""
    assert understand("go on", Question.MORE).command is Spoken.RESUME
    assert understand("I'd like to go on", Question.MORE).command is None


def test_a_question_after_the_yes_is_kept() -> None:
    """The listener's "is there more?" that got into the reply does not undo the yes before it."""
    reply = understand("yes is there more", Question.SATISFIED, mirrored=MIRROR)
    assert reply.answer is Answer.YES
    assert asked("yes is there more") is Asked.MORE


def test_a_short_answer_agrees_only_with_what_was_affirmed() -> None:
    """ "It does" confirms "it hurts" and contradicts "it doesn't hurt"."""
    assert answer("it does", mirrored="So it hurts you.") is Answer.YES
    assert answer("it does", mirrored="So it doesn't hurt you.") is Answer.NO
    assert answer("it does", mirrored=None) is Answer.UNCLEAR


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (Question.SATISFIED, "yes vote", Answer.UNCLEAR),
        (Question.SATISFIED, "that said", Answer.UNCLEAR),
        (Question.SATISFIED, "dats rite", Answer.UNCLEAR),
        (Question.SATISFIED, "no that's not a", Answer.NO),
        (Question.MORE, "that song", Answer.NO),
        (Question.MORE, "won more thing", Answer.YES),
        (Question.MORE, "oh that's cool", Answer.UNCLEAR),
        (Question.MORE, "know that sit", Answer.NO),
        (Question.MORE, "the neighbours sing all night", Answer.YES),
    ],
)
def test_what_recognisers_make_of_it(question: Question, text: str, expected: Answer) -> None:
    """Misheard answers: a yes is never guessed, a closing that is only near is asked again."""
    assert answer(text, question) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (Question.CONSENT, "yes", Answer.YES),
        (Question.CONSENT, "go ahead", Answer.YES),
        (Question.CONSENT, "yes, but only the words", Answer.PARTLY),
        (Question.CONSENT, "I'd rather not", Answer.NO),
        (Question.CONSENT, "yes, if it stays here", Answer.UNCLEAR),
        (Question.CONSENT, "what for", Answer.UNCLEAR),
        (Question.CONFIRM, "yes, let's stop", Answer.YES),
        (Question.CONFIRM, "no, go on", Answer.NO),
        (Question.CONFIRM, "I don't know", Answer.UNCLEAR),
    ],
)
def test_permission(question: Question, text: str, expected: Answer) -> None:
    """Consent and confirmation: whatever is not plain stays open."""
    assert answer(text, question) is expected


def test_a_command_that_answers_the_question_is_both() -> None:
    """ "Stop" to "shall we stop here?" is a yes, "continue" a no."""
    assert understand("stop", Question.CONFIRM) == Reply(Answer.YES, command=Spoken.STOP)
    assert understand("continue", Question.CONFIRM) == Reply(Answer.NO, command=Spoken.RESUME)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("pause", Spoken.PAUSE),
        ("Pause, please.", Spoken.PAUSE),
        ("coach, could we take a break", Spoken.PAUSE),
        ("stop", Spoken.STOP),
        ("can you repeat that please", Spoken.REPEAT),
        ("help", Spoken.HELP),
        ("go on", Spoken.RESUME),
        ("what did I say", Spoken.WHAT_DID_I_SAY),
        ("coach, start this over", Spoken.START_OVER),
        ("skip my turn", Spoken.SKIP),
        ("I want you to stop shouting", None),
        ("when you pause I feel ignored", None),
        ("you never help", None),
        ("please stop interrupting me", None),
        ("the coach of my team said stop", None),
    ],
)
def test_commands_stand_alone(text: str, command: Spoken | None) -> None:
    """A command is the whole utterance or addressed to the coach, never part of a message."""
    assert understand(text, Question.SATISFIED).command is command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You felt alone. Did I get that?", Asked.CHECK_BACK),
        ("did i get that right", Asked.CHECK_BACK),
        ("you felt alone is that right", Asked.CHECK_BACK),
        ("have I got you", Asked.CHECK_BACK),
        ("is there more", Asked.MORE),
        ("is there any more", Asked.MORE),
        ("okay, is there anything else?", Asked.MORE),
        ("is their moore", Asked.MORE),
        ("I like it there more", None),
        ("did I get that job because of you or not I wonder", None),
        ("yes", None),
        ("", None),
    ],
)
def test_questions_of_the_procedure(text: str, expected: Asked | None) -> None:
    """The listener's own question is noticed at the end of a turn, also misheard."""
    assert asked(text) is expected


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("So what I hear you saying is that", True),
        ("If I got that, you felt", True),
        ("okay let me see if I got you", True),
        ("What I heard is you were sad", True),
        ("I was sad", False),
        ("If you had called me", False),
    ],
)
def test_a_mirror_is_known_by_its_beginning(text: str, opens: bool) -> None:
    """Lead-ins open a mirror."""
    assert opens_mirror(text) is opens


def test_an_unknown_language_is_a_usage_error() -> None:
    """The sentence names the languages there are."""
    with pytest.raises(UsageError, match="xx"):
        understand("yes", Question.SATISFIED, language="xx")
