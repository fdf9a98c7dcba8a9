from __future__ import annotations

from freehold.knowledge.chunk import python

TEXT = """import x

# Says hello.
@one
@two(
    3
)
async def hello():
    def inner():
        pass

if x:
    class Late:
        def method(self): ...
else:
    def other(): return '''
no def here():
'''
"""


def found(text):
    return python.definitions(text, text.splitlines())


def test_definitions_have_their_comments_and_decorators_and_come_outer_first():
    assert [tuple(each) for each in found(TEXT)] == [
        ("hello", 2, 7, 9),
        ("inner", 8, 8, 9),
        ("Late", 12, 12, 13),
        ("method", 13, 13, 13),
        ("other", 15, 15, 17),
    ]


def test_what_does_not_parse_has_no_answer():
    assert found("def (:") is None
    assert found("x = 1\0") is None
    assert found("(" * 10_000) is None


def test_a_file_that_is_too_large_has_no_answer():
    assert found("x = 1\n" * 200_000) is None


def test_the_faults_of_a_file_warn_nobody():
    assert found("x = '\\d'\ndef f(): 1 is 1\n")[0].name == "f"
