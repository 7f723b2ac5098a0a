"""Who takes part in the calls of rooms that LiveKit has named: identities and attributes."""

from collections.abc import Mapping
from typing import Any

from mockserver.simulation.attendance import Attendance, attendance
from mockserver.simulation.rooms import RoomName, word

__all__ = ["livekit_people"]

_ID_CHARACTERS = 12
_CUSTOMER_JOINS_SECONDS = 1.0
_HOST = "sip.example.com"


def livekit_people(name: RoomName, phone: str, key: bytes) -> tuple[Attendance, Attendance]:
    """Return the AI agent and the customer of a call; ``key`` are 64 bytes of the call's own."""
    state = {"lk.agent.state": "listening"}
    agent = f"agent-AJ_{word(_ID_CHARACTERS, key[16:])}"
    if name.form == "web":
        identity, about = f"web-user-{word(8, key[28:])}", {"source": "web"}
    else:
        identity, about = f"sip_{phone}", dict(_sip_attributes(phone, key))
    return (
        attendance({"identity": agent, "isAgent": True, "metadata": state}, 0.0),
        attendance(
            {"identity": identity, "isAgent": False, "metadata": about}, _CUSTOMER_JOINS_SECONDS
        ),
    )


def _sip_attributes(phone: str, key: bytes) -> Mapping[str, Any]:
    return {
        "sip.callID": f"SCL_{word(_ID_CHARACTERS, key[28:])}",
        "sip.callStatus": "active",
        "sip.phoneNumber": phone,
        "sip.trunkID": f"ST_{word(_ID_CHARACTERS, key[40:])}",
        "sip.ruleID": f"SDR_{word(_ID_CHARACTERS, key[52:])}",
        "sip.hostname": _HOST,
    }
