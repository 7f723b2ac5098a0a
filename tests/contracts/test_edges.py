"""Where the verifier's parts meet: refusals in doubt, secrets in reasons, time before the run."""

import httpx2
import pytest

from contracts.asking.pace import Pace
from contracts.report.document import render
from tests.contracts.samples import Hand, answers, target
from tests.contracts.test_verdict import ROOMS, live, run


def test_a_target_that_refuses_another_spelling_is_judged_all_the_same() -> None:
    """A gateway that answers 403 to an encoded name is a breach, not a crash."""
    hand = Hand()
    right = live(hand, *ROOMS)

    def handler(request: httpx2.Request) -> httpx2.Response:
        encoded = b"%63%61%6C%6C" in request.url.raw_path.upper()
        return httpx2.Response(403, json={"message": "No."}) if encoded else right(request)

    result, status = run(handler, hand)
    assert status == 1
    failed = [one.clause.id for one in result.results if one.status == "failed"]
    assert failed == ["identity.spelling"]


def test_a_key_that_is_echoed_is_in_no_reason() -> None:
    """Also where nothing could be verified, and every clause says why."""
    key = "sk-secret-key-123457"
    echo = httpx2.Response(401, json={"message": f"bad key {key}"})
    result, status = run(lambda _: echo, Hand(), api_key=key)
    assert status == 3
    assert "the key was refused" in render(result)
    assert key not in render(result)


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        (("Cookie", "session=TOPSECRET-ONE; csrf=TOPSECRET-TWO"), "TOPSECRET"),
        (("Authorization", "AWS4 Credential=TOPSECRET, Signature=abcdef123456"), "TOPSECRET"),
    ],
)
def test_a_credential_in_parts_is_wholly_secret(header: tuple[str, str], secret: str) -> None:
    """What is no scheme with one token is masked as a whole, and each cookie by itself."""
    with target(answers(httpx2.Response(200)), base_url="http://h", auth_header=header) as one:
        assert secret not in one.curl(one.request("a"))
        assert secret not in one.secrets.redacted(f"you sent {header[1]}")


def test_without_a_rate_limit_there_is_time_for_everything() -> None:
    """However long the run has taken."""
    hand = Hand()
    pace = Pace(None, hand.clock, within=180.0)
    pace.wait()
    hand.seconds += 500
    assert pace.fitting == float("inf")


def test_what_comes_while_it_waits_is_not_judged() -> None:
    """A 429 of a server that is starting breaks no clause, and the wait takes no time away."""
    hand = Hand()
    right, left = live(hand, *ROOMS), [httpx2.Response(429), httpx2.Response(503)]

    def handler(request: httpx2.Request) -> httpx2.Response:
        if hand.seconds < 400:
            return left[0] if hand.seconds < 101 else left[1]
        return right(request)

    result, status = run(handler, hand, wait=600.0)
    assert (result.verdict, status) == ("conforms", 0)
    outcome = {one.clause.id: one.status for one in result.results}
    assert outcome["limit.retry-after"] == "not reached"
