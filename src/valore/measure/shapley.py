"""Shapley shares in closed form: each engaged person is divided equally among those who engage them.

For v(S) = Σ w_p over people engaged by any player of S, φᵢ = Σ_{p engaged by i} w_p / k_p, with k_p the
number of players that engage p. Source: Michalak et al. (2013), JAIR 46.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def member(masks: Ints, players: int) -> npt.NDArray[np.bool_]:
    """Return which players are in each coalition, shape (len(masks), players); bit i stands for player i."""
    return np.asarray((masks[:, None] >> np.arange(players)) & 1, dtype=np.bool_)


def shapley(masks: Ints, weights: Floats, players: int) -> Floats:
    """Return φ of each player.

    Args:
        masks: Which players engage the people of each group; different, > 0.
        weights: Weight of each group, shape (…, groups).
        players: How many.

    >>> shapley(np.array([1, 3]), np.array([1.0, 1.0]), 2)
    array([1.5, 0.5])
    """
    inside = member(masks, players)
    return np.asarray(weights @ (inside / np.maximum(inside.sum(axis=1, keepdims=True), 1)), dtype=np.float64)


def alone(masks: Ints, weights: Floats, players: int) -> Floats:
    """Return v({i}) of each player."""
    return np.asarray(weights @ member(masks, players), dtype=np.float64)


def only(masks: Ints, weights: Floats, players: int) -> Floats:
    """Return v(N) − v(N∖i): the people whom nobody but i engages."""
    return np.asarray(weights @ (masks[:, None] == 1 << np.arange(players)), dtype=np.float64)
