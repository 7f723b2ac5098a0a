"""Whatever stands in a ``Prefer`` header."""

import re

from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.errors import ApiError
from mockserver.http.preferences import PreferenceReader
from mockserver.simulation import builtin_scenarios
from tests.endurance.fuzz.conftest import fuzzing

_BATCH = 40
_READER = PreferenceReader(list(builtin_scenarios().scenarios))
_FIELDS = ("scenario", "at", "code", "example", "delay", "fault", "seed", "locale")

# Latin-1, as servers decode headers; and pieces of what a preference is made of, in any order.
_bytes = st.binary(max_size=300).map(lambda raw: raw.decode("latin-1"))
_piece = st.one_of(
    st.sampled_from([*_FIELDS, "AT", "respond-async", "=", '"', "\\", ",", ";", " ", "\t", "\r\n",
                     "\x00", "documented", "escalation", "timeout", "200", "999", "1e9", "-1",
                     "145", "12.5", "nan", "\u00b2", "9" * 5000]),
    st.text(st.characters(max_codepoint=255), max_size=8),
)  # fmt: skip
_pieces = st.lists(_piece, max_size=20).map("".join)
_stated = st.tuples(st.sampled_from(_FIELDS), _bytes).map("=".join)


@given(headers=st.lists(st.one_of(_bytes, _pieces, _stated), min_size=_BATCH, max_size=_BATCH))
@fuzzing(share=0.8, batch=_BATCH)
def test_prefer_is_read_or_refused(headers: list[str]) -> None:
    """It is understood or gets a 400, and only known words come back in a header."""
    for header in headers:
        try:
            preferences = _READER.read(header)
        except ApiError as error:
            assert error.status == 400
        else:
            applied = preferences.applied(*_FIELDS)
            assert re.fullmatch(rb"([a-z]+=[A-Za-z0-9_.-]+(, )?)*", applied), (header, applied)
