"""A Whisper built where it is needed: real format, real sizes if wanted, no download.

Its attention and feed-forward layers have random weights but add nothing; what it writes is in
its position encodings, which point at the next token of a script. So it "hears" the script in
whatever it is given, by way of the true loading, encoding, beam search and alignment. A model of
true size costs what the true one costs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FIRST_SPECIAL = 50_256
TIMESTAMPS = 1_501
WINDOW = 1_500
TEXT = 448
LANGUAGES = 99
POINTING = 20.0


@dataclass(frozen=True)
class Size:
    """Width of a layer, heads, and how many layers the encoder and the decoder have."""

    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int


TINIEST = Size(64, 1, 1, 1)
TRUE_SIZES = {
    "tiny.en": Size(384, 6, 4, 4),
    "base.en": Size(512, 8, 6, 6),
    "small.en": Size(768, 12, 12, 12),
    "distil-small.en": Size(768, 12, 12, 4),
}
"""From Whisper's and Distil-Whisper's published model cards."""


def build(
    folder: Path,
    script: str = "you can hear me",
    *,
    multilingual: bool = False,
    size: Size = TINIEST,
    end_s: float = 0.5,
    sure: bool = True,
) -> Path:
    """Write the model into `folder`; it hears `script` from 0.1 s to `end_s` of any clip.

    `sure=False` makes one that takes everything for silence and is certain of no word.
    """
    from ctranslate2.specs.whisper_spec import WhisperSpec

    folder.mkdir(parents=True, exist_ok=True)
    tokens = _vocabulary(script.split(), multilingual)
    _save_tokenizer(folder / "tokenizer.json", tokens)
    spec = WhisperSpec(size.encoder_layers, size.heads, size.decoder_layers, size.heads)
    random = np.random.default_rng(1)
    _fill_encoder(spec.encoder, size, random)
    _fill_decoder(spec.decoder, size, random, len(tokens))
    _point(spec.decoder, _script(tokens, script, multilingual, end_s), tokens, sure)
    spec.register_vocabulary(tokens)
    spec.config.alignment_heads = [[size.decoder_layers - 1, 0]]
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = []
    spec.validate()
    spec.optimize("int8")
    spec.save(str(folder))
    return folder


def _vocabulary(words: list[str], multilingual: bool) -> list[str]:
    """Bytes, the script's words, fillers; then the special tokens at their true ids."""
    from tokenizers.pre_tokenizers import ByteLevel

    tokens = sorted(ByteLevel.alphabet())
    tokens += list(dict.fromkeys("Ġ" + word for word in words))
    tokens += [f"unused{i}" for i in range(FIRST_SPECIAL - len(tokens))]
    # The empty token is how the format tells that a model knows more than English.
    tokens += [""] if multilingual else []
    tokens += ["<|endoftext|>", "<|startoftranscript|>"]
    tokens += [f"<|{code}|>" for code in _languages()]
    tokens += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"]
    tokens += ["<|nospeech|>", "<|notimestamps|>"]
    tokens += [f"<|{i * 0.02:.2f}|>" for i in range(TIMESTAMPS)]
    return tokens


def _languages() -> list[str]:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return [code for code in _LANGUAGE_CODES if code != "yue"][:LANGUAGES]


def _save_tokenizer(path: Path, tokens: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    end = next(i for i, token in enumerate(tokens) if token == "<|endoftext|>")
    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens[:end])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in tokens[end:]])
    tokenizer.save(str(path))
    assert json.loads(path.read_text())["added_tokens"][0]["id"] == end


def _script(tokens: list[str], script: str, multilingual: bool, end_s: float) -> list[int]:
    """For each position of the decoder the token it says next."""
    said = ["<|0.10|>", *("Ġ" + word for word in script.split()), f"<|{end_s:.2f}|>"]
    prompt = ["<|nospeech|>"] * 2 if multilingual else []
    ids = {token: i for i, token in enumerate(tokens)}
    path = [ids[token] for token in prompt + said]
    return path + [ids["<|endoftext|>"]] * (TEXT - len(path))


def _point(decoder: Any, path: list[int], tokens: list[str], sure: bool) -> None:
    rows = decoder.embeddings.weight
    decoder.position_encodings.encodings = (POINTING * rows[path]).astype(np.float32)
    if not sure:
        decoder.layer_norm.gamma *= np.float32(0.25)
        nospeech = tokens.index("<|nospeech|>")
        rows[nospeech] *= 8
    decoder.projection.weight = rows


def _fill_encoder(encoder: Any, size: Size, random: np.random.Generator) -> None:
    width = size.width
    _conv(encoder.conv1, random, width, 80)
    _conv(encoder.conv2, random, width, width)
    encoder.position_encodings.encodings = _weights(random, WINDOW, width)
    _norm(encoder.layer_norm, width)
    for layer in encoder.layer:
        _attention(layer.self_attention, random, width)
        _feed_forward(layer.ffn, random, width)


def _fill_decoder(decoder: Any, size: Size, random: np.random.Generator, vocabulary: int) -> None:
    width = size.width
    rows = random.normal(size=(vocabulary, width)).astype(np.float32)
    decoder.embeddings.weight = 4 * rows / np.linalg.norm(rows, axis=1, keepdims=True)
    _norm(decoder.layer_norm, width)
    for layer in decoder.layer:
        _attention(layer.self_attention, random, width)
        _attention(layer.attention, random, width)
        _feed_forward(layer.ffn, random, width)


def _weights(random: np.random.Generator, *shape: int) -> Any:
    return (random.normal(size=shape) / np.sqrt(shape[-1])).astype(np.float32)


def _conv(conv: Any, random: np.random.Generator, out: int, into: int) -> None:
    conv.weight = _weights(random, out, into, 3)
    conv.bias = np.zeros(out, np.float32)


def _norm(norm: Any, width: int) -> None:
    norm.gamma = np.ones(width, np.float32)
    norm.beta = np.zeros(width, np.float32)


def _linear(linear: Any, weight: Any) -> None:
    linear.weight = weight
    linear.bias = np.zeros(len(weight), np.float32)


def _attention(attention: Any, random: np.random.Generator, width: int) -> None:
    """Queries, keys and values at random; what comes out is nothing."""
    _norm(attention.layer_norm, width)
    widths = (3 * width,) if len(attention.linear) == 2 else (width, 2 * width)
    for linear, rows in zip(attention.linear, widths, strict=False):
        _linear(linear, _weights(random, rows, width))
    _linear(attention.linear[-1], np.zeros((width, width), np.float32))


def _feed_forward(layer: Any, random: np.random.Generator, width: int) -> None:
    _norm(layer.layer_norm, width)
    _linear(layer.linear_0, _weights(random, 4 * width, width))
    _linear(layer.linear_1, np.zeros((width, 4 * width), np.float32))
