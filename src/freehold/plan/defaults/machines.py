"""The inputs of a server, of rented and of bought machines."""

from __future__ import annotations

from freehold.plan.defaults.field import Assumed, Field

SPEED = Field(
    key="speed",
    about="The true speed over the modelled one. Measure it with `freehold plan measure`.",
    unit="times the model",
    least=0.05,
    most=10,
    bound="beyond that the model of the server says nothing",
    spread=(0.9, 1.1),
    why="a measured speed still moves with versions of engine and driver",
    assumed=Assumed(1.0, 0.75, 1.3, "the error that the capacity model leaves on pairs it was not fitted on"),
)

GPU_HOUR = Field(
    key="price_gpu_hour",
    about="One GPU for one hour, its share of the machine included.",
    unit="USD/GPU hour",
    least=0.01,
    most=100,
    bound="one is rented for cents to some tens of dollars an hour",
    spread=(0.8, 1.25),
    why="offers of one card on one day differ by more",
)
HOURS_A_DAY = Field(
    key="hours_a_day",
    about="That the machines stand where nothing scales them; below 24, only on days on which anybody asks.",
    unit="hours/day",
    least=0.1,
    most=24,
    bound="a day has 24 hours",
    spread=(1.0, 1.0),
    why="it is a decision",
    assumed=Assumed(24, 24, 24, "nobody is said to switch them off"),
)
START_MINUTES = Field(
    key="start_minutes",
    about="From asking for a replica to its first answer; it is paid for.",
    unit="minutes",
    least=0.05,
    most=1_440,
    bound="a start that takes a day is no start",
    spread=(0.5, 2.0),
    why="it depends on how large the weights are and where they lie",
    assumed=Assumed(6, 2, 20, "a machine boots, fetches an image of some gigabytes and reads its weights"),
)
INTERRUPTIONS = Field(
    key="interruptions_a_day",
    about="Of a spot replica: how often it is taken away in a day. Each costs a start.",
    unit="times/day",
    least=0,
    most=100,
    bound="a replica that is taken away more often answers nobody",
    spread=(0.3, 3.0),
    why="it changes with region, card and week",
    assumed=Assumed(0, 0, 0, "only spot machines are taken away"),
)
SPOT_INTERRUPTIONS = Assumed(0.5, 0.1, 2.0, "spot GPUs are taken away from several times a day to every few weeks")
STORAGE = Field(
    key="storage_gb",
    about="Disk that is paid for all month: images and weights.",
    unit="GB",
    least=0,
    most=1e6,
    bound="no set of weights needs more",
    spread=(0.7, 2.0),
    why="logs, older versions and second copies pile up",
)
GB_MONTH = Field(
    key="price_gb_month",
    about="One GB of disk for a month.",
    unit="USD/GB month",
    least=0,
    most=5,
    bound="the fastest disks cost less",
    spread=(0.8, 1.25),
    why="it stands in a price list and changes with kind and region",
    assumed=Assumed(0.08, 0.04, 0.20, "solid-state block storage costs four to twenty cents"),
)
EGRESS = Field(
    key="egress_gb_month",
    about="Sent out of the provider's network in a month.",
    unit="GB/month",
    least=0,
    most=1e7,
    bound="text does not weigh more",
    spread=(0.5, 2.0),
    why="it depends on how answers are framed",
)
EGRESS_GB = Field(
    key="price_egress_gb",
    about="One GB sent out.",
    unit="USD/GB",
    least=0,
    most=2,
    bound="the dearest networks cost less",
    spread=(0.8, 1.25),
    why="it stands in a price list and changes with volume",
    assumed=Assumed(0.05, 0.01, 0.12, "large clouds take about nine cents, smaller ones little or nothing"),
)

CLOUD = (GPU_HOUR, HOURS_A_DAY, START_MINUTES, INTERRUPTIONS, STORAGE, GB_MONTH, EGRESS, EGRESS_GB)

REPLICA = Field(
    key="price_replica",
    about="To buy what one replica runs on, before tax: its cards and their share of the machine.",
    unit="USD",
    least=50,
    most=2e7,
    bound="a used card costs hundreds, a rack of the newest some millions",
    spread=(0.85, 1.25),
    why="dealers differ, and prices of cards moved by as much within months",
)
TAX = Field(
    key="tax_share",
    about="Tax on the purchase that nobody gives back.",
    unit="share",
    shape="share",
    least=0,
    most=0.6,
    bound="no country is known to take more",
    spread=(1.0, 1.0),
    why="it stands in the law",
    assumed=Assumed(0, 0, 0, "most businesses get it back; who does not (a clinic, a school) should say it"),
)
LIFE = Field(
    key="life_months",
    about="For how long the machine is used.",
    unit="months",
    least=6,
    most=180,
    bound="what is thrown away within months was not bought to be used, and no GPU of 15 years ago serves a model",
    spread=(0.75, 1.25),
    why="when the next generation makes it not worth its power is not known",
    assumed=Assumed(48, 36, 66, "accounts write servers off over three to six years"),
)
RESALE = Field(
    key="resale_share",
    about="Of the purchase, what it sells for at the end of its life.",
    unit="share",
    shape="share",
    least=0,
    most=1,
    bound="it is a share",
    spread=(0.6, 1.6),
    why="prices of used cards rise and fall with demand",
    assumed=Assumed(0.2, 0.08, 0.4, "cards of four years ago sell for a tenth to two fifths of their price"),
)
INTEREST = Field(
    key="interest_a_year",
    about="Of the money that the purchase binds, borrowed or forgone.",
    unit="share/year",
    shape="share",
    least=0,
    most=0.5,
    bound="money that dear is not lent for machines",
    spread=(0.8, 1.25),
    why="rates move within a plan's months",
    assumed=Assumed(0.07, 0.04, 0.12, "from what a safe deposit forgoes to what a small business's loan costs"),
)
IDLE_WATTS = Field(
    key="idle_watts",
    about="Of one replica's machine while nobody asks, everything in it.",
    unit="W",
    least=1,
    most=200_000,
    bound="a phone draws a few watts, a rack of the newest some 130 kW",
    spread=(0.7, 1.4),
    why="machines of one kind differ by as much in their fans and disks",
)
LOAD_WATTS = Field(
    key="load_watts",
    about="Of one replica's machine while it answers, everything in it.",
    unit="W",
    least=1,
    most=200_000,
    bound="a phone draws a few watts, a rack of the newest some 130 kW",
    spread=(0.8, 1.2),
    why="serving text keeps a card below its limit, by how much depends on the batch",
)
PUE = Field(
    key="pue",
    about="Power of the whole site over that of its machines: cooling and losses.",
    unit="times",
    least=1,
    most=3,
    bound="nothing takes less than all, and no site that wastes twice its use is run",
    spread=(0.93, 1.1),
    why="it moves with season and load",
    assumed=Assumed(1.4, 1.1, 1.7, "the best sites are at 1.1; the mean of a survey (Uptime Institute 2024) is 1.56"),
)
KWH = Field(
    key="price_kwh",
    about="Electricity, grid and taxes included.",
    unit="USD/kWh",
    least=0.005,
    most=2,
    bound="nowhere does a kilowatt hour cost as little or as much for long",
    spread=(0.8, 1.3),
    why="contracts end within a plan's months",
    assumed=Assumed(0.2, 0.1, 0.35, "businesses pay about ten cents in the United States and up to 35 in Europe"),
)
HOSTING = Field(
    key="price_hosting_month",
    about="Space, rack and line for one replica, power apart.",
    unit="USD/month",
    least=0,
    most=1e6,
    bound="a whole row of racks costs less",
    spread=(0.6, 1.6),
    why="sites differ by as much",
)
REPAIR = Field(
    key="repair_share_a_year",
    about="Of the purchase, what repair and replacement take in a year.",
    unit="share/year",
    shape="share",
    least=0,
    most=0.5,
    bound="what breaks every other year is a fault of its maker",
    spread=(0.5, 2.0),
    why="few machines make few failures: luck decides",
    assumed=Assumed(0.04, 0.015, 0.1, "three years of warranty cost about a tenth; cards at load fail"),
)

OWNED = (REPLICA, TAX, LIFE, RESALE, INTEREST, IDLE_WATTS, LOAD_WATTS, PUE, KWH, HOSTING, REPAIR)
