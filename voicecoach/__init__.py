"""voicecoach: a local coach that leads two people in a room through the Imago dialogue by voice.

The path of a turn, in seven lines:

    engines.soundcard | soundfiles   frames of 32 ms, 16 kHz mono, into `coach.listening`
    engines.detector, speech.segmenter   how likely it is speech; pieces and turns, by patience
    engines.worker   pieces become words in a process of its own while people still talk
    coach.whose.voices, speech.partners, speech.changes   whose voice it was, if both agreed to that
    coach.whose.microphones, speech.channels   or whose of two microphones, by level alone
    dialogue.turns, dialogue.imago   words become an event; step(state, event) -> (state, commands)
    coach.loop   keeps each event and command in session.library, then acts: speak, listen, score

Where to start reading: `dialogue/messages.py` (every noun), `dialogue/imago.py` (the procedure, one
table), `dialogue/practice` (a trainee alone, in the same shape), `coach/loop.py` (the only place
that acts), `engines/__init__.py` (what machines must do).

Words: a *frame* is a few milliseconds of samples; a *clip* a stretch of samples; a *piece* speech
between two short pauses; a *turn* one partner's floor; an *utterance* what was said in it; a
*message* what the speaker shared; a *reflection* the listener's mirror of it; a *reply* a short
answer; an *exchange* a message with its reflections until confirmed; a *round* one partner's time
as speaker; *patience* the silence after which a turn counts as over; *fidelity* how much of the
message the reflection gives back, unaltered.

Layers, imports only downwards (held by import-linter): cli > commands > terminal > coach | web >
config > engines | session > dialogue | speech > utterance > errors | places.
"""

__version__ = "0.1.0"
