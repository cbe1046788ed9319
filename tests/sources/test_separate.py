"""Cutting lines in which title and authors run together. A wrong cut is far worse than an undecided one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.names import name_key
from kg.model.text import fold, words
from kg.sources.bylines import take_apart
from kg.sources.evidence import Corpus
from kg.sources.separate import Verdict, separate


def judge(line: str, *, names: tuple[str, ...] = (), titles: tuple[str, ...] = (), text: str = "") -> Verdict:
    corpus = Corpus(
        frozenset(fold(title) for title in titles),
        frozenset(name_key(name) for name in names),
        frozenset(words(text)),
        frozenset(word for word in text.split() if word.islower()),
    )
    parts = take_apart(line)
    return separate(parts.text, corpus, complete=parts.complete)


# The place of the cut is marked with "|"; an unmarked line must stay undecided. Nothing else is known of it.
LINES = [
    "Towards Better Kettles|Ada Lovelace, Grace Hopper et al.",
    "Towards Better Kettles|Ada Lovelace",
    "How Hot Is a Kettle?|Ada Lovelace, Grace Hopper",
    "Kettles Considered Harmful!|Wouter de Groot, Herke van Hoof, Max Wolff et al. · mit, allen-ai",
    "Boiling (Revisited)|Grace Hopper",
    "The Case for “Steam”|Grace Hopper, Ada Lovelace",
    "Kettles.|Ada Lovelace, Grace Hopper",
    "Kettle 7B|Albert Q. Jordan, Ada Lovelace, Grace Hopper et al.",
    "Kettle 3|Alexander H. Long, Kartik Rao",
    "KETL-4|Josh Ackerman, Steven Alder, Sandhini Aggarwal et al.",
    "LLaKE|Hugo Tournier, Thibaut Lavoie, Gautier Izard et al.",
    "Kettle TTS|Alexander H. Long, Alexis Tanner, Andy Ehlers et al. · deepmind, tsinghua",
    "Scaling Kettles: Methods, Analysis & Insights from Boiling|Jack W. Ray, Sebastian Borg, Trevor Kay et al.",
    "Steam, Water, Ice, and Everything Between|Ada Lovelace, Grace Hopper, Mary Shelley",
    "On Steam and Water, with Applications|Sammy Davis, Jr., Ada Lovelace",
    "On Steam|Martin Luther King, Jr.",
    "Boiling in Parallel|Jean-Baptiste Allard, Anne-Marie O'Neil et al.",
    "Boiling in Parallel|O'Brien Kelly, Ada Lovelace",
    "Boiling in Parallel|J. R. Smith, A. B. Jones",
    "Boiling in Parallel|J.-B. Allard, Ada Lovelace",
    "Kettles for All|Ludwig van der Berg, Diego de las Cosas, Vincent von Holz et al.",
    "A Kettle Corpus: 1.6TB of Steam|Hugo Laurençot, Lucile Saulnier",
    "Magic Kettle|Kettle-AI, Abhinav Rao, Albert Q. Jordan et al.",
    "Kettle Technical Report|Kettle Team, Ada Lovelace, Grace Hopper et al.",
    "Kettle-4 Technical Report|OpenAI, Josh Ackerman, Steven Alder et al.",
    "Steam at CERN: First Results|The Kettle Collaboration",
    "Modelling with Diffusion|Zoë Ångström, Łukasz Żak, Đorđe Ćosić et al.",
    "Обучение больших чайников|Иван Петров, Мария Иванова",
    "Training Large Kettles|Иван Петров, Мария Иванова",
    "A Survey of Kettles|张伟, 李娜",
    "大型水壶综述|Wei Zhang, Na Li",
    "A Survey of Kettles|محمد علي, Ada Lovelace",
    "Εκπαίδευση μεγάλων μοντέλων|Νίκος Παπαδόπουλος, Μαρία Ιωάννου",
    "Kettles of the World, Part II|John Smith, Ada Lovelace",
    "Kettles in 3D|John Smith, Ada Lovelace, Grace Hopper et al.",
    "Kettles for IoT|Ronald McDonald, Jean LeBlanc",
    "Kettles for Everyone|Ada Lovelace, Ronald McDonald Smith, AnnaLisa Meyer",
    "C++ for Kettles|Bjarne Strand",
    "Handling Steam for Kettle MT|R. Mahesh, Anil Thaker",
    "A " + "very " * 20 + "Long Title on Kettles|Ada Lovelace, " + ", ".join(["Grace Hopper", "Mary Shelley"] * 14),
    "Neural Equations for Single Image Super-resolution|Teven Scaly",
    # Nothing tells where these are to be cut, or whether they are.
    "大型水壶综述张伟, 李娜",
    "A Kettle by Plato",
    "An Introduction to Kettles",
    "Kettles of the Worldbell hooks",
    "Machine TranslationDongHyun Lee, Ada Lovelace",
    "KettlesAda",
    "BLOOP: A Large ModelBigKettle Workshop, Teven Scaly, Angela Fan et al.",
    "Steam at the LHCThe Kettle Collaboration",
    "kettles",
    "?",
]


@pytest.mark.parametrize("marked", LINES)
def test_lines_by_themselves(marked: str) -> None:
    title, bar, _ = marked.partition("|")
    verdict = judge(marked.replace("|", ""))
    if not bar:
        assert not verdict.decided
        assert verdict.doubt
    else:
        assert verdict.decided, verdict.doubt
        assert verdict.candidates[0].title == title


def test_there_are_enough_lines() -> None:
    assert len(LINES) >= 40


def test_a_particle_in_small_letters_needs_evidence() -> None:
    line = "Routed Language Modelsde las Casas"
    assert not judge(line).decided
    known = judge(line, text="routed language models are models", titles=("Routed language models",))
    assert known.decided
    assert known.candidates[0].authors == "de las Casas"


def test_a_known_title_or_name_decides() -> None:
    line = "Machine TranslationDongHyun Lee, Ada Lovelace"
    assert judge(line, titles=("Machine Translation",)).candidates[0].authors == "DongHyun Lee, Ada Lovelace"
    assert judge(line, titles=("Machine Translation",)).decided
    assert judge(line, names=("DongHyun Lee",)).candidates[0].title == "Machine Translation"
    han = judge("大型水壶综述张伟, 李娜", names=("张伟",), titles=("大型水壶综述",))
    assert han.decided and han.candidates[0].names == ("张伟", "李娜")


def test_a_word_of_other_text_is_not_cut() -> None:
    line = "A Study of DeepKettle Control Suite"
    assert not judge(line, text="we present DeepKettle for kettles").decided
    glued = "Mining with WordNetNeil Strand, Ada Lovelace"
    assert judge(glued, text="WordNet is a net").candidates[0].title == "Mining with WordNet"


def test_a_group_with_an_inner_capital_needs_its_word_attested() -> None:
    line = "BLOOP: A Large ModelBigKettle Workshop, Teven Scaly, Angela Fan et al."
    assert judge(line, text="a large model was built by BigKettle").candidates[0].names[0] == "BigKettle Workshop"
    assert judge(line, text="a large model was built by BigKettle").decided


def test_a_title_known_from_elsewhere_may_stand_without_authors() -> None:
    verdict = judge("An Introduction to Kettles", titles=("An introduction to kettles",))
    assert verdict.decided and not verdict.candidates[0].names


def test_every_weight_is_told() -> None:
    best = judge("How Hot Is a Kettle?Ada Lovelace").candidates[0]
    assert best.score == sum(weight for _, weight in best.evidence)
    assert ("the title ends as a sentence", 2.0) in best.evidence


_BEGINNINGS = (
    "Learning|Scaling|On|Towards|Rethinking|Understanding|A Survey of|Measuring|Dissecting|Unified Laws for".split("|")
)
_MIDDLES = (
    "Sparse|Multilingual|Low-Resource|Adaptive|GPU-Friendly|Open|Neural|3D|Zero-Shot|Kettle, Steam, and"
    "|Data-Constrained"
).split("|")
_ENDS = (
    "Kettles|Language Models|GANs|BERT|LLaMA 2|Translation|Super-resolution|WordNet|Retrieval|GPT-4|Steam?"
    "|Training (Demo)"
    "|PyTorch|Vision 7B|Part III|TTS|Graphs|iPhone Apps|Detection|ImageNet|mT5|Agents!|Evaluation|Kettle V2|IoT"
).split("|")
_GIVEN = (
    "Ada|Jean-Baptiste|Zoë|Li|Wei|Albert Q.|J. R.|Mary Ann|Łukasz|Ngũgĩ|Seán|Alexander H.|A.|Yu-Ting"
    "|D'Arcy|Иван|DongHyun"
).split("|")
_FAMILY = (
    "Lovelace|Le Scao|de las Casas|van der Berg|McDonald|O'Neil|Ng|Villanova del Moral|Müller-Lüdenscheidt|Arandjelović"
    "|Wu|LeCun|Smith|Rao|wa Thiong'o|Strand|Khuda|Kay"
).split("|")


def _glue(rng: random.Random) -> tuple[str, str]:
    title = " ".join([rng.choice(_BEGINNINGS), rng.choice(_MIDDLES), rng.choice(_ENDS)])
    if rng.random() < 0.3:
        title = f"{rng.choice(_ENDS)}: {title}"
    names = [f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}" for _ in range(rng.choice([1, 2, 3, 3, 3, 8]))]
    return title, ", ".join(names) + (" et al." if len(names) == 3 and rng.random() < 0.7 else "")


@given(st.integers(0, 2**40))
@settings(max_examples=300, deadline=None)
def test_a_decision_on_random_lines_keeps_every_character(seed: int) -> None:
    title, authors = _glue(random.Random(seed))
    verdict = judge(title + authors)
    for candidate in verdict.candidates:
        assert candidate.title + candidate.authors == take_apart(title + authors).text


@pytest.mark.parametrize(("abstract", "least"), [(True, 0.85), (False, 0.65)])
def test_accuracy_on_random_lines(abstract: bool, least: float) -> None:
    """Measured: 90 of 100 right and none wrong where the abstract holds the title's words; 73 without any abstract.

    These lines are harder than real ones: of 20,000 titles and author lists of the ACL Anthology, glued as the sites
    do, 98.4 of 100 were cut right, 3 lines wrong, the rest left undecided.
    """
    rng = random.Random(20260101)
    right = wrong = 0
    total = 3000
    for _ in range(total):
        title, authors = _glue(rng)
        verdict = judge(title + authors, text=title if abstract else "")
        if verdict.decided:
            right += verdict.candidates[0].title == title
            wrong += verdict.candidates[0].title != title
    assert right / total >= least, right / total
    assert wrong / total <= 0.002, wrong / total


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_judged(text: str) -> None:
    judge(text, text=text)
