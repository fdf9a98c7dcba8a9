"""What ``freehold up`` prints once it answers: where, what with, and one line that tries it. All of it on stdout."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping

import msgspec

from freehold.assemble import Stack
from freehold.config import Config

_GIB = 2**30
_MATERIAL = "The mill was built in 1889 and is 324 metres long. When was the mill built?"
"""A question that any model answers, the built-in reader too."""


def greeting(stack: Stack, url: str, fresh: str | None, env: Mapping[str, str]) -> Iterator[str]:
    """The lines, in order. `fresh`: an admin key that was made just now, which is shown this one time."""
    yield f"Freehold answers at {url}"
    yield from (f"  {sentence}" for sentence in stack.discovery.sentences())
    yield from what_answers(stack)
    given = env.get("FREEHOLD_ADMIN_KEY", "")
    if fresh is not None:
        yield f"Admin key, shown this once: {fresh}"
        yield "Try it:"
        yield f"  {curl(url, fresh)}"
    elif given and stack.lookup(given) is not None:
        yield "Try it:"
        yield f"  {curl(url, '$FREEHOLD_ADMIN_KEY')}"
    else:
        if given:
            yield "FREEHOLD_ADMIN_KEY has no effect: there is an admin key already, and it is another."
        yield "Try it, with a key from 'freehold keys create --name NAME' in FREEHOLD_KEY:"
        yield f"  {curl(url, '$FREEHOLD_KEY')}"


def curl(url: str, key: str) -> str:
    """A line for a POSIX shell that asks for a streamed answer; `key` may be a variable, as in ``$FREEHOLD_KEY``."""
    body = {"model": "auto", "stream": True, "messages": [{"role": "user", "content": _MATERIAL}]}
    return (
        f'curl -N {shlex.quote(f"{url}/v1/chat/completions")} -H "authorization: Bearer {key}"'
        f" -H \"content-type: application/json\" -d '{msgspec.json.encode(body).decode()}'"
    )


def what_answers(stack: Stack) -> list[str]:
    """What will answer now; with no model at all, also the one command that brings a real one."""
    models = [target.name for target in stack.rules.known if target.profile.chat and target.provider != "reader"]
    if not models:
        return [
            "No model yet: the built-in reader answers, by quoting the text that it is given.",
            _suggestion(stack.config),
        ]
    loading = stack.starting()
    lines = [f"Models: {', '.join(models)}"]
    return [*lines, f"Still loading: {', '.join(loading)}"] if loading else lines


def _suggestion(config: Config) -> str:
    """The one command that brings a model which this machine can hold."""
    # Here, because only a Freehold without a model looks at the machine, and the library for that takes a while.
    from freehold.engines.probe import machine  # noqa: PLC0415
    from freehold.engines.suggest import best_fit  # noqa: PLC0415

    free = machine().memory_available
    model = best_fit(free)
    if model is None:
        return f"No model that we know fits {free / _GIB:.1f} GiB, which is free; set a provider's key or a base_url."
    where = "" if config.source is None else f" --config {shlex.quote(os.fspath(config.source))}"
    size = f"{model.name}, {model.needs() / _GIB:.1f} of the {free / _GIB:.1f} GiB free here"
    return f"For a real one ({size}): freehold models pull {model.ref} --add{where}"


def address(host: str, port: int) -> str:
    """The URL at which a server bound here answers on this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # not bound to: shown
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
