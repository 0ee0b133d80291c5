"""`revops match`: what it writes, and what it says to a file that is not as it should be."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from revops_pipeline.matching.csv_command import ListsByDefault, match_command

APP = typer.Typer()
APP.command()(match_command)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.left, self.right = folder / "left.csv", folder / "right.csv"
        self.out, self.review = folder / "links.csv", folder / "review.csv"
        self.left.write_text('id,name\n1,Acme\n2,"Globex, Inc."\n3,Hooli\n')
        self.right.write_text("id,name\na,ACME Corp\nb,Hooli Inc\nc,Hooli Ltd\n")

    def run(self, *options: str) -> Result:
        files = [str(self.left), str(self.right), "--out", str(self.out)]
        return CliRunner().invoke(APP, [*files, *options])

    def fails(self, *options: str) -> str:
        """The one line that it says; no output is left behind."""
        result = self.run(*options)
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert not self.out.exists()
        return result.stderr


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_decided_links_and_open_questions_are_written_apart(bench: Bench) -> None:
    result = bench.run("--review", str(bench.review))
    assert result.exit_code == 0, result.output
    assert bench.out.read_text() == "left_id,right_id,score,method\n1,a,0.96,exact\n"
    header, row = bench.review.read_text().splitlines()
    assert header == "left_id,right_id,score,runner_up_id,runner_up_score,reason"
    assert row.startswith("3,b,0.96,c,0.96,")
    assert result.stdout.startswith("1 links (")
    assert "1 to review" in result.stdout


def test_a_domain_column_is_used(bench: Bench) -> None:
    bench.left.write_text("domain,id,name\nacme.com,1,AC\n")
    bench.right.write_text("ID, Name ,Domain\na,Acme,https://www.acme.com\n")
    assert bench.run().exit_code == 0
    assert bench.out.read_text().splitlines()[1] == "1,a,1.0,domain"


def test_the_strategies_and_the_threshold_can_be_chosen(bench: Bench) -> None:
    assert bench.run("--strategy", "domain").exit_code == 0
    assert bench.out.read_text().count("\n") == 1
    assert bench.run("--strategy", "manual", "--strategy", "exact").exit_code == 0
    assert bench.out.read_text().count("\n") == 2
    assert bench.run("--threshold", "0.97").exit_code == 0
    assert bench.out.read_text().count("\n") == 1


def test_empty_lists_give_headers_alone(bench: Bench) -> None:
    bench.left.write_text("id,name\n")
    assert bench.run("--review", str(bench.review)).exit_code == 0
    assert bench.out.read_text() == "left_id,right_id,score,method\n"
    assert bench.review.read_text().count("\n") == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column(bench: Bench) -> None:
    bench.left.write_bytes("id,name\n1,Acmé\n".encode("utf-8-sig"))
    assert bench.run().exit_code == 0
    assert bench.out.read_text().splitlines()[1] == "1,a,0.96,exact"


def test_a_short_row_is_a_record_without_a_name(bench: Bench) -> None:
    bench.left.write_text("id,name\n1\n\n2,Acme\n")
    assert bench.run().exit_code == 0
    assert bench.out.read_text().splitlines()[1:] == ["2,a,0.96,exact"]


def test_a_missing_column_is_named_with_those_found(bench: Bench) -> None:
    bench.left.write_text("id;name\n1;Acme\n")
    assert "left.csv has no column 'id' (found 'id;name', separated by commas)" in bench.fails()
    bench.left.write_text("id,company\n1,Acme\n")
    assert "left.csv has no column 'name' (found 'id', 'company'" in bench.fails()
    bench.left.write_text("")
    assert "has no column 'id' (found nothing" in bench.fails()


def test_a_repeated_or_empty_id_is_named_with_its_row(bench: Bench) -> None:
    bench.right.write_text("id,name\na,Acme\nb,Globex\na,Hooli\n")
    assert "right.csv row 4 has the id 'a' again" in bench.fails()
    bench.right.write_text("id,name\n,Acme\n")
    assert "right.csv row 2 has no id" in bench.fails()


@pytest.mark.parametrize(("encoding", "said"), [("latin-1", "WINDOWS-1252"), ("utf-16", "UTF-16")])
def test_another_encoding_is_refused_with_the_way_to_convert(
    bench: Bench, encoding: str, said: str
) -> None:
    bench.left.write_bytes("id,name\n1,Acmé\n".encode(encoding))
    message = bench.fails()
    assert "left.csv is not UTF-8" in message
    assert f"iconv -f {said} -t UTF-8" in message


def test_a_comma_without_quotes_is_named_with_its_row(bench: Bench) -> None:
    bench.left.write_text("id,name\n1,Acme, Inc.\n")
    assert "row 2 has 3 values for 2 columns" in bench.fails()


def test_a_quote_that_never_ends_is_an_error(bench: Bench) -> None:
    bench.left.write_text('id,name\n1,"Acme\n')
    assert "left.csv is not CSV as it should be" in bench.fails()


@pytest.mark.parametrize("value", ["1.5", "-0.1", "nan"])
def test_a_threshold_outside_0_to_1_is_refused(bench: Bench, value: str) -> None:
    assert "--threshold: Input should be" in bench.fails("--threshold", value)


def test_an_unknown_strategy_is_refused_with_those_there_are(bench: Bench) -> None:
    message = bench.fails("--strategy", "soundex")
    assert (
        "'soundex' is not available; available: manual, id, domain, exact, name_fuzzy_match"
        in message
    )


def test_a_missing_file_and_an_unwritable_place_are_named(bench: Bench) -> None:
    bench.out = bench.out.parent / "nowhere" / "links.csv"
    assert "links.csv cannot be written" in bench.fails()
    bench.left.unlink()
    assert "left.csv cannot be read: No such file" in bench.fails()


def test_ids_that_a_spreadsheet_would_run_are_written_as_text(bench: Bench) -> None:
    bench.left.write_text("id,name\n=1+1,Acme\n-5,Umbrella\n")
    bench.right.write_text("id,name\n@a,Acme\n7,Umbrella\n")
    bench.run()
    links = set(bench.out.read_text().splitlines()[1:])
    assert links == {"'=1+1,'@a,1.0,exact", "-5,7,1.0,exact"}


def test_an_input_is_never_overwritten(bench: Bench) -> None:
    before = bench.left.read_text()
    result = CliRunner().invoke(APP, [str(bench.left), str(bench.right), "--out", str(bench.left)])
    assert (result.exit_code, bench.left.read_text()) == (2, before)


def test_explain_prints_the_steps_and_needs_no_files() -> None:
    result = CliRunner().invoke(APP, ["--explain", "Uber", "Uber Technologies, Inc"])
    assert result.exit_code == 0, result.output
    for step in ("left   'Uber'", "agree  uber = uber", "only   right: technologies", "share  0."):
        assert step in result.stdout
    assert "score  0.9: a link at threshold 0.85" in result.stdout


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        ("Siemens", "Siemens Energy", "near enough for a person to look"),
        ("Delta Air Lines", "Delta Apparel", "no link at threshold 0.85"),
        ("Acme Inc", "ACME", "equal  in the reading 'core'"),
        ("Acme Group plc", "Acme Ltd", "words such as group or holding"),
        ("Acme", "N/A", "what is no name matches nobody"),
    ],
)
def test_explain_says_what_would_become_of_the_pair(left: str, right: str, said: str) -> None:
    assert said in CliRunner().invoke(APP, ["--explain", left, right]).stdout


def test_explain_weighs_words_by_the_lists_that_are_given(bench: Bench) -> None:
    crowd = "".join(f"{i},Summit Firm{chr(97 + i % 26)}{chr(97 + i // 26)}\n" for i in range(60))
    bench.right.write_text("id,name\n" + crowd)
    alone = CliRunner().invoke(APP, ["--explain", "Summit", "Summit Systems"])
    beside = bench.run("--explain", "Summit", "Summit Systems")
    assert "score  0.9:" in alone.stdout
    assert "score  0.9:" not in beside.stdout
    assert not bench.out.exists()


def test_without_files_or_names_it_says_what_to_give() -> None:
    result = CliRunner().invoke(APP, [])
    assert result.exit_code == 2
    assert "--explain NAME NAME" in result.stderr


def test_match_takes_files_at_once_and_commands_beside_them(bench: Bench) -> None:
    group = typer.Typer(cls=ListsByDefault)
    group.command("lists")(match_command)

    @group.command("override")
    def override(name: str) -> None:
        typer.echo(f"override {name}")

    files = [str(bench.left), str(bench.right), "--out", str(bench.out)]
    assert CliRunner().invoke(group, files).exit_code == 0
    assert bench.out.exists()
    assert "override 7" in CliRunner().invoke(group, ["override", "7"]).stdout
    assert "override" in CliRunner().invoke(group, ["--help"]).stdout
    assert "score" in CliRunner().invoke(group, ["--explain", "a b", "b c"]).stdout
