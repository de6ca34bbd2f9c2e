"""Every sentence about bad input that a user can read: what is wrong, and what to do about it.

One table, so that its sentences are read, compared and translated together. Code raises and reports them with `refuse` and
`notice` of `mac_core.errors`.
"""

from __future__ import annotations

from numbers import Integral
from typing import Literal, NamedTuple

__all__ = ["CATALOGUE", "Entry", "Severity"]

Severity = Literal["fixed", "warning", "question"]


class Entry(NamedTuple):
    """One fault of the catalogue; `{names}` are filled in where it is raised. `one` is the message where `{count}` is 1."""

    severity: Literal["refused"] | Severity
    message: str
    fix: str
    one: str = ""

    def fill(self, **values: object) -> tuple[str, str]:
        """Return the message and what to do, with the values in their places."""
        message = self.one if self.one and values.get("count") in (1, "1") else self.message
        shown = {
            name: f"{value:,}" if name in _COUNTS and isinstance(value, Integral) else value for name, value in values.items()
        }
        return message.format(**shown), self.fix.format(**shown)


_COUNTS = {"count", "expected", "patients", "rows", "total"}  # written as 15,524; a line or a year is not


CATALOGUE: dict[str, Entry] = {
    # The file
    "empty_file": Entry("refused", "The file is empty.", "Export the table again and upload the new file."),
    "no_rows": Entry("refused", "The file has a header but no patients.", "Export the table again, with its rows."),
    "file_not_readable": Entry("refused", "The file cannot be opened.", "Check that it exists and that you may read it."),
    "too_large": Entry(
        "refused",
        "The file is larger than the {limit} MB that can be read.",
        "Export fewer columns or rows, or split the file.",
    ),
    "upload_memory": Entry(
        "refused",
        "Reading the file would take more than the {megabytes} MB of memory that one file may use; it was given up.",
        "Export fewer columns or rows, or save the sheet with the patients alone as CSV.",
    ),
    "upload_slow": Entry(
        "refused",
        "Reading the file took longer than {seconds} seconds; it was given up.",
        "Export fewer columns or rows, or save the sheet with the patients alone as CSV.",
    ),
    "upload_stopped": Entry(
        "refused",
        "Reading the file ended unexpectedly; perhaps the machine ran out of memory.",
        "Try again, or with fewer columns or rows.",
    ),
    "upload_fault": Entry(
        "refused",
        "The file could not be read because of a fault in this program (error {id}).",
        "Report the error's number, which stands in logs/reading.log of the data folder too; saving the table as CSV may help.",
    ),
    "too_many_rows": Entry("refused", "The table has more than {limit} rows.", "Export fewer rows."),
    "too_many_columns": Entry(
        "refused", "The table has more than {limit} columns.", "Export only the columns that are needed."
    ),
    "binary_file": Entry(
        "refused", "The file is not a table in text form.", "Save the table as CSV (or as .xlsx) and upload that."
    ),
    "not_a_table": Entry(
        "refused", "The file is {what}, not a table.", "Save the table as CSV (or as .xlsx) and upload that file."
    ),
    "old_workbook": Entry(
        "refused",
        "The file is an Excel workbook of an old kind, with macros, or protected by a password.",
        "Open it in Excel and save it as .xlsx without password, or as CSV.",
    ),
    "broken_workbook": Entry("refused", "The Excel workbook cannot be opened: it is damaged.", "Save it again, or export CSV."),
    "workbook_too_large": Entry(
        "refused",
        "The Excel workbook unpacks to more than {limit} MB.",
        "Save the sheet with the patients alone, or export CSV.",
    ),
    "unknown_sheet": Entry("refused", "The workbook has no sheet {sheet}.", "Choose one of its sheets: {sheets}."),
    "one_column": Entry(
        "refused",
        "The file has one column only.",
        "Export a table with one column per measurement, separated by commas, semicolons or tabs.",
    ),
    "extra_fields": Entry(
        "refused",
        "{count} lines have more fields than the header has names ({names}): {lines}.",
        'Put texts that contain the separator into double quotes ("), or add the missing name to the header.',
        one="One line has more fields than the header has names ({names}): {lines}.",
    ),
    "open_quote": Entry(
        "refused", "A double quote that opens on line {line} is never closed.", "Close or remove the quote and upload again."
    ),
    "cell_too_long": Entry("refused", "A cell near line {line} is longer than {limit} characters.", "Shorten or remove it."),
    "decoded": Entry(
        "fixed", "The file was read as {encoding}; for example: {sample}.", "Look whether special letters are right{others}."
    ),
    "stray_bytes": Entry(
        "fixed",
        "The file is written in UTF-8, but for {count} letters in another alphabet, read as cp1252; the first is in {sample}.",
        "Look whether it is right.",
        one="The file is written in UTF-8, but for one letter in another alphabet, read as cp1252, in {sample}.",
    ),
    "encoded_twice": Entry(
        "fixed",
        "Special letters had been encoded twice, as in {before}; they were mended, as in {after}.",
        "Look whether special letters are right.",
    ),
    "merged_cells": Entry(
        "fixed",
        "{count} merged cells of the sheet were filled with their value in every row that they span; the first is {cell}.",
        "Check one of them.",
        one="The merged cell {cell} of the sheet was filled with its value in every row that it spans.",
    ),
    "comment_lines": Entry(
        "question",
        "{count} lines look like remarks, not patients, and were left out: {lines}.",
        "Answer whether they are remarks.",
        one="One line looks like a remark, not like a patient, and was left out: {lines}.",
    ),
    "control_characters": Entry(
        "fixed",
        "{count} invisible control characters were removed.",
        "Nothing needs to be done.",
        one="One invisible control character was removed.",
    ),
    "workbook_by_content": Entry(
        "fixed", "The file is an Excel workbook, although its name says otherwise; it was read as one.", "Nothing is lost."
    ),
    "formulas_without_value": Entry(
        "warning",
        "{count} cells of the sheet hold a formula without a stored value and were read as missing; the first is {cell}.",
        "Open the workbook in Excel, let it calculate, save it, and upload it again.",
        one="The cell {cell} of the sheet holds a formula without a stored value and was read as missing.",
    ),
    "lookalikes": Entry(
        "fixed",
        "{count} characters that only look like spaces, digits or minus signs were replaced by the plain ones.",
        "Nothing needs to be done.",
        one="One character that only looks like a space, digit or minus sign was replaced by the plain one.",
    ),
    "names_cleaned": Entry(
        "fixed",
        "Spaces or line breaks in {count} column names were cleaned, for example in {names}.",
        "Nothing is lost.",
        one="Spaces or line breaks in one column name were cleaned: {names}.",
    ),
    "similar_names": Entry(
        "question",
        "The columns {first} and {name} differ only in capitals, spaces or signs.",
        "Answer whether both are needed.",
    ),
    "separator": Entry("fixed", "The columns are separated by {separator}.", "Nothing needs to be done."),
    "sheet_chosen": Entry(
        "question",
        "The workbook has {count} sheets; {sheet} was read, the first with a table.",
        "Choose another if it is not this.",
    ),
    "title_lines": Entry(
        "question",
        "{count} lines above the column names were left out.",
        "Answer whether the names are right.",
        one="One line above the column names was left out.",
    ),
    "two_row_header": Entry(
        "fixed", "The column names stand in two rows and were joined.", "Look whether the names are right."
    ),
    "header_missing": Entry(
        "question",
        "The first row looks like a patient, not like column names; the columns were called column_1 to column_{count}.",
        "Answer whether the first row is a patient or holds the names.",
    ),
    "empty_trailing_fields": Entry(
        "fixed",
        "{count} lines end with empty extra fields, which were cut off.",
        "Nothing is lost.",
        one="One line ends with empty extra fields, which were cut off.",
    ),
    "short_lines": Entry(
        "warning",
        "{count} lines have too few fields; the rest was taken as missing: {lines}.",
        "Check these lines.",
        one="One line has too few fields; the rest was taken as missing: {lines}.",
    ),
    "header_again": Entry(
        "fixed",
        "{count} lines repeat the column names and were left out: {lines}.",
        "Nothing is lost.",
        one="One line repeats the column names and was left out: {lines}.",
    ),
    "blank_lines": Entry("fixed", "{count} empty lines were left out.", "Nothing is lost.", one="One empty line was left out."),
    "total_row": Entry(
        "question", "Line {line} looks like a total, not a patient, and was left out.", "Answer whether it is one."
    ),
    "footnote": Entry(
        "question", "Line {line} looks like a remark, not a patient, and was left out.", "Answer whether it is one."
    ),
    # Columns
    "renamed_column": Entry(
        "question", "Two columns are called {name}; the later one is now called {new}.", "Answer which one you need."
    ),
    "same_column_twice": Entry(
        "fixed", "The column {name} stands in the table twice, with equal values; one was kept.", "Nothing is lost."
    ),
    "unnamed_column": Entry(
        "question", "A column has no name; it is now called {new}.", "Answer whether it is needed, or name it in the file."
    ),
    "row_numbers": Entry(
        "fixed",
        "The first column has no name and counts the rows; it was called {new}, and no model sees it.",
        "Nothing is lost.",
    ),
    "empty_unnamed_column": Entry("fixed", "An empty column without a name was left out.", "Nothing is lost."),
    # Values
    "missing_words": Entry(
        "fixed",
        "{count} cells of {column} say {words} and were read as missing.",
        "Nothing needs to be done.",
        one="One cell of {column} says {words} and was read as missing.",
    ),
    "decimal_comma": Entry("fixed", "The numbers of {column} are written with a decimal comma.", "Nothing needs to be done."),
    "thousands": Entry("fixed", "The numbers of {column} are written with a thousands separator.", "Nothing needs to be done."),
    "comma_meaning": Entry(
        "question",
        "In {column}, values such as {value} can be thousands or decimals; the column is read as text until you answer.",
        "Answer whether the comma marks thousands or decimals.",
    ),
    "pair_split": Entry(
        "fixed", "{column} holds two numbers per cell; it became {first} and {second}.", "Check which number is which."
    ),
    "pair_turned": Entry(
        "warning",
        "In {count} cells of {column} the second number is higher than the first, for example {value} on row {row}.",
        "Check these cells; they were read in the order in which they stand.",
        one="In one cell of {column} the second number is higher than the first: {value} on row {row}.",
    ),
    "unit_in_cells": Entry("fixed", "The cells of {column} hold the unit {unit}; the numbers were taken.", "Check the unit."),
    "numbers_mixed": Entry(
        "question",
        "{column} holds numbers, but {count} cells are something else, for example {value}; it stays text until you answer.",
        "Answer whether these cells are missing values, or limits such as <5, or whether the column is text.",
        one="{column} holds numbers, but one cell is something else: {value}; it stays text until you answer.",
    ),
    "units_mixed": Entry(
        "question",
        "The cells of {column} hold different units ({units}); the column is read as text until you answer.",
        "Answer whether all of them shall be written in {unit}.",
    ),
    "fraction_meaning": Entry(
        "question",
        "The cells of {column} hold fractions or ratios such as {value}; the column is read as text until you answer.",
        "Answer whether they shall be divided.",
    ),
    "dates_mixed": Entry(
        "question",
        "The dates of {column} are written in different ways, for example {value}; they are read as text until you answer.",
        "Answer which comes first, the day or the month, where both are numbers.",
    ),
    "dates_odd": Entry(
        "question",
        "{column} holds dates, but {count} cells are something else, for example {value}; it stays text until you answer.",
        "Correct these cells, or answer whether they are missing.",
        one="{column} holds dates, but one cell is something else: {value}; it stays text until you answer.",
    ),
    "short_years": Entry(
        "question",
        "The years of {column} have two digits, for example {value}; they are read as text until you answer.",
        "Answer which comes first, the day or the month; years up to 30 are then read as 20.., later ones as 19...",
    ),
    "excel_dates": Entry(
        "question",
        "{column} sounds like a date, but holds numbers such as {value}, as Excel counts days.",
        "Answer whether they are dates.",
    ),
    "compact_dates": Entry(
        "question",
        "{column} sounds like a date, but holds numbers such as {value}, which can be year, month and day.",
        "Answer whether they are dates.",
    ),
    "coded_category": Entry(
        "question",
        "{column} holds {count} different codes and is read as an amount, in which 2 lies between 1 and 3.",
        "Answer whether the numbers are names of groups.",
    ),
    "impossible_value": Entry(
        "question",
        "{count} cells of {column} cannot be right for {measurement} ({low} to {high}): {cells}; {hint}.",
        "Correct the file, or answer whether this means missing.",
        one="One cell of {column} cannot be right for {measurement} ({low} to {high}): {cells}; {hint}.",
    ),
    "unlikely_value": Entry(
        "warning",
        "{count} cells of {column} are unlikely for {measurement} ({low} to {high}): {cells}; {hint}.",
        "Check them in the file.",
        one="One cell of {column} is unlikely for {measurement} ({low} to {high}): {cells}; {hint}.",
    ),
    "unit_mix": Entry(
        "warning",
        "{column} falls into two groups, around {low} and around {high} ({share} % in the smaller one); their ratio is that of "
        "{first} and {second}, {ratio}.",
        "Check whether two units stand in one column; if so, answer in which of them all of it shall be written.",
    ),
    "future_date": Entry(
        "warning",
        "{count} dates of {column} lie in the future, the first on row {row}.",
        "Check these cells.",
        one="One date of {column} lies in the future, on row {row}.",
    ),
    "dates_in_wrong_order": Entry(
        "warning",
        "In {count} rows {later} lies before {column}, first on row {row}.",
        "Check these dates.",
        one="In one row, {row}, {later} lies before {column}.",
    ),
    "personal": Entry(
        "fixed",
        "{column} looks like {what} and is left out; no model sees it.",
        "Remove such columns before you share the file.",
    ),
    "age_over_89": Entry(
        "warning",
        "{count} patients in {column} are older than 89, which can identify a person.",
        "Write 90 for them before the table is shared.",
        one="One patient in {column} is older than 89, which can identify a person.",
    ),
    "infinite": Entry(
        "question",
        "{count} cells of {column} are infinite, or too large to be measured, and were taken as missing: {cells}.",
        "Correct the file, or answer whether this means missing.",
        one="One cell of {column} is infinite, or too large to be measured, and was taken as missing: {cells}.",
    ),
    "sentinel": Entry(
        "question",
        "{count} cells of {column} hold {value}, which is often a code for missing.",
        "Answer whether {value} means missing.",
        one="One cell of {column} holds {value}, which is often a code for missing.",
    ),
    "date_order": Entry(
        "question",
        "The dates of {column}, such as {value}, can be day/month or month/day; they are read as text until you answer.",
        "Answer which comes first, the day or the month.",
    ),
    "spellings_merged": Entry(
        "fixed",
        "{column} writes {value} in different ways (capitals, spaces); these were merged.",
        "Check that they mean the same.",
    ),
    # What the table is worth
    "column_missing_much": Entry(
        "warning", "{share} % of {column} is missing.", "Check the export; consider to leave the column out."
    ),
    "constant_column": Entry(
        "warning", "{column} has the same value for everybody and cannot help.", "Nothing needs to be done."
    ),
    "near_constant_column": Entry(
        "warning",
        "All but {count} patients have the same value in {column}.",
        "It can hardly help; consider to leave it out.",
        one="All but one patient have the same value in {column}.",
    ),
    "rises_with_rows": Entry(
        "warning",
        "{column} rises from row to row and is different in each: it may only number the patients.",
        "Ignore it unless it was measured.",
    ),
    "same_information": Entry(
        "warning", "{column} tells the same as {other}.", "One of them is enough; explanations would share the credit."
    ),
    "sum_of_columns": Entry(
        "warning",
        "{column} always is the sum of {others}.",
        "One of them can be left out; explanations would share the credit.",
    ),
    "fixed_sum": Entry(
        "warning",
        "{columns} always add up to {total}.",
        "One of them can be left out; explanations would share the credit.",
    ),
    "rare_classes": Entry(
        "warning",
        "{count} of the {all} classes of {label} have fewer than a tenth of the {rows} patients, for example {value} with "
        "{fewest}.",
        "Read the results with care, or join classes that mean nearly the same.",
    ),
    "more_columns_than_patients": Entry(
        "warning",
        "There are {columns} columns to learn from and {rows} patients.",
        "Choose the columns that matter beforehand.",
    ),
    "empty_column": Entry("warning", "{column} is empty.", "Nothing needs to be done."),
    "duplicate_rows": Entry(
        "question",
        "{count} rows repeat another row exactly; the first is on line {line}.",
        "Decide whether they are different patients.",
        one="One row, on line {line}, repeats another row exactly.",
    ),
    "repeated_ids": Entry(
        "warning",
        "{column} names {patients} patients in {rows} rows; all rows of one patient stay together whenever data are split.",
        "Check that {column} identifies patients.",
    ),
    "many_levels": Entry("warning", "{column} has {count} different values.", "Ignore it if it is free text or a code."),
    "class_balance": Entry(
        "warning",
        "Only {count} of {rows} patients have {label} = {value}.",
        "Read the results with care.",
        one="Only one of {rows} patients has {label} = {value}.",
    ),
    "small_arm": Entry(
        "warning", "Only {count} patients got {arm}.", "Results for {arm} will be uncertain.", one="Only one patient got {arm}."
    ),
    "too_few_rows": Entry("refused", "The table has {rows} rows; a study needs at least {needed}.", "Add more patients."),
    # Roles
    "no_target": Entry(
        "refused", "Neither a treatment nor an outcome column is chosen.", "Choose at least one of the two on the Data page."
    ),
    "unknown_column": Entry("refused", "The table has no column {column}.", "Choose one of its columns."),
    "role_twice": Entry(
        "refused", "{column} is chosen twice: as {first} and as {second}.", "Choose a different column for one of them."
    ),
    "all_ignored": Entry(
        "refused",
        "No column is left to learn from.",
        "Keep at least one column that is known beforehand, when a patient is to be treated or predicted.",
    ),
    "target_missing": Entry("refused", "{column} is empty for every patient.", "Choose another column."),
    "same_value": Entry(
        "refused", "Every patient has the same value in {column}: {value}.", "Choose a column that differs between patients."
    ),
    "one_arm": Entry(
        "refused",
        "All patients got the same treatment, {arm}.",
        "Compare treatments on a table with at least two, or ask for the expected outcome alone.",
    ),
    "too_many_arms": Entry(
        "refused",
        "{column} has {count} treatments; at most {limit} can be compared.",
        "Join similar treatments, or leave out those that you do not want to compare.",
    ),
    "tiny_arm": Entry(
        "refused",
        "Patients with an outcome who got {arm}: {count}. A comparison needs at least {needed} under each treatment.",
        "Join this treatment with a similar one, or leave its patients out.",
    ),
    "dose": Entry(
        "refused",
        "{column} looks like a dose ({count} different amounts), not like a choice between treatments.",
        "Make groups of it in the file, such as low, middle and high dose.",
    ),
    "too_many_classes": Entry(
        "refused",
        "{column} has {count} different values, too many for classes.",
        "Join rare values in the file, or choose another column.",
    ),
    "time_to_event": Entry(
        "refused",
        "{column} looks like a time until an event, with {status} saying whether the event happened.",
        "Choose a fixed horizon instead: a column that is 1 when the event happened by then, 0 when the patient was followed "
        "past it, and blank when follow-up ended earlier.",
    ),
    "not_two_classes": Entry(
        "refused",
        "{column} has {count} different values and cannot be read as yes or no.",
        "Choose classes or number as its kind.",
    ),
    "not_a_number": Entry("refused", "{column} is not a column of numbers.", "Choose classes as its kind, or another column."),
    "classes_per_arm": Entry(
        "refused",
        "Treatments can be compared on an outcome of two classes or on a number; {column} has {count} classes.",
        "Make a column that says yes or no for the class that matters most.",
    ),
    "unknown_label": Entry("refused", "{column} has no value {value}.", "Choose one of its values: {labels}."),
    "kind_assumed": Entry(
        "question",
        "{column} has {count} different whole numbers and is read as {kind}.",
        "Answer whether they are classes or amounts.",
    ),
    "event_assumed": Entry(
        "question", "In {column}, {value} is taken as the event that counts.", "Choose the other value if it is not this."
    ),
    "outcome_missing": Entry(
        "warning",
        "{count} patients have no value in {column} and are left out of the learning.",
        "If a blank means that follow-up ended early, read the results with care.",
        one="One patient has no value in {column} and is left out of the learning.",
    ),
    "outcome_missing_compared": Entry(
        "warning",
        "{count} patients have no value in {column}: the averaged model does not learn from them, and in the comparison those "
        "like them who got the same treatment stand for them.",
        "If a blank means that follow-up ended early, read the results with care.",
    ),
    "alike_arms": Entry(
        "question",
        "The treatments {arms} in {column} differ in case, spaces or letters that look alike only.",
        "Answer whether they are the same treatment.",
    ),
    "predictor_is_treatment": Entry(
        "refused",
        "The column {column} holds the treatment itself, so it cannot be used to predict.",
        "Take it out of the columns to learn from.",
    ),
    "predictor_is_outcome": Entry(
        "refused",
        "The column {column} holds the outcome itself, so it cannot be used to predict.",
        "Take it out of the columns to learn from.",
    ),
    "treatment_missing": Entry(
        "warning",
        "{count} patients have no treatment in {column} and are left out.",
        "Check the export.",
        one="One patient has no treatment in {column} and is left out.",
    ),
    "single_member_class": Entry(
        "warning", "Only one patient has {value} in {column}.", "Join this value with another one, or remove the row."
    ),
    "identifier_dropped": Entry(
        "fixed", "{column} looks like an identifier and no model sees it.", "Nothing needs to be done."
    ),
    "text_dropped": Entry(
        "fixed",
        "{column} is free text, or waits for your answer, and no model sees it.",
        "Answer the question about it, or make columns with a few fixed values of it.",
    ),
    "date_dropped": Entry(
        "fixed", "{column} is a date and no model sees it.", "Make a duration of it, such as days since diagnosis."
    ),
    "constant_dropped": Entry(
        "fixed", "{column} has the same value for everybody and was left out.", "Nothing needs to be done."
    ),
    "empty_dropped": Entry("fixed", "{column} is empty and was left out.", "Nothing needs to be done."),
    "after_treatment": Entry(
        "question",
        "{column} sounds like something that is known only afterwards; it would make predictions look better than they are.",
        "Ignore it unless it is known beforehand, when a patient is to be treated or predicted.",
    ),
    "leak": Entry(
        "question",
        "{column} alone tells {target} almost perfectly; it may have been measured afterwards, or be made from it.",
        "Answer whether it is known beforehand, when a patient is to be treated or predicted; if not, it is left out.",
    ),
    "leak_gap": Entry(
        "question",
        "Whether {column} is filled in tells {target} almost perfectly; it may have been recorded afterwards.",
        "Answer whether it is known beforehand, when a patient is to be treated or predicted; if not, it is left out.",
    ),
    "leak_sibling": Entry(
        "question",
        "{column} stands beside {target} and goes together with it, like another test for the same thing.",
        "Answer whether it is known beforehand, when a patient is to be treated or predicted; if not, it is left out.",
    ),
    "leak_words": Entry(
        "question",
        "The values of {column} speak of what happened later, such as a follow-up, a discharge or a death.",
        "Answer whether it is known beforehand, when a patient is to be treated or predicted; if not, it is left out.",
    ),
    "afterwards_ignored": Entry(
        "question",
        "{column} sounds like something that is known only afterwards, and is left out.",
        "Answer whether it is known beforehand, when a patient is to be treated or predicted.",
    ),
    "treatment_decided_by": Entry(
        "warning",
        "{column} alone tells nearly always which treatment a patient got, so patients of different arms cannot be compared.",
        "Check how treatment was decided.",
    ),
    "coded_treatment": Entry(
        "question",
        "The treatments in {column} are numbers ({values}); they are read as names, not as doses.",
        "Choose which of them is the reference, and read the results with the key to these numbers at hand.",
    ),
    "missing_by_arm": Entry(
        "warning",
        "The outcome is missing in {high} % of the patients who got {arm}, but in {low} % of those who got {other}.",
        "If outcomes are missing for a reason, the arms cannot be compared as they are.",
    ),
    # Comparing treatments
    "lengths_differ": Entry(
        "refused", "Patients, treatments and outcomes differ in number: {lengths}.", "Give one of each for every patient."
    ),
    "treatment_unknown": Entry(
        "refused",
        "{count} patients have no treatment.",
        "Fill in their treatment, or leave these rows out.",
        one="One patient has no treatment.",
    ),
    "infinite_outcome": Entry(
        "refused",
        "The outcome is infinite for {count} patients.",
        "Correct these cells, or leave them empty.",
        one="The outcome is infinite for one patient.",
    ),
    "arm_without_outcome": Entry(
        "refused",
        "The outcome is missing for every patient who got {arm}.",
        "Fill in their outcomes, or leave these patients out and compare the other treatments.",
    ),
    "no_overlap": Entry(
        "refused",
        "No two treatments were given to comparable patients, so they cannot be compared.",
        "Use a table in which similar patients got different treatments, or ask for the expected outcome alone.",
    ),
    "treatment_predictable": Entry(
        "warning",
        "The design is declared randomised, but the treatment can be predicted from what was known before it.",
        "Check how treatment was decided, and that every predictor was known before it.",
    ),
    "outcome_missing_in_arm": Entry(
        "warning",
        "{count} patients who got {arm} have no outcome; others like them who got it stand for them.",
        "If outcomes are missing for a reason that the table does not show, the averages can be off.",
    ),
    "same_outcome_in_arm": Entry(
        "warning",
        "Every patient who got {arm} had the same outcome, {value}.",
        "Read this arm's numbers with care; of a share, the intervals allow for events that were not seen.",
    ),
    # New patients
    "missing_column": Entry(
        "refused", "The column {column} is missing.", "Add it to the file; the template has every column that is needed."
    ),
    "number_unreadable": Entry(
        "refused",
        "In {column}, {value} on row {row} is not a number.",
        "Correct the cell, or leave it empty if it is not known.",
    ),
    "numbers_unreadable": Entry(
        "refused",
        "{count} cells of number columns are not numbers: {cells}.",
        "Correct the cells, or leave them empty if they are not known.",
        one="One cell of a number column is not a number: {cells}.",
    ),
    "columns_unknown": Entry(
        "warning",
        "These columns are not in the file; their values are treated as unknown for everybody: {columns}.",
        "Predictions rest on the other columns only; add the columns if they can be had.",
    ),
    "unit_changed": Entry(
        "warning",
        "{column} looks as if it were in {found} instead of {study}: its middle value is {middle}, in the study it was {usual} "
        "({count} patients, the first in row {row}).",
        "Convert the column, or confirm that it is right as it is.",
    ),
    "unit_changed_cells": Entry(
        "warning",
        "{column} looks as if it were in {found} instead of {study} in {count} rows: {cells}.",
        "Check these cells; the others are in the study's unit.",
        one="{column} looks as if it were in {found} instead of {study} in one row: {cells}.",
    ),
    "run_of_other_versions": Entry(
        "warning",
        "This run was made with {made}; this program has {now}.",
        "Its predictions may differ a little from those of then; make the study again if that matters.",
    ),
    "extra_columns": Entry(
        "warning", "These columns are not needed and were not used: {columns}.", "Nothing needs to be done."
    ),
    "empty_for_new": Entry(
        "warning",
        "{column} is empty for all of these patients.",
        "Each of them is predicted as if the value were unknown; check the export.",
    ),
    "unseen_value": Entry(
        "warning",
        "The model has never seen {value} in {column}.",
        "Check the spelling; the value is treated as unknown.",
    ),
    "outside_range": Entry(
        "warning",
        "{column} is {value}, outside the {low} to {high} that the model has seen.",
        "Check the value and its unit; the prediction is less certain.",
    ),
    "rows_in_training": Entry(
        "warning",
        "{count} of {total} patients have exactly the values of a patient whom the study learned from.",
        "Leave them out when you judge how good the predictions are: the models have seen them.",
        one="One of {total} patients has exactly the values of a patient whom the study learned from.",
    ),
    "rows_as_in_training": Entry(
        "warning",
        "{count} of {total} patients have exactly the values of a patient of the study; with these columns about {expected} "
        "would by chance.",
        "Nothing needs to be done, unless you know that they are the same patients.",
    ),
    "ids_repeated": Entry(
        "warning",
        "{count} rows share their {column} with another row of the file.",
        "Each row is predicted for itself; tell them apart by their line.",
    ),
    "ids_missing": Entry(
        "warning",
        "{count} rows have no {column}.",
        "They are predicted like the others; tell them apart by their line.",
        one="One row has no {column}.",
    ),
    "unseen_arm": Entry(
        "warning",
        "{count} rows name a treatment in {column} that the study does not know: {values}.",
        "Nothing can be said about it; all other treatments are predicted.",
        one="One row names a treatment in {column} that the study does not know: {values}.",
    ),
    "columns_shifted": Entry(
        "warning",
        "These columns look unlike the study's table: {columns}.",
        "Check the units and whether the patients are of another kind, by how each column differs from the study's.",
    ),
    "outcome_in_file": Entry(
        "warning",
        "The file holds the outcome {column}; the predictions do not use it.",
        "Nothing needs to be done; the predictions are compared with it.",
    ),
    "held_back": Entry(
        "refused",
        "The predictions are held back: {reasons}.",
        "Look into what is said above; if all is as it should be, repeat the command with {options}.",
    ),
    "own_choice_first": Entry(
        "refused",
        "Here everybody says what they would choose before the model answers, and not all of these choices are recorded.",
        "Record them on the page Patient, or ask whoever set MAC_ASK_FIRST.",
    ),
    "columns_replaceable": Entry(
        "refused",
        "These columns are not in the file: {columns}.",
        "Add them; or repeat the command with --unknown, since the study's own patients had gaps there too: then their values "
        "are unknown for everybody.",
    ),
    "nothing_to_check": Entry(
        "refused",
        "Fewer than two patients of the file have an outcome that the study knows, in the column {column}.",
        "Add the column with what happened to each patient, written as in the study.",
    ),
    "same_run_twice": Entry("refused", "Both are the run {id}.", "Give two different runs."),
    "cannot_write": Entry(
        "refused", "The file {path} cannot be written.", "Name a file in a folder that exists and that you may write to."
    ),
    # What is kept: database, runs, drafts, jobs
    "database_address": Entry(
        "refused", "The address of the database cannot be read.", "Write it like sqlite:////folder/mac.db, or leave it out."
    ),
    "database_driver": Entry(
        "refused", "This database needs the Python package of its driver: {driver}.", "Install it, or use SQLite."
    ),
    "database_damaged": Entry(
        "refused",
        "The database {where} is damaged; it was left as it is.",
        "Restore it from a backup, or move the file away: a new one is then made.",
    ),
    "database_newer": Entry(
        "refused",
        "The database was written by a newer version of this program (layout {found}; this one knows {known}).",
        "Install the newer version; nothing was changed.",
    ),
    "database_busy": Entry("refused", "The database is busy.", "Wait a few seconds and try again; nothing was lost."),
    "database_full": Entry("refused", "The disk that holds the database {where} is full.", "Free some space and try again."),
    "database_readonly": Entry(
        "refused",
        "The database {where} cannot be written to.",
        "Check the folder's permissions, or set MAC_HOME to another folder.",
    ),
    "database_unreachable": Entry(
        "refused", "The database {where} cannot be reached.", "Check that it is running and that the address is right."
    ),
    "run_unknown": Entry("refused", "There is no run {id} here.", "Look for it under Runs; it may have been deleted."),
    "draft_unknown": Entry(
        "refused", "There is no table {id} here.", "Tables are kept for {hours} hours after their last change; upload it again."
    ),
    "nothing_to_undo": Entry("refused", "There is nothing to undo.", "This is how the table came in."),
    "model_damaged": Entry(
        "refused",
        "The saved model cannot be opened: the file is damaged or was not written here.",
        "Run the study again to predict.",
    ),
    "model_not_kept": Entry(
        "warning",
        "This run was saved without its model ({reason}); results can be read, predictions cannot be made.",
        "Run the study again in this session to predict.",
    ),
    "model_unreadable": Entry(
        "warning",
        "The saved model of this run cannot be opened: the file is damaged or was not written here.",
        "All results can still be read; run the study again to predict.",
    ),
    "job_unknown": Entry("refused", "There is no study {id} here.", "Start it again on the Data page."),
    "job_crashed": Entry(
        "refused",
        "The study stopped unexpectedly; perhaps the machine ran out of memory.",
        "Start it again, or with fewer columns or learners.",
    ),
    "job_memory": Entry("refused", "The study needs more memory than there is.", "Try fewer columns, rows or learners."),
    "job_fault": Entry(
        "refused",
        "The study failed because of a fault in this program (error {id}).",
        "Your table and settings are kept; report the error's number, which stands in the log too.",
    ),
    "job_interrupted": Entry(
        "refused",
        "The study was interrupted because the server was stopped.",
        "Your table and settings are kept; start it again.",
    ),
    "job_no_launcher": Entry(
        "refused", "The process that runs studies could not be started.", "The file logs/jobs.log in the data folder says why."
    ),
    "run_without_model": Entry(
        "refused", "This run has no model to predict with.", "Run the study again; its settings are kept."
    ),
    "own_choice_incomplete": Entry(
        "refused", "Your own choice is not complete.", "Say what you would choose, and why; then the answer is shown."
    ),
    # The averaged model
    "unusable_table": Entry("refused", "The table cannot be used: {reason}", "Check the table."),
    "unusable_target": Entry("refused", "The column to predict cannot be used: {reason}", "Check the column."),
    "unusable_weights": Entry("refused", "The weights cannot be used: {reason}", "Give one weight from 0 per patient."),
    "unequal_lengths": Entry(
        "refused", "The table has {rows} rows but {values} values belong to them.", "Give one value per row."
    ),
    "one_class": Entry(
        "refused", "The column to predict holds one class only: {value}.", "Choose a column with two or more classes."
    ),
    "word_among_numbers": Entry(
        "refused", "The column {column} holds numbers, but one value is {value}.", "Write a number, or leave it empty."
    ),
    "infinite_value": Entry(
        "refused", "Input X contains infinity or a value too large, in column {column}.", "Write a number, or leave it empty."
    ),
    "bad_setting": Entry("refused", "The setting {setting} cannot be {value}.", "Allowed: {allowed}."),
    "nothing_to_split": Entry(
        "refused", "There is only {units} patient or group to split.", "Subtasks need at least two, better hundreds."
    ),
    "site_without_groups": Entry(
        "refused", "Subtasks by site need to know each row's site.", "Choose the column with the site."
    ),
    "no_learners": Entry("refused", "No learner is chosen.", "Choose at least one learner."),
    "unknown_learner": Entry("refused", "There is no learner called {learner}.", "Choose among: {learners}."),
    "learner_twice": Entry("refused", "The learner {learner} is chosen twice, or is a baseline.", "Name every learner once."),
    "not_a_learner": Entry(
        "refused", "{entry} is not a learner.", "Give names of learners, or pairs of a name and a scikit-learn estimator."
    ),
    "no_learner_left": Entry("refused", "Every learner failed. {reasons}", "Check the table, or choose other learners."),
}
