"""Words and sentences, and the few facts about English, German, French and Spanish that reading needs.

Splitting and folding hold for any language that parts words by spaces. The lists are what is known of four of them; in
another, function words weigh as much as others do, and less is found. Chinese, Japanese and Korean are read as pairs of
characters, as the index of documents reads them. No claim is made beyond that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«»„(\[]*[^\W_a-zß-öø-ÿ])|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:[A-ZÄÖÜ]|Mr|Mrs|Ms|Dr|Prof|St|Nr|No|Fig|vs|etc|e\.g|i\.e|approx|Inc|Ltd|Co|Jr|Sr|z\.\s?B|d\.\s?h|u\.\s?a"
    r"|bzw|ca|usw|Abs|Art|Str|Hr|Fr|M|Mme|p\.\s?ex|env|Sra?|Ud)\.$"
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_BULLET = re.compile(r"^\s*(?:[-*•>]|#{1,6}|\d{1,3}[.)])\s+")

_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+)")
_PARTICLES = re.compile("[的是了吗嗎呢吧请請何誰谁]|什[么麼]|怎[么麼样樣]|多少|哪[里裡个個]")
"""What Chinese and Japanese ask with or join with, in characters that carry meaning elsewhere."""
_HIRAGANA = re.compile(r"[\u3040-\u309f]")

_FUNCTION_WORDS = {
    "en": "a about after all also am an and any are as at be been before being but by can could did do does"
    " doing during each every for from had has have having he her here him his how i if in into is it its"
    " itself just know many may me might more most much must my no not of on one or our out over please"
    " say says should so some such tell than that the their them then there these they this those through"
    " to too under until up us very was we were what when where which while who whom whose why will with"
    " would you your according text passage document following give given mention mentioned exactly"
    " explain describe name find state stated",
    "de": "aber alle als also am an auch auf aus bei beim bin bis bist da damit dann das dass dem den denn der"
    " des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer"
    " eines er es etwas für gibt hat hatte hatten ich ihm ihn ihr ihre im in ins ist ja kann kein keine"
    " können man mehr mein mit muss nach nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so"
    " soll über um und uns unser unter vom von vor wann war waren warum was weil welche welchem welchen"
    " welcher welches wem wen wenn wer werden wie wieso wird wo wohin worden wurde wurden zu zum zur"
    " zwischen bitte sag text laut heißt viel viele lange gehört",
    "fr": "à a ai au aussi aux avec avait ce ces cet cette ceux chez combien comme comment dans de des du dont"
    " elle elles en entre est et était étaient été être eu il ils je la le les leur leurs lui ma mais me"
    " même mes moi mon ne nos notre nous on ont or ou où par pas plus pour pourquoi qu quand que quel"
    " quelle quelles quels qui quoi sa sans se sera ses si son sont sous sur ta te tes toi ton très tu un"
    " une vos votre vous y fait d l s n c j m t texte selon s'il",
    "es": "a al algo como con cual cuál cuáles cuando cuándo cuanto cuánto cuánta cuántos cuántas de del desde"
    " donde dónde el él ella ellos en era eran es esa ese esta está este esto estos fue fueron ha había"
    " han hay la las le les lo los más me mi muy no nos o para pero por porque qué que quien quién se"
    " según ser si sí sin sobre son su sus también te tiene tu un una uno unos y ya texto",
}

_LONGEST_ABBREVIATION = 24
"""Characters before a full stop that are looked at, more than any abbreviation has."""
_LONGEST_WORD = 64
"""Characters of a word that tell it from others; what is longer is no word, and must not fill the cache of stems."""

_SHORT_LINE = 50
"""Text is wrapped later than this; a shorter line before a capital ends by intention."""

_NEGLIGIBLE_TAILS = (
    "ungen",
    "ing",
    "ies",
    "ied",
    "ees",
    "ung",
    "ed",
    "es",
    "en",
    "er",
    "em",
    "et",
    "ee",
    "s",
    "e",
    "y",
)
_SHORTEST_STEM = 3

_IRREGULAR = {
    form: forms.split()[0]
    for forms in (
        "write wrote written writes",
        "build built builds",
        "pay paid pays",
        "win won wins winner",
        "begin began begun begins",
        "make made makes",
        "take took taken",
        "hold held",
        "sell sold",
        "buy bought",
        "find found finds",
        "lead led",
        "grow grew grown",
        "send sent",
        "keep kept",
        "lose lost",
        "speak spoke spoken",
        "die died death dead",
        "high height",
        "long length",
        "child children",
        "person people",
        "man men",
        "woman women",
    )
    for form in forms.split()
}

_NUMBERS = {
    word: value
    for words in (
        "one two three four five six seven eight nine ten",
        "ein zwei drei vier fünf sechs sieben acht neun zehn",
        "un deux trois quatre cinq six sept huit neuf dix",
        "uno dos tres cuatro cinco seis siete ocho nueve diez",
    )
    for value, word in enumerate(words.split(), 1)
} | {"einem": 1, "einen": 1, "einer": 1, "eine": 1, "une": 1, "una": 1, "a": 1, "single": 1}


def fold(word: str) -> str:
    """Lower case without accents: ``É`` and ``e`` are one."""
    spread = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(char for char in spread if not unicodedata.combining(char))


_STOP = {language: frozenset(fold(word) for word in words.split()) for language, words in _FUNCTION_WORDS.items()}
SMALL_NUMBERS = {fold(word): value for word, value in _NUMBERS.items()}


def raw_words(text: str) -> list[str]:
    """The words as written; an apostrophe that joins an article to its noun parts them (``l'eau``)."""
    words: list[str] = []
    for word in _WORD.findall(text):
        head, mark, tail = word.partition("'") if "'" in word else word.partition("’")
        words.extend([head, tail] if mark and len(head) <= 2 and len(tail) > 1 else [word])
    return words


def terms(text: str, *languages: str) -> list[str]:
    """The content words, folded and stemmed, in order; the function words of these languages left out."""
    folded = (fold(part[:_LONGEST_WORD]) for word in raw_words(text) for part in _parted(word))
    return [stem(word) for word in folded if not any(word in _STOP[language] for language in languages)]


def _parted(word: str) -> Iterator[str]:
    """The word; of a run that no spaces part, the pairs of characters, but for those that begin with hiragana."""
    if word.isascii():
        yield word
        return
    for place, part in enumerate(_UNSPACED.split(word)):
        if place % 2 == 0:
            yield from [part] if part else []
            continue
        for run in filter(None, _PARTICLES.split(part)):
            pairs = (run[at : at + 2] for at in range(max(1, len(run) - 1)))
            yield from (pair for pair in pairs if not _HIRAGANA.match(pair))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded word without its inflection, roughly, so that ``opened`` meets ``opening`` and ``Kosten`` ``kostet``."""
    word = word.removesuffix("'s")
    word = _IRREGULAR.get(word, word)
    for tail in _NEGLIGIBLE_TAILS:
        if word.endswith(tail) and len(word) - len(tail) >= _SHORTEST_STEM:
            return word[: -len(tail)]
    return word


def first_tokens(text: str, count: int) -> str:
    """The longest run of whole words from the start that has at most `count` tokens, by `count_tokens`."""
    over = next(islice(_TOKEN.finditer(text), count, None), None)
    if over is None:
        return text.rstrip()
    ends = (place for place in range(over.start(), 0, -1) if text[place].isspace())
    return text[: next(ends, 0)]


def count_tokens(text: str) -> int:
    """Words and punctuation marks, each one token: the reader's own measure, no tokenizer's."""
    return sum(1 for _ in _TOKEN.finditer(text))


def language_of(text: str) -> str:
    """``en``, ``de``, ``fr`` or ``es``, by whose function words occur most; ``en`` when none do."""
    words = [fold(word[:_LONGEST_WORD]) for word in raw_words(text)]
    votes = {language: sum(word in stop for word in words) for language, stop in _STOP.items()}
    return max(votes, key=lambda language: (votes[language], language == "en"))


def blocks(text: str) -> list[str]:
    """Paragraphs, list items and headings, without their marks. Lines wrapped within a paragraph are joined."""
    found: list[list[str]] = []
    previous = ""
    for line in text.splitlines():
        if not previous.strip() or _BULLET.match(line) or _stands_alone(previous, line):
            found.append([])
        found[-1].append(_BULLET.sub("", line))
        previous = line
    return [block for lines in found if (block := " ".join(" ".join(lines).split()))]


def _stands_alone(line: str, following: str) -> bool:
    """Whether a line is a heading and not the beginning of what follows."""
    if line.lstrip().startswith("#"):
        return True
    short = len(line) < _SHORT_LINE and line.rstrip()[-1:] not in ",;-–—"
    return short and following.lstrip()[:1].isupper()


def split_sentences(block: str) -> list[str]:
    """The sentences of one block. Abbreviations, initials and ordinals (``3. Oktober``) end none."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(block):
        # Only the tail, or a text of nothing but abbreviations would be searched anew from its start at each of them.
        before = block[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        if _ABBREVIATION.search(before) or _ORDINAL.search(before):
            continue
        if piece := block[start : match.end()].strip():
            found.append(piece)
        start = match.end()
    if rest := block[start:].strip():
        found.append(rest)
    return found
