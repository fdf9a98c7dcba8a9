"""Source code, and what is written like it: one block, and the language by the file's name."""

from __future__ import annotations

import re

from freehold.knowledge.extract.text import opened, whole
from freehold.knowledge.model import Extracted

_ENDINGS = """
python py pyi pyw | javascript js mjs cjs jsx | typescript ts mts cts tsx | java java | kotlin kt kts | scala scala sc
c c h | cpp cc cpp cxx hh hpp hxx ino | csharp cs | fsharp fs fsx | go go | rust rs | swift swift | objectivec m mm
ruby rb rake gemspec | php php | perl pl pm | lua lua | r r | julia jl | haskell hs | ocaml ml mli | elixir ex exs
erlang erl hrl | clojure clj cljs cljc edn | lisp lisp el scm rkt | dart dart | zig zig | nim nim | v v | d d
groovy groovy gradle | bash sh bash zsh ksh | fish fish | powershell ps1 psm1 | batch bat cmd | sql sql
html vue svelte | css css | scss scss sass | less less | json json jsonl ndjson ipynb | yaml yaml yml | toml toml
ini ini cfg conf properties env | xml xml xsd xsl xslt svg plist | graphql graphql gql | protobuf proto | thrift thrift
hcl tf tfvars hcl | nix nix | cmake cmake | make mk | dockerfile dockerfile | latex tex sty cls | bibtex bib
fortran f f90 f95 f03 | pascal pas | ada adb ads | cobol cob cbl | vb vb vbs bas | assembly asm s | verilog sv vh
vhdl vhd vhdl | solidity sol | cuda cu cuh | glsl glsl vert frag | diff diff patch | tcl tcl | awk awk | vim vim
"""
_NAMES = {
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "makefile": "make",
    "gnumakefile": "make",
    "cmakelists.txt": "cmake",
    "rakefile": "ruby",
    "gemfile": "ruby",
    "vagrantfile": "ruby",
    "jenkinsfile": "groovy",
    "justfile": "just",
    "build.bazel": "starlark",
    "go.mod": "go",
}
_INTERPRETER = re.compile(rb"#![^\n]*?(?:/|\s)(python|bash|sh|zsh|node|ruby|perl|php|lua|Rscript|fish)[\d.]*(?:\s|$)")
_INTERPRETED = {"sh": "bash", "zsh": "bash", "node": "javascript", "Rscript": "r"}


def _by_ending() -> dict[str, str]:
    rows = (row.split() for line in _ENDINGS.strip().splitlines() for row in line.split("|"))
    return {ending: language for language, *endings in rows for ending in endings}


_LANGUAGES = _by_ending()


def language_of(name: str, head: bytes = b"") -> str | None:
    """The language by a file's name, else by its first line; `None` for what is not code."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].casefold()
    if base in _NAMES:
        return _NAMES[base]
    stem, dot, ending = base.rpartition(".")
    if dot and ending in _LANGUAGES:
        return _LANGUAGES[ending]
    if (shebang := _INTERPRETER.match(head)) and (not dot or not stem):
        interpreter = shebang.group(1).decode()
        return _INTERPRETED.get(interpreter, interpreter)
    return None


def read_code(data: bytes, language: str, media_type: str, characters: int) -> Extracted:
    """The file's own text as one block."""
    text, notes = opened(data, characters)
    return Extracted(text=text, blocks=whole(text, "code"), media_type=media_type, language=language, notes=notes)
