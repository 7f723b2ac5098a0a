"""Whether the insights into live calls fit the calls."""

from collections.abc import Callable

import pytest

Judge = Callable[[str], None]


@pytest.mark.clause("insights.shape")
def test_shape(insights: str, judge: Judge) -> None:
    """The insights answer 200 with what is documented."""
    judge(insights)


@pytest.mark.clause("insights.sentiment", stage="review")
def test_sentiment(later_insights: str, judge: Judge) -> None:
    """The sentiment is that of the details."""
    judge(later_insights)


@pytest.mark.clause("insights.topics", stage="review")
def test_topics(later_insights: str, judge: Judge) -> None:
    """A topic does not vanish."""
    judge(later_insights)
