"""Couples' sentences put in other words, and turned into something else.

What is kept in other words must not be called altered; what is turned round must be, or be asked
about ("did you mean ...?").
"""

from __future__ import annotations

import pytest

from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Fidelity
from voicecoach.engines.meaning import open_word_table


@pytest.fixture(scope="module")
def words() -> Meaning:
    return open_word_table()


KEPT = {
    "I don't feel safe with you.": ("You feel unsafe with me.", "You don't feel safe with me."),
    "It's not going to be easy for us.": ("It's going to be difficult for us.",),
    "I wasn't happy about the trip.": ("You were unhappy about the trip.",),
    "I'm not feeling good about this.": ("You're feeling bad about this.",),
    "You are never on time.": ("I am always late.",),
    "You never listen to me.": ("You feel that I don't listen to you.",),
    "I can't trust you anymore.": ("You have lost your trust in me.",),
    "I want you to stop shouting.": ("You want me not to shout anymore.",),
    "You didn't call me when you were late.": (
        "I didn't call you when I was late.",
        "You would have wished for a call when I was late.",
    ),
    "I feel alone in the evenings.": ("You feel lonely in the evenings.",),
    "I don't think you care.": ("You think I don't care.",),
    "Nobody helps me with the kids.": (
        "You're on your own with the kids.",
        "You get no help with the kids.",
    ),
    "I am making dinner every night.": ("You cook dinner every night.",),
    "I was preparing food for your parents.": ("You were making a meal for my parents.",),
    "thank you so much for your help today.": ("You thank me for my help today.",),
    "I'm not sure whether you love me.": ("You wonder whether I love you.",),
    "I hardly see you during the week.": ("You see very little of me during the week.",),
    "I need more time with you.": ("You don't get enough time with me.",),
    "We have not talked for a week.": ("We have been silent for a week.",),
    "My mother is not ill any more.": ("Your mother is well again.",),
    "I'm not angry at you, I'm sad.": ("You're sad, not angry at me.",),
    "I called you after I had spoken to Tom.": ("You had spoken to Tom before you called me.",),
    "I can't sleep when we have been fighting.": ("You lie awake when we have been fighting.",),
    "I don't believe you meant to hurt me.": ("You think I didn't mean to hurt you.",),
    "I wish you would ask me before you invite people.": (
        "You'd like me to ask you before I invite people.",
    ),
    "I was hurt because you forgot my birthday.": ("My forgetting your birthday hurt you.",),
    "I never said you were lazy.": ("You did not call me lazy.",),
    "I feel like you don't hear me.": ("You feel unheard by me.",),
    "I haven't felt this close to you in years.": (
        "It's been years since you felt this close to me.",
    ),
    "You always leave your shoes in the hall.": ("I always leave my shoes in the hall.",),
    "I would like to spend Sundays with you.": ("You'd love to have Sundays together with me.",),
    "I'm not ready to have a second child.": ("You don't feel ready for a second child.",),
    "I'm scared that you will leave me.": ("You're afraid I might leave you.",),
    "It hurts when you roll your eyes at me.": ("You feel pain when I roll my eyes.",),
    "I don't mind doing the cooking.": ("You're fine with doing the cooking.",),
    "I had to cancel my trip for you.": ("You gave up your trip for me.",),
    "We hardly ever go out anymore.": ("We rarely go out these days.",),
    "I'm trying not to shout.": ("You try to stay quiet.",),
    "I stopped seeing my friends for you.": ("You gave up your friends for me.",),
    "I'd rather stay home than go to your parents.": (
        "You prefer staying home to going to my parents.",
    ),
    "You came home late without calling.": ("I came home late and didn't call.",),
    "I am not saying it is your fault.": ("You don't say it's my fault.",),
    "I was alone with the baby all day.": ("You had nobody with you and the baby all day.",),
    "I don't need you to fix it, I need you to listen.": (
        "You want me to listen, not to fix things.",
    ),
}


TURNED = {
    "I don't feel safe with you.": ("You feel safe with me.",),
    "It's not going to be easy for us.": (
        "It's going to be easy for us.",
        "It's not going to be difficult for us.",
    ),
    "I wasn't happy about the trip.": ("You were happy about the trip.",),
    "I'm not feeling good about this.": ("You're feeling good about this.",),
    "You are never on time.": ("I am always on time.",),
    "You never listen to me.": ("You feel that I listen to you.",),
    "I can't trust you anymore.": ("You trust me.",),
    "I want you to stop shouting.": ("You want me to shout.",),
    "You didn't call me when you were late.": ("I called you when I was late.",),
    "I feel alone in the evenings.": ("You do not feel alone in the evenings.",),
    "I feel alone when you work late.": ("You don't feel lonely when I work late.",),
    "I am tired of doing the dishes by myself.": ("You're not tired of doing the dishes.",),
    "I think we should see a counsellor.": (
        "You think we should not see a counsellor.",
        "You don't think we should see a counsellor.",
    ),
    "I don't think you care.": ("You think I care.",),
    "Nobody helps me with the kids.": ("Everybody helps you with the kids.",),
    "I am making dinner every night.": ("You don't cook dinner every night.",),
    "I was preparing food for your parents.": ("You were not making a meal for my parents.",),
    "I think it is fine to ask your mother.": ("You think it is not okay to ask my mother.",),
    "I'm not sure whether you love me.": ("You are sure I love you.",),
    "I hardly see you during the week.": ("You see me a lot during the week.",),
    "I need more time with you.": ("You don't need more time with me.",),
    "We have not talked for a week.": ("We talked for a week.",),
    "My mother is not ill any more.": ("Your mother is still ill.",),
    "I'm not angry at you, I'm sad.": ("You're angry at me, not sad.",),
    "I was sad and not angry.": ("You were angry and not sad.",),
    "My mother left before you came home.": ("I came home before your mother left.",),
    "I called you after I had spoken to Tom.": ("You called me before you had spoken to Tom.",),
    "I can't sleep when we have been fighting.": ("You sleep well when we have been fighting.",),
    "I don't believe you meant to hurt me.": ("You think I meant to hurt you.",),
    "I wish you would ask me before you invite people.": (
        "You'd like me to invite people before I ask you.",
    ),
    "I was hurt because you forgot my birthday.": (
        "I forgot your birthday because you were hurt.",
        "You were hurt because I remembered your birthday.",
    ),
    "I never said you were lazy.": ("You said I was lazy.",),
    "I feel like you don't hear me.": ("You feel like I hear you.",),
    "I haven't felt this close to you in years.": ("You have felt this close to me for years.",),
    "You always leave your shoes in the hall.": (
        "I never leave my shoes in the hall.",
        "I sometimes leave my shoes in the hall.",
    ),
    "I would like to spend Sundays with you.": ("You want to spend Saturdays with me.",),
    "I'm not ready to have a second child.": ("You are ready to have a second child.",),
    "I'm scared that you will leave me.": (
        "You're not afraid that I will leave you.",
        "You're afraid you will leave me.",
    ),
    "I'm proud of how you handled it.": ("You are ashamed of how I handled it.",),
    "It hurts when you roll your eyes at me.": ("It doesn't hurt you when I roll my eyes.",),
    "I don't mind doing the cooking.": ("You mind doing the cooking.",),
    "I had to cancel my trip for you.": ("You chose to cancel your trip for me.",),
    "I'm trying not to shout.": ("You're trying to shout.",),
    "I'd rather stay home than go to your parents.": (
        "You'd rather go to my parents than stay home.",
    ),
    "You came home late without calling.": ("I called when I came home late.",),
    "My brother told me that you were angry.": ("Your sister told you that I was angry.",),
    "I paid two hundred for the repair.": ("You paid three hundred for the repair.",),
    "I was alone with the baby all day.": ("You weren't alone with the baby.",),
    "I don't need you to fix it, I need you to listen.": ("You need me to fix it, not to listen.",),
}


def pairs(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(message, mirror) for message, mirrors in table.items() for mirror in mirrors]


@pytest.mark.parametrize(("message", "mirror"), pairs(KEPT))
def test_other_words_for_the_same_are_not_altered(
    message: str, mirror: str, words: Meaning
) -> None:
    """However the negation or the opposite is put."""
    assert compare(message, mirror, meaning=words).altered == ()


@pytest.mark.parametrize(("message", "mirror"), pairs(TURNED))
def test_what_is_turned_round_is_told_or_asked(message: str, mirror: str, words: Meaning) -> None:
    """And it never scores as a mirror."""
    found = compare(message, mirror, meaning=words)
    assert found.altered or found.perhaps
    assert found.band != "mirrored"


def test_which_of_two_clauses_came_first(words: Meaning) -> None:
    """The evidence shows both; with the clauses changed over "after" says what "before" did."""

    def read(mirror: str) -> Fidelity:
        return compare("My mother left before you came home.", mirror, meaning=words)

    turned = read("I came home before your mother left.")
    assert [change.kind for change in turned.altered] == ["order"]
    assert turned.altered[0].said == "My mother left before you came home"
    assert turned.altered[0].became == "I came home before your mother left"
    assert read("I came home after your mother left.").altered == ()
    assert read("Before I came home, your mother left.").altered == ()
    assert [change.kind for change in read("Your mother left after I came home.").altered] == [
        "word"
    ]


def test_a_cause_and_what_came_of_it(words: Meaning) -> None:
    """ "So" with the clauses changed over says what "because" did."""

    def kinds(mirror: str) -> list[str]:
        found = compare("I was sad because you left the party.", mirror, meaning=words)
        return [change.kind for change in found.altered]

    assert kinds("I left the party, so you were sad.") == []
    assert kinds("I left the party so you were sad.") == []
    assert kinds("I left the party because you were sad.") == ["order"]


def test_whom_the_negation_is_about(words: Meaning) -> None:
    """Given to the other of two words it is told with both."""
    found = compare("I was sad and not angry.", "You were angry and not sad.", meaning=words)
    assert [(c.kind, c.said, c.became) for c in found.altered] == [
        ("negation", "sad and not angry", "angry and not sad")
    ]


def test_what_was_to_stop(words: Meaning) -> None:
    """Without "stop" it is the contrary; that is asked about, for it may be in another word."""
    found = compare("I want you to stop shouting.", "You want me to shout.", meaning=words)
    assert [(c.kind, c.said, c.became) for c in found.perhaps] == [
        ("negation", "stop shouting", "shout")
    ]
