"""OCPP-J frames without a socket: what is read, what is refused, what is put right."""

from typing import Any

import pytest

from server.ocpp.faults import Fault
from server.ocpp.link import frames
from server.ocpp.link.frames import Broken, Call, CallError, CallResult

LONG = "i" * 60


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[2,"1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        (b'[2,7,"Heartbeat",{}]', Call(7, "Heartbeat", {})),
        (b' [2 , "1" ,"A",{"a":[1]} ] ', Call("1", "A", {"a": [1]})),
        (f'[2,"{LONG}","A",{{}}]'.encode(), Call(LONG, "A", {})),
        (b'[2,"","A",{}]', Call("", "A", {})),
        (b'[3,"1",{"status":"Accepted"}]', CallResult("1", {"status": "Accepted"})),
        (b'[3,"1",null]', CallResult("1", None)),
        (b'[3,"1"]', CallResult("1", None)),
        (b'[4,"1","InternalError","oh",{}]', CallError("1", "InternalError", "oh")),
        (b'[4,"1"]', CallError("1", "GenericError", "")),
        (b'[4,"1",5,null]', CallError("1", "GenericError", "")),
    ],
)
@pytest.mark.parametrize("lenient", [True, False])
def test_good_frames(data: bytes, expected: Any, lenient: bool) -> None:
    assert frames.read(data, lenient) == expected


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.UNREADABLE),
        (b"hello", Fault.UNREADABLE),
        (b'[2,"1","A",{}', Fault.UNREADABLE),
        (b"\xff\xfe", Fault.UNREADABLE),
        (b"{}", Fault.UNREADABLE),
        (b'"text"', Fault.UNREADABLE),
        (b"5", Fault.UNREADABLE),
        (b"null", Fault.UNREADABLE),
        (b"[]", Fault.UNREADABLE),
        (b"[2]", Fault.UNREADABLE),
        (b'[2,null,"A",{}]', Fault.UNREADABLE),
        (b'[2,true,"A",{}]', Fault.UNREADABLE),
        (b'[2,1.5,"A",{}]', Fault.UNREADABLE),
        (b'[2,["1"],"A",{}]', Fault.UNREADABLE),
        (b'[2,"1","A",{"a":"\\ud800"}]', Fault.UNREADABLE),
        (b'[2,"1"]', Fault.FORMATION),
        (b'[2,"1",5,{}]', Fault.FORMATION),
        (b'[2,"1",null,{}]', Fault.FORMATION),
        (b'[2,"1","A",[1]]', Fault.FORMATION),
        (b'[2,"1","A","text"]', Fault.FORMATION),
        (b'[2,"1","A",5]', Fault.FORMATION),
        (b'[5,"1",{}]', Fault.MESSAGE_TYPE),
        (b'[0,"1","A",{}]', Fault.MESSAGE_TYPE),
        (b'["A","1","A",{}]', Fault.MESSAGE_TYPE),
        (b'[[2],"1","A",{}]', Fault.MESSAGE_TYPE),
        (b'[{},"1","A",{}]', Fault.MESSAGE_TYPE),
        (b'[null,"1","A",{}]', Fault.MESSAGE_TYPE),
        (b'[true,"1","A",{}]', Fault.MESSAGE_TYPE),
    ],
)
@pytest.mark.parametrize("lenient", [True, False])
def test_broken_frames(data: bytes, fault: Fault, lenient: bool) -> None:
    broken = frames.read(data, lenient)
    assert isinstance(broken, Broken)
    assert broken.fault is fault


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[2,"1","Heartbeat"]', Call("1", "Heartbeat", {})),
        (b'[2,"1","Heartbeat",null]', Call("1", "Heartbeat", {})),
        (b'[2,"1","Heartbeat",[]]', Call("1", "Heartbeat", {})),
        (b'[2,"1","Heartbeat",{},"more"]', Call("1", "Heartbeat", {})),
        (b'["2","1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        (b'\xef\xbb\xbf[2,"1","A",{}]', Call("1", "A", {})),
        (b'[2,"1","A",{"v":NaN}]', Call("1", "A", {"v": "NaN"})),
    ],
)
def test_what_is_meant_all_the_same(data: bytes, expected: Call) -> None:
    read = frames.read(data, lenient=True)
    assert isinstance(read, Call)
    assert read[:3] == expected[:3]
    assert read.notes
    assert isinstance(frames.read(data, lenient=False), Broken)


def test_a_repair_reads_as_the_frame_with_its_id() -> None:
    broken = frames.read(b'[2,"1","Heartbeat"]', lenient=False)
    assert isinstance(broken, Broken)
    assert (broken.fault, broken.message_id, broken.action) == (Fault.FORMATION, "1", "Heartbeat")


def test_frames_of_ours() -> None:
    assert frames.call("a", "Reset", {"type": "Soft"}) == b'[2,"a","Reset",{"type":"Soft"}]'
    assert frames.result(7, {}) == b"[3,7,{}]"
    assert frames.error("1", "InternalError", "x" * 300) == (
        b'[4,"1","InternalError","' + b"x" * 255 + b'",{}]'
    )
