import gzip

import pytest

from benchmarks.goals import DATA
from freehold.plan.workload import trace as module
from freehold.plan.workload.trace import read_trace
from freehold.tables.faults import ConfigFaults

AZURE = DATA / "plan" / "azure_traces"
HEAD = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
ROWS = "".join(f"2023-11-16 18:{minute:02}:03.9799600,{100 + minute},{minute + 1}\n" for minute in range(40))


def written(folder, text, name="trace.csv"):
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


def faults(folder, text):
    with pytest.raises(ConfigFaults) as caught:
        read_trace(written(folder, text))
    return [(fault.line, str(fault)) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["trace.csv", "trace.csv.gz"])
def test_a_trace_is_summed_up(tmp_path, name):
    found = read_trace(written(tmp_path, HEAD + ROWS, name)).observed
    assert found.requests == 40
    assert found.prompt == 119.5
    assert found.answer == 20.5
    assert found.seconds == pytest.approx(2400)
    assert found.cached_share is None
    assert (found.first.hour, found.first.minute) == (18, 0)


@pytest.mark.parametrize(
    "head",
    [
        "created_at,input_tokens,output_tokens,cached_tokens",
        "Time;ignored,Prompt Tokens,completion-tokens,Cached_Tokens",
    ],
)
def test_columns_may_be_called_otherwise_and_stand_anywhere(tmp_path, head):
    head = head.replace("Time;ignored", "time")
    text = f"model,{head}\n" + "".join(f'"a, b",{1_700_000_000 + n},100,10,25\n' for n in range(5))
    found = read_trace(written(tmp_path, text)).observed
    assert (found.requests, found.cached_share) == (5, 0.25)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_part_columns_too(tmp_path, mark):
    assert read_trace(written(tmp_path, (HEAD + ROWS).replace(",", mark))).observed.requests == 40


def test_an_answer_of_nothing_counts_as_one_token(tmp_path):
    assert read_trace(written(tmp_path, HEAD + "1,5,0\n2,5,0\n")).observed.answer == 1


def test_a_gap_is_told_with_its_row_and_kept(tmp_path):
    rows = "".join(f"{second},100,10\n" for second in (*range(0, 1000, 10), *range(2000, 3000, 10)))
    found = read_trace(written(tmp_path, HEAD + rows))
    assert any("trace.csv:102: nothing came for 16.8 minutes" in note for note in found.notes)
    assert found.observed.busiest.at.max() == pytest.approx(2990)


def test_rows_out_of_order_are_a_fault_with_their_rows(tmp_path):
    [(line, said)] = faults(tmp_path, HEAD + "10,5,5\n20,5,5\n15,5,5\n30,5,5\n")
    assert line == 4
    assert "TIMESTAMP is '15', 5 seconds before that of line 3" in said
    assert "sort the rows" in said
    [(line, _)] = faults(tmp_path, HEAD + "10,5,5\n99999,5,5\n15,5,5\n30,5,5\n45,5,5\n")
    assert line == 4


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("11,-5,5", "ContextTokens is '-5'"),
        ("11,0,5", "ContextTokens is '0'"),
        ("11,1e12,5", "ContextTokens is '1e12'"),
        ("11,many,5", "ContextTokens is 'many', no number"),
        ("11,nan,5", "ContextTokens is 'nan'"),
        ("11,,5", "ContextTokens is missing"),
        ("11,5", "GeneratedTokens is missing"),
        ("11,5,-1", "GeneratedTokens is '-1'"),
        ("noon,5,5", "TIMESTAMP is 'noon', no time"),
        ("inf,5,5", "TIMESTAMP is 'inf'"),
        (",5,5", "TIMESTAMP is missing"),
        ("1e10,5,5", "TIMESTAMP is more than three years after the first"),
    ],
)
def test_a_wrong_number_is_told_with_row_and_field(tmp_path, row, says):
    [(line, said), *_] = faults(tmp_path, HEAD + f"10,5,5\n{row}\n")
    assert line == 3
    assert says in said.replace("TIMESTAMP is is", "TIMESTAMP is")


def test_all_faults_are_told_up_to_a_dozen(tmp_path):
    assert len(faults(tmp_path, HEAD + "1,x,5\n" * 5)) == 5
    assert len(faults(tmp_path, HEAD + "1,x,5\n" * 500)) == module.MOST_FAULTS


def test_cached_tokens_are_part_of_the_prompt(tmp_path):
    [(line, said)] = faults(tmp_path, "time,prompt_tokens,output_tokens,cached_tokens\n1,5,5,6\n")
    assert (line, "more than the prompt's 5" in said) == (2, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds nothing"),
        ("a,b\n1,2\n", "no column for the time"),
        (HEAD, "fewer than two requests"),
        (HEAD + "1,5,5\n", "fewer than two requests"),
        ('TIMESTAMP,ContextTokens,GeneratedTokens\n1,"' + "x" * 200_000 + '",5\n', "is not CSV"),
        ("x" * 1_000_002, "a line of more than 1,000,000 characters"),
    ],
)
def test_what_is_no_trace_is_one_sentence(tmp_path, text, says):
    assert says in faults(tmp_path, text)[0][1]


def test_an_empty_trace_is_one_fault_and_a_missing_column_is_not_taken_for_another(tmp_path):
    for text in ("", "\n\n"):
        assert len(faults(tmp_path, text)) == 1
    [(_, said)] = faults(tmp_path, "TIMESTAMP,ContextTokens\n1,2\n")
    assert "no column for the answer, only TIMESTAMP, ContextTokens" in said
    assert "did you mean" not in said


def test_what_unpacks_to_too_much_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 10_000)
    path = written(tmp_path, HEAD + "1,5,5\n" * 100_000, "bomb.csv.gz")
    with pytest.raises(ConfigFaults, match="more than"):
        read_trace(path)


@pytest.mark.parametrize(
    "data",
    [b"\x1f\x8b\x08broken", gzip.compress(HEAD.encode() * 99, mtime=0)[:60], b"\xff\xfe\x00"],
    ids=["no gzip", "half a gzip", "no text"],
)
def test_what_cannot_be_read_is_a_fault(tmp_path, data):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with pytest.raises(ConfigFaults, match=r"cannot be read|not UTF-8"):
        read_trace(path)


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(ConfigFaults, match="No such file"):
        read_trace(tmp_path / "none.csv")


@pytest.mark.skipif(not AZURE.exists(), reason="the Azure traces are not here: set FREEHOLD_BENCH_DATA to their folder")
def test_the_public_traces_are_read_as_they_are():
    found = read_trace(AZURE / "AzureLLMInferenceTrace_conv.csv.gz").observed
    assert (found.requests, len(found.busiest)) == (19_366, 19_366)
    assert found.prompt == pytest.approx(1154.7, abs=0.1)
    gaps = read_trace(AZURE / "AzureLLMInferenceTrace_code.csv.gz").notes
    assert any("nothing came for 3.6 minutes" in note for note in gaps)
