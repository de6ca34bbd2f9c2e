"""What is kept: a study becomes a `Run`, which `RunStore` keeps whole; drafts are tables on their way to one, jobs do the work.

`run_study` (in `study`) is the use case: a table and its roles in, a run out. What a page, a report or the command line asks of
a finished run stands in a module of its own (`patient`, `batch`, `side_by_side`, ...); all of it goes through one database.
"""
