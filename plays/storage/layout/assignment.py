"""Which column is which field where several could be several: all are solved together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def assign(scores: Mapping[tuple[str, int], int]) -> dict[str, int]:
    """The pairing of fields and columns with the highest sum of scores (all above 0).

    `scores` is by field and column; no field and no column is taken twice, one without a partner
    is left out. The Hungarian method (Kuhn and Munkres) with potentials, O(fields² columns).
    """
    fields = sorted({field for field, _ in scores})
    columns = sorted({column for _, column in scores})
    width = max(len(columns), len(fields))
    costs = [
        [
            -scores.get((field, columns[j]), 0) if j < len(columns) else 0
            for j in range(width + len(fields))
        ]
        for field in fields
    ]
    found = _cheapest(costs)
    return {
        field: columns[j]
        for field, j in zip(fields, found, strict=True)
        if j < len(columns) and (field, columns[j]) in scores
    }


def _cheapest(costs: Sequence[Sequence[int]]) -> list[int]:
    """For each row its column, each column once at most, with the least sum of costs."""
    if not costs:
        return []
    size, width = len(costs), len(costs[0])
    row_potential, column_potential = [0] * (size + 1), [0] * (width + 1)
    row_of = [0] * (width + 1)
    for row in range(1, size + 1):
        row_of[0] = row
        column, way = 0, [0] * (width + 1)
        least, used = [10**9] * (width + 1), [False] * (width + 1)
        while row_of[column]:
            used[column] = True
            current, step, following = row_of[column], 10**9, 0
            for j in range(1, width + 1):
                if used[j]:
                    continue
                cost = costs[current - 1][j - 1] - row_potential[current] - column_potential[j]
                if cost < least[j]:
                    least[j], way[j] = cost, column
                if least[j] < step:
                    step, following = least[j], j
            for j in range(width + 1):
                if used[j]:
                    row_potential[row_of[j]] += step
                    column_potential[j] -= step
                else:
                    least[j] -= step
            column = following
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    found = [0] * size
    for column, row in enumerate(row_of):
        if column and row:
            found[row - 1] = column - 1
    return found
