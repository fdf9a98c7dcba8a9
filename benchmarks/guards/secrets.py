"""How many secrets are found, and how much of what is none is hit.

Tokens are drawn at run time to the formats that vendors publish, written down here a second time and apart from the
rules, each in the places where tokens stand: alone, in a sentence, in settings, in JSON, in code, in a header. What is
none are lines of code, digests, UUIDs, and texts in several languages. Nothing that is drawn is anybody's key.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import string
import sysconfig
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.goals import Row
from freehold.guards.secrets import find

FOUND_GOAL = 0.98
HIT_GOAL = 0.04
SEED = 20261122

_ALPHABETS = {
    "b62": string.ascii_letters + string.digits,
    "url": string.ascii_letters + string.digits + "-_",
    "b64": string.ascii_letters + string.digits + "+/",
    "b36": string.ascii_lowercase + string.digits,
    "B36": string.ascii_uppercase + string.digits,
    "b32": string.ascii_uppercase + "234567",
    "hex": "0123456789abcdef",
    "dec": string.digits,
    "b58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
}

FORMATS = {
    "AWS access key": "AKIA{b32:16}",
    "AWS temporary key": "ASIA{b32:16}",
    "AWS secret key": "{b64:40}",
    "AWS Bedrock key": "ABSK{b64:128}",
    "Google API key": "AIza{url:35}",
    "Google OAuth secret": "GOCSPX-{url:28}",
    "Google OAuth token": "ya29.{url:140}",
    "Azure AI key": "{b62:52}JQQJ99{b62:26}",
    "Azure storage key": "{b64:76}+ASt{b64:6}==",
    "Azure client secret": "{b62:3}8Q~{url:34}",
    "Azure DevOps token": "{b62:76}AZDO{b62:4}",
    "GitHub token": "ghp_{b62:36}",
    "GitHub OAuth token": "gho_{b62:36}",
    "GitHub fine-grained token": "github_pat_{b62:22}_{b62:59}",
    "GitLab token": "glpat-{url:20}",
    "GitLab routable token": "glpat-{url:27}.01.{b36:9}",
    "GitLab runner token": "glrt-{url:20}",
    "Bitbucket token": "ATBB{b62:32}",
    "Atlassian token": "ATATT3xFfGF0{url:171}={hex:8}",
    "Slack bot token": "xoxb-{dec:12}-{dec:13}-{b62:24}",
    "Slack user token": "xoxp-{dec:12}-{dec:12}-{dec:13}-{hex:32}",
    "Slack app token": "xapp-1-A{B36:10}-{dec:13}-{hex:64}",
    "Slack hook": "https://hooks.slack.com/services/T{B36:8}/B{B36:10}/{b62:24}",
    "Discord hook": "https://discord.com/api/webhooks/{dec:18}/{url:68}",
    "Discord token": "MT{b62:24}.{b62:6}.{url:38}",
    "Telegram token": "{dec:10}:AA{url:33}",
    "Stripe key": "sk_live_{b62:24}",
    "Stripe restricted key": "rk_live_{b62:99}",
    "Stripe hook secret": "whsec_{b62:32}",
    "Square token": "sq0atp-{url:22}",
    "Square sandbox secret": "sandbox-sq0csb-{url:43}",
    "AppSync key": "da2-{b36:26}",
    "E2B key": "e2b_{hex:40}",
    "Square access token": "EAAA{url:60}",
    "Shopify token": "shpat_{hex:32}",
    "Braintree token": "access_token$production${b36:16}${hex:32}",
    "Plaid token": "access-production-{uuid}",
    "Razorpay key": "rzp_live_{b62:14}",
    "Twilio key": "SK{hex:32}",
    "SendGrid key": "SG.{url:22}.{url:43}",
    "Mailgun key": "key-{hex:32}",
    "Mailgun new key": "{hex:32}-{hex:8}-{hex:8}",
    "Mailchimp key": "{hex:32}-us12",
    "Brevo key": "xkeysib-{hex:64}-{b62:16}",
    "Resend key": "re_{b58:8}_{b58:24}",
    "npm token": "npm_{b62:36}",
    "PyPI token": "pypi-AgEIcHlwaS5vcmc{url:150}",
    "RubyGems key": "rubygems_{hex:48}",
    "NuGet key": "oy2{b36:43}",
    "crates.io token": "cio{b62:32}",
    "Docker token": "dckr_pat_{url:27}",
    "OpenAI key": "sk-proj-{url:74}T3BlbkFJ{url:74}",
    "OpenAI old key": "sk-{b62:20}T3BlbkFJ{b62:20}",
    "Anthropic key": "sk-ant-api03-{url:93}AA",
    "OpenRouter key": "sk-or-v1-{hex:64}",
    "Hugging Face token": "hf_{b62:34}",
    "Groq key": "gsk_{b62:52}",
    "Perplexity key": "pplx-{b62:48}",
    "Replicate token": "r8_{b62:37}",
    "xAI key": "xai-{b62:80}",
    "NVIDIA key": "nvapi-{url:64}",
    "LangSmith key": "lsv2_pt_{hex:32}_{hex:10}",
    "Pinecone key": "pcsk_{b62:6}_{b62:63}",
    "DeepSeek key": "sk-{hex:32}",
    "Databricks token": "dapi{hex:32}",
    "DigitalOcean token": "dop_v1_{hex:64}",
    "Heroku token": "HRKU-AA{url:58}",
    "Cloudflare token": "cfut_{b62:40}{hex:8}",
    "Cloudflare older token": "{url:40}",
    "Cloudflare origin key": "v1.0-{hex:24}-{hex:146}",
    "Supabase token": "sbp_{hex:40}",
    "Vercel token": "vcp_{b62:56}",
    "Netlify token": "nfp_{b62:36}",
    "Fly token": "fm2_{b64:160}",
    "PlanetScale token": "pscale_tkn_{url:43}",
    "Vault token": "hvs.{url:90}",
    "Vault older token": "s.{b62:24}",
    "Doppler token": "dp.pt.{b62:43}",
    "Pulumi token": "pul-{hex:40}",
    "Terraform token": "{b62:14}.atlasv1.{url:67}",
    "Tailscale key": "tskey-auth-k{b62:16}-{b62:32}",
    "1Password token": "ops_eyJ{b64:300}",
    "Grafana token": "glsa_{b62:32}_{hex:8}",
    "Grafana Cloud token": "glc_{b64:140}",
    "New Relic key": "NRAK-{B36:27}",
    "New Relic licence": "{hex:36}NRAL",
    "Sentry token": "sntryu_{hex:64}",
    "Sentry organisation token": "sntrys_eyJ{b64:160}_{b64:43}",
    "Dynatrace token": "dt0c01.{B36:24}.{B36:64}",
    "PostHog key": "phx_{b62:43}",
    "Linear key": "lin_api_{b62:40}",
    "Notion token": "ntn_{b62:46}",
    "Notion older token": "secret_{b62:43}",
    "Figma token": "figd_{url:40}",
    "Postman key": "PMAK-{hex:24}-{hex:34}",
    "Airtable token": "pat{b62:14}.{hex:64}",
    "Asana token": "2/{dec:16}/{dec:16}:{hex:32}",
    "Dropbox token": "sl.u.{url:600}",
    "HubSpot token": "pat-na1-{uuid}",
    "Contentful token": "CFPAT-{url:43}",
    "Mapbox token": "sk.eyJ{b62:80}.{url:22}",
    "CircleCI token": "CCIPAT_{b58:22}_{hex:40}",
    "Buildkite token": "bkua_{hex:40}",
    "SonarQube token": "squ_{hex:40}",
    "Trello token": "ATTA{hex:64}",
    "Meta token": "EAA{b62:170}",
    "Freehold key": "fh-{hex:8}-{url:43}",
    "age key": "AGE-SECRET-KEY-1{B36:58}",
    "JWT": "{jwt}",
    "PEM key": "{pem}",
    "address with a password": "postgresql://app:{b62:14}@db.internal:5432/app",
}
"""What vendors publish. ``{b62:36}``: 36 characters of that alphabet, drawn at random."""

UNLISTED = {
    "a prefix and base 62": "acme_live_{b62:32}",
    "base 62": "{b62:32}",
    "base 64 for addresses": "{url:43}",
    "short base 62": "{b62:24}",
    "base 36": "{b36:32}",
    "capitals and digits": "{B36:32}",
    "two parts": "{b62:12}.{b62:32}",
}
"""Formats of vendors that nobody has listed."""

NAMED = {
    "hexadecimal, named": 'DATADOG_API_KEY="{hex:32}"',
    "hexadecimal, in JSON": '{{"access_token": "{hex:40}"}}',
    "hexadecimal, in YAML": "  auth_token: {hex:40}",
    "password in code": 'password = "Tr{b62:6}!{dec:2}"',
    "password in settings": "DB_PASSWORD=q{b62:7}7",
    "password in YAML": "password: Zk{b62:6}9",
    "password as a flag": "mysqldump --password=w{b62:8}4 shop",
    "UUID, named": "client_secret: {uuid}",
    "basic header": "Authorization: Basic {basic}",
    "bearer header": "Authorization: Bearer {b62:40}",
}
"""Secrets known by the name they are given and nothing else."""

PLACES = (
    "{}",
    "The key for the build is {} and it must not leave this room.",
    "SERVICE_TOKEN={}",
    '{{"user": "build", "value": "{}"}}',
    'client = Client("{}")  # for the build',
    "curl -H 'Authorization: Bearer {}' https://api.example.org/v1/things",
    "- step: deploy\n  with:\n    credential: {}\n    region: eu-central-1\n",
)


def draw(form: str, chance: random.Random) -> str:
    """A token of this format."""
    special: dict[str, Callable[[], str]] = {
        "uuid": lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "jwt": lambda: _jwt(chance),
        "pem": lambda: _pem(chance),
        "basic": lambda: base64.b64encode(f"build:{_letters(chance, 'b62', 14)}".encode()).decode(),
    }

    def fill(found: re.Match[str]) -> str:
        name, _, length = found[1].partition(":")
        return special[name]() if not length else _letters(chance, name, int(length))

    return re.sub(r"\{([A-Za-z0-9]+(?::[0-9]+)?)\}", fill, form).replace("{{", "{").replace("}}", "}")


def _letters(chance: random.Random, alphabet: str, length: int) -> str:
    return "".join(chance.choices(_ALPHABETS[alphabet], k=length))


def _jwt(chance: random.Random) -> str:
    head, body = ({"alg": "HS256", "typ": "JWT"}, {"sub": _letters(chance, "dec", 10), "iat": 1516239022})
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in (head, body)]
    return ".".join([*parts, _letters(chance, "url", 43)])


def _pem(chance: random.Random) -> str:
    kind = chance.choice(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA "])
    lines = [_letters(chance, "b64", 64) for _ in range(chance.randint(3, 26))]
    fence = "-" * 5
    return "\n".join([f"{fence}BEGIN {kind}PRIVATE KEY{fence}", *lines, f"{fence}END {kind}PRIVATE KEY{fence}"])


def hit(text: str, sure: float = 0.5) -> bool:
    """Whether anything is found in the text of which the rule is as sure as this."""
    return any(span.confidence >= sure for span in find(text))


def missed(formats: dict[str, str], places: Iterable[str], *, each: int) -> dict[str, float]:
    """By format, the share of tokens on which no finding lies."""
    chance = random.Random(SEED)
    shares = {}
    for name, form in formats.items():
        misses = total = 0
        for place in places:
            for _ in range(each):
                token = draw(form, chance)
                text = place.format(token) if place != "{}" else token
                misses += not covered(text, token)
                total += 1
        shares[name] = misses / total
    return shares


def covered(text: str, token: str) -> bool:
    """Whether a finding lies on the token. A finding of part of it, such as the password of an address, counts."""
    start = text.index(token)
    return any(span.start < start + len(token) and start < span.end for span in find(text) if span.confidence >= 0.5)


def lines_of_code(limit: int, folders: Iterable[Path]) -> Iterator[str]:
    """Lines out of the Python and JavaScript files of the folders, the same ones each time."""
    chance = random.Random(SEED)
    for folder in folders:
        files = sorted([*folder.rglob("*.py"), *folder.rglob("*.js"), *folder.rglob("*.ts"), *folder.rglob("*.toml")])
        chance.shuffle(files)
        left = limit
        for path in files:
            lines = [line for line in path.read_text("utf-8", errors="ignore").splitlines() if line.strip()]
            some = chance.sample(lines, min(20, len(lines)))
            yield from (line[:2000] for line in some)
            left -= len(some)
            if left <= 0:
                break


def digests(count: int) -> Iterator[str]:
    """Lines with digests and identifiers such as stand in lock files, logs and pages."""
    chance = random.Random(SEED)
    forms: tuple[Callable[[bytes], str], ...] = (
        lambda raw: hashlib.sha256(raw).hexdigest(),
        lambda raw: hashlib.sha1(raw).hexdigest(),
        lambda raw: hashlib.md5(raw).hexdigest(),
        lambda raw: f"commit {hashlib.sha1(raw).hexdigest()}",
        lambda raw: f'    "integrity": "sha512-{base64.b64encode(hashlib.sha512(raw).digest()).decode()}",',
        lambda raw: f"github.com/some/module v1.2.3 h1:{base64.b64encode(hashlib.sha256(raw).digest()).decode()}",
        lambda raw: f"    --hash=sha256:{hashlib.sha256(raw).hexdigest()}",
        lambda raw: f"pkg/file.py,sha256={base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).decode()[:43]},1234",
        lambda raw: str(uuid.UUID(bytes=raw[:16], version=4)),
        lambda raw: f'"id": "{uuid.UUID(bytes=raw[:16], version=4)}", "parent": null',
        lambda raw: f"image: registry.example.org/app@sha256:{hashlib.sha256(raw).hexdigest()}",
        lambda raw: f"data:image/png;base64,{base64.b64encode(hashlib.shake_256(raw).digest(600)).decode()}",
        lambda raw: f"fh_{raw.hex()[:32]}",
        lambda raw: f"https://cdn.example.org/assets/main.{raw.hex()[:8]}.js",
        lambda raw: f'ETag: "{raw.hex()[:32]}"',
        lambda raw: f"chatcmpl-{raw.hex()[:32]}",
    )
    for number in range(count):
        yield forms[number % len(forms)](chance.randbytes(32))


def texts(data: Path) -> Iterator[str]:
    """The measurement texts of the data folder, which hold no secret: what people ask, in several languages."""
    for path in sorted((data / "guard" / "injection").glob("*.json")):
        yield from (each for each in _strings(json.loads(path.read_text("utf-8"))) if len(each) > 20)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def share_hit(pieces: Iterable[str]) -> tuple[float, int]:
    """The share of the pieces in which something is found, and how many there were."""
    results = [hit(each) for each in pieces]
    return (sum(results) / len(results) if results else 0.0), len(results)


def _mean(shares: dict[str, float]) -> float:
    return 1 - sum(shares.values()) / len(shares)


def code_folders() -> list[Path]:
    """The standard library, what is installed beside it, and this project."""
    paths = sysconfig.get_paths()
    return [Path(paths["stdlib"]), Path(paths["purelib"]), Path(__file__).resolve().parents[2] / "src"]


def run(data: Path) -> Iterator[Row]:
    """All rows."""
    for method, formats, places in (
        ("published formats", FORMATS, PLACES),
        ("unlisted vendors", UNLISTED, PLACES),
        ("named", NAMED, ("{}",)),
    ):
        shares = missed(formats, places, each=40)
        yield ("secrets found, of all", method, _mean(shares), FOUND_GOAL)
        for name, share in sorted(shares.items(), key=lambda each: -each[1]):
            if share > 1 - FOUND_GOAL:
                yield (f"secrets found: {name}", method, 1 - share, FOUND_GOAL)
    for method, pieces in (
        ("lines of code", lines_of_code(8000, code_folders())),
        ("digests and identifiers", digests(4000)),
        ("texts", texts(data)),
    ):
        share, count = share_hit(pieces)
        if count:
            yield (f"what is no secret, hit, of {count}", method, share, HIT_GOAL)
    yield from _speed()


def _speed() -> Iterator[Row]:
    prose = ("We met on Tuesday to talk about what the spring will bring, and nobody had an answer. " * 6)[:500]
    chance = random.Random(SEED)
    keys = " ".join(draw(form, chance) for form in ("ghp_{b62:36}", "AKIA{b32:16}", 'password = "{b62:12}"'))
    for method, text, goal in (
        ("500 characters of prose", prose, 30.0),
        ("2 KB with findings", prose * 4 + keys, 500.0),
    ):
        yield ("microseconds", method, _microseconds(text), goal)


def _microseconds(text: str, rounds: int = 300) -> float:
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        find(text)
        spent.append(time.perf_counter() - began)
    return sorted(spent)[rounds // 2] * 1e6
