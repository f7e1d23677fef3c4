"""Korean particles follow the last sound of what was filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plays.rules.particles import with_particles


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("페이지 786433을(를)", "페이지 786433을"),  # 삼
        ("페이지 4715을(를)", "페이지 4715를"),  # 오
        ("버전 5과(와) 비교", "버전 5와 비교"),
        ("버전 10과(와) 비교", "버전 10과 비교"),
        ("버전 7(으)로", "버전 7로"),  # 칠: ㄹ
        ("버전 3(으)로", "버전 3으로"),
        ("버전 8(으)로", "버전 8로"),  # 팔: ㄹ
        *((f"버전 {n}이(가)", f"버전 {n}이") for n in (0, 1, 3, 6, 7, 8)),
        *((f"버전 {n}이(가)", f"버전 {n}가") for n in (2, 4, 5, 9)),
        *((f"버전 {n}(으)로", f"버전 {n}으로") for n in (0, 3, 6)),
        ("활동이(가)", "활동이"),
        ("스코어이(가)", "스코어가"),
        ("“활동 로그”은(는)", "“활동 로그”는"),
        ("(제목)을(를)", "(제목)을"),
        ("서울(으)로", "서울로"),
        ("국가을(를)", "국가를"),  # the first of all syllables
        ("힣을(를)", "힣을"),  # and the last
        ("부산(으)로", "부산으로"),
        ("URL을(를)", "URL을"),
        ("ID을(를)", "ID를"),
        ("Play이(가)", "Play가"),
        ("Confluence와(과)", "Confluence와"),
        ("signal이(가)", "signal이"),
        ("item이(가)", "item이"),
        ("column(으)로", "column으로"),
        ("server을(를)", "server를"),
        ("page 1x을(를)", "page 1x를"),  # a letter by itself is read by its name
        ("Live doc을(를)", "Live doc을(를)"),  # the spelling does not tell
        ("을(를)", "을(를)"),
        ("…을(를)", "…을(를)"),
        ("A-을(를)", "A-을(를)"),
        ("é을(를)", "é을(를)"),
        ("EXT_Desk_D01을(를), EXT_Desk_D02을(를)", "EXT_Desk_D01을, EXT_Desk_D02를"),
    ],
)
def test_the_particle_fits_the_last_sound(given, wanted):
    assert with_particles(given) == wanted


@given(st.text())
def test_text_without_a_particle_of_both_stays_as_it_is(text):
    if "(" not in text:
        assert with_particles(text) == text


@given(st.text(alphabet="가각갈나0123456789 을를이(는)으로A", max_size=30))
def test_doing_it_again_changes_nothing(text):
    assert with_particles(with_particles(text)) == with_particles(text)
