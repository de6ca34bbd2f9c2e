"""Which columns name a patient and must stay text: 00123 is not 123, and patient 1E5 is not 100,000."""

from __future__ import annotations

import re

from mac_core.data.plain_names import plain_name

__all__ = ["is_identifier", "must_stay_text", "names_a_patient", "personal_kind"]

_ID_NAME = re.compile(
    r"(.*[\s_.\-])?(id|ids|pid|uid|uuid|guid|mrn|nhs|ssn|identifier|seqn)"
    r"|(id|pid)(num|no|nr|number)?|pt ?id|subjects?|patients?|subjid|usubjid|pidnum|patid|recordid|studyid|caseid"
    r"|(patient|subject|case|record|study|participant|person|pat|sub|pair|test|sample|visit|encounter)"
    r"[\s_.\-]*(id|no|nr|num|number|code|key)[\s_.]*"
    r"|patienten[\s_.\-]*(nr|id|nummer)\.?|fallnummer|fall[\s_.\-]*nr\.?"
    r"|病历号|患者编号|编号|住院号|病人编号|(numéro|numero|no|n°)[\s_]*(de[\s_])?(patient|dossier)",
    re.IGNORECASE,
)
# "hospital_id" names a hospital, "drug_id" a drug: few values, and not the patient.
_NOT_A_PATIENT = re.compile(
    r"(site|cent(er|re)|hospital|clinic|doctor|physician|surgeon|ward|unit|drug|arm|group|test|sample)", re.IGNORECASE
)


# What names a person, by the column's name without separators, and what it is called.
_PERSONAL_NAMES = (
    (
        re.compile(
            r"\w*(first|last|sur|middle|full|given|family|maiden)name|name|patientname|vorname|nachname|nom|prénom|(患者)?姓名"
        ),
        "a name",
    ),
    (re.compile(r"\w*(dateofbirth|birthdate|birthday)|dob|geburtsdatum|geburtstag|出生日期"), "a date of birth"),
    (re.compile(r"(tele)?(phone|fon|fax)\w*|mobile\w*|cell(phone|number)|handy(nummer)?|tel|电话|手机"), "a telephone number"),
    (re.compile(r"e?mail(address|adresse)?"), "an e-mail address"),
    (re.compile(r"(home|street|patient)?address\w*|adresse|street|strasse|straße|住址|地址"), "an address"),
    (re.compile(r"zip(code)?|post(al)?code|plz|postleitzahl"), "a postcode"),
    (re.compile(r"ssn|socialsecurity\w*|nhsnumber|nhsno|insurancenumber|passport\w*|身份证\w*"), "an official number"),
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
# With a sign or a gap in it, and nine digits or more: neither a date nor a number.
_PHONE = re.compile(r"(?=.*[\s()+-])(?=(?:\D*\d){9})(\+\d|\(\d|0\d|\d{3}[-. ]\d{3}[-. ])[\d\s().\-]*\d")
_LOOK = 200
_LONGEST_CODE = 60


def personal_kind(name: str, words: list[str]) -> str | None:
    """Say what identifies a person in this column, by its name or by what its cells look like; None if nothing does.

    Examples
    --------
    >>> personal_kind("Last name", ["Li"]), personal_kind("contact", ["a@b.org"]), personal_kind("age", ["61"])
    ('a name', 'an e-mail address', None)
    """
    plain = plain_name(name)
    for pattern, what in _PERSONAL_NAMES:
        if pattern.fullmatch(plain):
            return what
    some = words[:_LOOK]
    if sum(_EMAIL.fullmatch(word) is not None for word in some) > 0.5 * len(some):
        return "an e-mail address"
    if sum(_PHONE.fullmatch(word) is not None for word in some) > 0.8 * len(some):
        return "a telephone number"
    return None


def names_a_patient(name: str) -> bool:
    """Whether a column of this name identifies patients.

    Examples
    --------
    >>> [names_a_patient(name) for name in ("Patienten-Nr.", "pidnum", "hospital_id", "steroid")]
    [True, True, False, False]
    """
    return _ID_NAME.fullmatch(name.strip()) is not None and not _NOT_A_PATIENT.match(name.strip())


def is_identifier(name: str, n_different: int, n_values: int, *, numeric: bool, whole: bool, long_text: bool) -> bool:
    """Whether a column only tells rows or patients apart.

    By its name, or because nearly every row has its own short text. Numbers without such a name are measurements.

    Examples
    --------
    >>> is_identifier("patient_id", 90, 100, numeric=True, whole=True, long_text=False)
    True
    >>> is_identifier("weight", 90, 100, numeric=True, whole=True, long_text=False)
    False
    """
    if n_values == 0:
        return False
    if _ID_NAME.fullmatch(name.strip()):
        return n_different > max(10, 0.1 * n_values) and (not numeric or whole)
    return not numeric and not long_text and n_values >= 20 and n_different > 0.95 * n_values


def must_stay_text(texts: list[str]) -> bool:
    """Whether reading these texts as numbers would change what they say.

    Examples
    --------
    >>> must_stay_text(["00123", "00456"]), must_stay_text(["9007199254740993"]), must_stay_text(["0.5", "0"])
    (True, True, False)
    """
    # One search over all of them: a column can hold a hundred thousand different numbers.
    together = "\n".join(texts)
    if re.search(r"^0\d+$", together, re.MULTILINE):
        return True
    # No number of a patient is longer than that; what is, is a slip, and asked about as too large a number.
    return any(int(digits) > 2**53 for digits in re.findall(rf"^\d{{16,{_LONGEST_CODE}}}$", together, re.MULTILINE))
