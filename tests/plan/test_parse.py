"""Each table of a scenario, read as part of a whole one."""

from datetime import date

import pytest

from freehold.catalog.offers import shipped
from freehold.plan.assumptions import assumptions
from freehold.plan.parse.prices import find, nearest
from freehold.plan.scenario import Hybrid, Scenario
from freehold.plan.scenario_file import ScenarioError, read

TODAY = date(2026, 11, 22)
API = '[options.a]\nkind = "api"\nmodel = "gpt-4o"\n'
CLOUD = '[options.c]\nkind = "cloud"\nmodel = "Llama-3.1-8B-Instruct"\ngpu = "L40S"\nprice_gpu_hour = 1.0\n'
OWNED = '[options.o]\nkind = "owned"\nmodel = "Llama-3.1-8B-Instruct"\ngpu = "RTX 4090"\nprice_replica = 3000\n'
HYBRID = '[options.h]\nkind = "hybrid"\nhome = "o"\naway = "a"\n'


def scenario(text: str) -> Scenario:
    return read(text, today=TODAY)


def option(text: str, place: int = 0):
    return scenario(text).options[place]


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        scenario(text)
    return [str(fault).removeprefix("the scenario:") for fault in caught.value.faults]


class TestApi:
    def test_prices_come_from_the_table_with_its_date(self):
        api = option(API)
        assert (api.input.value, api.cached_input.value, api.output.value) == (2.5, 1.25, 10)
        assert "openai/gpt-4o" in api.input.source
        assert date.fromisoformat(api.input.date) <= TODAY
        assert not api.input.stale
        assert api.input.low < 2.5 < api.input.high
        assert (api.batch_discount.value, api.batch_discount.known) == (0.5, True)
        assert not api.open_weights

    def test_an_old_table_is_stale(self):
        assert read(API, today=date(2028, 1, 1)).options[0].input.stale

    def test_said_prices_win_and_have_no_table_behind_them(self):
        api = option(API + "input = 3\noutput = 12\n")
        assert (api.input.value, api.output.value, api.cached_input.value) == (3, 12, 3)
        assert api.input.source.startswith("scenario")

    def test_long_prompts_have_their_own_prices(self):
        api = option(API + "long = { above = 100_000, input = 5, output = 20 }\n")
        assert (api.long_above, api.long_input.value, api.long_cached_input.value, api.long_output.value) == (
            100_000, 5, 5, 20,
        )  # fmt: skip
        assert api.long_input.path == "options.a.long.input"

    def test_the_steps_of_the_table_are_taken(self):
        api = option('[options.a]\nkind = "api"\nmodel = "claude-haiku-5-5"\n')
        assert (api.long_above, api.long_input.value, api.input.value) == (100_000, 0.5, 0.1)

    def test_a_provider_may_be_named_two_ways(self):
        name = "meta-llama/Llama-3.3-70B-Instruct"
        by_prefix = option(f'[options.a]\nkind = "api"\nmodel = "huggingface_nebius/{name}"\n')
        by_key = option(f'[options.a]\nkind = "api"\nmodel = "{name}"\nprovider = "huggingface_nebius"\n')
        assert by_prefix.input.value == by_key.input.value == 0.25
        assert by_prefix.model == by_key.model == name
        assert by_prefix.open_weights

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('[options.a]\nkind = "api"\nmodel = "gpt-4oo"\n', "3: options.a.model is 'gpt-4oo', which the table"),
            ('[options.a]\nkind = "api"\nmodel = "gpt-4oo"\n', "gpt-4o"),
            ('[options.a]\nkind = "api"\n', "1: options.a names no model and no prices"),
            (API + 'provider = "opanai"\n', "4: options.a.provider is 'opanai'"),
            (API + "long = { input = 5, output = 9 }\n", "4: options.a.long has no 'above'"),
            (API + "requests_a_minute = 0\n", "4: options.a.requests_a_minute is 0"),
            (API + "input = 0\n", "4: options.a.input is 0"),
            (API + "batch_discount = 1.0\n", "4: options.a.batch_discount is 1"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, says):
        assert any(says in fault for fault in faults(text))

    def test_what_nobody_sells_has_no_price_and_near_names(self):
        assert find("no-such-model", "", TODAY) is None
        assert nearest("gpt-4oo", "openai")


class TestMachines:
    def test_the_fewest_gpus_that_hold_the_model_are_taken(self):
        text = CLOUD.replace("Llama-3.1-8B-Instruct", "Llama-3.3-70B-Instruct").replace("L40S", "A100 80GB")
        assert option(text).server.gpus == 2
        assert option(text + "gpus = 8\n").server.gpus == 8

    def test_names_are_those_of_the_catalog(self):
        server = option(CLOUD).server
        assert (server.model, server.gpu, server.engine) == ("meta-llama/Llama-3.1-8B-Instruct", "L40S", "vllm")
        assert option(OWNED + 'weights = "q4_k_m"\n').server.engine == "llama.cpp"

    def test_spot_machines_are_taken_away_and_others_are_not(self):
        assert option(CLOUD).interruptions_a_day.value == 0
        assert option(CLOUD + 'term = "spot"\n').interruptions_a_day.value > 0

    def test_storage_holds_the_weights_and_egress_the_answers(self):
        cloud = option("[workload]\nrequests_a_day = 1000\nanswer_tokens = 100\n" + CLOUD)
        assert cloud.storage_gb.value == pytest.approx(16 + 40, rel=0.1)
        assert cloud.egress_gb_month.value == pytest.approx(1000 * 30.4 * 100 * 250 / 1e9)

    def test_power_follows_from_the_card(self):
        owned = option(OWNED)
        assert 60 < owned.idle_watts.value < owned.load_watts.value < 450 + 200
        assert owned.usd_hosting_month.value == 0
        laptop = option(OWNED.replace("RTX 4090", "Apple M4 Pro 20-core"))
        assert laptop.load_watts.value < 150

    def test_a_large_machine_pays_for_its_place(self):
        text = OWNED.replace("RTX 4090", "H100 SXM").replace("Llama-3.1-8B-Instruct", "Llama-3.3-70B-Instruct")
        assert option(text + "gpus = 8\n").usd_hosting_month.value > 100

    def test_an_unsaid_rent_is_what_offers_go_for_and_a_named_one_is_its_own(self):
        text = CLOUD.replace("price_gpu_hour = 1.0\n", "")
        going = option(text)
        assert going.usd_gpu_hour.low < going.usd_gpu_hour.value < going.usd_gpu_hour.high
        assert going.usd_gpu_hour.source.startswith("catalog: ")
        assert going.usd_gpu_hour.date
        offer = shipped().cloud_offers("L40S")[-1]
        named = option(text + f'offer = "{offer.name}"\n')
        assert named.usd_gpu_hour.value == offer.usd_gpu_hour
        assert named.gpus_an_instance == offer.count
        assert (named.usd_gb_month.value, named.usd_egress_gb.value) == (offer.usd_gb_month, offer.usd_egress_gb)

    def test_an_unsaid_purchase_is_that_of_a_machine_with_as_many_cards(self):
        text = OWNED.replace("price_replica = 3000\n", "")
        one, two = option(text), option(text + "gpus = 2\n")
        rows = {row.name: row for row in shipped().hardware_offers("RTX 4090")}
        assert one.usd_replica.value == rows["Workstation, 1 x RTX 4090"].usd
        assert two.usd_replica.value == rows["Workstation, 2 x RTX 4090"].usd
        assert one.load_watts.value == rows["Workstation, 1 x RTX 4090"].load_watts
        card = option(text + 'hardware = "RTX 4090, used"\n')
        assert card.usd_replica.value > rows["RTX 4090, used"].usd + 500
        assert "for the machine" in card.usd_replica.source
        three = option(text + 'gpus = 3\nhardware = "RTX 4090, used"\n')
        assert three.usd_replica.value - card.usd_replica.value == pytest.approx(2 * (rows["RTX 4090, used"].usd + 500))

    def test_power_costs_what_the_country_says(self):
        assert option('country = "DE"\n' + OWNED).usd_kwh.value == shipped().kwh("DE").usd_kwh
        assert option(OWNED).usd_kwh.value == shipped().kwh("XX").usd_kwh
        assert option(OWNED + "price_kwh = 0.5\n").usd_kwh.value == 0.5

    def test_rows_of_ones_own_stand_in_front(self):
        text = '[[machines.gpu]]\nname = "L40S"\nmemory_gib = 90\n'
        text += '[[machines.cloud]]\nname = "ours"\nprovider = "us"\ninstance = "x"\ngpu = "L40S"\ncount = 1\n'
        text += "usd_hour = 0.25\ndate = 2026-10-01\n"
        scene = scenario(text + CLOUD.replace("price_gpu_hour = 1.0", 'offer = "ours"'))
        assert scene.options[0].usd_gpu_hour.value == 0.25
        assert scene.catalog.gpu("L40S").memory_gib == 90

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (
                '[[machines.gpus]]\nname = "x"\n',
                "1: there are no rows of the kind 'gpus' in machines; did you mean 'gpu'?",
            ),
            ('[[machines.gpu]]\nnam = "x"\n', "2: machines.gpu: 'nam' is no key"),
            ('[[machines.gpu]]\nname = "L40S"\nwatts = -5\n', "3: machines.gpu"),
            ("[machines]\ngpu = 5\n", "2: machines.gpu is no list"),
            ("[machines]\ngpu = [5]\n", "2: machines.gpu has an item that is no table"),
            (
                (
                    '[[machines.cloud]]\nname = "o"\nprovider = "u"\ninstance = "x"\n'
                    'gpu = "L4000"\ncount = 1\nusd_hour = 1\n'
                ),
                "an offer in machines is of 'L4000'",
            ),
        ],
    )
    def test_what_is_wrong_with_a_row_is_told(self, text, says):
        assert any(says in fault for fault in faults(text))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (CLOUD.replace("L40S", "L4OS"), "4: options.c.gpu is 'L4OS', a GPU that the catalog does not have"),
            (CLOUD.replace("Llama-3.1", "Lama-3.1"), "Llama-3.1-8B-Instruct"),
            (CLOUD + 'weights = "int5"\n', "6: options.c.weights: 'int5' is no precision"),
            (CLOUD + 'kv = "q4"\n', "6: options.c.kv: 'q4' is no precision"),
            (CLOUD + 'engine = "vlm"\n', "did you mean 'vllm'?"),
            (CLOUD + "gpus = 0\n", "6: options.c.gpus is 0"),
            (CLOUD + 'term = "reserved"\n', "6: options.c.term cannot be 'reserved'"),
            (
                CLOUD.replace("price_gpu_hour = 1.0\n", "").replace("L40S", "P40"),
                "1: options.c: the catalog has no offer of P40 on the term on_demand; say price_gpu_hour",
            ),
            (OWNED.replace("price_replica = 3000\n", "").replace("RTX 4090", "RTX 2060"), "price_replica is missing"),
            (CLOUD + 'offer = "RunPod 9x"\n', "6: options.c.offer is 'RunPod 9x'"),
            (OWNED + 'hardware = "a box"\n', "6: options.o.hardware is 'a box'"),
            ('country = "Germnay"\n', "1: country is 'Germnay', whose electricity"),
            (OWNED + "pue = 0.9\n", "6: options.o.pue is 0.9"),
            (OWNED + "life_months = 3\n", "6: options.o.life_months is 3"),
            ('[options.c]\nkind = "cloud"\n', "1: options.c has no 'model'"),
            ('[options.c]\nkind = "cloud"\n', "1: options.c has no 'gpu'"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, says):
        assert any(says in fault for fault in faults(text))


class TestOptions:
    def test_a_hybrid_asks_for_its_parts_work_too(self):
        scene = scenario(HYBRID + OWNED + API)
        by_name = {each.name: each for each in scene.options}
        assert list(by_name) == ["h", "o", "a"]
        hybrid = by_name["h"]
        assert isinstance(hybrid, Hybrid)
        parts = by_name["o"].people.hours_a_month.value + by_name["a"].people.hours_a_month.value
        assert hybrid.people.hours_a_month.value > parts

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (HYBRID + OWNED, "'a', which is no option here"),
            (HYBRID.replace('"a"', '"h"') + OWNED, "options.h.away is 'h' itself"),
            (HYBRID.replace('"a"', '"o"') + OWNED, "one option as home and as away"),
            (HYBRID + OWNED + HYBRID.replace(".h]", ".a]").replace('"a"', '"c"') + CLOUD, "a hybrid itself"),
            ('[options.h]\nkind = "hybrid"\n', "1: options.h has no 'home'"),
            ("[options.x]\nmodel = 'b'\n", "1: options.x has no 'kind'"),
            ("[options.x]\nkind = 5\n", "2: options.x.kind cannot be 'no text'"),
            (API.replace(".a]", '."A b"]'), "'A b' is no name"),
            (API + API, "a key or table stands twice"),
            ("options = 5\n", "options is no table"),
            ("\n".join(API.replace(".a]", f".a{n}]") for n in range(41)), "there are 41 options"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, says):
        assert any(says in fault for fault in faults(text))


class TestWorkload:
    def test_lengths_may_be_a_mean_a_shape_or_parts(self):
        text = "[workload]\nprompt_tokens = { value = 2000, p95 = 6000 }\n"
        text += "answer_tokens = [{ share = 3, tokens = 100 }, { share = 1, tokens = 500 }]\n"
        workload = scenario(text).workload
        assert (workload.prompt_tokens.value, workload.answer_tokens.value) == (2000, 200)
        assert set(workload.busiest.answer) == {100, 500}

    def test_a_prefix_makes_the_cached_share(self):
        text = "[workload]\nprompt_tokens = 2000\nprefix_share = 0.9\nprefix_tokens = 1000\n"
        cached = scenario(text).workload.cached_share
        assert cached.value == pytest.approx(0.45)
        assert cached.path == "workload.cached_share"
        assert cached.low < 0.45 < cached.high

    def test_hours_and_days_shape_the_week(self):
        workload = scenario('[workload]\nhours = "09:00-17:00"\ndays = "mon-fri"\n').workload
        assert sum(share > 0 for share in workload.hours) == 40
        assert max(workload.hours) * 168 == pytest.approx(workload.peak_over_mean.value, rel=1e-3)
        assert workload.peak_over_mean.low >= 168 / 40

    def test_the_busiest_hour_has_the_peaks_rate(self):
        workload = scenario("[workload]\nrequests_a_day = 86_400\npeak_over_mean = 3\n").workload
        assert workload.busiest.rate == pytest.approx(3, rel=1e-3)

    def test_a_seed_makes_another_hour_and_burstiness_is_noted_where_assumed(self):
        one, two = (scenario(f"[workload]\nseed = {seed}\n") for seed in (1, 2))
        assert one.workload.busiest.at[0] != two.workload.busiest.at[0]
        assert any("Burstiness is assumed" in note for note in one.notes)
        assert not any("Burstiness" in note for note in scenario("[workload]\nburstiness = 1\n").notes)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("prompt_tokens = { value = 5, p95 = 6, cv = 1 }", "p95 and cv"),
            ("prompt_tokens = { value = 5, median = 6 }", "the median, 6, is above the mean"),
            ("prompt_tokens = { value = 5, cv = -1 }", "prompt_tokens.cv is no number from 0 to 10"),
            ("prompt_tokens = { value = 5, cv = nan }", "prompt_tokens.cv is no number from 0 to 10"),
            ("prompt_tokens = [{ share = nan, tokens = 5 }]", "prompt_tokens[0] is no share with its tokens"),
            ("prompt_tokens = { value = 5, median = 0 }", "0 is no length"),
            ("prompt_tokens = { value = 5, p59 = 6 }", "did you mean 'p95'?"),
            ("prompt_tokens = []", "an empty list"),
            ("prompt_tokens = [{ share = 1 }]", "prompt_tokens[0] is no share with its tokens"),
            ("prompt_tokens = 0", "workload.prompt_tokens is 0"),
            ("requests_a_day = 1e12", "workload.requests_a_day is 1e+12"),
            ("prefix_share = 0.5", "cannot be told from this"),
            ("prefix_share = 0.5\nprefix_tokens = 5\ncached_share = 0.1", "cannot be told from this"),
            ('hours = "all day"', "no hours of a day"),
            ('days = "weekdays"', "are no days"),
            ('hours = "08:00-18:00"\npeak_over_mean = 1.5', "open in 70 of 168 hours the busiest has from 2.40"),
            ("burstiness = 50", "comes in floods"),
            ('trace = "a.csv"', "a scenario that is sent may not"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, says):
        assert any(says in fault for fault in faults(f"[workload]\n{text}\n"))


class TestObjectives:
    def test_those_of_a_chat_are_assumed_and_noted(self):
        scene = scenario("")
        assert (scene.objectives.ttft_s, scene.objectives.tpot_s, scene.objectives.percentile) == (2.0, 0.1, 0.95)
        assert any("No objectives are said" in note for note in scene.notes)

    def test_any_asks_nothing_and_so_does_what_is_left_out(self):
        goals = scenario('[objectives]\nttft_s = "any"\n').objectives
        assert (goals.ttft_s, goals.tpot_s) == (None, None)
        assert scenario("[objectives]\ntpot_s = 0.05\npercentile = 0.9\n").objectives.percentile == 0.9

    @pytest.mark.parametrize("text", ["ttft_s = 0", 'ttft_s = "soon"', "tpot_s = 100", "percentile = 95"])
    def test_what_is_wrong_is_told(self, text):
        assert faults(f"[objectives]\n{text}\n")[0].startswith(f"2: objectives.{text.partition(' ')[0]} is ")


class TestCurrencies:
    def test_bare_amounts_are_in_the_scenarios_own(self):
        scene = scenario('currency = "EUR"\n[exchange]\nEUR = 1.1\n' + CLOUD)
        assert (scene.currency, scene.usd) == ("EUR", 1.1)
        assert scene.options[0].usd_gpu_hour.value == pytest.approx(1.1)

    def test_a_rate_is_an_input_with_its_source_and_its_date_and_no_range(self):
        text = '[exchange]\nEUR = 1.1\nGBP = { value = 1.27, source = "the bank", date = 2026-11-20 }\n'
        euro, pound = scenario(text).exchange
        assert (euro.path, euro.value, euro.known, euro.source) == ("exchange.EUR", 1.1, True, "scenario")
        assert (pound.value, pound.unit, pound.source, pound.date) == (
            1.27,
            "USD for one GBP",
            "the bank",
            "2026-11-20",
        )
        assert "1 GBP is taken for 1.27 US dollars throughout: the bank, 2026-11-20." in scenario(text).notes
        assert [row.path for row in assumptions(scenario(text))][:2] == ["exchange.EUR", "exchange.GBP"]

    def test_options_that_nobody_said_are_in_dollars(self):
        own = scenario('currency = "EUR"\n[exchange]\nEUR = 1.1\n')
        assert own.options[2].usd_gpu_hour.value == scenario("").options[2].usd_gpu_hour.value

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('currency = "EUR"', "nothing says what that is worth; add [exchange] EUR"),
            ('currency = "euro"', "write its three letters"),
            ("[exchange]\nGBP = 0", "US dollars for one GBP, from 1e-06 to 10"),
            ("[exchange]\nUSD = 2", "a US dollar is worth one"),
            ("[exchange]\npounds = 2", "'pounds' is no currency"),
            ('[exchange]\nGBP = "1.2"', "exchange.GBP is no rate"),
            ("[exchange]\nGBP = nan", "exchange.GBP is no rate"),
            ("[exchange]\nGBP = { value = 1.2, low = 1 }", "exchange.GBP.low is not a key of a rate"),
            ('[exchange]\nGBP = { value = 1.2, date = "soon" }', "exchange.GBP.date is 'soon'"),
            (CLOUD.replace("1.0", '"1 GBP"'), "in GBP, and the scenario in USD; add [exchange] GBP"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, says):
        assert any(says in fault for fault in faults(text + "\n"))


class TestWhatMovesTogether:
    def test_all_token_prices_of_a_model_do_whatever_an_option_says_of_them(self):
        text = API + API.replace("[options.a]", "[options.b]") + "input = 9\n"
        text += '[options.d]\nkind = "api"\ninput = 2\noutput = 3\n[options.e]\nkind = "api"\ninput = 2\noutput = 3\n'
        made = {option.name: option for option in scenario(text).options}
        kinds = ("input", "cached_input", "output")
        words = {name: {getattr(option, kind).moves_with for kind in kinds} for name, option in made.items()}
        assert all(len(each) == 1 for each in words.values())
        assert words["a"] == words["b"]
        assert words["d"] != words["e"]  # two models that nobody names are two


class TestClaims:
    SAID = '[claims.q]\ntext = "so they say"\n'

    def test_a_claim_may_set_inputs_and_money_has_a_currency(self):
        text = "[exchange]\nGBP = 1.25\n" + CLOUD + self.SAID
        text += 'figure = "gpu_month"\noptions = ["c"]\nlow = "800 GBP"\nhigh = 2_000\n'
        text += 'where = { "options.c.price_gpu_hour" = [3.5, "2 GBP"], "workload.requests_a_day" = 5 }\n'
        [claim] = scenario(text).claims
        assert (claim.low, claim.high) == (1000, 2000)
        assert (claim.currency, claim.usd) == ("GBP", 1.25)
        assert claim.where == {"options.c.price_gpu_hour": (2.5, 3.5), "workload.requests_a_day": (5, 5)}

    def test_a_claim_may_speak_of_a_machine(self):
        server = 'server = { model = "Llama-3.3-70B-Instruct", gpu = "A100 80GB" }\n'
        [claim] = scenario(self.SAID + 'figure = "gpus_needed"\nlow = 1\nhigh = 1\n' + server).claims
        assert claim.server.gpus == 2

    def test_a_claim_on_a_month_of_a_gpu_is_of_an_option_that_rents_one(self):
        claim = self.SAID + 'figure = "gpu_month"\noptions = ["a"]\nlow = 5\n'
        assert any("'a' rents no GPUs by the hour" in fault for fault in faults(API + claim))
        assert scenario(CLOUD + claim.replace('"a"', '"c"')).claims[0].options == ("c",)

    def test_models_that_are_good_enough_are_named_as_options_name_them(self):
        assert scenario('good_enough = ["gpt-4o"]\n' + API + CLOUD).good_enough == ("gpt-4o",)
        [whole] = scenario('good_enough = ["llama-3.1-8b-instruct"]\n' + API + CLOUD).good_enough
        assert whole == "meta-llama/Llama-3.1-8B-Instruct"
        [fault] = faults('good_enough = ["gpt-4"]\n' + API + CLOUD)
        assert "'gpt-4' is no model of an option here" in fault

    def test_alike_models_are_named_with_who_found_it(self):
        text = API + CLOUD + '[[alike]]\nmodels = ["gpt-4o", "meta-llama/Llama-3.1-8B-Instruct"]\nsource = "a test"\n'
        assert scenario(text).alike[0].models == ("gpt-4o", "meta-llama/Llama-3.1-8B-Instruct")

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "claims.q has no figure"),
            ('figure = "usd_a_month"\nlow = 1\n', "claims.q is of 0 options; usd_a_month is of one option"),
            ('figure = "fits"\noptions = ["c"]\n', "fits is of no option"),
            ('figure = "fits"\n', "claims.q.server has no 'model'"),
            ('figure = "tokens_a_second"\n', "claims.q says no number"),
            ('figure = "tokens_a_second"\nlow = 5\nhigh = 4\n', "claims.q.low is above high"),
            ('figure = "tokens_a_second"\nlow = "5 USD"\n', "claims.q.low is text"),
            (
                'figure = "blended_price"\nlow = "5 USD"\nhigh = { value = "9 EUR" }\n[exchange]\nEUR = 1.1\n',
                "claims.q is in USD and EUR",
            ),
            ('figure = "break_even_requests"\noptions = ["c"]\nlow = 5\n', "claims.q has no month"),
            ('figure = "usd_a_day"\noptions = ["d"]\nlow = 5\n', "'d' is no option here"),
            ('figure = "usd_a_day"\noptions = ["c"]\nlow = 5\nwhere = { "c.price" = 3 }\n', "is no input"),
            (
                'figure = "usd_a_day"\noptions = ["c"]\nlow = 5\nwhere = { "workload.requests_a_day" = [0, 5] }\n',
                "workload.requests_a_day is 0; give requests/day from 1",
            ),
            (
                'figure = "usd_a_day"\noptions = ["c"]\nlow = 5\nwhere = { "workload.cached_share" = 7 }\n',
                "workload.cached_share is 7; give share from 0 to 1",
            ),
            ('figure = "fits"\nwhat = 3\n', "claims.q.what is not a key"),
        ],
    )
    def test_what_is_wrong_is_told(self, text, says):
        assert any(says in fault for fault in faults(CLOUD + self.SAID + text))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('models = ["gpt-4o"]\nsource = "x"\n', "fewer than two models"),
            ('models = ["gpt-4o", "gpt-5"]\nsource = "x"\n', "'gpt-5' is no model of an option here"),
            ('models = ["gpt-4o", "gpt-4o"]\n', "has no source"),
        ],
    )
    def test_what_is_wrong_with_alike_models_is_told(self, text, says):
        assert any(says in fault for fault in faults(API + "[[alike]]\n" + text))


class TestTitles:
    def test_unsaid_they_tell_whose_it_is_and_in_what_precision(self):
        hosted = '[options.x]\nkind = "api"\nmodel = "Llama-3.1-8B-Instruct"\ninput = 1\noutput = 2\n'
        options = scenario(API + hosted + CLOUD + CLOUD.replace("c]", "d]") + 'weights = "fp8"\n' + OWNED).options
        assert [each.title for each in options] == [
            "gpt-4o at openai",
            "Hosted Llama-3.1-8B-Instruct",
            "Llama-3.1-8B-Instruct on rented L40S",
            "Llama-3.1-8B-Instruct in fp8 on rented L40S",
            "Llama-3.1-8B-Instruct on one's own RTX 4090",
        ]

    def test_where_they_are_equal_the_names_tell_them_apart(self):
        options = scenario(API + CLOUD + CLOUD.replace("c]", "d]") + HYBRID.replace('"o"', '"d"')).options
        same = "Llama-3.1-8B-Instruct on rented L40S"
        titles = ["gpt-4o at openai", f"{same} (c)", f"{same} (d)", f"{same} (d) first, then gpt-4o at openai"]
        assert [each.title for each in options] == titles


class TestWhatFollowsFromAFault:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (CLOUD.replace("L40S", "H1000").replace("price_gpu_hour = 1.0\n", ""), "options.c.gpu is 'H1000'"),
            (CLOUD.replace('gpu = "L40S"\nprice_gpu_hour = 1.0', 'offer = "x"'), "options.c has no 'gpu'"),
            (CLOUD.replace("price_gpu_hour = 1.0", 'term = "on-demand"'), "options.c.term cannot be 'on-demand'"),
            (OWNED.replace("RTX 4090", "foo").replace("price_replica = 3000\n", ""), "options.o.gpu is 'foo'"),
            (API + 'input = "3 GBP"\n', "options.a.input is in GBP"),
        ],
    )
    def test_one_mistake_is_one_fault(self, text, said):
        [one] = faults(text)
        assert said in one
