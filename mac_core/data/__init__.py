"""What came in: a file becomes a table of patients, a table and the user's decisions become the cohort of a study.

`read_table` (in `reading`) reads everything as text first and reports every repair; `propose_roles` (in `roles`) guesses what
each column is for; `make_cohort` (in `cohort`) says what a study learns from, or why none is possible.
"""
