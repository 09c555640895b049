"""Keyed draws: the published Philox, uniform, independent in every part of the key, and of nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim.rules import draws as compiled_draws
from sim.rules.draws import state_key

draws = rules.draws
word, seeds, counts = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**20)
N = 100_000
HASHES_TO_ZERO = "MEPIRAI"  # found by search
FAR = 4.0  # standard errors; draws are keyed, so what passes once always passes


def twin(seed, c0, c1, c2, c3):
    """Philox4x32-10 written from the paper, for arrays; four columns of words."""
    counter = [np.asarray(c, np.uint64) for c in np.broadcast_arrays(c0, c1, c2, c3)]
    key = [np.asarray(seed, np.uint64) % np.uint64(2**32), np.asarray(seed, np.uint64) // np.uint64(2**32)]
    for step in range(10):
        first, second = np.uint64(0xD2511F53) * counter[0], np.uint64(0xCD9E8D57) * counter[2]
        bumped = [(key[0] + np.uint64(step * 0x9E3779B9)) % np.uint64(2**32)]
        bumped += [(key[1] + np.uint64(step * 0xBB67AE85)) % np.uint64(2**32)]
        counter = [
            (second // np.uint64(2**32)) ^ counter[1] ^ bumped[0], second % np.uint64(2**32),
            (first // np.uint64(2**32)) ^ counter[3] ^ bumped[1], first % np.uint64(2**32),
        ]  # fmt: skip
    return np.stack(np.broadcast_arrays(*counter), -1)


def twin_uniforms(seed=7, replicate=0, quarter=0, stream=0, key_a=11, key_b=0):
    return (twin(seed, replicate, np.asarray(quarter) * 16 + stream, key_a, key_b) + 0.5) / 2.0**32


PUBLISHED = [
    (0, (0, 0, 0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    (2**64 - 1, (2**32 - 1,) * 4, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        0x299F31D0A4093822, (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "counter", "words"), PUBLISHED)
def test_published_vectors(seed, counter, words):
    wanted = [int(w, 16) for w in words.split()]
    assert [int(w) for w in draws.philox(np.uint64(seed), *counter)] == wanted
    assert [int(w) for w in compiled_draws.philox(np.uint64(seed), *counter)] == wanted
    assert twin(seed, *counter).tolist() == wanted


@settings(max_examples=200, deadline=None)
@given(seeds, word, word, word, word)
def test_equals_its_numpy_twin(seed, c0, c1, c2, c3):
    wanted = twin(seed, c0, c1, c2, c3).tolist()
    assert [int(w) for w in draws.philox(np.uint64(seed), c0, c1, c2, c3)] == wanted
    assert [int(w) for w in compiled_draws.philox(np.uint64(seed), c0, c1, c2, c3)] == wanted


@settings(max_examples=200, deadline=None)
@given(seeds, counts, st.integers(0, 10_000), st.integers(0, 15), word, word)
def test_uniforms_and_normals_are_those_of_the_twin(seed, replicate, quarter, stream, a, b):
    key = (np.uint64(seed), replicate, quarter, stream, np.uint32(a), np.uint32(b))
    u = twin_uniforms(seed, replicate, quarter, stream, a, b)
    assert np.array_equal(draws.uniforms(*key), u)
    assert np.array_equal(compiled_draws.uniforms(*key), u)
    assert 0.0 < u.min() and u.max() < 1.0
    radius = np.sqrt(-2 * np.log(u[[0, 0, 2, 2]]))
    turn = 2 * np.pi * u[[1, 1, 3, 3]]
    wanted = radius * np.where([1, 0, 1, 0], np.cos(turn), np.sin(turn))
    assert draws.normals(*key) == pytest.approx(wanted, abs=1e-13)


def test_extreme_words_stay_inside_the_open_interval():
    assert 0.0 < 0.5 * draws.TO_UNIT and (2.0**32 - 1 + 0.5) * draws.TO_UNIT < 1.0


# What each part of a key, counted up alone, must give.
COUNTED = {
    "replicates": lambda k: twin_uniforms(replicate=k),
    "quarters": lambda k: twin_uniforms(quarter=k),
    "states": lambda k: twin_uniforms(key_a=k),
    "partners": lambda k: twin_uniforms(key_b=k),
    "seeds": lambda k: twin_uniforms(seed=k),
    "high seeds": lambda k: twin_uniforms(seed=k.astype(np.uint64) * np.uint64(2**32)),
}


@pytest.mark.parametrize("part", COUNTED)
def test_uniform_and_independent_along_every_part_of_the_key(part):
    u = COUNTED[part](np.arange(N))
    counts = np.stack([np.bincount((column * 100).astype(int), minlength=100) for column in u.T])
    chi_square = ((counts - N / 100) ** 2 / (N / 100)).sum(1)
    assert (abs(chi_square - 99) < FAR * np.sqrt(2 * 99)).all()
    ranks = np.arange(1, N + 1) / N
    kolmogorov = [abs(np.sort(column) - ranks).max() * np.sqrt(N) for column in u.T]
    assert max(kolmogorov) < 1.95  # p = .001
    correlation = np.corrcoef(u.T)
    assert abs(correlation[np.triu_indices(4, 1)]).max() < FAR / np.sqrt(N)
    for lag in (1, 2, 16):  # neighbours along this part of the key
        crossed = np.corrcoef(u[:-lag].T, u[lag:].T)[:4, 4:]
        assert abs(crossed).max() < FAR / np.sqrt(N), lag


@pytest.mark.parametrize(
    "other", [{"replicate": 1}, {"stream": 1}, {"key_a": 12}, {"key_b": 1}, {"seed": 8}, {"seed": 7 + 2**32}]
)
def test_two_series_that_differ_in_one_part_are_independent(other):
    quarters = np.arange(N)
    here, there = twin_uniforms(quarter=quarters), twin_uniforms(**{"quarter": quarters} | other)
    assert abs(np.corrcoef(here.T, there.T)[:4, 4:]).max() < FAR / np.sqrt(N)
    assert not (here == there).all(1).any()


def test_streams_have_a_number_each_and_do_not_run_into_the_next_quarter():
    names = ("PERCEPTION", "THREAT_PERCEPTION", "RUNG", "COERCION", "FOUNDING", "TURNOVER", "SUCCESSOR", "ABROGATION",
             "LABEL_PERMUTATION", "REWIRING")  # fmt: skip
    numbers = [getattr(draws, name) for name in names]
    assert numbers == list(range(10))  # a number is never reused, so none of these may change
    assert max(numbers) < draws.STREAMS


def test_normals_have_the_moments_of_normals():
    z = np.array([draws.normals(np.uint64(3), 0, q, draws.PERCEPTION, 5, 0) for q in range(10_000)])
    n = len(z)
    assert abs(z.mean(0)).max() < FAR / np.sqrt(n)
    assert abs(z.var(0) - 1).max() < FAR * np.sqrt(2 / n)
    assert abs((z**3).mean(0)).max() < FAR * np.sqrt(15 / n)
    assert abs((z**4).mean(0) - 3).max() < FAR * np.sqrt(96 / n)
    assert abs(np.corrcoef(z.T)[np.triu_indices(4, 1)]).max() < FAR / np.sqrt(n)
    assert abs(np.corrcoef((z**2).T)[np.triu_indices(4, 1)]).max() < FAR / np.sqrt(n)


def test_seed_zero_is_a_seed_and_all_64_bits_count():
    def first(seed):
        return compiled_draws.uniforms(np.uint64(seed), 0, 0, 0, np.uint32(1), np.uint32(2))

    chosen = [0, 1, 2**31, 2**32, 2**32 + 1, 2**63, 2**64 - 1]
    assert len({first(seed) for seed in chosen}) == len(chosen)


def test_state_keys_are_the_published_hash():
    known = {"": 0x811C9DC5, "a": 0xE40C292C, "foobar": 0xBF9CF968}
    assert {code: state_key(code) for code in known} == known
    assert state_key("É") == state_key("É") != state_key("E")


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_state_keys_are_32_bits_and_never_zero(code):
    assert 0 < state_key(code) < 2**32 and state_key(code) == state_key(code)


def test_a_code_whose_hash_is_zero_still_gets_a_key():
    assert state_key(HASHES_TO_ZERO) == 1
