"""Break a rule of the dialogue, and see its own tests fail.

    python -m tests.benchmarks.broken_rules [RULE ...] [--json]

For each rule the package and its tests are copied into a temporary folder and one text of the
table, or of what the table leads to, is replaced. The rule's tests must pass on the copy as it was
and fail on the broken one: the named tests of tests/dialogue and the named scripts of
tests/dialogues. Prints for each rule what was broken and which tests failed; ends with 1 if a
broken rule went unnoticed, and at once if the text to replace is not there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

COPIED = ("voicecoach", "models", "tests", "pyproject.toml")
"""What the tests of the dialogue need."""

WITHOUT = shutil.ignore_patterns("__pycache__", "*.so", "golden", "benchmarks", ".hypothesis")


@dataclass(frozen=True, slots=True)
class Break:
    """A rule, how it is broken, and the tests that guard it."""

    rule: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    """Names of tests of test_imago.py, or FILE::NAME beside it; every one must fail."""
    scripts: tuple[str, ...]
    """Names of scripts; every one must fail."""

    def apply(self, package: Path) -> None:
        """Replace the text. Raises LookupError unless it is there exactly once."""
        path = package / self.file
        source = path.read_text(encoding="utf-8")
        if source.count(self.old) != 1:
            raise LookupError(
                f"{self.rule}: {source.count(self.old)} times in {self.file}, not once: {self.old}"
            )
        path.write_text(source.replace(self.old, self.new), encoding="utf-8")

    @property
    def guards(self) -> list[str]:
        """The tests as pytest names them."""
        named = [name if "::" in name else f"test_imago.py::{name}" for name in self.tests]
        scripts = [f"test_dialogues.py::test_script[{name}]" for name in self.scripts]
        return [f"tests/dialogue/{name}" for name in named] + [
            f"tests/dialogues/{name}" for name in scripts
        ]


BREAKS = (
    Break(
        "a yes in the listener's own words counts",
        "dialogue/answers/satisfied.py",
        "if answer is Answer.YES and may_be_listeners(reading, before, known):",
        "if answer is Answer.NO and may_be_listeners(reading, before, known):",
        (
            "test_perspective.py::test_who_keeps_the_mirrors_person_goes_on_mirroring",
            "test_perspective.py::test_who_excuses_himself_has_listened",
        ),
        ("reply_in_the_listeners_words",),
    ),
    Break(
        "the listener's yes advances",
        "dialogue/machine/triggers.py",
        "return Trigger.OTHER_ANSWERED if _short(heard) else Trigger.WENT_ON",
        "return _answer(heard)",
        ("test_the_listeners_yes_does_not_advance",),
        ("only_the_speaker_says_yes",),
    ),
    Break(
        "a yes that may be either's advances",
        "dialogue/machine/triggers.py",
        "    if _doubtful(heard) and heard.reply.answer is Answer.YES:\n"
        "        return Trigger.DOUBTFUL\n",
        "",
        ("test_nobody_is_asked_for_a_sentence_without_end",),
        ("a_doubtful_yes_is_asked_twice_for_a_sentence",),
    ),
    Break(
        "a sentence is asked for without end",
        "dialogue/machine/acts.py",
        "if state.sentences >= SENTENCES:",
        "if state.sentences < 0:",
        ("test_nobody_is_asked_for_a_sentence_without_end",),
        ("a_doubtful_yes_is_asked_twice_for_a_sentence",),
    ),
    Break(
        "a voice from outside takes part",
        "dialogue/machine/triggers.py",
        "    if third:\n        return _third(state, heard)\n",
        "",
        ("test_a_third_voice_is_nobodys_in_every_step",),
        ("a_third_voice_is_nobodys",),
    ),
    Break(
        "an interruption is the message",
        "dialogue/machine/triggers.py",
        "return Trigger.NOTHING if _listens(heard) else Trigger.INTERJECTED",
        "return Trigger.NOTHING if _listens(heard) else Trigger.SPOKE",
        ("test_two_interruptions_of_one_share_bring_one_request",),
        ("interruptions_ask_to_let_finish",),
    ),
    Break(
        "listening aloud is an interruption",
        "dialogue/machine/triggers.py",
        "return Trigger.NOTHING if _listens(heard) else Trigger.INTERJECTED",
        "return Trigger.INTERJECTED",
        ("test_listening_aloud_is_no_interruption",),
        ("backchannels_are_no_message",),
    ),
    Break(
        "a share in doubt is lost",
        "dialogue/machine/triggers.py",
        "        return Trigger.NOTHING\n    return Trigger.SPOKE\n\n\ndef _reflect",
        "        return Trigger.NOTHING\n"
        "    return Trigger.NOTHING if _doubtful(heard) else Trigger.SPOKE\n\n\ndef _reflect",
        ("test_a_doubtful_share_is_a_message",),
        ("a_doubtful_share_stays_a_message",),
    ),
    Break(
        "a key answers where nobody agreed to that",
        "dialogue/machine/triggers.py",
        "if not state.buttons or not asked or state.talking:",
        "if not asked or state.talking:",
        (
            "test_keys.py::test_where_they_did_not_agree_it_is_none",
            "test_keys.py::test_where_they_did_not_agree_no_talk_is_another_for_its_keys",
            "test_rules_that_no_input_may_break",
        ),
        ("keys_are_no_answer",),
    ),
    Break(
        "a key answers while the coach talks",
        "dialogue/machine/triggers.py",
        "if not state.buttons or not asked or state.talking:",
        "if not state.buttons or not asked:",
        (
            "test_keys.py::test_a_key_counts_only_when_the_coach_has_spoken",
            "test_rules_that_no_input_may_break",
        ),
        (),
    ),
    Break(
        "a key consents",
        "dialogue/machine/triggers.py",
        "asked = state.phase in (Phase.CHECK, Phase.MORE) and state.confirming is None",
        "asked = state.confirming is None",
        ("test_keys.py::test_a_key_gives_no_consent_and_confirms_no_command",),
        (),
    ),
    Break(
        "silence after the mirror counts as a yes",
        "dialogue/imago.py",
        "rows[phase, t.QUIET] = Row((p.PAUSED,), asides.cue)",
        "rows[phase, t.QUIET] = (\n"
        "            Row((p.MORE,), acts.understood) if phase is p.CHECK"
        " else Row((p.PAUSED,), asides.cue)\n        )",
        ("test_silence_brings_two_cues_and_then_a_pause",),
        ("silence_moves_nothing",),
    ),
    Break(
        "a high score advances",
        "dialogue/machine/triggers.py",
        "        case Pressed(key=key):",
        "        case _ if getattr(event, 'fidelity', None) and event.fidelity.score > 80:\n"
        "            return Trigger.YES if state.phase is Phase.CHECK else Trigger.NOTHING\n"
        "        case Pressed(key=key):",
        ("test_a_score_moves_nothing_in_any_step",),
        ("a_score_moves_nothing",),
    ),
    Break(
        "the roles swap before the announcement has been spoken",
        "dialogue/imago.py",
        "        after = row.act(state, event) if row else (state, ())",
        "        after = row.act(state, event) if row else (state, ())\n"
        "        if after[0].phase is Phase.SWAP and state.phase is Phase.MORE:\n"
        "            swapped, commands = acts.swapped(after[0], event)\n"
        "            after = swapped, (*after[1], *commands)",
        ("test_a_swap_cut_short_by_a_pause_is_announced_again",),
        ("swap_is_announced_first",),
    ),
    Break(
        "the roles never swap",
        "dialogue/machine/acts.py",
        "        speaker=state.listener,\n        round=state.round + 1,",
        "        speaker=state.speaker,\n        round=state.round + 1,",
        ("test_the_seven_steps",),
        ("seven_steps", "swap_is_announced_first"),
    ),
    Break(
        "the roles swap twice",
        "dialogue/imago.py",
        "(p.SWAP, t.ANNOUNCED): Row((p.SHARE,), acts.swapped),",
        "(p.SWAP, t.ANNOUNCED): Row(\n"
        "            (p.SHARE,), lambda s, e: acts.swapped(acts.swapped(s, e)[0], e)\n"
        "        ),",
        ("test_the_seven_steps",),
        ("seven_steps",),
    ),
    Break(
        "voices are told apart after the yes of one",
        "dialogue/machine/consenting.py",
        "    if state.asking == state.first:",
        "    if state.asking == state.first and not state.asking_voices:",
        ("test_voices_are_told_apart_only_after_the_yes_of_both",),
        ("voices_by_both",),
    ),
    Break(
        "a sentence with the other's name is learned",
        "dialogue/machine/triggers.py",
        "    return Trigger.UNCLEAR if _names_first(said.text, other, state.asking)"
        " else Trigger.YES",
        "    return Trigger.YES",
        (
            "test_without_both_sentences_it_goes_on_and_learns_none",
            "test_a_sentence_with_the_others_name_is_not_theirs",
        ),
        ("sentence_of_the_other",),
    ),
    Break(
        "a sentence to know the voice by is asked for without end",
        "dialogue/machine/consenting.py",
        "    if state.asked >= 1:",
        "    if state.asked >= 1 and not state.introducing:",
        ("test_without_both_sentences_it_goes_on_and_learns_none",),
        ("sentence_of_the_other", "sentence_not_understood"),
    ),
    Break(
        "one sentence is learned without the other",
        "dialogue/machine/consenting.py",
        '        return _introductions_over(state, key="share_no_sentences")',
        "        heard = Learn(state.first, state.introduced, unproven=True)\n"
        '        return _introductions_over(state, heard, key="share_no_sentences")',
        (
            "test_without_both_sentences_it_goes_on_and_learns_none",
            "test_rules_that_no_input_may_break",
        ),
        (),
    ),
    Break(
        "keys answer after the yes of one",
        "dialogue/machine/consenting.py",
        "    if state.asking == state.first:",
        "    if state.asking == state.first and not state.asking_buttons:",
        (
            "test_keys_answer_only_after_the_yes_of_both",
            "test_rules_that_no_input_may_break",
        ),
        ("buttons_by_both", "buttons_one_no"),
    ),
    Break(
        "no answer agrees to keys",
        "dialogue/machine/consenting.py",
        "        return _buttons_settled(state, False)",
        "        return _buttons_settled(state, True)",
        (
            "test_keys_answer_only_after_the_yes_of_both",
            "test_rules_that_no_input_may_break",
        ),
        ("buttons_no_answer", "buttons_one_no"),
    ),
    Break(
        "the listener's no ends the speaker's round",
        "dialogue/machine/triggers.py",
        "    if heard.utterance.partner == state.listener:\n"
        "        return Trigger.OTHER_ANSWERED\n"
        "    return _answer(heard)",
        "    return _answer(heard)",
        ("test_the_listener_cannot_end_the_speakers_round",),
        ("swap_only_by_no",),
    ),
    Break(
        "a command inside a message acts",
        "dialogue/answers/cues.py",
        "    found = _command(called, known)\n",
        "    found = _command(called, known) or next(\n"
        "        (Spoken(n) for c, n in known.commands.items() if set(c) <= set(words)), None\n"
        "    )\n",
        ("test_replies.py::test_commands_stand_alone",),
        ("stop_inside_a_message", "command_look_alikes"),
    ),
    Break(
        "what is said while the coach is talking counts",
        "dialogue/machine/triggers.py",
        "return Trigger.NOTHING if state.talking and heard not in WHILE_TALKING else heard",
        "return heard",
        ("test_pause_is_heard_through_the_coachs_own_voice",),
        (),
    ),
    Break(
        "there is no pause while a mirror is awaited",
        "dialogue/imago.py",
        "        rows[phase, t.PAUSE] = Row((p.PAUSED,), asides.pause)",
        "        if phase is not p.REFLECT:\n"
        "            rows[phase, t.PAUSE] = Row((p.PAUSED,), asides.pause)",
        ("test_pause_and_resume_in_every_phase_by_either",),
        ("pause_and_resume",),
    ),
    Break(
        '"yes, but ..." is taken for a yes',
        "dialogue/answers/satisfied.py",
        'if "contrast" in kinds or "partly" in kinds[:lead]',
        'if "partly" in kinds[:lead]',
        ("test_replies_hold.py::test_but_at_the_end_takes_any_yes_back",),
        ("yes_but_without_a_complaint",),
    ),
    Break(
        'an answer to "is there more?" asked too early confirms',
        "dialogue/machine/triggers.py",
        "    if state.question_by is Asked.MORE:\n        return Trigger.AMBIGUOUS\n",
        "",
        ("test_is_there_more_before_the_yes_is_put_right",),
        ("is_there_more_before_the_yes",),
    ),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one broken rule."""

    rule: str
    file: str
    mutation: str
    failed: tuple[str, ...]
    """The guards that failed on the broken copy."""
    survived: tuple[str, ...]
    """Those that passed though the rule was broken."""


def copied(into: Path) -> Path:
    """A copy of the package and its tests."""
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=WITHOUT)
        else:
            shutil.copy(source, into / name)
    return into


def failed_tests(checkout: Path, guards: Sequence[str]) -> set[str]:
    """Which of the guards fail in this copy. Raises RuntimeError where they did not run."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("VOICECOACH_ACCEPT", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", "--tb=no"]
    done = subprocess.run(
        [*command, "--hypothesis-seed=1", *guards],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )
    verdicts = dict(reversed(each) for each in VERDICT.findall(done.stdout))
    missing = [guard for guard in guards if not _verdicts_of(guard, verdicts)]
    if done.returncode not in (0, 1) or missing:
        raise RuntimeError(f"these tests did not run: {missing}\n{done.stdout}{done.stderr}")
    return {guard for guard in guards if "FAILED" in _verdicts_of(guard, verdicts)}


VERDICT = re.compile(r"^(PASSED|FAILED) (tests/\S+)", re.MULTILINE)


def _verdicts_of(guard: str, verdicts: Mapping[str, str]) -> set[str]:
    """Those of the test itself, or of all its cases."""
    return {v for name, v in verdicts.items() if name == guard or name.startswith(f"{guard}[")}


def unbroken(breaks: Sequence[Break]) -> set[str]:
    """Guards that fail although nothing is broken."""
    with tempfile.TemporaryDirectory() as folder:
        guards = dict.fromkeys(guard for each in breaks for guard in each.guards)
        return failed_tests(copied(Path(folder)), list(guards))


def broken(each: Break) -> Outcome:
    """Break one rule in a copy of its own, and run its guards there."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = copied(Path(folder))
        each.apply(checkout / "voicecoach")
        failed = failed_tests(checkout, each.guards)
    guards = each.guards
    return Outcome(
        each.rule,
        f"voicecoach/{each.file}",
        f"{each.old.strip()} -> {each.new.strip() or '(nothing)'}",
        tuple(guard for guard in guards if guard in failed),
        tuple(guard for guard in guards if guard not in failed),
    )


def outcomes(breaks: Sequence[Break]) -> Iterator[Outcome]:
    """Every broken rule in the order given, as many at a time as there are cores."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as several:
        yield from several.map(broken, breaks)


def main() -> int:
    """Print a table, or JSON; 1 if a broken rule went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules", nargs="*", metavar="RULE", help="words of the rules to break")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    args = parser.parse_args()
    chosen = [b for b in BREAKS if not args.rules or any(r in b.rule for r in args.rules)]
    print("unbroken first ...", file=sys.stderr)
    before = unbroken(chosen)
    if before:
        print(f"These fail although nothing is broken: {sorted(before)}", file=sys.stderr)
        return 1
    unnoticed = 0
    for outcome in outcomes(chosen):
        unnoticed += bool(outcome.survived)
        print(json.dumps(asdict(outcome)) if args.json else as_text(outcome), flush=True)
    summary = f"{len(chosen)} rules broken, {unnoticed} not noticed by all their tests"
    print(summary, file=sys.stderr)
    return 1 if unnoticed else 0


def as_text(outcome: Outcome) -> str:
    """The outcome on a few lines."""
    lines = [outcome.rule, f"  broken in {outcome.file}:"]
    lines += [f"    {line}" for line in outcome.mutation.splitlines()]
    lines += [f"  failed  {name}" for name in outcome.failed]
    lines += [f"  PASSED  {name}" for name in outcome.survived]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
