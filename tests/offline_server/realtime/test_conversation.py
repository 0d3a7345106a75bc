"""The conversation, against a plain list that does the same."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.offline_server.client import b64
from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime.conversation import (
    KEPT_SOUND_BYTES,
    ROOT,
    Conversation,
    Item,
    item_from,
    said_by_assistant,
    spoken_by_learner,
)
from tutor_tui.offline_server.realtime.wire import Refusal

IDS = [f"item_{n}" for n in range(6)]


def typed(item_id: str, text: str = "x") -> Item:
    part = {"type": "input_text", "text": text}
    return item_from({"id": item_id, "type": "message", "role": "user", "content": [part]})


def spoken(item_id: str, ms: int) -> Item:
    item = said_by_assistant()
    item.body |= {"id": item_id, "content": [{"type": "output_audio", "transcript": "words"}]}
    item.add_sound(b"\1" * pcm.bytes_of(ms))
    return item


class Order(RuleBasedStateMachine):
    """Whatever is put in and taken out, the order is that of a list."""

    def __init__(self) -> None:
        super().__init__()
        self.conversation = Conversation()
        self.model: list[str] = []

    @rule(item_id=st.sampled_from(IDS), previous=st.sampled_from([None, ROOT, *IDS]))
    def add(self, item_id: str, previous: str | None) -> None:
        try:
            before = self.conversation.add(typed(item_id), previous)
        except Refusal as refusal:
            if item_id in self.model:
                assert refusal.code == "item_create_duplicate_item_id"
            else:
                assert previous not in (None, ROOT, *self.model)
            return
        at = len(self.model) if previous is None else 0 if previous == ROOT else self.model.index(previous) + 1
        assert before == (self.model[at - 1] if at else None)
        self.model.insert(at, item_id)

    @rule(item_id=st.sampled_from(IDS))
    def delete(self, item_id: str) -> None:
        if item_id in self.model:
            assert self.conversation.delete(item_id).id == item_id
            self.model.remove(item_id)
        else:
            with pytest.raises(Refusal, match="no item"):
                self.conversation.delete(item_id)

    @invariant()
    def is_the_same(self) -> None:
        items = self.conversation.items
        assert [item.id for item in items] == self.model
        assert [self.conversation.before(item) for item in items] == [None, *self.model][: len(items)]


TestOrder = Order.TestCase


@given(length_ms=st.integers(0, 2_000), cuts=st.lists(st.integers(0, 2_500), max_size=5))
def test_truncation_only_ever_shortens(length_ms: int, cuts: list[int]) -> None:
    conversation = Conversation()
    item = spoken("item", length_ms)
    conversation.add(item)
    left = length_ms
    for cut in cuts:
        if cut > left:
            with pytest.raises(Refusal, match="already shorter than"):
                conversation.truncate("item", 0, cut)
        else:
            conversation.truncate("item", 0, cut)
            left = cut
            assert item.first_part["transcript"] is None
        assert pcm.ms_of(len(item.sound)) == pcm.ms_of(item.sound_bytes) == left


@given(text=st.text(), sound=st.binary(min_size=1, max_size=500))
def test_an_item_comes_back_as_it_was_put_in(text: str, sound: bytes) -> None:
    parts = [{"type": "input_audio", "audio": b64(sound)}, {"type": "input_text", "text": text}]
    wish = {"type": "message", "role": "user", "content": parts}
    item = item_from(wish)
    assert item.wire(sound=True)["content"] == [parts[0] | {"transcript": None}, parts[1]]
    assert "audio" not in item.wire()["content"][0]
    assert wish["content"] == parts  # what the client sent is not changed under its feet


def test_what_is_told_is_a_copy() -> None:
    item = typed("a")
    item.wire()["content"][0]["text"] = "changed"
    assert item.text == "x"


def kept_bytes(conversation: Conversation) -> int:
    return sum(len(item.sound) for item in conversation.items)


def test_an_hour_of_talk_keeps_the_sound_of_its_last_minutes() -> None:
    conversation = Conversation()
    for minute in range(60):
        conversation.add(spoken(f"item_{minute}", 60_000))
        assert kept_bytes(conversation) <= KEPT_SOUND_BYTES
    old, new = conversation.items[0], conversation.items[-1]
    assert "audio" in new.wire(sound=True)["content"][0]
    assert "audio" not in old.wire(sound=True)["content"][0]

    with pytest.raises(Refusal, match="60000ms is already shorter than 60001ms"):
        conversation.truncate(old.id, 0, 60_001)
    conversation.truncate(old.id, 0, 20_000)
    with pytest.raises(Refusal, match="20000ms is already shorter"):
        conversation.truncate(old.id, 0, 20_001)


def test_what_came_last_keeps_its_sound_wherever_it_is_put_and_however_long_it_is() -> None:
    conversation = Conversation()
    conversation.add(spoken("long", 4 * 60_000))
    conversation.add(spoken("first of all", 6 * 60_000), ROOT)
    assert [item.id for item in conversation.items if item.sound] == ["first of all"]


def test_sound_that_was_let_go_while_it_was_made_does_not_come_back_in_part() -> None:
    conversation = Conversation()
    item = spoken("being made", 5 * 60_000)
    conversation.add(item)
    conversation.add(spoken("meanwhile", 1))
    item.add_sound(b"\1" * pcm.bytes_of(100))
    assert not item.sound and pcm.ms_of(item.sound_bytes) == 5 * 60_000 + 100


def test_what_is_deleted_takes_nothing_from_the_others() -> None:
    conversation = Conversation()
    for item_id in ("one", "two"):
        conversation.add(spoken(item_id, 4 * 60_000))
        conversation.delete(item_id)
    conversation.add(spoken("three", 2 * 60_000))
    conversation.add(spoken("four", 2 * 60_000))
    assert all(item.sound for item in conversation.items)


def test_users_and_texts_cannot_be_truncated() -> None:
    conversation = Conversation()
    conversation.add(typed("typed"))
    conversation.add(spoken_by_learner("spoken", pcm.silence(500)))
    for item_id in ("typed", "spoken"):
        with pytest.raises(Refusal) as refusal:
            conversation.truncate(item_id, 0, 0)
        assert refusal.value.code is None


def test_history_is_what_was_said_in_order() -> None:
    conversation = Conversation()
    learner = spoken_by_learner("spoken", pcm.silence(500))
    learner.heard = "good morning"
    for item in (typed("a", "hi"), spoken("b", 100), learner, spoken("cut", 100), typed("new", "later")):
        conversation.add(item)
    conversation.truncate("cut", 0, 50)
    system = {"id": "s", "type": "message", "role": "system", "content": [{"type": "input_text", "text": "rules"}]}
    conversation.add(item_from(system))
    assert conversation.history(without={"new"}) == [("user", "hi"), ("assistant", "words"), ("user", "good morning")]
    assert [item.id for item in conversation.unanswered({"a"})] == ["spoken", "new"]


def test_a_refused_item_leaves_nothing_behind() -> None:
    conversation = Conversation()
    for previous in ("nobody", None, ROOT):
        with contextlib.suppress(Refusal):
            conversation.add(typed("a"), previous)
    assert [item.id for item in conversation.items] == ["a"]
