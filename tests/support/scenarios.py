"""A small scenario put together by hand: a frontier API, a hosted open model, a rented GPU, an owned one, a hybrid."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np

from freehold.plan.quantity import Quantity, Shape
from freehold.plan.requests import Floats, Requests
from freehold.plan.result import Sizing
from freehold.plan.scenario import Api, Cloud, Hybrid, Objectives, Owned, People, Scenario, Server, Workload

BIG, SMALL = "meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"


def quantity(
    path: str,
    value: float,
    low: float | None = None,
    high: float | None = None,
    shape: Shape = "amount",
    unit: str = "USD",
    **more: object,
) -> Quantity:
    """An input; without ends it is known."""
    ends = value if low is None else low, value if high is None else high
    return Quantity(path=path, value=value, low=ends[0], high=ends[1], unit=unit, shape=shape, source="test", **more)  # type: ignore[arg-type]


def people(name: str, hours: float = 0.0, spread: float = 1.0) -> People:
    """The work on one option, at 75 dollars an hour; `spread` is how far its hours may be off, as a factor."""
    at = f"options.{name}.people"
    return People(
        hours_a_month=quantity(f"{at}.hours_a_month", hours, hours / spread, hours * spread, unit="hours/month"),
        usd_an_hour=quantity(f"{at}.price_an_hour", 75.0, unit="USD/hour"),
        hours_once=quantity(f"{at}.hours_once", 0.0, unit="hours"),
    )


def api(
    name: str, price: float, out: float, *, model: str = "frontier-1", hours: float = 0.0, spread: float = 1.0
) -> Api:
    """An endpoint paid by the token; cached prompts cost half, and so does what may wait."""
    at = f"options.{name}"
    return Api(
        name=name,
        title=name.replace("-", " ").capitalize(),
        model=model,
        open_weights=model != "frontier-1",
        input=quantity(f"{at}.input", price, price / spread, price * spread, unit="USD/million tokens"),
        cached_input=quantity(f"{at}.cached_input", price / 2, unit="USD/million tokens"),
        output=quantity(f"{at}.output", out, out / spread, out * spread, unit="USD/million tokens"),
        batch_discount=quantity(f"{at}.batch_discount", 0.5, shape="share", unit="share"),
        people=people(name, hours),
    )


def server(name: str, *, model: str = BIG, gpus: int = 4, weights: str = "bf16", gpu: str = "A100 80GB SXM") -> Server:
    """One replica of a model on A100s."""
    return Server(
        model=model,
        weights=weights,
        kv="bf16",
        gpu=gpu,
        gpus=gpus,
        engine="vllm",
        speed=quantity(f"options.{name}.server.speed", 1.0, 0.8, 1.25, unit="times"),
        spares=0,
    )


def cloud(name: str = "gpu", hour: float = 2.0, *, hours: float = 0.0, spread: float = 1.0, **more: object) -> Cloud:
    """Rented GPUs that stand all day."""
    at = f"options.{name}"
    return Cloud(
        name=name,
        title="Rented A100s",
        server=server(name, **more),  # type: ignore[arg-type]
        usd_gpu_hour=quantity(f"{at}.price_gpu_hour", hour, hour / 1.2, hour * 1.2, unit="USD/GPU hour"),
        term="on_demand",
        gpus_an_instance=1,
        autoscale=False,
        hours_a_day=quantity(f"{at}.hours_a_day", 24.0, unit="hours/day"),
        start_minutes=quantity(f"{at}.start_minutes", 10.0, unit="minutes"),
        interruptions_a_day=quantity(f"{at}.interruptions_a_day", 0.0, unit="times/day"),
        storage_gb=quantity(f"{at}.storage_gb", 0.0, unit="GB"),
        usd_gb_month=quantity(f"{at}.price_gb_month", 0.1, unit="USD/GB month"),
        egress_gb_month=quantity(f"{at}.egress_gb_month", 0.0, unit="GB/month"),
        usd_egress_gb=quantity(f"{at}.price_egress_gb", 0.1, unit="USD/GB"),
        people=people(name, hours, spread),
    )


def owned(name: str = "box", usd: float = 60_000.0, **more: object) -> Owned:
    """Bought machines."""
    at = f"options.{name}"
    return Owned(
        name=name,
        title="Own A100s",
        server=server(name, **more),  # type: ignore[arg-type]
        usd_replica=quantity(f"{at}.price_replica", usd, usd * 0.9, usd * 1.2),
        tax_share=quantity(f"{at}.tax_share", 0.0, shape="share", unit="share"),
        life_months=quantity(f"{at}.life_months", 48.0, 36.0, 60.0, unit="months"),
        resale_share=quantity(f"{at}.resale_share", 0.2, 0.1, 0.3, shape="share", unit="share"),
        interest_a_year=quantity(f"{at}.interest_a_year", 0.05, shape="share", unit="share/year"),
        idle_watts=quantity(f"{at}.idle_watts", 400.0, unit="W"),
        load_watts=quantity(f"{at}.load_watts", 1800.0, unit="W"),
        pue=quantity(f"{at}.pue", 1.3, unit="times"),
        usd_kwh=quantity(f"{at}.price_kwh", 0.2, 0.15, 0.3, unit="USD/kWh"),
        usd_hosting_month=quantity(f"{at}.price_hosting_month", 100.0, unit="USD/month"),
        repair_share_a_year=quantity(f"{at}.repair_share_a_year", 0.04, shape="share", unit="share/year"),
        people=people(name, 10.0, 1.5),
    )


def hybrid(name: str = "cascade", home: str = "gpu", away: str = "frontier") -> Hybrid:
    """The rented GPU first, the frontier for two fifths."""
    return Hybrid(
        name=name,
        title="Cascade",
        home=home,
        away=away,
        share_home=quantity(f"options.{name}.share_home", 0.6, 0.4, 0.8, shape="share", unit="share"),
        people=people(name),
    )


def workload(
    requests: float = 10_000.0, *, low: float | None = None, high: float | None = None, growth: float = 0.0
) -> Workload:
    """2,000 prompt and 500 answer tokens a request, the busiest hour twice the mean."""
    hour = np.random.default_rng(1)
    count = max(1, round(requests / 24 * 2))
    ones = np.ones(count)
    busy = [1.0 if 9 <= number % 24 < 18 else 0.5 for number in range(168)]
    return Workload(
        requests_a_day=quantity("workload.requests_a_day", requests, low, high, unit="requests/day"),
        prompt_tokens=quantity("workload.prompt_tokens", 2000.0, unit="tokens/request"),
        answer_tokens=quantity("workload.answer_tokens", 500.0, unit="tokens/request"),
        cached_share=quantity("workload.cached_share", 0.0, shape="share", unit="share"),
        batch_share=quantity("workload.batch_share", 0.0, shape="share", unit="share"),
        peak_over_mean=quantity("workload.peak_over_mean", 2.0, unit="times the mean"),
        growth_a_month=quantity("workload.growth_a_month", growth, shape="signed", unit="share/month"),
        busiest=Requests(np.sort(hour.uniform(0, 3600, count)), 2000 * ones, 500 * ones, 0 * ones, 3600.0, "test"),
        hours=tuple(share / sum(busy) for share in busy),
    )


def scenario(**changes: object) -> Scenario:
    """All of them, over twelve months."""
    frontier, hosted = (
        api("frontier", 2.5, 10.0),
        api("hosted", 0.25, 0.4, model="Llama 3.3 70B", hours=4.0, spread=1.3),
    )
    fields: dict[str, object] = {
        "name": "test",
        "title": "A test",
        "horizon_months": 12,
        "workload": workload(low=8_000.0, high=12_000.0),
        "objectives": Objectives(ttft_s=2.0, tpot_s=0.1),
        "options": (frontier, hosted, cloud(), owned(), hybrid()),
    }
    return Scenario(**{**fields, **changes})  # type: ignore[arg-type]


def without_ranges(made: Scenario) -> Scenario:
    """The same where everything is known."""

    def known(value: object) -> object:
        if isinstance(value, Quantity):
            return msgspec.structs.replace(value, low=value.value, high=value.value)
        if isinstance(value, msgspec.Struct):
            return msgspec.structs.replace(
                value, **{name: known(getattr(value, name)) for name in value.__struct_fields__}
            )
        if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            return tuple(known(each) for each in value)
        return value

    return known(made)  # type: ignore[return-value]


@dataclass(frozen=True)
class FixedSizer:
    """Machines that serve so much of the first month's busiest hour each, whatever the speed of thinking about it."""

    each: float = 0.75
    """Load that one replica takes at speed 1."""
    slowest: float = 0.0
    """Speed below which no number of them keeps the objectives."""
    restless: float = 0.0
    """By how much the load may grow in a minute."""

    def replicas(self, load: Floats | float, speed: Floats | float) -> Floats:
        load, speed = np.broadcast_arrays(np.asarray(load, float), np.asarray(speed, float))
        return np.where(speed < self.slowest, np.inf, np.maximum(1.0, np.ceil(load / (self.each * speed))))

    def busy(self, load: Floats | float, speed: Floats | float, replicas: Floats | float) -> Floats:
        with np.errstate(invalid="ignore"):
            found = np.asarray(load) / (self.each * np.asarray(speed) * np.asarray(replicas))
        return np.clip(np.nan_to_num(found), 0.0, 1.0)

    def extra_for_start(self, minutes: Floats | float) -> Floats:
        return 1.0 + self.restless * np.asarray(minutes, float)

    def sizing(self, server: Server) -> Sizing:
        replicas = int(self.replicas(1.0, 1.0)) + server.spares
        return Sizing(
            replicas=replicas,
            spares=server.spares,
            gpus=replicas * server.gpus,
            replicas_last_month=replicas,
            utilisation=0.5,
            bound_by="time per token",
            memory="it fits",
            evidence="modelled: a test's",
            loads=(),
        )
