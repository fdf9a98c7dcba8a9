from __future__ import annotations

import numpy as np

from freehold.plan.cost.bill import Bill, Part


def test_the_parts_add_up_to_the_total_whatever_they_are_views_of() -> None:
    steady = Part("steady", np.broadcast_to(np.array([[1.0], [2.0]]), (2, 3)), "", ())
    rising = Part("rising", np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), "", ())
    bill = Bill((steady, rising))
    assert bill.total.tolist() == [[2, 3, 4], [6, 7, 8]]
    assert rising.usd.tolist() == [[1, 2, 3], [4, 5, 6]], "a part is not changed by adding it"
