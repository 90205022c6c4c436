"""A Piper voice of some kilobytes: a true ONNX graph that hums a while for each phoneme.

It takes what a real voice takes (phoneme numbers, their count, three scales) and gives what it
gives (1 x 1 x 1 x samples), as long as the pace that is asked for makes it.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np

RATE = 22_050
HUM = 700
"""Samples for one phoneme number at the usual pace."""


def missing() -> str:
    """Why there can be no such voice here, or nothing."""
    absent = [name for name in ("piper", "onnx") if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(absent)} (both come with the extra test)" if absent else ""


def tiny_voice(folder: Path, name: str = "tiny") -> Path:
    """Write the voice into `folder`, which is made; returns it."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    hum = 0.3 * np.sin(2 * np.pi * 220 * np.arange(HUM) / RATE)
    constants = {
        "hum": hum.astype(np.float32).reshape(1, HUM),
        "one": np.array([1], np.int64),
        "whole": np.array([1, 1, 1, -1], np.int64),
        "first": np.array(1, np.int64),
    }
    nodes = [
        # repeats = phonemes x pace, so many hums one after the other
        helper.make_node("Gather", ["scales", "first"], ["pace"], axis=0),
        helper.make_node("Cast", ["input_lengths"], ["count"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["count", "pace"], ["longer"]),
        helper.make_node("Cast", ["longer"], ["repeats"], to=TensorProto.INT64),
        helper.make_node("Concat", ["one", "repeats"], ["tiles"], axis=0),
        helper.make_node("Tile", ["hum", "tiles"], ["hums"]),
        helper.make_node("Reshape", ["hums", "whole"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "n"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
    about = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "num_symbols": 256,
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_id_map": {k: list(v) for k, v in DEFAULT_PHONEME_ID_MAP.items()},
    }
    (folder / f"{name}.onnx.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
