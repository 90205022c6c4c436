"""A mixture of Gaussians with diagonal covariances: how one voice's frames are spread.

Fitted by expectation and maximisation from a start that is drawn with a fixed seed: the same
frames give the same mixture. (A library's mixture would bring in scipy and scikit-learn, 60 MB
and a second to import, for these lines.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

COMPONENTS = 8
_MEANS_ROUNDS = 8
_ROUNDS = 12
_NARROWEST = 0.1
"""No component is narrower than this share of the variance of all frames."""

Matrix = NDArray[np.float64]


class Mixture:
    """Fitted to (n, d) frames, with fewer components where n is small; n must be at least 2."""

    def __init__(self, frames: Matrix, components: int = COMPONENTS) -> None:
        count = max(1, min(components, len(frames) // 10))
        spread = frames.var(axis=0) + 1e-6
        self._weights = np.full(count, 1 / count)
        self._means = _k_means(frames / np.sqrt(spread), count) * np.sqrt(spread)
        self._variances = np.tile(spread, (count, 1))
        for _ in range(_ROUNDS):
            self._improve(frames, _NARROWEST * spread)

    def log_likelihood(self, frames: Matrix) -> NDArray[np.float64]:
        """(n,): how likely each frame is, as a natural logarithm of a density."""
        each = self._log_densities(frames)
        highest = each.max(axis=1)
        return np.asarray(highest + np.log(np.exp(each - highest[:, None]).sum(axis=1)))

    def _log_densities(self, frames: Matrix) -> Matrix:
        """(n, components), each with its weight."""
        precision = 1 / self._variances
        distance = (
            np.square(frames) @ precision.T
            - 2 * frames @ (self._means * precision).T
            + (np.square(self._means) * precision).sum(axis=1)
        )
        scale = np.log(2 * np.pi * self._variances).sum(axis=1)
        return np.asarray(np.log(self._weights) - 0.5 * (scale + distance))

    def _improve(self, frames: Matrix, narrowest: NDArray[np.float64]) -> None:
        each = self._log_densities(frames)
        share = np.exp(each - each.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        count = share.sum(axis=0) + 1e-6
        self._weights = count / count.sum()
        self._means = (share.T @ frames) / count[:, None]
        second = (share.T @ np.square(frames)) / count[:, None]
        self._variances = np.maximum(second - np.square(self._means), narrowest)


def _k_means(frames: Matrix, count: int) -> Matrix:
    """(count, d) centres to start from."""
    centres = frames[np.random.default_rng(0).choice(len(frames), count, replace=False)]
    for _ in range(_MEANS_ROUNDS):
        distance = np.square(centres).sum(axis=1) - 2 * frames @ centres.T
        nearest = distance.argmin(axis=1)
        for index in range(count):
            if (nearest == index).any():
                centres[index] = frames[nearest == index].mean(axis=0)
    return centres
