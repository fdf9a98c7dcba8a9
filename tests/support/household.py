"""The household that the black-box tests call at: models of the team's own, models outside, and routes over them."""

from __future__ import annotations

from dataclasses import dataclass

from support import anthropic_vendor, openai_vendor
from support.anthropic_vendor import AnthropicVendor
from support.openai_vendor import OpenAIVendor
from support.vendor import Vendor

CONFIG = """
[policy]
default_label = "internal"
tags = ["eu", "health"]

[ledger]
baseline = "gpt"

# Two models outside, one of each dialect: a provider's row at another address.
[[target]]
name = "gpt"
provider = "openai"
model = "gpt-scripted"
base_url = "{away}"
api_key = "{openai_key}"
price = {{ input = 1.0, output = 2.0, cached_input = 0.5 }}

[[target]]
name = "claude"
provider = "anthropic"
model = "claude-scripted"
base_url = "{claude}"
api_key = "{anthropic_key}"
price = {{ input = 3.0, output = 4.0, cached_input = 0.3 }}

[[target]]
name = "gpt-public"
provider = "openai"
model = "gpt-public"
base_url = "{away}"
api_key = "{openai_key}"
clearance = "public"

# Three of the team's own: on this machine, so cleared for everything unless they say otherwise.
[[target]]
name = "home"
base_url = "{home}"
model = "home-scripted"
api_key = "{openai_key}"

[[target]]
name = "home-eu"
base_url = "{home}"
model = "home-eu"
api_key = "{openai_key}"
clearance = {{ level = "confidential", tags = ["eu"] }}

[[target]]
name = "home-down"
base_url = "http://127.0.0.1:9/v1"
model = "nobody"
retries = 0

[[target]]
name = "embed"
provider = "openai"
model = "embed-scripted"
base_url = "{away}"
api_key = "{openai_key}"
price = {{ input = 0.02 }}
profile = {{ embeddings = true, chat = false }}

[[route]]
name = "auto"
flow = "cascade"
targets = ["home", "gpt"]
accept = {{ score = "confidence", at_least = 0.8 }}

[[route]]
name = "spare"
flow = "fallback"
targets = ["home-down", "claude"]

[[route]]
name = "both"
flow = "race"
targets = ["home", "gpt"]

[[route]]
name = "shared"
flow = "split"
targets = ["home", "home-eu"]
weights = [0.5, 0.5]
"""


@dataclass(frozen=True)
class Vendors:
    """The other side: two models outside, one dialect each, and the team's own server."""

    away: OpenAIVendor
    claude: AnthropicVendor
    home: OpenAIVendor

    @property
    def all(self) -> tuple[Vendor, ...]:
        return (self.away, self.claude, self.home)

    def configure(self, more: str = "") -> str:
        """`CONFIG`, and `more` that is written like it, with these vendors' addresses and keys."""
        return (CONFIG + more).format(
            away=self.away.url,
            claude=self.claude.url,
            home=self.home.url,
            openai_key=openai_vendor.KEY,
            anthropic_key=anthropic_vendor.KEY,
        )


WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
"""What the tool that tests offer takes."""

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
"""The smallest PNG there is, in base64."""
