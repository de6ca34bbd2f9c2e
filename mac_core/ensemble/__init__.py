"""What learns: many small subtasks, a pool of learners trained on each, their model averages, and an honest error.

A *subtask* is a part of the cohort with patients to train on and others to test on. Every *learner* is trained on every
subtask; its models together are its *model average*. Each subtask chooses the average that errs least there, and the choices of
all subtasks are combined into the prediction. What is reported rests on patients that the models and the choices did not see.
"""
