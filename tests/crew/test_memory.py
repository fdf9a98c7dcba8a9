"""What one worker remembers, the others know before its caller can ask them."""

from __future__ import annotations

from pathlib import Path

from freehold.core.label import Label
from freehold.crew.memory import SharedMemory
from freehold.crew.messages import Remember
from support.crew import Known, a_crew, until

SECRET = Label.parse("restricted")


async def test_what_a_hand_remembers_the_first_remembers_and_tells_on(tmp_path: Path) -> None:
    own = Known()
    async with a_crew(tmp_path) as crew:
        memory = SharedMemory(own, own.remember, crew.line.send_now)
        memory.remember([b"a" * 16], SECRET)
        assert own.remembered == [([b"a" * 16], SECRET)]
        await until(lambda: bool(crew.memory.remembered))
        assert crew.memory.remembered == [([b"a" * 16], SECRET)]
        assert crew.told == [Remember([b"a" * 16], SECRET)]


async def test_all_else_is_as_the_own_memory_has_it() -> None:
    own = Known(empty=True)
    memory = SharedMemory(own, own.remember, lambda _message: None)
    assert memory.empty
    assert memory.digest(b"x" * 20) == b"x" * 16
    assert await memory.labels([b"x"]) == {}
