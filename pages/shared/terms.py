"""The glossary: each technical word of the pages in one plain sentence. Used as `help=explain("honest error")`."""

from __future__ import annotations

__all__ = ["TERMS", "explain"]

TERMS: dict[str, str] = {
    "MAC": (
        "Meta-learning over many small subtasks: learn from each which algorithms work, average what they learned, and choose."
    ),
    "subtask": (
        "A part of the patients, drawn by a fixed rule, with some to train models on and others, never seen, to test them on."
    ),
    "learner": "An algorithm that learns to predict from patients, for example logistic regression or a random forest.",
    "learners": "The algorithms that compete; each is trained once on every subtask.",
    "model average": "The mean of the predictions of all models that one learner trained, one model per subtask.",
    "honest error": (
        "How often, or how far, the whole procedure is wrong for patients it has not seen, corrected for having picked "
        "the best of several learners."
    ),
    "error as in the article": (
        "The error computed as the source article does; it is too optimistic, since models are scored partly on patients "
        "that they were trained on."
    ),
    "baseline": (
        "The simplest possible answer, which looks at no column: always the most common class, the overall share or the "
        "mean. A model has to beat it."
    ),
    "baseline learner": (
        "A simple method that stands in every ranking for comparison: the constant answer, and plain regression."
    ),
    "out-of-sample": "Computed for patients that the model did not see while it learned.",
    "interval": "The range that would hold the true value in about 95 of 100 repetitions of the whole study.",
    "prediction range": (
        "The range in which this patient's own outcome is expected to lie; wider than the interval of an average."
    ),
    "loss": "What an error costs: the share of wrong answers, or how far probabilities or values are off. Lower is better.",
    "zero_one": "The share of patients whose predicted class is wrong.",
    "log": "Punishes confident wrong probabilities hard; 0 is perfect.",
    "brier": "The mean squared distance between predicted probability and what happened; 0 is perfect.",
    "squared": "The mean squared distance between predicted and observed value.",
    "absolute": "The mean distance between predicted and observed value.",
    "draw": "The rule by which subtasks are drawn from the patients.",
    "kfold": (
        "Each subtask trains on all but one part of the patients and tests on that part; measured best, so it is our default."
    ),
    "random": "Each subtask is a random share of the patients, as in the article.",
    "block": "Consecutive blocks of a few rows, as in the article's example.",
    "cluster": "Each subtask is a group of similar patients (a phenotype).",
    "site": "The hospital or centre; as a way of drawing, each site is one subtask.",
    "bootstrap": "Each subtask draws patients with replacement; those not drawn test it.",
    "top k": "Only the k learners with the smallest mean error may be chosen; empty means all.",
    "per_subtask": "Every subtask speaks by the model average that errs least on its own test patients.",
    "weights": (
        "Every learner's average counts by a weight that is the same for all subtasks, found on patients that the models did "
        "not see, and held near what the subtasks would choose."
    ),
    "refit": (
        "The learners that are used are trained once more, on all patients, and predict with one model each: as good, and "
        "faster. All errors that are shown still come from models that did not see the patient."
    ),
    "seed": "The number that fixes every random choice: the same seed and data give the same result.",
    "article settings": "Consecutive blocks of five rows, one logistic regression each, scored by accuracy.",
    "seven steps settings": (
        "The source article's method to the letter: subtasks drawn at random, the three best learners, and their choices as "
        "they are."
    ),
    "treatment": "The column that says which treatment each patient got.",
    "outcome": "The column that says how it went for each patient.",
    "arm": "One of the treatments that are compared.",
    "reference arm": "The arm that the others are compared with first; all pairs are shown whatever you choose.",
    "patient id": "The column that names the patient; all rows of one patient stay together, and no model sees it.",
    "ignored columns": "Columns that no model sees: identifiers, free text, and everything known only after the treatment.",
    "factor group": (
        "Columns that belong together (genes, lifestyle, environment, clinical); what a whole group adds to a prediction can "
        "be shown beside what each column adds."
    ),
    "event": "The class of the outcome that is counted, for example 'died' or 'yes'.",
    "higher is better": "Whether a larger value of the outcome, or more events, is good for the patient.",
    "kind": "Whether the outcome has two classes, several classes, or is a number.",
    "harm": "A second, unwanted outcome, such as a bleeding: compared like the first one and shown beside it.",
    "surrogate": (
        "An outcome that is measured because it is quick, in place of one that patients notice: a blood count for death."
    ),
    "horizon": "When the outcome was measured, for example '30 days' after the treatment began.",
    "smallest difference": (
        "The smallest difference in the outcome that would matter to a patient; smaller ones count as practically equal. "
        "For a yes/no outcome in per cent points."
    ),
    "randomised": ("Chance decided who got which treatment, so differences between the arms can be put down to the treatment."),
    "routine care": ("Doctors and patients chose the treatment, so the arms may differ for other reasons than the treatment."),
    "AIPW": "A way to compare arms that corrects twice, for who was treated and for how patients differ (doubly robust).",
    "average difference": "By how much the outcome differs between two arms, on average over the patients of this table.",
    "support": "Whether enough comparable patients in the table got this treatment; without them no number is given.",
    "effective sample size": (
        "Patients weigh differently, so that the arms become alike; together they tell as much as this many who weigh the same."
    ),
    "hardly a choice": (
        "The share of all patients whose probability of this treatment, as modelled, is below 5 or above 95 in 100."
    ),
    "limited weight": (
        "Patients for whom this treatment was so unlikely that their weight is limited, lest a single one decide the result."
    ),
    "hidden factor": (
        "Something that was not measured and goes with both the treatment and the outcome. The E-value says how strong it "
        "would have to be, as a ratio of risks; the robustness value, as a share of what is left open."
    ),
    "overlap": "Whether similar patients are found in all arms, so that they can be compared at all.",
    "confusion matrix": "How many patients of each observed class were predicted to be of each class.",
    "calibration": "Whether, of patients with a predicted 20 in 100, about 20 in 100 had the event.",
    "one class": "Each class is judged alone: of patients with a predicted 20 in 100 for it, about 20 in 100 should be in it.",
    "coverage": "How often a range, or a set of classes, really holds the truth, against how often it promises to.",
    "net benefit": (
        "Right actions per 100 patients, minus needless ones at a price: who acts at 10 in 100 accepts nine needless actions "
        "for a right one."
    ),
    "sensitivity": "Of the patients who had the event, the share on whom one would have acted.",
    "specificity": "Of the patients who did not have the event, the share whom one would have left alone.",
    "predictive value": "Of the patients acted on, the share who had the event (positive predictive value).",
    "gain": (
        "By how much the averaged model's errors are smaller than those of predicting the same for everybody, judged in pairs "
        "on the same patients."
    ),
    "phenotype": "A group of patients who are alike in many columns at once.",
    "choice over resamples": (
        "The patients are drawn anew many times, and each time every subtask chooses again the average that errs least."
    ),
    "tied group": "Learners with the same number cannot be told apart from the best of them when patients are drawn anew.",
    "probability of rank 1": "How often this learner came first when patients were drawn anew many times.",
    "route": "Which model average each subtask chose for this patient, and how their predictions were combined.",
    "contribution": (
        "How far one value of the patient moves the prediction from that of the average patient; together the contributions "
        "add up to the whole way. They describe the model, not what changing the value would bring."
    ),
    "stability": (
        "In how many of 100 samples drawn from the table's own patients the same would come out. A high number means that "
        "other patients of this kind would hardly change it, not that it is right."
    ),
    "own choice": (
        "Whoever has seen the model's answer leans towards it. Your own choice and your reason are kept with the time and the "
        "model's answer, shown beside it afterwards, and never changed; of the patient only a hash is kept, no value."
    ),
    "contribution to the difference": (
        "How far one value of the patient moves the expected difference between two treatments from that of the average "
        "patient; shown only where a test found that the difference depends on the patient at all."
    ),
    "similar patients": (
        "The patients of the table whose values are nearest to this one's: numbers compared by their rank, categories by "
        "whether they agree."
    ),
    "errors nearby": (
        "How far off predictions were for similar patients, by models that had not seen them; the article's error of a subtask."
    ),
    "drift": (
        "Whether new patients look like those of the study: means (of numbers) and shares (of the level that differs most). A "
        "difference above half a standard deviation is large; a changed unit shows as one of several. The stability index "
        "(PSI) compares all of a column's spread: below 0.1 alike, above 0.25 much changed; of few patients it is large by "
        "chance."
    ),
    "external validation": (
        "Testing a finished model on patients of another place or time, whom it did not learn from; the only way to know "
        "whether it carries over."
    ),
    "patients of the study": (
        "Patients with exactly the values of one whom the study learned from; the models have seen them, so that errors look "
        "too small."
    ),
    "subgroup": (
        "Patients who are alike in one column; a number is cut into fifths of equal size. Many groups are looked at, so that "
        "one stands out by chance now and then."
    ),
    "expected gain": (
        "By how much the expected outcome is better with the treatment that is named than with the next best one, on average "
        "over those patients to whom one is named."
    ),
    "learning curve": (
        "How the error goes down with the number of patients learned from: the study is repeated in a lighter form on a part "
        "of them, and judged on patients whom it did not see."
    ),
    "paired comparison": (
        "Both runs are judged on the same patients, so that easy and hard patients cannot be mistaken for a better model."
    ),
    "median": "The middle value: half of the patients lie below it and half above.",
    "percentile": "The 90th percentile is the value that 90 of 100 patients do not exceed.",
    "standard deviation": (
        "How far values usually lie from their mean: about two thirds lie within one standard deviation of it."
    ),
    "standardised difference": (
        "How far two groups' means, or shares, lie apart, measured in standard deviations; above 0.1 is taken as a difference."
    ),
    "correlation": "How closely two things go together along a straight line: 1 exactly, 0 not at all, below 0 the other way.",
    "covariate": "Anything known of a patient beforehand: age, a laboratory value, a diagnosis.",
    "resample": (
        "The patients drawn anew with replacement, as if the study had been done again: which shows how much chance may change."
    ),
    "p value": (
        "How often chance alone would show at least as much as was seen, if there were nothing to see. A small one speaks"
        " against chance; a large one does not show that there is nothing."
    ),
    "odds ratio": (
        "How many times as large the odds of the event (with it for each without it) are under one treatment as under the"
        " other."
    ),
    "E-value": (
        "How strongly a factor that was not measured would have to be tied to both treatment and outcome, as a risk "
        "ratio, to explain a difference away; 1 means that nothing is needed."
    ),
    "robustness value": (
        "Which share of what is left to explain, in treatment and in outcome, a factor that was not measured would have "
        "to explain to take a difference away."
    ),
    "threshold": "The predicted risk from which one would act: test, treat or watch.",
    "slope": (
        "Of calibration: 1 is right; below 1 predicted risks are too extreme, high ones too high and low ones too low; "
        "above 1 they are too cautious."
    ),
    "ICI": "Integrated calibration index: by how much, on average, a predicted risk is off; 0 is perfect.",
    "area under the ROC curve": (
        "Of one patient with the event and one without it, how often the first has the higher predicted risk: 0.5 is a "
        "coin, 1 always."
    ),
    "PSI": (
        "Population stability index: how far shares have moved between two sets of patients; above 0.25 is taken as a shift."
    ),
    "draft": "A prepared table, kept on this machine for a day.",
    "run": "A finished study with all its results, kept on this machine until you delete it.",
}


def explain(term: str) -> str:
    """The one-sentence explanation of `term`.

    Raises
    ------
    KeyError
        If the glossary does not have it: add it, rather than leave a reader alone.

    Examples
    --------
    >>> explain("seed").startswith("The number that fixes")
    True
    """
    return TERMS[term]
