"""Words that nobody said: Whisper learnt from subtitles, and writes what stands under silence, noise and music.

The measures are those of Whisper's authors (`whisper/transcribe.py`: no speech at a low probability, and text that
compresses too well) and the pace that no voice has; for what passes them there is a list of what it is known to write.
"""

from __future__ import annotations

import re
import zlib

from tutor_tui.offline_server.stt.whisper_decoder import Transcript

NO_SPEECH = 0.6
UNLIKELY = -1.0
"""In nats a token, where speech itself is in doubt."""
GUESSED = -1.6
"""In nats a token: below this it is no more than a guess. A strong accent has −1."""
REPETITIVE = 2.4
"""By `repetition`: “no no no no …” without end."""
MOST_WORDS_PER_S = 7.0
"""Of voice; a quick speaker has five."""
MOST_LETTERS_PER_S = 16.0
"""The same where words are not set apart; a quick speaker has ten kana or seven hanzi."""
_TO_BEGIN_S = 0.3
"""What voice activity detection may have missed of a word at its edges."""
_LETTERS_ALONE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_WHOLE = frozenset(
    {
        "thank you for watching",
        "thanks for watching",
        "please subscribe",
        "subscribe to my channel",
        "시청해주셔서 감사합니다",
        "시청해 주셔서 감사합니다",
        "구독과 좋아요 부탁드립니다",
        "ご視聴ありがとうございました",
        "ご清聴ありがとうございました",
        "チャンネル登録お願いします",
        "谢谢观看",
        "謝謝觀看",
        "谢谢大家观看",
        "gracias por ver el video",
        "suscríbete al canal",
        "merci d'avoir regardé cette vidéo",
        "vielen dank fürs zuschauen",
        "obrigado por assistir",
        "grazie per la visione",
    }
)
"""What is refused where it is all that was said, and was not expected."""
_PART = re.compile(
    r"amara\.org|untertitel(ung)?\b.*\b(zdf|ard|swr|funk)|sous-titr\w+ (réalisés|société)|subtítulos (realizados|por)"
    r"|sottotitoli (creati|e revisione)|legendas pela|字幕(由|by|志愿|製作|制作)|请不吝点赞|subtitles by|MBC 뉴스"
    r"|transcri\w+ by",
    re.IGNORECASE,
)
"""What no learner says in whatever place."""


def is_made_up(said: Transcript, voice_s: float) -> bool:
    """Whether nobody said that, in a sound with so many seconds of voice."""
    return (
        (said.no_speech > NO_SPEECH and said.log_probability < UNLIKELY)
        or said.log_probability < GUESSED
        or repetition(said.text) > REPETITIVE
        or _is_too_fast(said.text, voice_s)
        or _plain(said.text) in _WHOLE
        or _PART.search(said.text) is not None
    )


def repetition(text: str) -> float:
    """Bytes of the text by those of the compressed one."""
    written = text.encode()
    return len(written) / len(zlib.compress(written))


def _is_too_fast(text: str, voice_s: float) -> bool:
    alone = len(_LETTERS_ALONE.findall(text))
    words = len(_LETTERS_ALONE.sub(" ", text).split())
    return alone / MOST_LETTERS_PER_S + words / MOST_WORDS_PER_S > voice_s + _TO_BEGIN_S


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s'’]", "", text.casefold()).replace("’", "'").strip()
