"""What cannot be read is said in one line: of a whole file as an error, of a row as a bad row."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import sys
from collections import deque
from collections.abc import Callable
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
import zstandard

from catalog_jobs.errors import InputError
from catalog_jobs.inputs import open_input, text
from catalog_jobs.records import BadRow, Row
from tests.jobs.reading import LIST, PARCELS, read, workbook, written


def fault(path: Path | str, **options: Any) -> str:
    """Return what is wrong with a file, without its path."""
    with pytest.raises(InputError) as caught:
        read(path, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{path}").removeprefix(": ")


@pytest.mark.parametrize(("name", "shown"), [("caf\udce9.csv", "caf\\udce9.csv"), ("a\n\x1b[31m b.csv", "a\\n\\x1b[31m b.csv")])
def test_the_name_of_a_file_is_shown_in_one_line_of_text(tmp_path: Path, name: str, shown: str) -> None:
    path = written(tmp_path / name, "sku\nA1\n")
    with open_input([str(path), str(written(tmp_path / "z.csv", "sku\nA2\n"))], LIST) as rows:
        assert [each.file for each in rows] == [str(tmp_path / shown), str(tmp_path / "z.csv")]
    with open_input(str(path), LIST) as rows:
        assert rows.table.name == str(tmp_path / shown)
    assert fault(written(path, "")) == f"{tmp_path / shown}: it is empty"


RUSSIAN = "артикул;название\nA1;Чай чёрный листовой\nA2;Кофе молотый\nA3;Сахар тростниковый нерафинированный\n"  # noqa: RUF001 - it is Russian
FRENCH = "sku;nom\nA1;Thé à la crème brûlée\nA2;Café moulu très corsé\n"


@pytest.mark.parametrize(
    ("content", "encoding", "found"),
    [
        (RUSSIAN, "utf-8", "utf-8"),
        (RUSSIAN, "utf-8-sig", "utf-8-sig"),
        (RUSSIAN, "utf-16", "utf-16"),
        (RUSSIAN, "utf-32", "utf-32"),
        (RUSSIAN, "cp1251", "cp1251, as it seems"),
        (FRENCH, "cp1252", "cp1252, as it seems"),
    ],
)
def test_an_encoding_is_found(tmp_path: Path, content: str, encoding: str, found: str) -> None:
    path = written(tmp_path / "a.csv", content, encoding)
    with open_input(str(path), LIST, columns={"1": "sku"}, header=True) as rows:
        assert rows.notes[0] == f"the encoding is {found}"
        assert [each.cells for each in rows] == [tuple(line.split(";")) for line in content.splitlines()[1:]]


@pytest.mark.parametrize(("key", "encoding"), [("Ä-2", "cp1252"), ("ЖЁЛТЫЙ-1", "cp1251"), ("ŻEL-1", "cp1250")])
def test_a_key_is_not_read_in_an_encoding_that_is_a_guess(tmp_path: Path, key: str, encoding: str) -> None:
    advice = "only what the encoding seems to be; give the encoding, such as cp1252"
    path = written(tmp_path / "a.csv", f"sku\n{key}\n", encoding)
    found = fault(path)
    assert (found[:22], found.endswith(advice)) == (", line 2, column sku: ", True)
    assert read(path, encoding=encoding).items == [key]
    path = written(tmp_path / "b.json", f'[{{"parcelId": "A1"}}, {{"parcelId": "{key}"}}]', encoding)
    found = fault(path, fields=PARCELS)
    assert (found[:27], found.endswith(advice)) == (", line 1, column parcelId: ", True)


def test_an_encoding_is_given(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "sku\nB№1\n", "utf-16-le")
    assert read(path, encoding="UTF-16LE").items == ["B№1"]
    assert read(written(tmp_path / "b.csv", "sku\nB№1\n", "utf-8-sig"), encoding="utf8").items == ["B№1"]
    assert fault(path) == (
        ", line 1: it has the character 0: it is not a text file, or one in UTF-16; then give the encoding, utf-16-le or utf-16-be"
    )
    for name in ("cp1", "hex"):
        assert fault(path, encoding=name) == f"there is no encoding '{name}'; known ones are utf-8, cp1252, cp1251 and many more"


@pytest.mark.parametrize("late", [0, 1500])
def test_mixed_encodings(tmp_path: Path, late: int) -> None:
    more = b"".join(b"%01000d\n" % number for number in range(late))
    mixed = "sku\nA1é\n".encode() + more
    found = fault(written(tmp_path / "a.csv", mixed + "crème\n".encode("cp1252")))
    if late:
        advice = "are two encodings mixed? If not, give the encoding of the file, such as cp1252"
        assert found == f", line {late + 3}: the byte 0xE8 is not utf-8, as all before; {advice}"
    else:
        assert re.fullmatch(r", line 2: it is UTF-8, and others are cp\w+: two encodings are mixed; save the file.*", found)
    found = fault(written(tmp_path / "b.csv", FRENCH.encode("cp1252") + more + "A1é\n".encode()))
    assert found.startswith(f", line {late + 4}: it is UTF-8, and others are cp1252: two encodings are mixed")


def test_a_line_that_is_not_in_the_given_encoding(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "sku\n1\né\n")
    assert fault(path, encoding="ascii").startswith(", line 3: the byte 0xC3 is not ascii, as was given; ")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "it is empty"),
        ("a.csv", codecs.BOM_UTF8, "it has no rows"),
        ("a.csv", b"\n \n", "it has no rows"),
        ("a.csv", b"sku\n", "it has a header and no rows"),
        ("a.csv", b"sku,n\n\n,\n", "it has a header and no rows"),
        ("a.json", b" ", "it has no rows"),
        ("a.json", b"[]", "it has no rows"),
        ("a.jsonl", b"\n\n", "it has no rows"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "it is empty"),
        ("a.csv", b"sku\n1\0\n", ", line 2: it has the character 0: it is not a text file, or one in UTF-16"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0", ", line 3: it has the character 0: it is not a text file, or one in UTF-16"),
        ("a.csv", b"PK\x03\x04", "it is read as a file of format csv, and begins like one of format excel; if it is one, give the"),
        ("a.csv", b"PAR1", "it is read as a file of format csv, and begins like one of format parquet; if it is one, give the"),
        ("a.parquet", b"sku\n1", "it is read as a file of format parquet, and does not begin like one"),
        ("a.xlsx", b"sku\n1", "it is read as a file of format excel, and does not begin like one"),
        ("a.parquet", b"PAR1 and no more", "it is not a Parquet file, or damaged: "),
        (
            "a.xlsx",
            b"PK\x03\x04 and no more",
            "it is damaged, has a password, is a ZIP archive that must be unpacked, or is not a workbook: ",
        ),
        (
            "a.csv",
            b'{"sku": "1"}\n',
            "it is read as a file of format csv, and begins like one of format json; if it is one, give the",
        ),
        (
            "a.txt",
            b'[\n {"sku": "1"}]',
            "it is read as a file of format text, and begins like one of format json; if it is one, give",
        ),
        (
            "a.tsv",
            b'["1"]',
            "it is read as a file of format tsv, and begins like one of format json; if it is one, give the format",
        ),
        (
            "a.txt",
            b"%PDF-1.7\n%\xe2\xe3\n",
            "it is a PDF document, and not a table; if it shows one, open it in a spreadsheet, and",
        ),
        ("a.xls", b"\r\n<html><table><tr><td>sku", "it is a page of HTML or XML, and not a table; if it shows one, open it in"),
        (
            "a.csv",
            codecs.BOM_UTF8 + b"<!DOCTYPE html>\n403\n",
            "it is a page of HTML or XML, and not a table; if it shows one, open",
        ),
        ("a.csv", b"Export of 2026\nsku,n\n1,x\n", ", line 1: most rows have more cells than this one, which should be the header"),
        ("a.csv", b"\nsku list,\nsku,n,x\n1,x,y\n\n", ", line 2: most rows have more cells than this one, which should be the"),
        (
            "a.csv",
            b"\n# sku list\nsku;n\n1;x\n\n",
            "most rows have cells between semicolons, and the first one has none; delete the lines",
        ),
        (
            "a.csv",
            b'sku,n\n1,x\n2,"y\n3,z\n',
            ", line 3: a cell that begins there has more than 131,072 characters, or no end: is a",
        ),
        ("a.csv", b'sku,n\n1,x\n2,"y\n' + b"3,z\n" * 50_000, ", line 3: a cell that begins there has more than 131,072 characters"),
        ("a.csv", b"a,b;c\n1,2;3\n", "its cells may be separated by commas or semicolons; give the separator"),
        ("a.json", b'["1",\n"2"\n', ", line 3: it is not JSON: the end of the array is missing"),
        ("a.json", b'["1",\n"2" "3"]', ", line 2: it is not JSON: a comma is missing"),
        ("a.json", b'["1",\n\n]', ", line 3: it is not JSON: Expecting value"),
        ("a.json", b'[{"sku": "1"},\n{"sku": tru}]', ", line 2: it is not JSON: Expecting value"),
        ("a.json", b'["1"]\n["2"]', ", line 2: it is not JSON: something follows the end of the array"),
        ("a.json", b'["1", "\\uD83D\\uDE00",\n"\\ud83d"]', ", line 2: it is not JSON: a text has half of a surrogate pair"),
        ("a.json", b'["1", NaN]', ", line 1: it is not JSON: NaN is not a number of JSON"),
        ("a.json", b"[" * 100_000, ", line 1: it is not JSON: it is nested too deeply"),
        ("a.json", b'["1",\n{"a": x},' + b'\n"2",' * 200_000, ", line 2: it is not JSON: Expecting value"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert fault(path, columns={"a": "sku"} if content.startswith(b"a,b") else {}).startswith(message)


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_truncated_compressed_file(tmp_path: Path, suffix: str) -> None:
    content = b"".join(b"%d\n" % (number * 7919 % 1_000_003) for number in range(20_000))
    data = gzip.compress(content) if suffix == "gz" else zstandard.ZstdCompressor(write_checksum=True).compress(content)
    path = tmp_path / f"a.csv.{suffix}"
    path.write_bytes(data)
    assert len(read(path).items) == 20_000
    for cut in (1, 9, 500, len(data) - 20):
        path.write_bytes(data[:-cut])
        assert fault(path).startswith("the compressed file is truncated or damaged (")


def test_compressed_files_after_each_other_are_one(tmp_path: Path) -> None:
    for name, compress in (("a.csv.gz", gzip.compress), ("a.csv.zst", zstandard.compress)):
        (tmp_path / name).write_bytes(compress(b"sku\n1\n") + compress(b"2\n"))
        assert read(tmp_path / name).items == ["1", "2"]


def test_a_long_line_is_not_read_to_its_end() -> None:
    blocks = chain([b"1\n" * 1_000_000], repeat(b"7" * (1 << 18), 400))
    with pytest.raises(InputError, match=r"a\.csv, line 1000001: it is longer than 16 MB; is it a file of lines\?"):
        deque(text.lines_of(text.read_text("a.csv", blocks, None)), 0)
    assert len([*blocks]) > 300


def test_a_long_value_of_json(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", f'["{"7" * (40 << 20)}"]')
    assert fault(path) == ", line 1: it is not JSON: a value is longer than 16 MB, or broken"


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("2", "", "has 1 cells, and the header 3"),
        ("2,x,y,z", "", "has 4 cells, and the header 3"),
        (
            '2,"x"y,z',
            "",
            "its quotation marks cannot be read (',' expected after '\"'); one within a quoted cell must be doubled (\"\")",
        ),
        (",x,y", "sku", "is empty"),
        (" ,x,", "sku", "is empty"),
        ("4.00638E+12,x,", "sku", "4.00638E+12 is a number that was rounded when the file was written; store the column as text"),
    ],
)
def test_rows_that_are_no_items(tmp_path: Path, row: str, column: str, rule: str) -> None:
    found = read(written(tmp_path / "a.csv", f'sku,name,n\n1,"two\nlines",5\n{row}\n3,x,,\n'))
    assert found.bad == [(4, column, rule)]
    assert [(each.item, each.line) for each in found.rows if isinstance(each, Row)] == [("1", 2), ("3", 5)]
    assert {len(each.cells) for each in found.rows} == {3}


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("many,1,DE", ("1", "DE")),
        ("many,007,", ("007", "")),
        ("many,,DE", ("", "DE")),
        ("many,4.00638E+12,DE", ("", "DE")),
        ("2,4.00638E+12,DE", ("", "DE")),
        ("2,1,DE,more", ("", "")),
    ],
)
def test_a_row_that_is_no_item_has_its_sku_where_that_can_be_read(tmp_path: Path, row: str, key: tuple[str, str]) -> None:
    found = read(written(tmp_path / "a.csv", f"count,parcelId,code\n{row}\n"), fields=PARCELS)
    (bad,) = found.rows
    assert isinstance(bad, BadRow)
    assert (bad.sku, bad.store) == key


def test_a_row_that_is_no_item_has_no_store_where_no_column_has_it(tmp_path: Path) -> None:
    (bad,) = read(written(tmp_path / "a.csv", "count,parcelId\nmany,1\n"), fields=PARCELS).rows
    assert isinstance(bad, BadRow)
    assert (bad.sku, bad.store) == ("1", "")


def test_lines_that_are_not_json(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.jsonl", '{"parcelId": "1"}\n{"parcelId": \n\n"3"\n{"parcelId": NaN}\n'), fields=PARCELS)
    assert found.items == [{"parcelId": "1"}]
    assert [(line, column, rule[:11]) for line, column, rule in found.bad] == [
        (2, "", "is not JSON"),
        (4, "", "is not an o"),
        (5, "", "is not JSON"),
    ]


def test_a_row_without_any_field(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.csv", "parcelId,other\n1,x\n,y\n,\n"), fields=PARCELS)
    assert (found.items, found.bad) == ([{"parcelId": "1"}], [(3, "parcelId", "is empty")])


def test_a_damaged_parquet_file_is_found_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pa.parquet.write_table(pa.table({"sku": [str(number) for number in range(20_000)]}), path, compression="gzip")
    data = path.read_bytes()
    path.write_bytes(data[:1000] + bytes(2000) + data[3000:])
    assert fault(path).startswith("it is not a Parquet file, or damaged: ")


def test_times_that_python_does_not_have_are_text(tmp_path: Path) -> None:
    times = {"at": pa.array([1, None], pa.timestamp("ns")), "far": pa.array([2**60, 0], pa.timestamp("us"))}
    path = tmp_path / "a.parquet"
    pa.parquet.write_table(pa.table({"sku": ["1", "2"], **times}), path)
    found = read(path)
    assert found.items == ["1", "2"]
    assert [each.cells[1] for each in found.rows] == ["1970-01-01 00:00:00.000000001", None]
    pa.parquet.write_table(pa.table({"sku": ["1"], "at": pa.array([[1]], pa.list_(pa.timestamp("ns")))}), path)
    assert fault(path).startswith("its column at has values that cannot be read: ")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("missing.csv", "missing.csv: there is no such file"),
        ("missing*.csv", "missing*.csv: no file matches this pattern"),
        (".", ".: it is a folder; give its files, such as *.csv"),
    ],
)
def test_paths_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        read(given)


def test_sources_that_are_no_input(tmp_path: Path) -> None:
    path = str(written(tmp_path / "a.csv", "1\n"))
    with pytest.raises(InputError, match=r"no input is given; give a file, or - for the standard input"):
        open_input([], LIST)
    with pytest.raises(InputError, match=r"a\.csv: it is given twice"):
        open_input([path, path], LIST)
    with pytest.raises(InputError, match=r"there is no format 'cvs'; the formats are csv, tsv, text, jsonl, json, parquet, excel"):
        read(path, form="cvs")
    with pytest.raises(InputError, match=r"the decimal separator must be a point or a comma, and not ';'"):
        read(path, decimal=";")
    with pytest.raises(InputError, match=r"the separator must be one character, such as ; and not ';;'"):
        read(path, separator=";;")


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "1\n")
    path.chmod(0)
    assert fault(path) == "it cannot be read: Permission denied"


def test_a_file_that_fails_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def peek(self, _: int) -> bytes:
            return b""

        def read(self, _: int) -> bytes:
            raise OSError(5, "Input/output error")

        def close(self) -> None:
            pass

    path = written(tmp_path / "a.csv", "1\n")
    monkeypatch.setattr(Path, "open", lambda *_: Broken())
    assert fault(path) == "it cannot be read: Input/output error"


@pytest.mark.parametrize(
    ("module", "extra", "make"),
    [
        ("pyarrow", "parquet", lambda path: pa.parquet.write_table(pa.table({"sku": ["1"]}), path)),
        ("python_calamine", "xlsx", lambda path: workbook(path, {"S": [["1"]]})),
        ("zstandard", "zstd", lambda path: path.write_bytes(zstandard.compress(b"1"))),
    ],
)
def test_libraries_that_are_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, extra: str, make: Callable[[Path], object]
) -> None:
    path = tmp_path / ("a.xlsx" if extra == "xlsx" else "a")
    make(path)
    monkeypatch.setitem(sys.modules, module, None)
    assert fault(path) == f"its format needs {module}, which is not installed: run pip install 'catalog-jobs[{extra}]'"


def test_files_are_closed_when_rows_are_not_read_to_the_end(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "1\n2\n3\n")
    for read_first in (False, True):
        with open_input(str(path), LIST) as found:
            assert not read_first or next(iter(found)) is not None
        assert [*found] == []


def test_a_separator_is_given(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.csv", "sku;a,b\n1;x,y\n"), separator=";").items == ["1"]
    assert read(written(tmp_path / "b.csv", "sku^a\n1^x\n"), separator="^").items == ["1"]
    assert read(written(tmp_path / "c.csv", 'sku, a\n1, "x, y"\n')).rows[0].cells == ("1", "x, y")
    assert read(written(tmp_path / "d.csv", "sku|a\r1|x\r2|y\r")).items == ["1", "2"]
