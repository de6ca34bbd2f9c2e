"""Alphabets, and files that are no tables."""

from __future__ import annotations

import pytest

from mac_core.data.decoding import decode, is_workbook
from mac_core.data.reading import read_table
from mac_core.errors import InputError

GERMAN = "Alter;Größe;Beschwerden\n61;1,80;prämenopausal\n55;1,62;keine\n" * 5
CHINESE = "病历号,性别,治疗方案\n1,男,齐多夫定\n2,女,去羟肌苷\n" * 5
RUSSIAN = "возраст,пол,лечение\n61,мужской,плацебо\n55,женский,препарат\n" * 20


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "cp1252"),
        (GERMAN, "latin-1"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (CHINESE, "utf-8"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (RUSSIAN, "cp1251"),
    ],
)
def test_the_text_comes_back(text, encoding):
    decoded, notices = decode(text.encode(encoding))
    assert decoded == text
    assert [found.code for found in notices] == ([] if encoding.startswith("utf-8") else ["decoded"])


def test_the_notice_shows_a_word_to_check():
    _, (found,) = decode(GERMAN.encode("cp1252"))
    assert "Größe" in found.message and "cp1252" in found.message


@pytest.mark.parametrize(
    ("text", "alphabet"),
    [
        ("age,sex\n40,мж\n50,жен\n", "cp1251"),
        ("age,sex\n40,男\n50,女\n", "gb18030"),
        ("age,ort\n40,Łódź\n50,Kraków\n", "cp1250"),
        ("age,sex\n40,αντρας\n50,γυναίκα\n", "cp1253"),
    ],
)
def test_a_short_text_can_be_read_in_another_alphabet_by_an_answer(text, alphabet):
    raw = text.encode(alphabet)
    decoded, (found,) = decode(raw)
    assert decoded == text or (alphabet in found.choices and f"as {alphabet} it would be" in found.fix)
    assert decode(raw, alphabet=alphabet)[0] == text
    table = read_table(raw, answers={"decoded": alphabet})
    assert table.frame.iloc[:, 1].tolist() == [line.split(",")[1] for line in text.splitlines()[1:]]
    # What is no alphabet of ours, or does not fit, changes nothing.
    assert decode(raw, alphabet="rot13")[0] == decode(raw, alphabet="utf-8")[0] == decoded


def test_an_ordinary_text_offers_no_nonsense():
    _, (found,) = decode(GERMAN.encode("cp1252"))
    assert not {"big5", "gb18030", "cp1251", "cp1253"} & set(found.choices)


@pytest.mark.parametrize("text", ["name,ort\nGröße,Köln\n", "a,b\n男,€ 5\n", "temp,x\n37 °C,–\n"])
def test_what_was_encoded_twice_is_mended_and_can_be_left(text):
    wrong = text.encode().decode("latin-1").encode()
    mended, (found,) = decode(wrong)
    assert mended == text and found.code == "encoded_twice"
    assert decode(wrong, twice="keep")[0] != text


@pytest.mark.parametrize("text", ["name\nAndré Ã\n", "Größe\n", "価格 Â°\n"])
def test_what_was_encoded_once_stays(text):
    assert decode(text.encode()) == (text, ())


def test_no_byte_is_dropped_when_nothing_fits():
    raw = "naïve\n".encode("latin-1") + b"\x81\x8d\n"
    text, _ = decode(raw)
    assert len(text) >= len(raw) - 2 and "naïve" in text


def test_invisible_characters_go_and_lookalikes_become_plain():
    text, notices = decode("a\u200bge,x\n\uff11\uff12,\u22125\u00a0kg\n\u0000".encode())
    assert text == "age,x\n12,-5 kg\n"
    assert [found.code for found in notices] == ["control_characters", "lookalikes"]


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n", b"\x1f\x8b\x08", b"PAR1....", b"<?xml version='1.0'?><a/>", b'{"a": [1, 2]}'])
def test_documents_of_other_kinds_are_named(raw):
    with pytest.raises(InputError) as caught:
        decode(raw)
    assert caught.value.code == "not_a_table"


def test_zip_is_recognised():
    assert is_workbook(b"PK\x03\x04...") and not is_workbook(b"age,arm")


def test_letters_of_old_mail_programs_are_read_and_markers_of_cells_left_alone():
    text, (found,) = decode(GERMAN.encode("utf-7"))
    assert text == GERMAN and "utf-7" in found.message
    for markers in ("CD4+CD8-", "ER+HER2-", "ALT+AST-", "a+APY-b"):
        plain = f"age,type\n40,{markers}\n50,{markers}\n"
        assert decode(plain.encode()) == (plain, ())
