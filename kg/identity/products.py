"""Products of rows of tokens with one another: what every two rows have in common.

Most units are small, and for them a table of all rows and tokens is quicker than a sparse one by ten times, measured;
large units have too many tokens for it. Weights are binary fractions (``columns``): both ways give the same sums.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import sparse

from kg.identity.columns import Floats, Ints

_DENSE: Final = 1 << 21
"""Multiplications of a product up to which a table is made: half a millisecond."""


def dense(rows: int, columns: int) -> bool:
    """Return whether a table of so many rows and columns is small enough to be multiplied with itself."""
    return rows * rows * columns <= _DENSE


def table(row: Ints, column: Ints, weight: Floats | None, shape: tuple[int, int]) -> Floats:
    """Return a table of weights, summed where several stand at one place; weights are 1 if they are not given."""
    size = shape[0] * shape[1]
    if not size:
        return np.zeros(shape)
    found: Floats = np.bincount(row * shape[1] + column, weight, size).astype(np.float64, copy=False).reshape(shape)
    return found


def gram(row: Ints, token: Ints, weight: Floats | None, count: int) -> Floats:
    """Return the products of every two of ``count`` rows, whose weights are summed where a token is met again."""
    tokens, column = np.unique(token, return_inverse=True)
    shape = (count, len(tokens))
    if dense(*shape):
        matrix = table(row, column, weight, shape)
        return matrix @ matrix.T
    values = np.ones(len(row)) if weight is None else weight
    there = sparse.csr_matrix((values, (row, column)), shape=shape)
    product: Floats = (there @ there.T).toarray()
    return product
