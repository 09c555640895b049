"""The words of a report, for a reader who does not know the model."""

from analysis.report.html import Html, pairs, section

WORDS = {
    "state": "a secondary state, which chooses its ties; great powers (poles) follow their coded paths.",
    "arena": "one of four fields in which states tie themselves: defence, connectivity, culture, institutions.",
    "tie": "how closely two work together in an arena, 0–1. Mean tie: the mean over all pairs of states and arenas.",
    "alignment": "the shares of a state's ties that go to each great power and to fellow members of each organisation.",
    "depth": "how far an organisation has come in an arena, 0–1.",
    "bloc index": "how much of a bloc the best organisation without a leading great power is, 0–1: close ties inside, size, contrast with chance.",
    "twin": "the same run with the same chance events in a world where no great power changes after the start. What differs, the change did.",
    "lever": "a knob for one driver of a great power: 0 holds it, 1 is as coded, more exaggerates it.",
    "knock-out": "a run without one rule, term or channel of the model.",
    "parameter": "a number of the rules that is not known well; its prior range is where it may lie.",
    "coded number": "a number of the world, such as how many veto points a state has, with a source, a range and a line of reason.",
    "permissiveness": "how much room great powers leave a state for ties that they mind, 0 (policed) to 1 (free).",
    "clarity": "how unambiguous the signals are that a state gets, 0–1.",
    "95 % interval": "a range made so that, if all was repeated, 95 of 100 such ranges would hold the true value of this model.",
}


def terms() -> Html:
    return section("words", "Words", pairs(WORDS.items()))
