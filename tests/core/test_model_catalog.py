"""The table of models: prices, shutdown dates, what each can do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tutor_tui.core import model_catalog
from tutor_tui.core.model_catalog import Consumption, cost_usd, is_reasoning, shutdown_warning


def test_a_minute_of_each_side_costs_what_the_price_page_says() -> None:
    """600 audio tokens in, 1,200 out per minute (OpenAI's guide "Managing costs" of the Realtime API)."""
    assert cost_usd("gpt-realtime-2.1", Consumption(audio_in=600)) == pytest.approx(0.0192)
    assert cost_usd("gpt-realtime-2.1", Consumption(audio_out=1_200)) == pytest.approx(0.0768)
    assert cost_usd("gpt-realtime-2.1-mini", Consumption(audio_in=600)) == pytest.approx(0.006)
    assert cost_usd("gpt-realtime-2.1-mini", Consumption(audio_out=1_200)) == pytest.approx(0.024)


def test_each_kind_of_token_has_its_own_price() -> None:
    million = 1_000_000
    assert cost_usd("gpt-realtime-2.1", Consumption(text_in=million)) == pytest.approx(4.00)
    assert cost_usd("gpt-realtime-2.1", Consumption(text_out=million)) == pytest.approx(24.00)
    assert cost_usd("gpt-realtime-2.1", Consumption(text_in=million, cached_text_in=million)) == pytest.approx(0.40)
    assert cost_usd("gpt-realtime-2.1-mini", Consumption(audio_in=million, cached_audio_in=million)) == pytest.approx(
        0.30
    )


def test_cached_tokens_are_part_of_the_input_not_added_to_it() -> None:
    half_cached = cost_usd("gpt-realtime-2.1", Consumption(audio_in=1_000, cached_audio_in=500))
    assert half_cached == pytest.approx((500 * 32 + 500 * 0.40) / 1_000_000)


def test_more_cached_than_sent_is_not_believed() -> None:
    assert cost_usd("gpt-realtime-2.1", Consumption(text_in=10, cached_text_in=99)) == pytest.approx(
        10 * 0.40 / 1_000_000
    )


def test_models_without_a_price_cost_nothing() -> None:
    assert cost_usd("guide", Consumption(text_in=1_000, audio_out=1_000)) == 0.0
    assert cost_usd("pocketsphinx", Consumption(seconds=60)) == 0.0


def test_transcription_is_billed_by_the_minute() -> None:
    assert cost_usd("gpt-transcribe", Consumption(seconds=60)) == pytest.approx(0.0045)
    assert cost_usd("gpt-transcribe", Consumption(seconds=-5)) == 0.0


def test_only_the_second_generation_reasons() -> None:
    reasoning = {name for name in model_catalog.MODELS if is_reasoning(name)}
    assert reasoning == {"gpt-realtime-2", "gpt-realtime-2.1", "gpt-realtime-2.1-mini"}
    assert not is_reasoning("somebody-elses-model")


def test_the_defaults_are_known_and_stay() -> None:
    assert model_catalog.MODELS[model_catalog.DEFAULT_MODEL].ends is None
    assert model_catalog.MODELS[model_catalog.DEFAULT_TRANSCRIBER].ends is None
    assert model_catalog.MODELS[model_catalog.DEFAULT_CHAT_MODEL].ends is None


def test_a_shutdown_is_announced_before_and_after() -> None:
    ends = date(2027, 1, 20)
    before = shutdown_warning("gpt-realtime-mini", ends - timedelta(days=1))
    assert before == "gpt-realtime-mini will be switched off on 2027-01-20; use gpt-realtime-2.1-mini instead."
    assert "was switched off" in shutdown_warning("gpt-realtime-mini", ends)
    assert "use gpt-transcribe" in shutdown_warning("whisper-1", date(2026, 11, 21))
    assert shutdown_warning(model_catalog.DEFAULT_MODEL, date(2030, 1, 1)) == ""
    assert shutdown_warning("somebody-elses-model", date(2030, 1, 1)) == ""


def test_every_model_that_ends_names_one_that_does_not() -> None:
    ending = [model for model in model_catalog.MODELS.values() if model.ends]
    assert len(ending) > 10
    for model in ending:
        assert model_catalog.MODELS[model.successor].ends is None, model.name


def test_chat_is_billed_by_tokens_and_speech_by_minutes_or_characters() -> None:
    million = 1_000_000
    assert cost_usd("gpt-6-luna", Consumption(text_in=million, text_out=million)) == pytest.approx(0.60)
    assert cost_usd("gpt-6-luna", Consumption(text_in=million, cached_text_in=million)) == pytest.approx(0.01)
    assert cost_usd("gpt-4o-mini-tts", Consumption(characters=900, seconds=60)) == pytest.approx(0.015)
    assert cost_usd("tts-1", Consumption(characters=million, seconds=60)) == pytest.approx(15.0)
    assert (
        cost_usd("llama", Consumption(text_in=million, text_out=million))
        == cost_usd("kokoro", Consumption(characters=million, seconds=60))
        == 0.0
    )


def test_what_is_switched_off_in_the_turn_based_loop_is_told_with_the_way_out() -> None:
    before = date(2026, 11, 21)
    assert "gpt-6-luna" in shutdown_warning("gpt-4o-mini", before)
    speech = shutdown_warning("gpt-4o-mini-tts", before)
    assert speech == "gpt-4o-mini-tts will be switched off on 2027-01-06; use gpt-realtime-2.1-mini instead."
    assert shutdown_warning("gpt-6-luna", before) == ""


@pytest.mark.parametrize(
    ("name", "ends"), [("gpt-4.1-nano", "2026-10-23"), ("gpt-5-mini", "2026-12-11"), ("gpt-5.4-nano", "2027-04-01")]
)
def test_chat_models_that_end_name_one_that_does_not(name: str, ends: str) -> None:
    assert ends in shutdown_warning(name, date(2026, 11, 27)) and "use gpt-6-luna" in shutdown_warning(
        name, date(2026, 11, 27)
    )


@pytest.mark.parametrize("model", [name for name, model in model_catalog.MODELS.items() if model.voices])
def test_every_voice_that_a_profile_may_name_has_one_like_it(model: str) -> None:
    every = frozenset().union(*(each.voices for each in model_catalog.MODELS.values()))
    for voice in every:
        assert model_catalog.voice_for(model, voice) in model_catalog.MODELS[model].voices


@pytest.mark.parametrize(
    ("model", "wanted", "asked"),
    [
        ("tts-1", "marin", "coral"),
        ("tts-1", "cedar", "ash"),
        ("gpt-4o-mini-tts", "marin", "marin"),
        ("gpt-realtime-2.1-mini", "cedar", "cedar"),
        ("gpt-realtime-2.1-mini", "nova", "coral"),
        ("kokoro", "marin", "marin"),
        ("tts-1", "voice_123", "voice_123"),
    ],
)
def test_a_voice_that_a_model_does_not_have_is_replaced(model: str, wanted: str, asked: str) -> None:
    assert model_catalog.voice_for(model, wanted) == asked


def test_several_models_that_end_are_one_sentence() -> None:
    assert model_catalog.shutdown_warnings(["gpt-realtime-2.1", "unknown"], date(2026, 11, 21)) == ""
    one = model_catalog.shutdown_warnings(["gpt-realtime-2.1", "whisper-1", "whisper-1"], date(2026, 11, 21))
    assert one == model_catalog.shutdown_warning("whisper-1", date(2026, 11, 21))
    several = model_catalog.shutdown_warnings(["whisper-1", "gpt-4o-realtime-preview"], date(2026, 11, 21))
    assert several == (
        "Models end, the first on 2026-05-07: in the settings choose gpt-transcribe for whisper-1,"
        " gpt-realtime-2.1 for gpt-4o-realtime-preview."
    )
