"""Each voice of the offline tutor: how long it takes to load, to its first sound and to all of it, and its memory.

    python -m tests.benchmarks.voices [VOICE …] [--rounds 3]

Nothing else should run on the machine: what other programs take is in all figures but the processor time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tutor_tui.core import pcm
from tutor_tui.offline_server.tts.voices import VOICES, VoiceEntry

LONGEST_FIRST_MS = 300.0
"""From the sentence to its first sound, on two cores; the median of all sentences."""
SENTENCES = {
    "de": ("Guten Tag!", "Ich heiße Lucy und wohne mit meiner Familie in einem großen Haus."),
    "en": (
        "Hello!",
        "Very good.",
        "My name is Lucy and I live in a large house with my family.",
        "Very good, now tell me what you like to eat in the morning, for example bread, fruit or eggs.",
        "Could you tell me what you usually do at the weekend when you have no work and the weather is really nice?",
    ),
    "es": (
        "¡Hola!",
        "Muy bien.",
        "Me llamo Lucía y vivo en una casa muy grande con mi familia.",
        "Muy bien, ahora dime qué te gusta comer por la mañana, por ejemplo pan, fruta o huevos.",
        "¿Puedes decirme qué haces normalmente los fines de semana cuando no tienes que trabajar y hace buen tiempo?",
    ),
    "fr": (
        "Bonjour !",
        "Très bien.",
        "Je m'appelle Lucie et j'habite dans une grande maison avec ma famille.",
        "Très bien, dites-moi ce que vous aimez manger le matin, par exemple du pain, des fruits ou des œufs.",
        "Qu'est-ce que vous faites normalement le week-end quand vous n'avez pas de travail et qu'il fait beau ?",
    ),
    "it": (
        "Ciao!",
        "Molto bene.",
        "Mi chiamo Lucia e vivo in una casa molto grande con la mia famiglia.",
        "Molto bene, adesso dimmi che cosa ti piace mangiare la mattina, per esempio pane, frutta o uova.",
        "Che cosa fai di solito nel fine settimana quando non devi lavorare e fuori il tempo è davvero bello?",
    ),
    "ja": (
        "はい。",
        "とてもいいですね。",
        "わたしはルーシーです。おおきいいえに、かぞくとすんでいます。",
        "とてもいいですね、では、あさ、なにをたべるのがすきですか、たとえば、パンや、くだものや、たまごです。",
        "しごとがなくててんきがいいしゅうまつにいつもなにをしているかおしえてください。",
    ),
    "ko": ("안녕하세요!", "저는 루시예요. 큰 집에서 가족과 함께 살아요."),
    "pt": (
        "Olá!",
        "Muito bem.",
        "Eu me chamo Lúcia e moro em uma casa muito grande com a minha família.",
        "Muito bem, agora me diga o que você gosta de comer de manhã, por exemplo pão, fruta ou ovos.",
        "Você pode me dizer o que costuma fazer no fim de semana quando não precisa trabalhar e o tempo está bonito?",
    ),
    "zh": (
        "你好！",
        "很好。",
        "我叫小雨，我和家人住在一个很大的房子里。",
        "很好，现在请告诉我你早上喜欢吃什么，比如面包、水果或者鸡蛋。",
        "请你告诉我周末不用上班而且天气特别好的时候你一般都喜欢和家人去什么地方玩？",
    ),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence; times in seconds."""

    first_s: float
    first_processor_s: float
    all_s: float
    all_processor_s: float
    sound_s: float
    margin_s: float
    """The least that was still to be heard when the next piece was there; below 0 there was a gap."""


@dataclass(frozen=True, slots=True)
class VoiceCosts:
    """One voice in a process of its own."""

    load_s: float
    memory_mb: float
    """More than before it was loaded."""
    spoken: tuple[Spoken, ...]
    prepared: tuple[Spoken, ...]
    """The same sentences, of which the first piece was made before they were wanted; none of a voice that does without.
    """

    @property
    def first_prepared_s(self) -> float | None:
        """To the first sound of a sentence that was prepared: the median."""
        return statistics.median(each.first_s for each in self.prepared) if self.prepared else None

    def median(self, name: str) -> float:
        """Of all sentences, the field of this name."""
        return float(statistics.median(getattr(each, name) for each in self.spoken))

    @property
    def share(self) -> float:
        """Of the time that all is heard, what making it took."""
        return sum(each.all_s for each in self.spoken) / sum(each.sound_s for each in self.spoken)

    @property
    def processor_share(self) -> float:
        """The same in processor time: of two cores, 2 is all."""
        return sum(each.all_processor_s for each in self.spoken) / sum(each.sound_s for each in self.spoken)

    @property
    def margin_s(self) -> float:
        """The worst."""
        return min(each.margin_s for each in self.spoken)

    @property
    def is_good(self) -> bool:
        """Whether it is soon heard, and never waits for itself."""
        return self.median("first_s") * 1000 <= LONGEST_FIRST_MS and self.share < 1 and self.margin_s >= 0


def costs(voice: VoiceEntry, rounds: int) -> VoiceCosts:
    """Measured in this process, which has loaded no voice yet."""
    from tutor_tui.offline_server.realtime.spoken_lines import Begun
    from tutor_tui.offline_server.tts.espeak import Espeak
    from tutor_tui.offline_server.tts.voice import Voice, Voices, slots_of_extra

    Espeak()
    before_mb, began_s = _memory_mb(), time.perf_counter()
    voices = Voices(slots_of_extra(hurried=False))
    voices.load([voice.language], [voice.name])
    load_s = time.perf_counter() - began_s
    speaker = Voice(voices, [voice.name], _fail)
    sentences = SENTENCES[voice.language]
    spoken = tuple(measured(speaker.speak(each, voice.language)) for _ in range(rounds) for each in sentences)
    memory_mb = _memory_mb() - before_mb
    ahead = (speaker.speak_ahead(each, voice.language) for each in sentences)
    prepared = tuple(measured(Begun(next(pieces), pieces)) for pieces in ahead if pieces is not None)
    return VoiceCosts(load_s, memory_mb, spoken, prepared)


def measured(pieces: Iterator[bytes]) -> Spoken:
    """The pieces of one sentence, taken as soon as they are made and heard from the first one on."""
    began_s, began_processor_s = time.perf_counter(), time.process_time()
    first_s = first_processor_s = sound_s = 0.0
    margin_s = float("inf")
    for piece in pieces:
        now_s = time.perf_counter() - began_s
        if sound_s:
            margin_s = min(margin_s, first_s + sound_s - now_s)
        else:
            first_s, first_processor_s = now_s, time.process_time() - began_processor_s
        sound_s += pcm.ms_of(len(piece)) / 1000
    all_s, all_processor_s = time.perf_counter() - began_s, time.process_time() - began_processor_s
    return Spoken(first_s, first_processor_s, all_s, all_processor_s, sound_s, margin_s)


def _memory_mb() -> float:
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1000


def _fail(trouble: Exception) -> None:
    raise RuntimeError(str(trouble))


def in_a_process(voice: VoiceEntry, rounds: int) -> VoiceCosts:
    """`costs`, in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(costs, voice, rounds).result()


def table_of(measures: Sequence[tuple[str, VoiceCosts]]) -> Table:
    """A row a voice; times in ms, memory in MB, shares of the time that it is heard."""
    table = Table(title="Voices: ms, MB, and shares of the time that is heard", min_width=100)
    table.add_column("voice")
    for head in ("load", "memory", "first", "prepared", "worst", "processor", "share", "processor", "margin", ""):
        table.add_column(head, justify="right")
    for name, each in measures:
        table.add_row(
            name,
            f"{each.load_s * 1000:.0f}",
            f"{each.memory_mb:.0f}",
            f"{each.median('first_s') * 1000:.0f}",
            "" if each.first_prepared_s is None else f"{each.first_prepared_s * 1000:.2f}",
            f"{max(one.first_s for one in each.spoken) * 1000:.0f}",
            f"{each.median('first_processor_s') * 1000:.0f}",
            f"{each.share:.2f}",
            f"{each.processor_share:.2f}",
            "" if each.margin_s == float("inf") else f"{each.margin_s * 1000:.0f}",
            "" if each.is_good else "MISSED",
        )
    return table


def main() -> int:
    """Measure, print; 0 if each voice keeps what is promised."""
    parser = argparse.ArgumentParser(description="How soon each voice is heard, and what that costs.")
    parser.add_argument("voices", nargs="*", metavar="VOICE", help="all of the table otherwise")
    parser.add_argument("--rounds", type=int, default=3, help="how often each sentence is said (default: 3)")
    options = parser.parse_args()
    console = Console(width=110)
    load = os.getloadavg()[0]
    wanted = [each for each in VOICES if not options.voices or each.name in options.voices]
    measures = [(each.name, in_a_process(each, options.rounds)) for each in wanted]
    console.print(table_of(measures))
    console.print(
        f"At most {LONGEST_FIRST_MS:.0f} ms to the first sound (median), and no gap. The load was {load:.1f}."
    )
    return 0 if all(each.is_good for _, each in measures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
